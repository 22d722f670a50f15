// Makes one verified SSH connection: the only door to ssh2.
import type { Duplex } from "node:stream";
import ssh2, { type ClientChannel } from "ssh2";
import type { Refusal } from "../core/errors.ts";
import type { ServerName } from "../core/ids.ts";
import { Channel } from "./channel.ts";
import { judgeKey, keyAlgorithms, keyLine, keyRefusal, type KeyLine } from "./host-keys.ts";
import { CONNECTION_LOST, connectProblem, unreachable, type ConnectError } from "./problems.ts";
import { orAborted } from "./waiting.ts";

export interface SshAddress {
  readonly user: string;
  readonly host: string;
  readonly port: number;
  readonly hostKeys: readonly KeyLine[];
}

export interface SshTarget {
  readonly server: ServerName;
  readonly address: SshAddress;
  /** A host to go through, with the same private key and a pinned key of its own. */
  readonly jump?: SshAddress;
  /** The text of the private key. */
  readonly key: string;
  readonly passphrase?: string;
  /** Milliseconds from the first packet to the end of the handshake. */
  readonly handshakeTime: number;
  /** A peer that leaves `count` questions, asked every `interval` milliseconds, without an answer is lost. */
  readonly keepalive: { readonly interval: number; readonly count: number };
  /** Told of each host key that is shown, before it is judged. */
  readonly onHostKey?: (key: KeyLine) => void;
}

/** A command that runs on the server. */
export interface Session {
  readonly stream: Duplex;
  /** What it said on its standard error so far, cut off after some pages. */
  readonly stderr: () => string;
  /** Settles when the channel is closed; absent when a signal or a lost connection ended it. */
  readonly exitCode: Promise<number | undefined>;
}

/** The server said no to a channel; the connection itself is well. */
export class ChannelRefused extends Error {}

export interface Connection {
  /** Aborted when the connection is over, whoever ended it. */
  readonly lost: AbortSignal;
  /** A stream to a unix socket of the server. Throws ChannelRefused. */
  forward(path: string, signal: AbortSignal): Promise<Duplex>;
  /** Throws ChannelRefused. */
  run(command: string, signal: AbortSignal): Promise<Session>;
  end(): void;
}

/** Throws Refusal `host-key-*` and `server-unreachable`. */
export async function connect(target: SshTarget, signal: AbortSignal): Promise<Connection> {
  if (target.jump === undefined)
    return asConnection(target, await handshake(target, last(target), signal));
  const first = await handshake(target, { ...target.jump, setting: "jumpHostKey" }, signal);
  try {
    const through = await onward(target, first, signal);
    const client = await handshake(target, { ...last(target), through }, signal);
    client.once("close", () => first.destroy());
    return asConnection(target, client);
  } catch (error) {
    first.destroy();
    if (!(error instanceof ChannelRefused)) throw error;
    const problem = `the jump host ${target.jump.host} does not reach ${target.address.host}: ${error.message}`;
    throw unreachable(target.server, problem, error);
  }
}

interface Hop extends SshAddress {
  /** The key of the config that holds its host keys. */
  readonly setting: string;
  readonly through?: Duplex;
}

function last(target: SshTarget): Hop {
  return { ...target.address, setting: "hostKey" };
}

async function handshake(target: SshTarget, hop: Hop, signal: AbortSignal): Promise<ssh2.Client> {
  signal.throwIfAborted();
  const client = new ssh2.Client();
  const ready = Promise.withResolvers<undefined>();
  let wrongKey: Refusal | undefined;
  const fail = (error: ConnectError): void => ready.reject(wrongKey ?? refusal(target, hop, error));
  client.once("connect", () => client.setNoDelay(true));
  client.once("ready", () => ready.resolve(undefined));
  // Stays for the life of the connection: whatever fails later ends in `close` as well.
  client.on("error", fail);
  client.once("close", () => fail({ message: "it was closed" }));
  const verify = (blob: Buffer): boolean => {
    target.onHostKey?.(keyLine(blob));
    const verdict = judgeKey(hop.hostKeys, blob);
    if (verdict.kind === "pinned") return true;
    wrongKey = keyRefusal(verdict, hop.hostKeys, { server: target.server, setting: hop.setting });
    return false;
  };
  try {
    client.connect(settings(target, hop, verify));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    fail(error);
  }
  try {
    await orAborted(ready.promise, signal);
    return client;
  } catch (error) {
    client.destroy();
    throw error;
  }
}

function settings(
  target: SshTarget,
  hop: Hop,
  hostVerifier: (blob: Buffer) => boolean,
): ssh2.ConnectConfig {
  return {
    host: hop.host,
    port: hop.port,
    ...(hop.through === undefined ? {} : { sock: hop.through }),
    username: hop.user,
    privateKey: target.key,
    ...(target.passphrase === undefined ? {} : { passphrase: target.passphrase }),
    authHandler: ["publickey"],
    algorithms: { serverHostKey: keyAlgorithms(hop.hostKeys) },
    hostVerifier,
    readyTimeout: target.handshakeTime,
    keepaliveInterval: target.keepalive.interval,
    keepaliveCountMax: target.keepalive.count,
  };
}

function refusal(target: SshTarget, hop: Hop, error: ConnectError): Refusal {
  const key = ssh2.utils.parseKey(target.key, target.passphrase);
  const publicKey = key instanceof Error ? undefined : keyLine(key.getPublicSSH());
  const tried = { ...hop, time: target.handshakeTime, publicKey };
  return unreachable(target.server, connectProblem(tried, error), error);
}

function lossOf(client: ssh2.Client): AbortSignal {
  const lost = new AbortController();
  client.once("close", () => lost.abort());
  return lost.signal;
}

function asConnection(target: SshTarget, client: ssh2.Client): Connection {
  const lost = lossOf(client);
  return {
    lost,
    forward: (path, signal) =>
      opened<Duplex>(
        (answer) => client.openssh_forwardOutStreamLocal(path, answer),
        (inner) => new Channel(inner, lost),
        { target, lost, signal },
      ),
    run: (command, signal) =>
      opened(
        (answer) => client.exec(command, answer),
        (inner) => asSession(inner, lost),
        { target, lost, signal },
      ),
    end: () => client.destroy(),
  };
}

function onward(target: SshTarget, first: ssh2.Client, signal: AbortSignal): Promise<Duplex> {
  const { host, port } = target.address;
  const lost = lossOf(first);
  return opened<Duplex>(
    (answer) => first.forwardOut("127.0.0.1", 0, host, port, answer),
    (inner) => new Channel(inner, lost),
    { target, lost, signal },
  );
}

/** `make` runs before the next packet is read, so that it misses nothing. */
async function opened<T>(
  ask: (answer: ssh2.ClientCallback) => unknown,
  make: (inner: ClientChannel) => T,
  by: { readonly target: SshTarget; readonly lost: AbortSignal; readonly signal: AbortSignal },
): Promise<T> {
  by.signal.throwIfAborted();
  const open = Promise.withResolvers<T>();
  const lost = (cause?: unknown): Refusal => unreachable(by.target.server, CONNECTION_LOST, cause);
  try {
    ask((error, inner) => {
      if (error !== undefined) {
        open.reject(by.lost.aborted ? lost() : new ChannelRefused(error.message));
      } else if (by.signal.aborted) inner.resume().destroy();
      else open.resolve(make(inner));
    });
  } catch (error) {
    // ssh2 throws only when the socket is no longer writable.
    open.reject(lost(error));
  }
  return orAborted(open.promise, by.signal);
}

const STDERR_LIMIT = 64 * 1024;

function asSession(inner: ClientChannel, lost: AbortSignal): Session {
  const exit = Promise.withResolvers<number | undefined>();
  let code: number | undefined;
  let stderr = "";
  inner.on("exit", (given: number | null) => (code = given ?? undefined));
  inner.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(0, STDERR_LIMIT);
  });
  // Not at the end of its output: the exit code comes after that.
  inner.once("close", () => exit.resolve(code));
  return { stream: new Channel(inner, lost), stderr: () => stderr, exitCode: exit.promise };
}
