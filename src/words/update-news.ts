// What rooms hear of updates beside alerts: the first summary, what cannot be checked, and answers to those who asked.
import { list, table, text, type Doc, type Line } from "../core/doc.ts";
import type { Blindness } from "../core/update-ledger.ts";
import { isRebuild, type Update } from "../core/update.ts";
import { stepBetween } from "../core/version.ts";
import { counted } from "./phrases.ts";

const MOST = 50;

/** Of apps that were looked at for the first time: one message, however many they are. */
export function summaryDoc(updates: readonly Update[]): Doc {
  const count = counted(updates.length, "app");
  return [
    text(
      `moot looks for updates from now on. ${count} that ${updates.length === 1 ? "was" : "were"} looked at for the first time could be newer:`,
    ),
    updateTable(updates),
    text([
      "Nothing is done by itself. ",
      { code: "!updates APP" },
      " puts one before this room, ",
      { code: "!upgrade APP" },
      " plans it. From now on each newer version is told by a message of its own.",
    ]),
  ];
}

/** The biggest steps first. */
function updateTable(updates: readonly Update[]): Doc[number] {
  const rows = updates.toSorted((a, b) => rank(b) - rank(a)).map(rowOf);
  const left = rows.length - MOST;
  const shown = left > 0 ? [...rows.slice(0, MOST), [`and ${left} more`, "", "", "", ""]] : rows;
  return table(["app", "server", "runs", "newest", "step"], shown);
}

const RANKS: Readonly<Record<string, number>> = { major: 3, minor: 2, patch: 1 };

function rank(update: Update): number {
  return RANKS[stepOf(update)] ?? 0;
}

function stepOf({ from, to }: Update): string {
  return isRebuild({ from, to }) ? "new images" : stepBetween(from, to);
}

function rowOf(update: Update): readonly string[] {
  const { app, server, from, to } = update;
  return [app, server, from, isRebuild(update) ? "the same" : to, stepOf(update)];
}

/** Told once for each, until it could be looked at again. */
export function blindDoc(blind: readonly Blindness[]): Doc {
  return [
    text("moot cannot check these for updates, which does not mean that they are up to date:"),
    list(blindLines(blind)),
    text(["It is tried again at each look; ", { code: "!updates --now" }, " looks at once."]),
  ];
}

export function overDoc(app: string | undefined): Doc {
  const typed = app === undefined ? "!updates" : `!updates ${app}`;
  return [
    text([
      "That message asks for nothing any more. ",
      { code: typed },
      " shows what is newest now.",
    ]),
  ];
}

/** To one who may say yes, but not where it is being asked. */
export function elsewhereDoc(app: string, approval: string): Doc {
  return [
    text([
      `That yes does not count: ${approval} is being asked in another room, and you are not in it. `,
      { code: `!updates ${app}` },
      " shows who can still say yes.",
    ]),
  ];
}

export function changedDoc({ app, to }: Pick<Update, "app" | "to">): Doc {
  return [
    text([
      `That reaction came before the message changed, and does not count: ${app} could go to ${to} now. React again to agree to that.`,
    ]),
  ];
}

/** Whatever could not be checked may be newer all the same. `app`: it was looked at alone. */
export function lookingDoc(
  count: number,
  unseen: readonly Omit<Blindness, "since">[],
  app?: string,
): Doc {
  const typed = app === undefined || count === 0 ? "!updates" : `!updates ${app}`;
  const found = count === 0 ? "Nothing newer was found" : `${counted(count, "update")} open`;
  const head = `moot has looked. ${found}${unseen.length === 0 ? "" : ", but not all could be checked"}: `;
  return [
    text([head, { code: typed }, " shows how things stand."]),
    ...(unseen.length === 0 ? [] : [list(blindLines(unseen))]),
  ];
}

function blindLines(blind: readonly Omit<Blindness, "since">[]): readonly Line[] {
  const left = blind.length - MOST;
  return [
    ...blind.slice(0, MOST).map(({ target, why }) => [{ strong: target }, `: ${why}`]),
    ...(left > 0 ? [`and ${left} more`] : []),
  ];
}
