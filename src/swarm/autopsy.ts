// Asks a task's container why it ended, or why it is not healthy yet.
import type { TaskSight } from "../core/sighting.ts";
import { EngineError, type Engine } from "./docker.ts";
import { liveContainer, type LiveContainer, type LiveTask } from "./engine-schema.ts";

export type Autopsy = Pick<TaskSight, "health" | "oomKilled">;

/** Answers: of containers that have ended, which cannot change, and the last ones of those that start. */
const KEPT = 500;
/** Milliseconds: the engine is silent about a container while it starts it, and a look is not to wait for that. */
const GLANCE = 25;
const LONGEST_OUTPUT = 200;

export class Autopsies {
  readonly #engine: Engine;
  readonly #mask: (text: string) => string;
  readonly #known = new Map<string, Autopsy>();
  readonly #asking = new Map<string, Promise<LiveContainer | undefined>>();

  constructor(engine: Engine, mask: (text: string) => string) {
    this.#engine = engine;
    this.#mask = mask;
  }

  async of(task: LiveTask, signal: AbortSignal): Promise<Autopsy> {
    const { State, ContainerStatus } = task.Status;
    const container = ContainerStatus?.ContainerID ?? "";
    if (container === "" || !(State === "failed" || State === "starting")) return {};
    const key = `${State} ${task.ID}`;
    if (State === "failed") {
      return this.#known.get(key) ?? this.#keep(key, task, await this.#ask(container, signal));
    }
    await this.#glance(key, task, container, signal);
    return this.#known.get(key) ?? {};
  }

  /** Returns when the answer is there, or soon; an answer that comes later is there for the next look. */
  async #glance(
    ...[key, task, container, signal]: readonly [string, LiveTask, string, AbortSignal]
  ): Promise<void> {
    const asking = this.#asking.get(key) ?? this.#ask(container, signal);
    this.#asking.set(key, asking);
    const done = asking
      .then((told) => void this.#keep(key, task, told))
      .finally(() => this.#asking.delete(key));
    // Whoever looks meets the same trouble by the look itself, and asks again at the next.
    done.catch(() => undefined);
    const soon = AbortSignal.timeout(GLANCE);
    const over = new Promise<void>((resolve) => {
      soon.addEventListener("abort", () => {
        resolve();
      });
    });
    await Promise.race([done, over]);
  }

  #ask(container: string, signal: AbortSignal): Promise<LiveContainer | undefined> {
    const question = { path: `/containers/${container}/json` };
    return this.#engine.ask(question, liveContainer, signal).catch(whenElsewhere);
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

function memoryOf({ Status }: LiveTask, { State }: LiveContainer): Autopsy {
  return Status.State === "failed" && State.OOMKilled === true ? { oomKilled: true } : {};
}

/** Containers of other nodes, and those swarm has cleared away, are not known to this engine. */
function whenElsewhere(error: unknown): undefined {
  if (!(error instanceof EngineError && error.status === 404)) throw error;
}

function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, " ").slice(-LONGEST_OUTPUT);
}
