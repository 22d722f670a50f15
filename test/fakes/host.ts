// A swarm in memory: keeps what is written to it, and lets its services behave as a test says.
import { Refusal } from "../../src/core/errors.ts";
import { isStackName, type ServerName, type StackName } from "../../src/core/ids.ts";
import type {
  Clock,
  FleetService,
  Host,
  Hosts,
  LogLine,
  LogQuery,
  Survey,
} from "../../src/core/ports.ts";
import { routerHosts } from "../../src/core/router.ts";
import type { StackSight } from "../../src/core/sighting.ts";
import type {
  Actual,
  ConfigState,
  ServiceState,
  StackState,
  SwarmNames,
} from "../../src/core/state.ts";
import { TidyHost } from "./tidy-host.ts";
import { FakeService, type Behaviour, type RolledBack } from "./service.ts";

interface FakeStack {
  readonly services: Map<string, FakeService>;
  configs: readonly ConfigState[];
}

export interface FakeHostOptions {
  readonly server: ServerName;
  readonly clock: Clock;
  /** What a compose text means; tests that have no docker CLI write the state itself as JSON (fakes/composer.ts). */
  readonly meaning: (compose: string) => StackState;
}

/** Milliseconds. */
const BETWEEN_LOOKS = 500;

export class FakeHost extends TidyHost implements Host {
  readonly server: ServerName;
  /** Every deploy in order. */
  readonly written: { readonly stack: StackName; readonly compose: string }[] = [];
  readonly pulled: string[] = [];
  readonly secrets = new Map<string, string>();
  readonly networks = new Set(["ingress", "proxy"]);
  /** Images a pull refuses. */
  readonly missing = new Set<string>();
  /** By domain. */
  readonly answers = new Map<string, Awaited<ReturnType<Host["probe"]>>>();
  addresses: readonly string[] = ["192.0.2.1"];
  /** While set, every call throws it. */
  unreachable: Refusal | undefined;
  readonly #options: FakeHostOptions;
  readonly #stacks = new Map<string, FakeStack>();
  readonly #behaviours = new Map<string, Behaviour>();
  #changed = Promise.withResolvers<undefined>();

  constructor(options: FakeHostOptions) {
    super();
    this.server = options.server;
    this.#options = options;
  }

  /** What a service does from its next write on. */
  behave(stack: string, service: string, behaviour: Behaviour): void {
    this.#behaviours.set(`${stack}_${service}`, behaviour);
  }

  /** What a service that is there does from now on. */
  turn(stack: string, service: string, behaviour: Exclude<Behaviour, RolledBack>): void {
    this.#service(stack, service).act(behaviour);
    this.ring();
  }

  /** Lets watchers look, as an event does. */
  readonly ring = (): void => {
    this.#changed.resolve(undefined);
    this.#changed = Promise.withResolvers();
  };

  /** What nobody asked moot for: somebody changes a service by hand. */
  tamper(stack: string, service: string, change: Partial<ServiceState>): void {
    const there = this.#service(stack, service);
    there.write({ ...there.state, ...change }, { kind: "runs" });
    this.ring();
  }

  async survey(signal: AbortSignal): Promise<Survey> {
    this.#reach(signal);
    const node = { name: "node", role: "manager", isUp: true, availability: "active" } as const;
    return { engine: "fake", swarm: "manager", nodes: [node], memory: 2 ** 31, skew: 0 };
  }

  async fleet(signal: AbortSignal): Promise<readonly FleetService[]> {
    this.#reach(signal);
    return [...this.#stacks].flatMap(([stack, { services }]) =>
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
    const live = this.#stacks.get(stack);
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
    this.#reach(signal);
    const stacks = [...this.#stacks];
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
      owners: Object.fromEntries(stacks.flatMap(([stack, one]) => ownedBy(stack, one))),
    };
  }

  async pull(image: string, signal: AbortSignal): Promise<void> {
    this.#reach(signal);
    if (this.missing.has(image)) {
      throw new Refusal({ kind: "step-failed", step: `pull ${image}`, problem: "not found" });
    }
    this.pulled.push(image);
  }

  async createSecret(name: string, value: string, signal: AbortSignal): Promise<boolean> {
    this.#reach(signal);
    if (this.secrets.has(name)) return false;
    this.secrets.set(name, value);
    return true;
  }

  async deploy(stack: StackName, compose: string, signal: AbortSignal): Promise<void> {
    this.#reach(signal);
    const desired = this.#options.meaning(compose);
    this.written.push({ stack, compose });
    const there = this.#stacks.get(stack) ?? {
      services: new Map<string, FakeService>(),
      configs: [],
    };
    for (const state of desired.services) this.#write(stack, there, state);
    const kept = there.configs.filter(
      ({ name }) => !desired.configs.some((one) => one.name === name),
    );
    there.configs = [...kept, ...desired.configs].toSorted((a, b) => (a.name < b.name ? -1 : 1));
    this.#stacks.set(stack, there);
    this.ring();
  }

  async *watch(stack: StackName, signal: AbortSignal): AsyncGenerator<StackSight, never> {
    for (;;) {
      const changed = this.#changed.promise;
      yield await this.sight(stack, signal);
      const done = new AbortController();
      const inner = AbortSignal.any([signal, done.signal]);
      await Promise.race([changed, this.#options.clock.sleep(BETWEEN_LOOKS, inner)]);
      done.abort();
    }
  }

  async sight(stack: StackName, signal: AbortSignal): Promise<StackSight> {
    this.#reach(signal);
    const services = [...(this.#stacks.get(stack)?.services.values() ?? [])];
    return {
      at: this.#options.clock.now(),
      services: services.map((service) => service.sight()),
      nodes: ["node"],
    };
  }

  async removeServices(
    stack: StackName,
    services: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    this.#reach(signal);
    const there = this.#stacks.get(stack);
    for (const service of services) there?.services.delete(service);
    if (there?.services.size === 0) this.#stacks.delete(stack);
    this.ring();
  }

  async gone(stack: StackName, signal: AbortSignal): Promise<void> {
    while (this.#stacks.has(stack)) {
      this.#reach(signal);
      await this.#options.clock.sleep(BETWEEN_LOOKS, signal);
    }
  }

  async logs(stack: StackName, query: LogQuery, signal: AbortSignal): Promise<readonly LogLine[]> {
    this.#reach(signal);
    const services = [...(this.#stacks.get(stack)?.services.values() ?? [])];
    const lines = services
      .filter(({ state }) => query.service === undefined || state.name === query.service)
      .flatMap(({ log }) => log)
      .filter(({ task }) => query.task === undefined || task === query.task);
    return query.lines === 0 ? [] : lines.slice(-query.lines);
  }

  async tasks(stack: StackName, signal: AbortSignal): ReturnType<Host["tasks"]> {
    this.#reach(signal);
    const services = [...(this.#stacks.get(stack)?.services.values() ?? [])];
    return services.flatMap(({ state, tasks }) =>
      tasks.map((task) => ({ ...task, service: state.name, image: state.image })),
    );
  }

  async probe(domain: string, signal: AbortSignal): ReturnType<Host["probe"]> {
    this.#reach(signal);
    return this.answers.get(domain) ?? { url: `http://${domain}/`, status: 200 };
  }

  async stacks(signal: AbortSignal): Promise<readonly StackState[]> {
    const looks = [...this.#stacks.keys()]
      .filter(isStackName)
      .map((stack) => this.inspect(stack, signal));
    return (await Promise.all(looks)).flatMap(({ live }) => live ?? []);
  }

  #service(stack: string, service: string): FakeService {
    const there = this.#stacks.get(stack)?.services.get(service);
    if (there === undefined) throw new Error(`no service ${stack}_${service}`);
    return there;
  }

  protected reach(signal: AbortSignal): void {
    this.#reach(signal);
  }

  #reach(signal: AbortSignal): void {
    signal.throwIfAborted();
    if (this.unreachable !== undefined) throw this.unreachable;
  }

  #write(stack: StackName, { services }: FakeStack, state: ServiceState): void {
    const service =
      services.get(state.name) ?? new FakeService(state, this.#options.clock, this.ring);
    services.set(state.name, service);
    service.write(state, this.#behaviours.get(`${stack}_${state.name}`) ?? { kind: "runs" });
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

function ownedBy(stack: string, { services, configs }: FakeStack): [string, string][] {
  const names = [...services.keys()].map((name) => `${stack}_${name}`);
  return [...names, ...configs.map(({ name }) => name)].map((name) => [name, stack]);
}
