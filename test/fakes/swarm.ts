// The ground under a swarm in memory: its stacks, and all that a test can do to them from outside.
import type { Refusal } from "../../src/core/errors.ts";
import type { Exec } from "../../src/core/exec.ts";
import type { ServerName, StackName } from "../../src/core/ids.ts";
import type { Disk } from "../../src/core/known.ts";
import type { Clock, Host } from "../../src/core/ports.ts";
import type { NodeSight } from "../../src/core/servers.ts";
import type { ServiceState, StackState } from "../../src/core/state.ts";
import { Found } from "../../src/swarm/found.ts";
import { FakeCargo } from "./cargo.ts";
import { Holdings, type FakeStack } from "./holdings.ts";
import type { FakeProgram } from "./program.ts";
import { FakeService, type Behaviour, type RolledBack } from "./service.ts";

export interface FakeHostOptions {
  readonly server: ServerName;
  readonly clock: Clock;
  /** What a compose text means; tests that have no docker CLI write the state itself as JSON (fakes/composer.ts). */
  readonly meaning: (compose: string) => StackState;
}

/** Milliseconds. */
const BETWEEN_LOOKS = 500;

export class FakeSwarm {
  readonly server: ServerName;
  /** Every deploy in order. */
  readonly written: { readonly stack: StackName; readonly compose: string }[] = [];
  readonly pulled: string[] = [];
  readonly holdings: Holdings;
  readonly secrets: Map<string, string>;
  readonly cargo: FakeCargo;
  readonly known: Found;
  readonly networks = new Set(["ingress", "proxy"]);
  /** Images a pull refuses. */
  readonly missing = new Set<string>();
  /** By domain. */
  readonly answers = new Map<string, Awaited<ReturnType<Host["probe"]>>>();
  addresses: readonly string[] = ["192.0.2.1"];
  nodes: readonly NodeSight[] = [
    { name: "node", role: "manager", isUp: true, availability: "active" },
  ];
  disk: Disk | undefined = { free: 30_000_000_000, total: 40_000_000_000 };
  /** What `exec` runs. */
  program: FakeProgram = async () => ({ exitCode: 0, output: "" });
  /** Every exec in order. */
  readonly executed: { readonly stack: StackName; readonly exec: Exec }[] = [];
  /** While set, every call throws it. */
  unreachable: Refusal | undefined;
  protected readonly options: FakeHostOptions;
  protected readonly stacks = new Map<string, FakeStack>();
  protected readonly behaviours = new Map<string, Behaviour>();
  protected changed = Promise.withResolvers<undefined>();

  constructor(options: FakeHostOptions) {
    this.server = options.server;
    this.options = options;
    this.holdings = new Holdings(options.clock);
    this.known = new Found(options.clock);
    this.secrets = this.holdings.secrets;
    this.cargo = new FakeCargo(this.holdings, "node");
  }

  /** What a service does from its next write on. */
  behave(stack: string, service: string, behaviour: Behaviour): void {
    this.behaviours.set(`${stack}_${service}`, behaviour);
  }

  /** What a service that is there does from now on. */
  turn(stack: string, service: string, behaviour: Exclude<Behaviour, RolledBack>): void {
    this.service(stack, service).act(behaviour);
    this.ring();
  }

  /** Starts a service's task anew on another node, as swarm does when a node is lost; its volumes are empty there. */
  move(stack: string, service: string, node: string): void {
    const there = this.service(stack, service);
    there.node = node;
    there.renew({ kind: "runs" });
    this.holdings.mount(there);
    this.ring();
  }

  /** Adds a line to a service's log. */
  say(stack: string, service: string, text: string): void {
    this.service(stack, service).say(text);
    this.ring();
  }

  /** Lets watchers look, as an event does. */
  readonly ring = (): void => {
    this.changed.resolve(undefined);
    this.changed = Promise.withResolvers();
  };

  /** What nobody asked moot for: somebody changes a service by hand. */
  tamper(stack: string, service: string, change: Partial<ServiceState>): void {
    const there = this.service(stack, service);
    there.write({ ...there.state, ...change }, { kind: "runs" });
    this.ring();
  }

  protected async linger(changed: Promise<undefined>, signal: AbortSignal): Promise<void> {
    const done = new AbortController();
    const inner = AbortSignal.any([signal, done.signal]);
    const sleep = this.options.clock.sleep(BETWEEN_LOOKS, inner);
    await Promise.race([changed, sleep]);
    done.abort();
  }

  protected service(stack: string, service: string): FakeService {
    const there = this.stacks.get(stack)?.services.get(service);
    if (there === undefined) throw new Error(`no service ${stack}_${service}`);
    return there;
  }

  protected reach(signal: AbortSignal): void {
    signal.throwIfAborted();
    this.known.note(this.unreachable === undefined);
    if (this.unreachable !== undefined) throw this.unreachable;
  }

  protected write(stack: StackName, { services }: FakeStack, state: ServiceState): void {
    const service =
      services.get(state.name) ?? new FakeService(state, this.options.clock, this.ring);
    services.set(state.name, service);
    service.write(state, this.behaviours.get(`${stack}_${state.name}`) ?? { kind: "runs" });
    this.holdings.mount(service);
  }
}
