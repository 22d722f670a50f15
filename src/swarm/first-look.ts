// Looks which host keys the machines on the way to a new server show, before anybody trusts them.
import { Refusal } from "../core/errors.ts";
import type { ServerName } from "../core/ids.ts";
import type { NewServer, Stop, Way } from "../core/servers.ts";
import type { Login } from "../core/ssh-address.ts";
import { fingerprint, type KeyLine } from "./host-keys.ts";
import { connect, type SshTarget } from "./ssh.ts";

export interface FirstLook {
  readonly server: ServerName;
  readonly way: Way;
  /** The text of moot's private key for it. */
  readonly key: string;
  /** Milliseconds. */
  readonly handshakeTime: number;
}

/**
 * Nothing is asked of the server itself, which is left as soon as it has shown its key. A jump host has to let moot's key in, to
 * see what is behind it; what it shows there is for people to compare too. Throws Refusal `server-unreachable`.
 */
export async function lookAtKeys(
  { server, way, key, handshakeTime }: FirstLook,
  signal: AbortSignal,
): Promise<Pick<NewServer, "address" | "jump">> {
  const { address, jump } = way;
  const common = { server, key, handshakeTime, keepalive: { interval: 10_000, count: 3 } };
  if (jump === undefined) {
    return { address: await shown({ ...common, address: { ...address, hostKeys: [] } }, signal) };
  }
  const first = await shown({ ...common, address: { ...jump, hostKeys: [] } }, signal);
  const through = { ...jump, hostKeys: [first.hostKey.line] };
  const target = { ...common, address: { ...address, hostKeys: [] }, jump: through };
  return { address: await shown(target, signal), jump: first };
}

/** What the last hop shows. No key is known of it yet, so that the connection always ends there. */
async function shown(target: SshTarget, signal: AbortSignal): Promise<Stop> {
  let found: KeyLine | undefined;
  const onHostKey = (key: KeyLine): void => void (found = key);
  try {
    const connection = await connect({ ...target, onHostKey }, signal);
    connection.end();
    throw new Error("a machine was trusted whose host key nobody knows");
  } catch (error) {
    if (!(error instanceof Refusal) || error.reason.kind !== "host-key-unknown") throw error;
  }
  if (found === undefined) throw new Error("a host key was refused that was not seen");
  const { user, host, port }: Login = target.address;
  return { user, host, port, hostKey: { line: found, fingerprint: fingerprint(found) } };
}
