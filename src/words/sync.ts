// Words about the commit of a job: what kept it from the team's git repository, and what its message says of the ending.
import { text, type Block } from "../core/doc.ts";
import type { RefusalReason } from "../core/errors.ts";
import type { Ending } from "../core/job.ts";
import { plain } from "./draw.ts";
import { refusalDoc } from "./refusals.ts";
import { conflicting } from "./sync-refusals.ts";

/** Nothing where all went well. */
export function syncBlocks({ sync }: Ending): readonly Block[] {
  if (sync === undefined) return [];
  const what = sync.isCommitted
    ? "The env file's commit could not be pushed, and goes out with the next"
    : "The env file could not be committed";
  return [text(`${what}: ${sync.problem}.`)];
}

/** Half a sentence, told in the ending of a job. */
export function syncWords(reason: RefusalReason): string {
  switch (reason.kind) {
    case "sync-conflict":
      return `the remote ${reason.remote} and this machine have each changed ${conflicting(reason.files)}. Bring them together on moot's machine with git -C ${reason.folder} pull --rebase`;
    case "sync-silent":
      return `the remote ${reason.remote} gave no answer`;
    case "sync-failed":
    case "step-failed":
      return reason.problem;
    case "sync-detached":
      return `${reason.folder} is on no branch`;
    case "sync-unfinished":
      return `somebody began a ${reason.what} in ${reason.folder} and did not finish it`;
    case "sync-outside":
      return `${reason.file} is outside the repository ${reason.folder}`;
    case "sync-no-repository":
      return `${reason.folder} is in no git repository`;
    default:
      return plain(refusalDoc(reason));
  }
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
