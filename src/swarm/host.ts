// One swarm as the rest of moot sees it: implements Host on an engine's socket.
import { Refusal } from "../core/errors.ts";
import type { Exec, Executed } from "../core/exec.ts";
import { isStackName, type ServerName, type StackName } from "../core/ids.ts";
import { parseImage } from "../core/imageref.ts";
import type {
  Clock,
  FleetService,
  Host,
  LogLine,
  LogQuery,
  RegistryLogin,
  Survey,
} from "../core/ports.ts";
import type { Kept, Prunable, Waste } from "../core/servers.ts";
import type { KnownTask, StackSight } from "../core/sighting.ts";
import type { Actual, StackState, SwarmNames } from "../core/state.ts";
import { SwarmCargo } from "./cargo.ts";
import { readCertificate } from "./certificate.ts";
import type { DockerCli } from "./cli.ts";
import { Engine, EngineError, type SocketAt } from "./docker.ts";
import { execIn } from "./exec.ts";
import { listFleet } from "./fleet.ts";
import type { Found } from "./found.ts";
import { awaitRemoval, untilGone } from "./gone.ts";
import { shortName } from "./live-sight.ts";
import { liveState } from "./live-state.ts";
import { stackOf } from "./live.ts";
import { followLogs } from "./follow.ts";
import type { Link } from "./link.ts";
import { fetchLogs, maskLog } from "./logs.ts";
import { secretsOf, swarmNames, takeInventory } from "./names.ts";
import { Nodes, type Way } from "./nodes.ts";
import { SwarmOneshots } from "./oneshot.ts";
import { pauseService, resumeService } from "./pause.ts";
import { probe } from "./probe.ts";
import { findWaste, removeWaste } from "./prune.ts";
import { pullImage } from "./pull.ts";
import { removeNamed, removeStack, unlessGone } from "./removal.ts";
import { makeSecret } from "./secret-making.ts";
import { countersOf, restartService } from "./restart.ts";
import { Lookout } from "./sights.ts";
import { takeSurvey } from "./survey.ts";
import { listVolumes, removeVolumes } from "./volumes.ts";
import { EventBell, watchStack } from "./watch.ts";

export interface SwarmHostOptions {
  readonly server: ServerName;
  readonly socket: SocketAt;
  readonly cli: DockerCli;
  readonly clock: Clock;
  /** By registry as image names write it; Docker's own is `docker.io`. */
  readonly logins: Readonly<Record<string, RegistryLogin>>;
  /** Hides secrets in what the server says: errors, health output, logs. */
  readonly mask: (text: string) => string;
  /** Where web requests to the server go: its ssh host, or this machine. */
  readonly address: string;
  /** Runs a fixed command on the server. */
  readonly command: Link["exec"];
  /** The way to another node of the swarm; undefined where the config has none. */
  readonly wayTo: (node: string) => Promise<Way | undefined>;
  /** The room a folder of the server has; undefined where that cannot be learnt. */
  readonly disk: (folder: string, signal: AbortSignal) => Promise<Survey["disk"]>;
  /** What the server's name resolves to, for comparing with a domain's. */
  readonly addresses: (signal: AbortSignal) => Promise<readonly string[]>;
}

const EVENTS = {
  type: ["service", "node", "container"],
  event: ["create", "update", "remove", "start", "die", "oom", "destroy", "health_status"],
};

export class SwarmHost implements Host, AsyncDisposable {
  readonly server: ServerName;
  readonly cargo: SwarmCargo;
  readonly oneshots: SwarmOneshots;
  readonly known: Found;
  readonly #options: SwarmHostOptions;
  readonly #engine: Engine;
  readonly #nodes: Nodes;
  readonly #lookout: Lookout;
  readonly #bell: EventBell;

  constructor(options: SwarmHostOptions) {
    const { server, socket, clock, mask } = options;
    const engine = new Engine(server, socket, clock);
    const query = { filters: JSON.stringify(EVENTS) };
    this.server = server;
    this.#options = options;
    this.#engine = engine;
    this.known = engine.found;
    this.#nodes = new Nodes({ ...options, engine });
    this.cargo = new SwarmCargo({ nodes: this.#nodes, clock });
    this.oneshots = new SwarmOneshots({ ...options, nodes: this.#nodes });
    this.#lookout = new Lookout(this.#nodes, mask);
    this.#bell = new EventBell(
      (signal) => engine.stream({ path: "/events", query }, signal),
      clock,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#nodes.close();
    this.#engine.close();
  }

  async survey(signal: AbortSignal): Promise<Survey> {
    return takeSurvey(this.#engine, this.#options, signal);
  }

  async fleet(signal: AbortSignal): Promise<readonly FleetService[]> {
    return listFleet(this.#engine, signal);
  }

  async names(signal: AbortSignal): Promise<SwarmNames> {
    return swarmNames(await takeInventory(this.#engine, signal));
  }

  async inspect(stack: StackName, signal: AbortSignal): Promise<Actual> {
    const [inventory, addresses] = await Promise.all([
      takeInventory(this.#engine, signal),
      this.#options.addresses(signal),
    ]);
    const swarm = swarmNames(inventory);
    const services = inventory.services.filter(({ Spec }) => stackOf(Spec.Labels) === stack);
    const own = { ...inventory, services };
    const live = await liveState(this.#engine, stack, own, signal);
    const revisions = services.map((one) => [shortName(one, stack), one.Version.Index] as const);
    return {
      ...(live === undefined ? {} : { live }),
      revision: Object.fromEntries(revisions),
      swarm: { ...swarm, routers: swarm.routers.filter((router) => router.stack !== stack) },
      addresses,
    };
  }

  async pull(image: string, signal: AbortSignal): Promise<void> {
    const login = this.#options.logins[parseImage(image)?.registry ?? ""];
    await pullImage(this.#engine, image, login, signal);
  }

  async createSecret(
    name: string,
    value: string | Uint8Array,
    signal: AbortSignal,
  ): Promise<boolean> {
    return this.#orFailed(
      `create secret ${name}`,
      makeSecret(this.#engine, { name }, value, signal),
    );
  }

  async deploy(stack: StackName, compose: string, signal: AbortSignal): Promise<void> {
    const { cli, socket } = this.#options;
    // Its refusals say more than the docker CLI does about a server that cannot be reached.
    await this.#engine.greet(signal);
    await awaitRemoval(this.#engine, stack, this.#options.clock, signal);
    await cli.deploy({ socket: socket.path, stack, compose }, signal);
  }

  watch(stack: StackName, signal: AbortSignal): AsyncIterable<StackSight> {
    const look = (inner: AbortSignal): Promise<StackSight> => this.sight(stack, inner);
    return watchStack(look, this.#bell, this.#options.clock, signal);
  }

  async sight(stack: StackName, signal: AbortSignal): Promise<StackSight> {
    const { services, nodes } = await this.#lookout.look(stack, signal);
    return { at: this.#options.clock.now(), services, nodes };
  }

  async removeServices(
    stack: StackName,
    services: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    for (const service of services) {
      const work = unlessGone(this.#engine, `/services/${stack}_${service}`, signal);
      await this.#orFailed(`remove service ${service}`, work);
    }
  }

  async gone(stack: StackName, signal: AbortSignal): Promise<void> {
    await untilGone(this.#engine, stack, this.#options.clock, signal);
  }

  async removeStack(stack: StackName, signal: AbortSignal): Promise<void> {
    const others = await this.#nodes.enginesOf(stack, signal);
    const { clock } = this.#options;
    await removeStack({ engine: this.#engine, others, stack, clock }, signal);
  }

  async removeSecrets(names: readonly string[], signal: AbortSignal): Promise<void> {
    await removeNamed(this.#engine, "secret", names, signal);
  }

  async removeConfigs(names: readonly string[], signal: AbortSignal): Promise<void> {
    await removeNamed(this.#engine, "config", names, signal);
  }

  async removeVolumes(names: readonly string[], signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    await removeVolumes({ nodes: this.#nodes, clock }, names, signal);
  }

  async restart(
    stack: StackName,
    counters: Readonly<Record<string, number>>,
    signal: AbortSignal,
  ): Promise<void> {
    for (const [service, counter] of Object.entries(counters)) {
      await restartService(this.#engine, { stack, service, counter }, signal);
    }
  }

  async pause(stack: StackName, service: string, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    await pauseService({ engine: this.#engine, clock, stack, service }, signal);
  }

  async resume(stack: StackName, service: string, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    await resumeService({ engine: this.#engine, clock, stack, service }, signal);
  }

  async counters(stack: StackName, signal: AbortSignal): ReturnType<Host["counters"]> {
    return countersOf(this.#engine, stack, signal);
  }

  async volumes(
    ...[stack, signal, reach]: Parameters<Host["volumes"]>
  ): ReturnType<Host["volumes"]> {
    return listVolumes(this.#nodes, stack, signal, reach);
  }

  async secretsOf(stack: StackName, signal: AbortSignal): ReturnType<Host["secretsOf"]> {
    return secretsOf(this.#engine, stack, signal);
  }

  async exec(stack: StackName, exec: Exec, signal: AbortSignal): Promise<Executed> {
    return execIn({ ...this.#options, nodes: this.#nodes }, stack, exec, signal);
  }

  async logs(stack: StackName, query: LogQuery, signal: AbortSignal): Promise<readonly LogLine[]> {
    const lines = await fetchLogs(this.#engine, stack, query, signal);
    return maskLog(lines, this.#options.mask);
  }

  follow(stack: StackName, query: LogQuery, signal: AbortSignal): AsyncIterable<LogLine> {
    const { mask } = this.#options;
    return followLogs(this.#engine, { stack, query, mask }, signal);
  }

  async tasks(stack: StackName, signal: AbortSignal): Promise<readonly KnownTask[]> {
    return (await this.#lookout.look(stack, signal)).tasks;
  }

  async probe(domain: string, signal: AbortSignal): ReturnType<Host["probe"]> {
    return probe(this.#options.address, domain, signal);
  }

  async certificate(domain: string, signal: AbortSignal): ReturnType<Host["certificate"]> {
    return readCertificate(this.#options.address, domain, signal);
  }

  async states(signal: AbortSignal): Promise<readonly StackState[]> {
    const inventory = await takeInventory(this.#engine, signal);
    const names = new Set(inventory.services.flatMap(({ Spec }) => stackOf(Spec.Labels) ?? []));
    const found = [...names].filter(isStackName).map((stack) => {
      const services = inventory.services.filter(({ Spec }) => stackOf(Spec.Labels) === stack);
      return liveState(this.#engine, stack, { ...inventory, services }, signal);
    });
    return (await Promise.all(found)).filter((state) => state !== undefined);
  }

  async prunable(kept: Kept, signal: AbortSignal): Promise<Prunable> {
    return findWaste(this.#engine, kept, signal);
  }

  async prune(waste: readonly Waste[], kept: Kept, signal: AbortSignal): Promise<readonly Waste[]> {
    return removeWaste(this.#engine, waste, kept, signal);
  }

  async #orFailed<T>(step: string, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      const problem = this.#options.mask(error.message);
      throw new Refusal({ kind: "step-failed", step, problem }, error);
    }
  }
}
