// An SSH server in this process, with an engine behind it, that can be told to misbehave.
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import ssh2, { type AuthContext, type Connection, type ServerChannel } from "ssh2";
import { TestEngine } from "./test-engine.ts";

export interface KeyPair {
  /** The text of the private key. */
  readonly key: string;
  /** "ssh-ed25519 AAAA…" */
  readonly line: string;
}

type Drawn = ReturnType<typeof ssh2.utils.generateKeyPairSync>;

export function makeKeyPair(type: "ed25519" | "rsa" = "ed25519"): KeyPair {
  return asPair(
    sound(() =>
      type === "ed25519"
        ? ssh2.utils.generateKeyPairSync("ed25519")
        : ssh2.utils.generateKeyPairSync("rsa", { bits: 2048 }),
    ),
  );
}

export function makeLockedKeyPair(passphrase: string): KeyPair {
  const lock = { passphrase, cipher: "aes256-ctr", rounds: 1 };
  return asPair(sound(() => ssh2.utils.generateKeyPairSync("ed25519", lock), passphrase));
}

/** ssh2 writes three in a thousand of its ed25519 keys so that it cannot read them itself. */
function sound(draw: () => Drawn, passphrase?: string): Drawn {
  const drawn = draw();
  const isSound = !(ssh2.utils.parseKey(drawn.private, passphrase) instanceof Error);
  return isSound ? drawn : sound(draw, passphrase);
}

function asPair(pair: Drawn): KeyPair {
  return { key: pair.private, line: pair.public.trim().split(" ").slice(0, 2).join(" ") };
}

/** What the docker command on the server does. */
export type DockerCommand = "dials" | "missing" | "denied" | "finds no engine";

export interface Conduct {
  /** Whether sockets are forwarded. */
  readonly forwards: boolean;
  readonly docker: DockerCommand;
  /** sshd's MaxSessions. */
  readonly sessions: number;
}

const GOOD: Conduct = { forwards: true, docker: "dials", sessions: 10 };

export class SshServer implements AsyncDisposable {
  readonly port: number;
  readonly engine: TestEngine;
  conduct: Conduct = GOOD;
  /** How many came, reached a login, asked for a socket, ran a command. */
  readonly counts = { connections: 0, logins: 0, forwards: 0, commands: 0 };
  readonly commands: string[] = [];
  /** The most sessions there ever were at once. */
  mostSessions = 0;
  #sessions = 0;
  readonly #listener: Server;
  readonly #sockets = new Set<Socket>();
  #ssh: ssh2.Server;
  readonly #clients: readonly string[];

  static async start(
    hostKeys: readonly KeyPair[],
    clients: readonly KeyPair[],
    port = 0,
  ): Promise<SshServer> {
    const listener = createServer();
    listener.listen(port, "127.0.0.1");
    await once(listener, "listening");
    return new SshServer(listener, hostKeys, clients, await TestEngine.start());
  }

  private constructor(
    listener: Server,
    hostKeys: readonly KeyPair[],
    clients: readonly KeyPair[],
    engine: TestEngine,
  ) {
    this.#listener = listener;
    this.port = portOf(listener);
    this.engine = engine;
    this.#clients = clients.map(({ line }) => line);
    this.#ssh = this.#server(hostKeys);
    listener.on("connection", (socket) => {
      this.counts.connections += 1;
      socket.setNoDelay(true);
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
      this.#ssh.injectSocket(socket);
    });
  }

  /** From now on it shows other host keys. */
  showHostKeys(hostKeys: readonly KeyPair[]): void {
    this.#ssh = this.#server(hostKeys);
  }

  /** Cuts every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Reads nothing more of the connections there are. */
  freeze(): void {
    for (const socket of this.#sockets) socket.pause();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#listener.close();
    await once(this.#listener, "close");
    await this.engine[Symbol.asyncDispose]();
  }

  #server(hostKeys: readonly KeyPair[]): ssh2.Server {
    const server = new ssh2.Server({ hostKeys: hostKeys.map(({ key }) => key) });
    return server.on("connection", (client) => this.#serve(client));
  }

  #serve(client: Connection): void {
    client.on("error", () => undefined);
    client.on("authentication", (context) => this.#authenticate(context));
    client.on("openssh.streamlocal", (accept, reject, { socketPath }) => {
      this.counts.forwards += 1;
      if (!this.conduct.forwards || socketPath !== "/var/run/docker.sock") reject();
      else weld(accept(), this.engine.dial());
    });
    client.on("tcpip", (accept, _reject, { destIP, destPort }) => {
      weld(accept(), connect({ host: destIP, port: destPort, allowHalfOpen: true }));
    });
    client.on("session", (accept, reject) => {
      if (this.#sessions >= this.conduct.sessions) {
        reject();
        return;
      }
      this.#sessions += 1;
      this.mostSessions = Math.max(this.mostSessions, this.#sessions);
      const session = accept();
      session.on("exec", (allow, _deny, { command }) => this.#run(command, allow()));
    });
  }

  #authenticate(context: AuthContext): void {
    if (context.method !== "publickey") {
      context.reject(["publickey"]);
      return;
    }
    // A client first asks whether the key would do, then signs.
    if (context.signature === undefined) this.counts.logins += 1;
    const line = `${context.key.algo} ${context.key.data.toString("base64")}`;
    if (this.#clients.includes(line)) context.accept();
    else context.reject(["publickey"]);
  }

  #run(command: string, channel: ServerChannel): void {
    this.counts.commands += 1;
    this.commands.push(command);
    channel.once("close", () => (this.#sessions -= 1));
    if (command === "cat") {
      channel.pipe(channel, { end: false });
      channel.once("end", () => end(channel, 0));
    } else if (command === "false") end(channel, 1);
    else if (command === "sleep 60") return;
    else if (command !== "docker system dial-stdio") end(channel, 127, "sh: not found\n");
    else if (this.conduct.docker === "dials") {
      const engine = this.engine.dial();
      engine.once("close", () => end(channel, 0));
      weld(channel, engine);
    } else if (this.conduct.docker === "missing") end(channel, 127, "sh: docker: not found\n");
    else if (this.conduct.docker === "denied") {
      end(channel, 1, "permission denied while trying to connect to the Docker daemon socket\n");
    } else end(channel, 1, "Cannot connect to the Docker daemon. Is the docker daemon running?\n");
  }
}

function end(channel: ServerChannel, code: number, stderr = ""): void {
  if (stderr !== "") channel.stderr.write(stderr);
  channel.exit(code);
  channel.end();
}

function weld(one: Duplex, other: Socket): void {
  one.pipe(other).pipe(one);
  one.on("error", () => other.destroy()).on("close", () => other.destroy());
  other.on("error", () => one.end());
}

function portOf(server: Server): number {
  const address = server.address();
  if (!isTcp(address)) throw new Error("the test server listens nowhere");
  return address.port;
}

function isTcp(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === "object" && address !== null;
}
