// Runs dockerd in a space and makes it a swarm of one node.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { Engine } from "./engine.ts";
import type { Space } from "./space.ts";
import { untilTrue } from "./wait.ts";

export interface DockerdOptions {
  readonly space: Space;
  /** Keeps the socket, the log and the engine's own files. */
  readonly folder: string;
  /** "10.78.0": registries in it are spoken to without TLS. */
  readonly subnet: string;
  /** The control group that holds every container. */
  readonly cgroup: string;
}

const swarmState = z.object({ Swarm: z.object({ LocalNodeState: z.string() }) });
const networkNames = z.array(z.object({ Name: z.string() }));

export class Dockerd {
  readonly engine: Engine;
  readonly #options: DockerdOptions;

  constructor(options: DockerdOptions) {
    this.#options = options;
    this.engine = new Engine(join(options.folder, "docker.sock"));
  }

  /** Starts it where it does not answer; returns when it is a manager with the network `proxy`. */
  async start(): Promise<void> {
    if (!(await this.engine.isUp())) {
      await this.stop();
      await this.#launch();
      await untilTrue(`dockerd of ${this.#options.folder}`, 30, () => this.engine.isUp());
    }
    await this.#makeSwarm();
  }

  /** Ends it with all that it runs; does nothing where it does not run. */
  async stop(): Promise<void> {
    const isGone = async (): Promise<boolean> => !(await this.#signal("0"));
    await this.#signal("TERM");
    await untilTrue("dockerd to end", 20, isGone).catch(() => this.#signal("KILL"));
    await untilTrue("dockerd to die", 5, isGone);
    await this.#options.space.exec("rm", "-f", "/run/docker.pid", "/run/docker.sock");
    await rm(this.engine.socket, { force: true });
  }

  async #launch(): Promise<void> {
    const { space, folder, subnet, cgroup } = this.#options;
    await space.daemon(
      join(folder, "dockerd.log"),
      "dockerd",
      `--data-root=${join(folder, "engine")}`,
      "--exec-root=/run/docker",
      "--pidfile=/run/docker.pid",
      "--host=unix:///run/docker.sock",
      `--host=unix://${this.engine.socket}`,
      `--insecure-registry=${subnet}.0/24`,
      // Names that no network of the host knows are unknown at once, and asked nowhere else.
      `--dns=${subnet}.2`,
      "--exec-opt=native.cgroupdriver=cgroupfs",
      `--cgroup-parent=${cgroup}`,
    );
  }

  async #makeSwarm(): Promise<void> {
    const state = async (): Promise<string> =>
      swarmState.parse(await this.engine.ask("GET", "/info")).Swarm.LocalNodeState;
    if ((await state()) === "inactive") {
      const address = { ListenAddr: "0.0.0.0:2377", AdvertiseAddr: "eth0" };
      await this.engine.ask("POST", "/swarm/init", address);
    }
    await untilTrue("the swarm", 20, async () => (await state()) === "active");
    const networks = networkNames.parse(await this.engine.ask("GET", "/networks"));
    if (networks.some((network) => network.Name === "proxy")) return;
    const proxy = { Name: "proxy", Driver: "overlay", Attachable: true, CheckDuplicate: true };
    await this.engine.ask("POST", "/networks/create", proxy);
  }

  /** False where none is left to take the signal. By name, but nobody else's processes can be seen in there. */
  async #signal(signal: "0" | "TERM" | "KILL"): Promise<boolean> {
    const kill = ["busybox", "killall", "-q", `-${signal}`, "dockerd"];
    return this.#options.space.exec(...kill).then(
      () => true,
      () => false,
    );
  }
}
