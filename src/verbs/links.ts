// Makes the ways to a server of the config and to the other nodes of its swarm.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { systemClock } from "../clock.ts";
import type { NodeConfig, ServerConfig, SshAddress } from "../config/servers.ts";
import { Refusal } from "../core/errors.ts";
import type { ServerName } from "../core/ids.ts";
import type { Log } from "../core/ports.ts";
import type { Secret } from "../core/secret.ts";
import type { SwarmHostOptions } from "../swarm/host.ts";
import { keysFor } from "../swarm/known-hosts.ts";
import type { Link } from "../swarm/link.ts";
import { openLocal } from "../swarm/local.ts";
import { openLink } from "../swarm/open-link.ts";
import { onNode } from "../swarm/problems.ts";
import { openSocket } from "../swarm/socket.ts";
import type { Secrets } from "./secrets.ts";

export interface LinkParts {
  readonly log: Log;
  readonly secrets: Secrets;
  /** A private folder for the sockets; unix sockets want short paths. */
  readonly folder: string;
  /** An alert for what nobody may overlook: a server that shows another host key. */
  readonly onHostKeyChanged?: (refusal: Refusal) => void;
  /** The connection broke, unasked. */
  readonly onLost?: () => void;
}

/** Connects when it is first used. */
export async function linkTo(
  server: ServerName,
  settings: ServerConfig,
  parts: LinkParts,
): Promise<Link> {
  if (settings.kind === "socket") return openLocal(server, settings.socket);
  return secureLink({ server, ...settings }, parts);
}

/** Opens the way to a node, over a connection of its own, when it is first asked for. */
export function waysOf(
  server: ServerName,
  settings: ServerConfig,
  parts: LinkParts,
): SwarmHostOptions["wayTo"] & AsyncDisposable {
  const stack = new AsyncDisposableStack();
  const numbers = [...settings.nodes.keys()];
  const wayTo: SwarmHostOptions["wayTo"] = async (node) => {
    const address = settings.nodes.get(node);
    if (address === undefined) return undefined;
    const keys = keysOf(settings, address);
    if (keys === undefined) throw new Error(`${node} of ${server} has no key`);
    const common = settings.kind === "ssh" ? wayIn(settings) : {};
    const link = stack.use(await secureLink({ server, node, address, ...common, ...keys }, parts));
    const folder = join(parts.folder, `n${String(numbers.indexOf(node))}`);
    const socket = stack.use(await openSocket(link, folder));
    return { socket, command: (argv, how) => link.exec(argv, how) };
  };
  return Object.assign(wayTo, { [Symbol.asyncDispose]: () => stack.disposeAsync() });
}

interface Secure {
  readonly server: ServerName;
  readonly node?: string;
  readonly address: SshAddress;
  readonly key: Secret;
  readonly passphrase?: Secret;
  readonly knownHosts?: string;
  readonly jump?: SshAddress;
}

/** A node's own key, or the server's. */
function keysOf(
  settings: ServerConfig,
  node: NodeConfig,
): Pick<Secure, "key" | "passphrase"> | undefined {
  const shared = settings.kind === "ssh" ? settings : undefined;
  const { key, passphrase } = node.key === undefined ? { ...shared } : node;
  return key && { key, ...(passphrase !== undefined && { passphrase }) };
}

/** Nodes are behind the same jump host, and their keys in the same file. */
function wayIn({
  jump,
  knownHosts,
}: ServerConfig & { readonly kind: "ssh" }): Pick<Secure, "jump" | "knownHosts"> {
  return { ...(jump !== undefined && { jump }), ...(knownHosts !== undefined && { knownHosts }) };
}

async function secureLink(
  { server, node, address, key, passphrase, knownHosts, jump }: Secure,
  parts: LinkParts,
): Promise<Link> {
  const text = knownHosts === undefined ? "" : await readFile(knownHosts, "utf8");
  const { user, host, port } = address;
  return openLink({
    server,
    ssh: {
      user,
      host,
      port,
      ...(jump !== undefined && { jump: { ...jump, hostKeys: withKnown(jump, text) } }),
    },
    hostKeys: withKnown(address, text),
    key: `${parts.secrets.reveal(key)}\n`,
    ...(passphrase !== undefined && { passphrase: parts.secrets.reveal(passphrase) }),
    clock: systemClock,
    log: parts.log,
    ...(parts.onLost !== undefined && { onLost: parts.onLost }),
    onHostKeyChanged: (reason) =>
      parts.onHostKeyChanged?.(new Refusal(node === undefined ? reason : onNode(reason, node))),
  });
}

function withKnown({ host, port, hostKeys }: SshAddress, knownHosts: string): readonly string[] {
  return [...hostKeys, ...keysFor(knownHosts, host, port)];
}
