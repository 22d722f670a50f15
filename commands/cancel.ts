// !cancel: stop a job that waits or runs.
import type { Command } from "../src/core/command.ts";
import { Refusal } from "../src/core/errors.ts";
import { askedJob } from "./asked-job.ts";

export const cancel: Command = {
  name: "cancel",
  summary: "stop a job",
  usage: ["!cancel NUMBER"],
  details: [
    "Stops the job where it is; 🛑 on its message does the same. What was already written to the server stays, and the ending says what that is.",
  ],
  flags: {},
  words: { min: 1, max: 1 },
  takesSettings: false,
  run(invocation, sight) {
    const job = askedJob(invocation.words[0] ?? "", sight);
    if (job.endedAt !== undefined)
      throw new Refusal({ kind: "job-not-running", job: job.id, state: job.state });
    return Promise.resolve({ kind: "cancel", job });
  },
};
