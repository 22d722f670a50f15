// Asks a task's container why it ended, or why it is not healthy yet.
import { Refusal } from "../core/errors.ts";
import type { TaskSight } from "../core/sighting.ts";
import { EngineError, type Engine } from "./docker.ts";
import {
  liveContainer,
  type LiveContainer,
  type LiveNode,
  type LiveTask,
} from "./engine-schema.ts";
import type { Nodes } from "./nodes.ts";

export type Autopsy = Pick<TaskSight, "health" | "oomKilled">;

/** Answers: of containers that have ended, which cannot change, and the last ones of those that start. */
const KEPT = 500;
/** Milliseconds: the engine is silent about a container while it starts it, and a look is not to wait for that. */
const GLANCE = 25;
/** Nor for another node longer than this: it may have to be connected to, or be out of reach. */
const ELSEWHERE = 1_000;
const LONGEST_OUTPUT = 200;

interface Glance {
  readonly key: string;
  readonly task: LiveTask;
  readonly ask: () => Promise<LiveContainer | undefined>;
  /** Milliseconds. */
  readonly patience: number;
}

export class Autopsies {
  readonly #engine: Engine;
  readonly #nodes: Nodes;
  readonly #mask: (text: string) => string;
  readonly #known = new Map<string, Autopsy>();
  readonly #asking = new Map<string, Promise<LiveContainer | undefined>>();

  constructor(nodes: Nodes, mask: (text: string) => string) {
    this.#engine = nodes.manager;
    this.#nodes = nodes;
    this.#mask = mask;
  }

  /** `node`: the one the task is on, where it is known. */
  async of(task: LiveTask, node: LiveNode | undefined, signal: AbortSignal): Promise<Autopsy> {
    const container = containerOf(task);
    if (container === undefined) return {};
    const isOver = task.Status.State === "failed";
    const key = `${task.Status.State} ${task.ID}`;
    const known = this.#known.get(key);
    if (isOver && known !== undefined) return known;
    if (node !== undefined && !(await this.#nodes.isOwn(node, signal))) {
      const ask = () => this.#askNode(node, container, signal);
      await this.#glance({ key, task, ask, patience: isOver ? ELSEWHERE : GLANCE });
    } else {
      const ask = () => this.#ask(this.#engine, container, signal);
      if (isOver) return this.#keep(key, task, await ask());
      await this.#glance({ key, task, ask, patience: GLANCE });
    }
    return this.#known.get(key) ?? {};
  }

  /** Returns when the answer is there, or soon; an answer that comes later is there for the next look. */
  async #glance({ key, task, ask, patience }: Glance): Promise<void> {
    const asking = this.#asking.get(key) ?? ask();
    this.#asking.set(key, asking);
    const done = asking
      .then((told) => void this.#keep(key, task, told))
      .finally(() => this.#asking.delete(key));
    // Whoever looks meets the same trouble by the look itself, and asks again at the next.
    done.catch(() => undefined);
    const soon = AbortSignal.timeout(patience);
    const over = new Promise<void>((resolve) => {
      soon.addEventListener("abort", () => {
        resolve();
      });
    });
    await Promise.race([done, over]);
  }

  #ask(engine: Engine, container: string, signal: AbortSignal): Promise<LiveContainer | undefined> {
    const question = { path: `/containers/${container}/json` };
    return engine.ask(question, liveContainer, signal).catch(whenElsewhere);
  }

  /** A look does not fail because another node is out of reach. */
  async #askNode(
    node: LiveNode,
    container: string,
    signal: AbortSignal,
  ): Promise<LiveContainer | undefined> {
    try {
      const machine = await this.#nodes.tryReach(node, signal);
      return machine && (await this.#ask(machine.engine, container, signal));
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Refusal)) throw error;
      return undefined;
    }
  }

  #healthOf({ Status }: LiveTask, { State }: LiveContainer): Autopsy {
    const sick = State.Health?.Log?.findLast(({ ExitCode }) => ExitCode !== 0);
    const isReason = Status.State === "starting" || (Status.Err ?? "").includes("unhealthy");
    return sick === undefined || !isReason ? {} : { health: this.#mask(oneLine(sick.Output)) };
  }

  #keep(key: string, task: LiveTask, told: LiveContainer | undefined): Autopsy {
    if (told === undefined) return {};
    const autopsy = { ...this.#healthOf(task, told), ...memoryOf(task, told) };
    const [oldest] = this.#known.keys();
    if (oldest !== undefined && this.#known.size >= KEPT) this.#known.delete(oldest);
    this.#known.set(key, autopsy);
    return autopsy;
  }
}

/** Of a task that has something to tell. */
function containerOf({ Status: { State, ContainerStatus } }: LiveTask): string | undefined {
  const container = ContainerStatus?.ContainerID ?? "";
  const isTelling = State === "failed" || State === "starting";
  return isTelling && container !== "" ? container : undefined;
}

function memoryOf({ Status }: LiveTask, { State }: LiveContainer): Autopsy {
  return Status.State === "failed" && State.OOMKilled === true ? { oomKilled: true } : {};
}

/** Those that swarm has cleared away are not known. */
function whenElsewhere(error: unknown): undefined {
  if (!(error instanceof EngineError && error.status === 404)) throw error;
}

function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, " ").slice(-LONGEST_OUTPUT);
}
