// What kept a commit from the team's git repository, or from its remote, in half a sentence.
import type { RefusalReason } from "../core/errors.ts";
import { plain } from "./draw.ts";
import { refusalDoc } from "./refusals.ts";
import { conflicting } from "./sync-refusals.ts";

export function syncProblem(reason: RefusalReason): string {
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
