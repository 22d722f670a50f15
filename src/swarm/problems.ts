// Says why a server cannot be reached and what to do about it: a sentence for each way it can fail.
import { Refusal, type RefusalReason } from "../core/errors.ts";
import type { ServerName } from "../core/ids.ts";
import { fingerprint, type KeyLine } from "./host-keys.ts";

export function unreachable(server: ServerName, problem: string, cause?: unknown): Refusal {
  return new Refusal({ kind: "server-unreachable", server, problem }, cause);
}

/** The same said of a node that is not the manager the server is reached at. */
export function onNode(reason: RefusalReason, node: string): RefusalReason {
  switch (reason.kind) {
    case "server-unreachable":
    case "host-key-unknown":
    case "host-key-changed":
      return { ...reason, node };
    default:
      return reason;
  }
}

/** A try to connect, as far as a sentence about it needs. */
export interface Try {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Milliseconds it was given. */
  readonly time: number;
  /** moot's own public key; absent when its private key cannot be read. */
  readonly publicKey: KeyLine | undefined;
}

/** ssh2's and the system's words for a failed connect. */
export interface ConnectError {
  readonly message: string;
  readonly code?: unknown;
  readonly level?: unknown;
}

export function connectProblem(tried: Try, error: ConnectError): string {
  const where = `${tried.host}:${tried.port}`;
  if (error.message.includes("parse privateKey")) {
    return `moot cannot read its private key (${firstLine(error.message)}). Check "key" and its passphrase in moot's config.`;
  }
  if (error.level === "client-authentication") return keyProblem(tried);
  if (error.level === "client-timeout") {
    return `${where} did not answer within ${Math.round(tried.time / 1000)} s. Check that the server is up and that a firewall lets moot in.`;
  }
  if (error.message === "Connection lost before handshake") {
    return `${where} hangs up before SSH begins. Check fail2ban, MaxStartups and whether that port is sshd's.`;
  }
  return typeof error.code === "string"
    ? systemProblem(tried, error.code)
    : `SSH to ${where} failed: ${firstLine(error.message)}`;
}

function keyProblem({ user, host, publicKey }: Try): string {
  const key = publicKey === undefined ? "moot's key" : `moot's key ${fingerprint(publicKey)}`;
  const line = publicKey === undefined ? "" : `: ${publicKey}`;
  return `${host} does not let ${key} in as ${user}. Add its public half to ~${user}/.ssh/authorized_keys there${line}`;
}

function systemProblem({ host, port }: Try, code: string): string {
  const where = `${host}:${port}`;
  switch (code) {
    case "ECONNREFUSED":
      return `${where} refuses the connection. Check that sshd runs there and listens on that port.`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `the name ${host} leads to no address. Check it in moot's config, and moot's DNS.`;
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "ETIMEDOUT":
      return `there is no way to ${where} from here (${code}). Check that the server is up, and the network between.`;
    default:
      return `the connection to ${where} broke off (${code}). Try again; if it stays so, look at sshd's log there.`;
  }
}

export const CONNECTION_LOST = "the SSH connection was lost. It is made again at the next try.";

/** What `docker system dial-stdio` said on the server when the engine did not answer. */
export interface Silence {
  readonly exitCode: number | undefined;
  readonly stderr: string;
}

/** Whether the engine is there and our user may not speak to it. */
export function isForbidden(said: Silence): boolean {
  return /permission denied/i.test(said.stderr);
}

export function engineProblem(user: string, said: Silence): string {
  if (isForbidden(said)) {
    return `${user} may not use Docker there. Put them into its group: usermod -aG docker ${user}`;
  }
  if (said.exitCode === 127) {
    return `sshd forwards no socket for ${user} and there is no docker command. Set AllowStreamLocalForwarding yes in sshd_config, or install Docker.`;
  }
  if (/cannot connect|no such file|connection refused/i.test(said.stderr)) {
    return "Docker does not run there. Start it: systemctl start docker";
  }
  const words = firstLine(said.stderr);
  return `Docker does not answer there${words === "" ? "" : `: ${words}`}. Look at it with: docker info`;
}

/** Why the engine's socket on this machine did not open. */
export function localProblem(path: string, error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "EACCES"
    ? `moot may not open ${path}. Put its user into the group docker and start it again.`
    : `no Docker answers at ${path} (${String(code)}). Start it: systemctl start docker`;
}

/** One printable line of something another machine said. */
function firstLine(text: string): string {
  const line = text.trim().split("\n")[0] ?? "";
  return line.replace(/[^\x20-\x7e]/g, "").slice(0, 200);
}
