// One swarm host: a space on the network with an engine and an SSH server.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { Dockerd } from "./dockerd.ts";
import type { Ledger } from "./ledger.ts";
import type { Network } from "./network.ts";
import { Space } from "./space.ts";
import { Sshd } from "./sshd.ts";
import { wipe } from "./wipe.ts";

export interface HostOptions {
  readonly name: string;
  /** Its number in the subnet. */
  readonly number: number;
  readonly folder: string;
  readonly network: Network;
  readonly ledger: Ledger;
  /** The control group above those of its containers. */
  readonly cgroup: string;
  /** The private key that may log in; its public half lies beside it. */
  readonly keyFile: string;
  /** The docker CLI to use. */
  readonly docker: string;
}

/** A swarm of one node, reached over SSH as root. */
export class TestHost {
  readonly name: string;
  readonly address: string;
  /** The engine's own socket, which opens on this machine. */
  readonly socket: string;
  readonly #options: HostOptions;
  readonly #space: Space;
  readonly #dockerd: Dockerd;
  readonly #sshd: Sshd;
  #hostKey: string;

  private constructor(options: HostOptions, parts: Parts) {
    this.name = options.name;
    this.address = addressOf(options);
    this.socket = parts.dockerd.engine.socket;
    this.#options = options;
    this.#space = parts.space;
    this.#dockerd = parts.dockerd;
    this.#sshd = parts.sshd;
    this.#hostKey = parts.hostKey;
  }

  /** Brings it up, or what is missing of it; one that was cut off is reachable again. */
  static async open(options: HostOptions): Promise<TestHost> {
    const { name, number, folder, network, ledger, cgroup, keyFile } = options;
    await mkdir(folder, { recursive: true });
    const log = join(folder, "space.log");
    const space = await Space.open(ledger, `host-${name}`, log, (made) => prepare(made, options));
    await network.setPort(number, "up");
    const dockerd = new Dockerd({ space, folder, subnet: network.subnet, cgroup });
    const authorizedKeys = `${keyFile}.pub`;
    const sshd = new Sshd({ space, folder, address: addressOf(options), authorizedKeys });
    await Promise.all([dockerd.start(), sshd.start()]);
    return new TestHost(options, { space, dockerd, sshd, hostKey: await sshd.publicKey() });
  }

  /** How to log in; `hostKey` is its present one, as "ssh-ed25519 AAAA…". */
  get ssh(): SshLogin {
    return { user: "root", port: 22, keyFile: this.#options.keyFile, hostKey: this.#hostKey };
  }

  /** The docker CLI on this host's own socket; returns what it prints. */
  async docker(...args: readonly string[]): Promise<string> {
    const env = { DOCKER_HOST: `unix://${this.socket}`, DOCKER_CONFIG: this.#options.folder };
    const { stdout } = await execa(this.#options.docker, args, { env });
    return stdout;
  }

  /** A command inside the host; returns what it prints. */
  async exec(...argv: readonly string[]): Promise<string> {
    return this.#space.exec(...argv);
  }

  /** Cuts it off the network without a word to either side. */
  async freeze(): Promise<void> {
    await this.#options.network.setPort(this.#options.number, "down");
  }

  async thaw(): Promise<void> {
    await this.#options.network.setPort(this.#options.number, "up");
  }

  /** Ends the engine with all that it runs. */
  async stopDocker(): Promise<void> {
    await this.#dockerd.stop();
  }

  async startDocker(): Promise<void> {
    await this.#dockerd.start();
  }

  /** Ends the SSH server with the connections that it holds. */
  async stopSshd(): Promise<void> {
    await this.#sshd.stop();
  }

  async startSshd(): Promise<void> {
    await this.#sshd.start();
  }

  /** Lets clients forward sockets and ports, or forbids it; cuts the connections there are. */
  async allowForwarding(allowed: boolean): Promise<void> {
    await this.#sshd.allowForwarding(allowed);
  }

  /** Gives it a new host key; returns its public line. */
  async replaceHostKey(): Promise<string> {
    this.#hostKey = await this.#sshd.replaceKey();
    return this.#hostKey;
  }

  /** Makes it a worker of another host's swarm, and no manager of its own any more. */
  async joinSwarm(manager: TestHost): Promise<void> {
    const token = await manager.docker("swarm", "join-token", "--quiet", "worker");
    await this.docker("swarm", "leave", "--force");
    await this.docker("swarm", "join", "--token", token, `${manager.address}:2377`);
  }

  /** Takes away every stack, service, container, secret, config, network and volume but the router and `proxy`. */
  async wipe(): Promise<void> {
    await wipe(this.#dockerd.engine);
  }
}

export interface SshLogin {
  readonly user: string;
  readonly port: number;
  readonly keyFile: string;
  readonly hostKey: string;
}

interface Parts {
  readonly space: Space;
  readonly dockerd: Dockerd;
  readonly sshd: Sshd;
  readonly hostKey: string;
}

function addressOf(options: HostOptions): string {
  return `${options.network.subnet}.${String(options.number)}`;
}

async function prepare(space: Space, options: HostOptions): Promise<void> {
  await space.exec("hostname", options.name);
  await options.network.plug(space, options.number);
  // sshd turns away an account that is locked, as root is on machines that are used with sudo.
  const unlock =
    "sed 's/^root:[^:]*:/root:*:/' /etc/shadow >/run/shadow && mount --bind /run/shadow /etc/shadow";
  await space.exec("sh", "-c", `umask 077; ${unlock}`);
}
