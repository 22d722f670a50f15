// What a job that met a bug of moot's own ends with: the log has the bug, the room its number.
import type { Ending, Job } from "../core/job.ts";
import type { World } from "./world.ts";

export interface BugEnding {
  readonly ending: Ending;
  /** Where the log has it. */
  readonly bug: string;
}

export function bugEnding(world: World, job: Job, error: unknown): BugEnding {
  const bug = world.reference();
  const log = world.log.child({ job: job.id, app: job.app, server: job.server });
  log.error("a job met a bug", { reference: bug, error });
  const text = `something in moot broke; its log has it under ${bug}`;
  const problem = { step: "moot itself", text };
  return { ending: { state: "failed", services: [], problem }, bug };
}
