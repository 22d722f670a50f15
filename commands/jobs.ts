// !jobs: what runs, what waits and what ended lately; or one job in full.
import type { Command } from "../src/core/command.ts";
import { jobDoc, jobsDoc } from "../src/words/jobs.ts";
import { approvalDoc, openDoc } from "../src/words/approval-records.ts";
import { askedApproval, namesApproval } from "./asked-approval.ts";
import { askedJob } from "./asked-job.ts";

export const jobs: Command = {
  name: "jobs",
  summary: "what runs and what ended lately",
  usage: ["!jobs", "!jobs NUMBER", "!jobs REQUEST"],
  details: [
    "Lists what is asked of people, then running, queued and lately ended jobs, newest first. With a number, one job with its steps and its ending; with the name of a request, such as a12, the whole plan and who said what.",
  ],
  flags: {},
  words: { min: 0, max: 1 },
  takesSettings: false,
  run(invocation, sight) {
    const typed = invocation.words[0];
    if (typed === undefined) {
      const doc = [...openDoc(sight.approvals()), ...jobsDoc(sight.jobs(10), sight.now)];
      return Promise.resolve({ kind: "reply", doc });
    }
    if (namesApproval(typed)) {
      return Promise.resolve({ kind: "reply", doc: approvalDoc(askedApproval(typed, sight)) });
    }
    return Promise.resolve({ kind: "reply", doc: jobDoc(askedJob(typed, sight), sight.now) });
  },
};
