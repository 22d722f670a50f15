// !cancel: stop a job that waits or runs.
import type { Approval } from "../src/core/approval.ts";
import type { Command, Outcome } from "../src/core/command.ts";
import { Refusal } from "../src/core/errors.ts";
import { askedApproval, namesApproval } from "./asked-approval.ts";
import { askedJob } from "./asked-job.ts";

export const cancel: Command = {
  name: "cancel",
  summary: "stop a job, or withdraw what is asked",
  usage: ["!cancel NUMBER", "!cancel REQUEST"],
  details: [
    "With the name of a request, such as a12, nobody is asked any more.",
    "Stops the job where it is; 🛑 on its message does the same. What was already written to the server stays, and the ending says what that is.",
  ],
  flags: {},
  words: { min: 1, max: 1 },
  takesSettings: false,
  run(invocation, sight) {
    const [typed = ""] = invocation.words;
    if (namesApproval(typed)) return Promise.resolve(withdrawal(askedApproval(typed, sight)));
    const job = askedJob(typed, sight);
    if (job.endedAt !== undefined)
      throw new Refusal({ kind: "job-not-running", job: job.id, state: job.state });
    return Promise.resolve({ kind: "cancel", job });
  },
};

/** Throws Refusal `approval-ended`. */
function withdrawal(approval: Approval): Outcome {
  const { id, state } = approval;
  if (state === "open") return { kind: "withdraw", approval };
  throw new Refusal({ kind: "approval-ended", approval: id, state });
}
