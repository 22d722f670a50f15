// Opens the way to every server: its link, its socket on this machine, and the swarm behind it.
import { join } from "node:path";
import { openNames } from "../catalogue/names.ts";
import { systemClock } from "../clock.ts";
import type { Config } from "../config.ts";
import { Refusal } from "../core/errors.ts";
import type { ServerName } from "../core/ids.ts";
import type { Oneshots } from "../core/oneshot.ts";
import type { Composer, Hosts, RegistryLogin } from "../core/ports.ts";
import { DockerCli } from "../swarm/cli.ts";
import { readDisk } from "../swarm/disk.ts";
import { SwarmHost, type SwarmHostOptions } from "../swarm/host.ts";
import { clearScratch } from "../swarm/scratch.ts";
import { openSocket } from "../swarm/socket.ts";
import type { Link } from "../swarm/link.ts";
import { linkTo, waysOf, type LinkParts } from "./links.ts";
import type { Secrets } from "./secrets.ts";

/** A link that is not open yet. */
export type MakeLink = (parts: LinkParts) => Promise<Link>;

/** A way to one more server. */
export interface WayTo {
  readonly server: ServerName;
  /** Where web requests to it go. */
  readonly address: string;
  /** Of its socket's folder; no two servers share one. */
  readonly folder: string;
  readonly link: MakeLink;
  /** To the other nodes of its swarm; absent: there is none. */
  readonly nodes?: (parts: LinkParts) => SwarmHostOptions["wayTo"] & AsyncDisposable;
}

export interface OpenHosts extends AsyncDisposable {
  readonly hosts: Hosts;
  readonly composer: Composer;
  /** Throws Refusal `unknown-server`. */
  oneshots(server: ServerName): Oneshots;
  /** Opens one more, closed by whoever opened it or with all the others. */
  open(way: WayTo): Promise<AsyncDisposable>;
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
  const opening = { parts, cli, logins, mask };
  const ways = new Map<ServerName, { readonly host: SwarmHost } & AsyncDisposable>();
  stack.defer(async () => {
    for (const way of [...ways.values()].toReversed()) await way[Symbol.asyncDispose]();
  });
  const open = async (way: WayTo): Promise<AsyncDisposable> => {
    const opened = await openWay(way, opening);
    ways.set(way.server, opened);
    return {
      [Symbol.asyncDispose]: async () => {
        ways.delete(way.server);
        await opened[Symbol.asyncDispose]();
      },
    };
  };
  for (const [index, [server, settings]] of [...config.servers].entries()) {
    const address = settings.kind === "ssh" ? settings.address.host : "127.0.0.1";
    const link: MakeLink = () => linkTo(server, settings, parts);
    const nodes: WayTo["nodes"] = (inner) => waysOf(server, settings, inner);
    await open({ server, address, folder: String(index), link, nodes });
  }
  const closing = stack.move();
  return {
    hosts: {
      get servers() {
        return [...ways.keys()];
      },
      get: (server) => hostOf(ways, server),
    },
    composer: cli,
    oneshots: (server) => hostOf(ways, server).oneshots,
    open,
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

interface Opening extends Pick<SwarmHostOptions, "cli" | "logins" | "mask"> {
  readonly parts: LinkParts;
}

async function openWay(
  { server, address, folder: name, link: makeLink, nodes }: WayTo,
  { parts, ...shared }: Opening,
): Promise<{ readonly host: SwarmHost } & AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  // A connection can only break once it was made, and by then the host is there.
  const onLost = (): void => host.known.note(false);
  const link = stack.use(await makeLink({ ...parts, onLost }));
  const folder = join(parts.folder, name);
  const socket = stack.use(await openSocket(link, folder));
  const wayTo = nodes === undefined ? undefined : stack.use(nodes({ ...parts, folder }));
  const names = openNames(RESOLVE);
  const host = stack.use(
    new SwarmHost({
      server,
      socket,
      clock: systemClock,
      address,
      addresses: (signal) => names.addresses(address, signal),
      disk: (path, signal) => readDisk(link, path, signal),
      command: (argv, how) => link.exec(argv, how),
      wayTo: wayTo ?? (() => Promise.resolve(undefined)),
      ...shared,
    }),
  );
  const closing = stack.move();
  return { host, [Symbol.asyncDispose]: () => closing.disposeAsync() };
}

function hostOf(
  ways: ReadonlyMap<ServerName, { readonly host: SwarmHost }>,
  server: ServerName,
): SwarmHost {
  const way = ways.get(server);
  if (way !== undefined) return way.host;
  throw new Refusal({ kind: "unknown-server", server, known: [...ways.keys()] });
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
