// What the steps of a job share: where they act, what they find, and how they fail.
import type { Findings, Job, JobState, ServiceReport } from "../core/job.ts";
import type { Reporter } from "./reporter.ts";
import type { World } from "./world.ts";

/** A step that ended badly, with what it learnt. */
export class StepFailed extends Error {
  readonly state: Extract<JobState, "failed" | "interrupted">;
  /** Absent when this step looked at none. */
  readonly services: readonly ServiceReport[] | undefined;
  /** What it learnt beside: what programs said, how a backup was judged. */
  readonly found: Partial<Findings>;
  constructor(
    problem: string,
    services?: readonly ServiceReport[],
    state: StepFailed["state"] = "failed",
    found: Partial<Findings> = {},
  ) {
    super(problem);
    this.name = "StepFailed";
    this.services = services;
    this.state = state;
    this.found = found;
  }
}

export interface StepContext {
  readonly world: World;
  readonly job: Job;
  /** When a former life of moot began this very step, milliseconds UTC. */
  readonly begunAt?: number;
  /** On the way back, where what runs is nobody's wish and is written over. */
  readonly isBack: boolean;
  readonly reporter: Reporter;
}
