// Asks a task's container why it ended, or why it is not healthy yet.
import type { TaskSight } from "../core/sighting.ts";
import { EngineError, type Engine } from "./docker.ts";
import { liveContainer, type LiveContainer, type LiveTask } from "./engine-schema.ts";

export type Autopsy = Pick<TaskSight, "health" | "oomKilled">;

/** Containers that have ended cannot change, so their answers are kept. */
const KEPT = 500;
const LONGEST_OUTPUT = 200;

export class Autopsies {
  readonly #engine: Engine;
  readonly #mask: (text: string) => string;
  readonly #done = new Map<string, Autopsy>();

  constructor(engine: Engine, mask: (text: string) => string) {
    this.#engine = engine;
    this.#mask = mask;
  }

  async of(task: LiveTask, signal: AbortSignal): Promise<Autopsy> {
    const { State, ContainerStatus } = task.Status;
    const container = ContainerStatus?.ContainerID ?? "";
    if (container === "" || !(State === "failed" || State === "starting")) return {};
    const known = this.#done.get(task.ID);
    if (known !== undefined) return known;
    const question = { path: `/containers/${container}/json` };
    const told = await this.#engine.ask(question, liveContainer, signal).catch(whenElsewhere);
    if (told === undefined) return {};
    const autopsy = { ...this.#healthOf(task, told), ...memoryOf(task, told) };
    if (State === "failed") this.#keep(task.ID, autopsy);
    return autopsy;
  }

  #healthOf({ Status }: LiveTask, { State }: LiveContainer): Autopsy {
    const sick = State.Health?.Log?.findLast(({ ExitCode }) => ExitCode !== 0);
    const isReason = Status.State === "starting" || (Status.Err ?? "").includes("unhealthy");
    return sick === undefined || !isReason ? {} : { health: this.#mask(oneLine(sick.Output)) };
  }

  #keep(task: string, autopsy: Autopsy): void {
    const [oldest] = this.#done.keys();
    if (oldest !== undefined && this.#done.size >= KEPT) this.#done.delete(oldest);
    this.#done.set(task, autopsy);
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
