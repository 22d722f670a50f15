// A swarm in memory: keeps what is written to it, and lets its services behave as a test says.
import { Refusal } from "../../src/core/errors.ts";
import type { Exec, Executed } from "../../src/core/exec.ts";
import { isStackName, type ServerName, type StackName } from "../../src/core/ids.ts";
import type { FleetService, Host, Hosts, LogLine, LogQuery, Survey } from "../../src/core/ports.ts";
import { routerHosts } from "../../src/core/router.ts";
import type { StackSight } from "../../src/core/sighting.ts";
import type { Actual, StackState, SwarmNames } from "../../src/core/state.ts";
import { ownersIn, refuseUsed } from "./holdings.ts";
import { PausingHost } from "./pausing-host.ts";
import { runningTask, runProgram } from "./program.ts";
import type { FakeService } from "./service.ts";

export class FakeHost extends PausingHost implements Host {
  async survey(signal: AbortSignal): Promise<Survey> {
    this.reach(signal);
    const { nodes, disk } = this;
    if (disk !== undefined) this.known.measured(disk);
    const facts = { engine: "fake", swarm: "manager", nodes, memory: 2 ** 31, skew: 0 } as const;
    return { ...facts, ...(disk !== undefined && { disk }) };
  }

  async fleet(signal: AbortSignal): Promise<readonly FleetService[]> {
    this.reach(signal);
    return [...this.stacks].flatMap(([stack, { services }]) =>
      [...services.values()].map(({ state, tasks, update }) => ({
        stack,
        service: state.name,
        image: state.image,
        labels: state.labels,
        running: tasks.filter((task) => task.state === "running" && task.current).length,
        wanted: state.replicas === "global" ? 1 : state.replicas,
        ...(update === undefined ? {} : { updateState: update.state }),
      })),
    );
  }

  async inspect(stack: StackName, signal: AbortSignal): Promise<Actual> {
    const swarm = await this.names(signal);
    const live = this.stacks.get(stack);
    const services = [...(live?.services.values() ?? [])];
    const state = {
      stack,
      services: services.map((one) => one.state).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      configs: live?.configs ?? [],
    };
    return {
      ...(services.length === 0 ? {} : { live: state }),
      revision: Object.fromEntries(services.map((one) => [one.state.name, one.revision])),
      swarm: { ...swarm, routers: swarm.routers.filter((router) => router.stack !== stack) },
      addresses: this.addresses,
    };
  }

  async names(signal: AbortSignal): Promise<SwarmNames> {
    this.reach(signal);
    const stacks = [...this.stacks];
    return {
      secrets: [...this.secrets.keys()].toSorted(),
      configs: stacks.flatMap(([, { configs }]) => configs),
      networks: [...this.networks].toSorted(),
      routers: stacks.flatMap(([stack, { services }]) =>
        [...services.values()].flatMap(({ state }) => {
          const hosts = routerHosts(state.labels);
          return hosts.length === 0 ? [] : [{ stack, hosts }];
        }),
      ),
      owners: ownersIn(this.stacks, this.holdings.labels),
    };
  }

  async pull(image: string, signal: AbortSignal): Promise<void> {
    this.reach(signal);
    if (this.missing.has(image)) {
      throw new Refusal({ kind: "step-failed", step: `pull ${image}`, problem: "not found" });
    }
    this.pulled.push(image);
  }

  async createSecret(
    name: string,
    value: string | Uint8Array,
    signal: AbortSignal,
  ): Promise<boolean> {
    this.reach(signal);
    return this.holdings.createSecret(name, value);
  }

  async deploy(stack: StackName, compose: string, signal: AbortSignal): Promise<void> {
    this.reach(signal);
    const desired = this.options.meaning(compose);
    this.written.push({ stack, compose });
    const there = this.stacks.get(stack) ?? {
      services: new Map<string, FakeService>(),
      configs: [],
    };
    for (const state of desired.services) this.write(stack, there, state);
    const kept = there.configs.filter(
      ({ name }) => !desired.configs.some((one) => one.name === name),
    );
    there.configs = [...kept, ...desired.configs].toSorted((a, b) => (a.name < b.name ? -1 : 1));
    this.stacks.set(stack, there);
    this.ring();
  }

  async *watch(stack: StackName, signal: AbortSignal): AsyncGenerator<StackSight, never> {
    for (;;) {
      const changed = this.changed.promise;
      yield await this.sight(stack, signal);
      await this.linger(changed, signal);
    }
  }

  async sight(stack: StackName, signal: AbortSignal): Promise<StackSight> {
    this.reach(signal);
    const services = [...(this.stacks.get(stack)?.services.values() ?? [])];
    return {
      at: this.options.clock.now(),
      services: services.map((service) => service.sight()),
      nodes: this.nodes.flatMap(({ name, isUp, availability }) =>
        isUp && availability !== "drain" ? [name] : [],
      ),
    };
  }

  async removeServices(
    stack: StackName,
    services: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    this.reach(signal);
    const there = this.stacks.get(stack);
    for (const service of services) there?.services.delete(service);
    if (there?.services.size === 0) this.stacks.delete(stack);
    this.ring();
  }

  async removeStack(stack: StackName, signal: AbortSignal): Promise<void> {
    this.reach(signal);
    this.stacks.delete(stack);
    this.holdings.removeLabelled(stack);
    this.ring();
  }

  async removeSecrets(names: readonly string[], signal: AbortSignal): Promise<void> {
    this.reach(signal);
    refuseUsed(this.stacks, "secret", names);
    this.holdings.removeSecrets(names);
  }

  async removeConfigs(names: readonly string[], signal: AbortSignal): Promise<void> {
    this.reach(signal);
    refuseUsed(this.stacks, "config", names);
    for (const stack of this.stacks.values()) {
      stack.configs = stack.configs.filter(({ name }) => !names.includes(name));
    }
  }

  async removeVolumes(names: readonly string[], signal: AbortSignal): Promise<void> {
    this.reach(signal);
    refuseUsed(this.stacks, "volume", names);
    this.holdings.removeVolumes(names);
  }

  async restart(
    stack: StackName,
    counters: Readonly<Record<string, number>>,
    signal: AbortSignal,
  ): Promise<void> {
    this.reach(signal);
    for (const [name, counter] of Object.entries(counters)) {
      const service = this.stacks.get(stack)?.services.get(name);
      const problem = "there is no such service";
      if (service === undefined) {
        throw new Refusal({ kind: "step-failed", step: `restart ${name}`, problem });
      }
      service.restart(counter, this.behaviours.get(`${stack}_${name}`) ?? { kind: "runs" });
    }
    this.ring();
  }

  async counters(stack: StackName, signal: AbortSignal): ReturnType<Host["counters"]> {
    this.reach(signal);
    const services = [...(this.stacks.get(stack)?.services ?? [])];
    return Object.fromEntries(services.map(([name, { counter }]) => [name, counter]));
  }

  async secretsOf(stack: StackName, signal: AbortSignal): ReturnType<Host["secretsOf"]> {
    this.reach(signal);
    return this.holdings.secretsOf(stack);
  }

  async exec(stack: StackName, exec: Exec, signal: AbortSignal): Promise<Executed> {
    this.reach(signal);
    runningTask(stack, exec.service, this.stacks.get(stack)?.services.get(exec.service));
    this.executed.push({ stack, exec });
    return runProgram(this.program, { stack, exec }, this.options.clock, signal);
  }

  async gone(stack: StackName, signal: AbortSignal): Promise<void> {
    for (;;) {
      const changed = this.changed.promise;
      this.reach(signal);
      if (!this.stacks.has(stack)) return;
      await this.linger(changed, signal);
    }
  }

  async logs(stack: StackName, query: LogQuery, signal: AbortSignal): Promise<readonly LogLine[]> {
    this.reach(signal);
    const services = [...(this.stacks.get(stack)?.services.values() ?? [])];
    const lines = services
      .filter(({ state }) => query.service === undefined || state.name === query.service)
      .flatMap(({ log }) => log)
      .filter(({ task }) => query.task === undefined || task === query.task);
    return query.lines === 0 ? [] : lines.slice(-query.lines);
  }

  async *follow(stack: StackName, query: LogQuery, signal: AbortSignal): AsyncGenerator<LogLine> {
    const told = new Set<LogLine>();
    const all = { ...query, lines: Number.MAX_SAFE_INTEGER };
    const old = await this.logs(stack, all, signal);
    for (const line of old.slice(0, Math.max(0, old.length - query.lines))) told.add(line);
    while (this.stacks.has(stack)) {
      const changed = this.changed.promise;
      const lines = (await this.logs(stack, all, signal)).filter((line) => !told.has(line));
      for (const line of lines) {
        told.add(line);
        yield line;
      }
      if (lines.length === 0) await this.linger(changed, signal);
    }
  }

  async tasks(stack: StackName, signal: AbortSignal): ReturnType<Host["tasks"]> {
    this.reach(signal);
    const services = [...(this.stacks.get(stack)?.services.values() ?? [])];
    return services.flatMap(({ state, tasks }) =>
      tasks.map((task) => ({
        ...task,
        service: state.name,
        image: state.image,
        volumes: state.volumes,
      })),
    );
  }

  async probe(domain: string, signal: AbortSignal): ReturnType<Host["probe"]> {
    this.reach(signal);
    return this.answers.get(domain) ?? { url: `http://${domain}/`, status: 200 };
  }

  async states(signal: AbortSignal): Promise<readonly StackState[]> {
    const looks = [...this.stacks.keys()]
      .filter(isStackName)
      .map((stack) => this.inspect(stack, signal));
    return (await Promise.all(looks)).flatMap(({ live }) => live ?? []);
  }
}

/** Hosts by their names. */
export class FakeHosts implements Hosts {
  readonly servers: readonly ServerName[];
  readonly #hosts: readonly Host[];

  constructor(hosts: readonly Host[]) {
    this.#hosts = hosts;
    this.servers = hosts.map(({ server }) => server);
  }

  get(server: ServerName): Host {
    const host = this.#hosts.find((one) => one.server === server);
    if (host !== undefined) return host;
    throw new Refusal({ kind: "unknown-server", server, known: this.servers });
  }
}
