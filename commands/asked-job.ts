// Finds the job whose number was typed.
import type { Sight } from "../src/core/command.ts";
import { Refusal } from "../src/core/errors.ts";
import type { Job } from "../src/core/job.ts";

export function askedJob(typed: string, sight: Sight): Job {
  const digits = /^#?(\d{1,9})$/.exec(typed)?.[1];
  const job = digits === undefined ? undefined : sight.job(Number(digits));
  if (job === undefined) throw new Refusal({ kind: "unknown-job", job: typed });
  return job;
}
