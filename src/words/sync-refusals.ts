// Refusals about the team's git repository around the env files: it was left as it is, and people put it in order.
import { text, type Line } from "../core/doc.ts";
import type { SyncReason } from "../core/sync-errors.ts";
import type { Words } from "./people-refusals.ts";
import { firstOf } from "./phrases.ts";

const SHOWN = 5;

export const SYNC_WORDS: Words<SyncReason["kind"]> = {
  "sync-no-repository": (r) => [
    text([
      "The config says ",
      { code: "abra.sync: true" },
      ", but ",
      { code: r.folder },
      " is in no git repository. Nothing was changed.",
    ]),
    next([
      "On moot's machine, clone the team's repository there, or type ",
      { code: `git init ${r.folder}` },
      "; or set sync to false and start moot again.",
    ]),
  ],
  "sync-detached": (r) => [
    text([{ code: r.folder }, " is on no branch, so moot left it alone. Nothing was changed."]),
    next(["On moot's machine: ", { code: `git -C ${r.folder} switch BRANCH` }, AGAIN]),
  ],
  "sync-unfinished": (r) => [
    text([
      `Somebody began a ${r.what} in `,
      { code: r.folder },
      " and did not finish it, so moot left it alone. Nothing was changed.",
    ]),
    next([
      "On moot's machine, finish it, or give it up with ",
      { code: `git -C ${r.folder} ${r.what} --abort` },
      AGAIN,
    ]),
  ],
  "sync-dirty": (r) => [
    text([
      { code: r.folder },
      ` has changes that nobody committed: ${firstOf(r.files, SHOWN)}. moot left them alone. Nothing was changed.`,
    ]),
    next([
      "On moot's machine, look with ",
      { code: `git -C ${r.folder} diff HEAD` },
      ", then commit them or take them back",
      AGAIN,
    ]),
  ],
  "sync-conflict": (r) => [
    text([
      { code: r.folder },
      ` and its remote ${r.remote} have each changed ${conflicting(r.files)}. moot left both alone. Nothing was changed.`,
    ]),
    next([
      "On moot's machine, bring them together with ",
      { code: `git -C ${r.folder} pull --rebase` },
      AGAIN,
    ]),
  ],
  "sync-silent": (r) => [
    text([
      `The remote ${r.remote} of `,
      { code: r.folder },
      ` gave no answer: ${r.problem} Nothing was changed.`,
    ]),
    next([
      "Type the command again. If it stays silent and this cannot wait, set ",
      { code: "abra.sync: false" },
      " in moot's config and start moot again.",
    ]),
  ],
  "sync-outside": (r) => [
    text([
      "The env file ",
      { code: r.file },
      " is outside the git repository ",
      { code: r.folder },
      ", so it was not committed.",
    ]),
    next("On moot's machine, put the file itself into the repository, in place of the link."),
  ],
  "sync-failed": (r) => [
    text(["git could not work in ", { code: r.folder }, `: ${r.problem}. Nothing was changed.`]),
    next(["Mend that on moot's machine", AGAIN]),
  ],
};

const AGAIN = ", then type the command again.";

/** What each side changed, as the end of a sentence. */
export function conflicting(files: readonly string[]): string {
  return files.length === 0
    ? "everything: their histories have no beginning in common"
    : firstOf(files, SHOWN);
}

function next(line: Line): ReturnType<typeof text> {
  return text(line);
}
