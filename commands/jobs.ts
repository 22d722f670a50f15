// !jobs: what runs, what waits and what ended lately; or one job in full.
import type { Command } from "../src/core/command.ts";
import { jobDoc, jobsDoc } from "../src/words/jobs.ts";
import { askedJob } from "./asked-job.ts";

export const jobs: Command = {
  name: "jobs",
  summary: "what runs and what ended lately",
  usage: ["!jobs", "!jobs NUMBER"],
  details: [
    "Lists running, queued and lately ended jobs, newest first; with a number, one job with its steps and its ending.",
  ],
  flags: {},
  words: { min: 0, max: 1 },
  takesSettings: false,
  run(invocation, sight) {
    const typed = invocation.words[0];
    if (typed === undefined)
      return Promise.resolve({ kind: "reply", doc: jobsDoc(sight.jobs(10), sight.now) });
    return Promise.resolve({ kind: "reply", doc: jobDoc(askedJob(typed, sight), sight.now) });
  },
};
