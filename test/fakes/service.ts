// A service of the swarm in memory: its spec, its tasks, and what it does once it is written.
import { sameService } from "../../src/core/compare.ts";
import type { Clock, LogLine } from "../../src/core/ports.ts";
import type { ServiceSight, TaskSight } from "../../src/core/sighting.ts";
import type { ServiceState } from "../../src/core/state.ts";

/** What a service does once it is written. */
export type Behaviour =
  | { readonly kind: "runs" }
  | { readonly kind: "starts-forever"; readonly health?: string }
  | { readonly kind: "crashes"; readonly exitCode: number; readonly log?: readonly string[] }
  | { readonly kind: "ends-well" }
  | { readonly kind: "finds-no-node"; readonly reason: string }
  | RolledBack;

/** As after an update that swarm took back: the old spec stands, and the task that failed is not current. */
export interface RolledBack {
  readonly kind: "is-rolled-back";
  readonly exitCode: number;
}

/** Milliseconds. */
const MONITOR = 2_000;
const BETWEEN_CRASHES = 500;
const CRASHES = 4;
let count = 0;

export class FakeService {
  state: ServiceState;
  revision = 0;
  tasks: readonly TaskSight[] = [];
  update: ServiceSight["update"];
  log: readonly LogLine[] = [];
  /** How often its tasks were started anew by force. */
  counter = 0;
  /** Where its next tasks start. */
  node = "node";
  readonly #id = `service${next()}`;
  readonly #clock: Clock;
  readonly #ring: () => void;

  /** Not there yet before its first write. */
  constructor(state: ServiceState, clock: Clock, ring: () => void) {
    this.state = state;
    this.#clock = clock;
    this.#ring = ring;
  }

  /** As swarm takes a write: the version moves always, tasks are replaced only by another spec. */
  write(state: ServiceState, behaviour: Behaviour): void {
    const isSame = this.revision > 0 && sameService(this.state, state);
    this.revision = next();
    this.update = undefined;
    if (isSame) return;
    if (behaviour.kind === "is-rolled-back") {
      this.#rollBack(behaviour.exitCode);
      return;
    }
    this.state = state;
    this.renew(behaviour);
  }

  /** Does nothing when the counter is as high already. */
  restart(counter: number, behaviour: Behaviour): void {
    if (counter <= this.counter) return;
    this.counter = counter;
    this.revision = next();
    this.update = undefined;
    if (behaviour.kind === "is-rolled-back") this.#rollBack(behaviour.exitCode);
    else this.renew(behaviour);
  }

  /** As a write of this number and these labels alone: tasks that are too many end, and those that are missing start. */
  scale(replicas: number, labels: ServiceState["labels"], behaviour: Behaviour): void {
    this.revision = next();
    this.update = undefined;
    const before = this.state.replicas;
    this.state = { ...this.state, replicas, labels };
    if (replicas === 0) this.tasks = this.tasks.map(ended);
    else if (before === 0 && behaviour.kind !== "is-rolled-back") this.act(behaviour);
  }

  /** New tasks for old ones, on its node. */
  renew(behaviour: Exclude<Behaviour, RolledBack>): void {
    this.tasks = this.tasks.map(retired);
    this.act(behaviour);
  }

  /** Adds a line to the log of its newest task. */
  say(text: string): void {
    const task = this.tasks.at(-1)?.id ?? "";
    this.log = [...this.log, { at: this.#clock.now(), service: this.state.name, task, text }];
  }

  /** Tasks that live give way to those of the new behaviour. */
  act(behaviour: Exclude<Behaviour, RolledBack>): void {
    this.tasks = this.tasks.filter(isOver);
    switch (behaviour.kind) {
      case "runs":
        this.#start({ state: "running" });
        return;
      case "starts-forever":
        this.#start({ state: "starting", ...healthOf(behaviour) });
        return;
      case "ends-well":
        this.#start({ state: "complete", desired: "shutdown", exitCode: 0 });
        return;
      case "finds-no-node":
        this.#start({ state: "pending", error: behaviour.reason });
        return;
      case "crashes":
        void this.#crash(behaviour.exitCode, behaviour.log ?? []);
    }
  }

  sight(): ServiceSight {
    const { replicas, template, name } = this.state;
    const condition = JSON.stringify(template["restart_policy"] ?? {});
    return {
      id: this.#id,
      name,
      revision: this.revision,
      mode: replicas === "global" ? { kind: "global" } : { kind: "replicated", replicas },
      isOneShot: /"(none|on-failure)"/.test(condition),
      ...(this.update === undefined ? {} : { update: this.update }),
      monitor: MONITOR,
      tasks: this.tasks,
    };
  }

  /** One task after the other, a moment apart, as swarm's restarts are. */
  async #crash(exitCode: number, log: readonly string[]): Promise<void> {
    const { signal } = new AbortController();
    this.#start({ state: "starting" });
    for (let again = 0; again < CRASHES; again += 1) {
      await this.#clock.sleep(BETWEEN_CRASHES, signal);
      const last = this.tasks.at(-1);
      if (last?.state !== "starting") return;
      const at = this.#clock.now();
      const failed = { state: "failed", desired: "shutdown", exitCode, changedAt: at } as const;
      this.tasks = [...this.tasks.slice(0, -1), { ...last, ...failed }];
      const lines = log.map((text) => ({ at, service: this.state.name, task: last.id, text }));
      this.log = [...this.log, ...lines];
      this.#start({ state: "starting" });
      this.#ring();
    }
  }

  #rollBack(exitCode: number): void {
    const startedAt = this.#clock.now();
    this.#start({ state: "failed", desired: "shutdown", exitCode, current: false });
    this.update = { state: "rollback_completed", message: "rollback completed", startedAt };
  }

  #start(task: Partial<TaskSight>): void {
    const now = this.#clock.now();
    const common = { slot: 1, node: this.node, desired: "running", current: true } as const;
    const started = { id: `task${next()}`, ...common, createdAt: now, changedAt: now };
    this.tasks = [...this.tasks, { ...started, state: "running", ...task }];
  }
}

function next(): number {
  count += 1;
  return count;
}

function healthOf({ health }: { readonly health?: string }): Pick<TaskSight, "health"> {
  return health === undefined ? {} : { health };
}

function isOver({ state }: TaskSight): boolean {
  return ["complete", "failed", "shutdown"].includes(state);
}

/** It is of the spec as it is: a number of tasks is no part of that. */
function ended(task: TaskSight): TaskSight {
  return { ...task, desired: "shutdown", state: isOver(task) ? task.state : "shutdown" };
}

function retired(task: TaskSight): TaskSight {
  const state = isOver(task) ? task.state : "shutdown";
  return { ...task, current: false, desired: "shutdown", state };
}
