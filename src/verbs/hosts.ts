// Opens the way to every server of the config: its link, its socket on this machine, and the swarm behind it.
import { join } from "node:path";
import { openNames } from "../catalogue/names.ts";
import { systemClock } from "../clock.ts";
import type { Config } from "../config.ts";
import { Refusal } from "../core/errors.ts";
import type { ServerName } from "../core/ids.ts";
import type { Composer, Hosts, RegistryLogin } from "../core/ports.ts";
import { DockerCli } from "../swarm/cli.ts";
import { readDisk } from "../swarm/disk.ts";
import { SwarmHost, type SwarmHostOptions } from "../swarm/host.ts";
import { clearScratch } from "../swarm/scratch.ts";
import { openSocket } from "../swarm/socket.ts";
import { linkTo, waysOf, type LinkParts } from "./links.ts";
import type { Secrets } from "./secrets.ts";

export interface OpenHosts extends AsyncDisposable {
  readonly hosts: Hosts;
  readonly composer: Composer;
}

/** Milliseconds. */
const RESOLVE = 5_000;

/** Connects to nothing yet: each link is made when it is first used. */
export async function openHosts(config: Config, parts: LinkParts): Promise<OpenHosts> {
  await using stack = new AsyncDisposableStack();
  const logins = loginsOf(config, parts.secrets);
  const mask = (text: string): string => parts.secrets.mask(text);
  const scratch = join(parts.folder, "scratch");
  await clearScratch(scratch);
  const cli = new DockerCli({ docker: config.tools.docker, logins, mask, scratch });
  const names = openNames(RESOLVE);
  const hosts = new Map<ServerName, SwarmHost>();
  for (const [index, [server, settings]] of [...config.servers].entries()) {
    const link = stack.use(await linkTo(server, settings, parts));
    const folder = join(parts.folder, String(index));
    const socket = stack.use(await openSocket(link, folder));
    const address = settings.kind === "ssh" ? settings.address.host : "127.0.0.1";
    const addresses = (signal: AbortSignal): Promise<readonly string[]> =>
      names.addresses(address, signal);
    const disk: SwarmHostOptions["disk"] = (path, signal) => readDisk(link, path, signal);
    const command: SwarmHostOptions["command"] = (argv, how) => link.exec(argv, how);
    const wayTo = stack.use(waysOf(server, settings, { ...parts, folder }));
    const ways = { address, addresses, disk, command, wayTo };
    const options = { server, socket, cli, clock: systemClock, logins, mask, ...ways };
    hosts.set(server, stack.use(new SwarmHost(options)));
  }
  const closing = stack.move();
  return {
    hosts: { servers: [...hosts.keys()], get: (server) => hostOf(hosts, server) },
    composer: cli,
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

function hostOf(hosts: ReadonlyMap<ServerName, SwarmHost>, server: ServerName): SwarmHost {
  const host = hosts.get(server);
  if (host !== undefined) return host;
  throw new Refusal({ kind: "unknown-server", server, known: [...hosts.keys()] });
}

/** The passwords are read here, and masked from now on. */
export function loginsOf(
  { registries }: Config,
  secrets: Secrets,
): Readonly<Record<string, RegistryLogin>> {
  const logins = [...registries].flatMap(([registry, { user, password }]) => {
    if (user === undefined || password === undefined) return [];
    return [[registry, { user, password: secrets.reveal(password) }] as const];
  });
  return Object.fromEntries(logins);
}
