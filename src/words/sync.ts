// Words about the commit of a job: in its ending, what kept it from the team's git repository; in its message, how the job ended.
import { text, type Block } from "../core/doc.ts";
import type { Ending } from "../core/job.ts";

/** Nothing where all went well. */
export function syncBlocks({ sync }: Ending): readonly Block[] {
  if (sync === undefined) return [];
  const what = sync.isCommitted
    ? "The env file's commit could not be pushed, and goes out with the next"
    : "The env file could not be committed";
  return [text(`${what}: ${sync.problem}.`)];
}

/** In the message of the commit. */
export function unfinishedWords(state: Ending["state"]): string {
  return UNFINISHED[state];
}

const UNFINISHED: Readonly<Record<Ending["state"], string>> = {
  succeeded: "It succeeded.",
  failed: "It failed.",
  cancelled: "It was stopped half-way.",
  interrupted: "It was interrupted half-way.",
};
