// The week as the room reads it: what is behind, what was done about it and by whom, and what to type next.
import {
  countRecipes,
  isStale,
  leastSafeFirst,
  pageOf,
  split,
  type Digest,
  type DigestApp,
  type DigestBackup,
  type DigestChange,
  type DigestPage,
  type Part,
  type Problem,
} from "../core/digest.ts";
import { list, table, text, type Block, type Doc, type Line } from "../core/doc.ts";
import { proofInShort } from "./drills.ts";
import { behindWords, cut, dayOf } from "./fleet.ts";
import { counted, firstOf, size, span } from "./phrases.ts";

/** Characters: a message is read on telephones too. */
const MOST_NAME = 60;
const MOST_VERSION = 30;
const MOST_REASON = 200;
const MOST_RECIPES = 5;
const MOST_PROBLEMS = 5;
const MOST_APPS = 3;
const MOST_BACKUPS = 15;

export function digestDoc(digest: Digest): Doc {
  const page = pageOf(digest);
  const { behind, unknown, applied, failed } = page;
  return [
    text([
      { strong: `Week ${dayOf(digest.since)} to ${dayOf(digest.until)}. ` },
      summary(digest, page),
    ]),
    ...behindBlocks(behind),
    ...unknownBlocks(unknown),
    ...changeBlocks("Failed:", failed),
    ...changeBlocks("Updated:", applied),
    ...backupBlocks(digest),
    ...troubleBlocks(digest.troublesOpen),
    ...nextBlocks(page),
  ];
}

function summary({ apps }: Digest, { behind, unknown }: DigestPage): string {
  const all = counted(apps.length, "app");
  if (apps.length === 0) return "There are no apps yet.";
  const late = [...behind.first, ...behind.rest];
  const days = Math.max(0, ...late.map(({ daysBehind = 0 }) => daysBehind));
  const most = days === 0 ? "" : `, the oldest for ${counted(days, "day")}`;
  const isOne = late.length === 1;
  if (late.length > 0)
    return `${late.length} of ${all} ${isOne ? "is" : "are"} behind the newest version${isOne ? most.replace(", the oldest", "") : most}.`;
  if (unknown.length > 0) return `Of ${all} none is known to be behind.`;
  return apps.length === 1
    ? "The one app runs its newest version. Well kept!"
    : `All ${all} run their newest versions. Well kept!`;
}

function behindBlocks({ first, rest }: Part<DigestApp>): readonly Block[] {
  if (first.length === 0) return [];
  const rows = table(["App", "Runs", "Newest", "Behind", "Now"], first.map(rowOf));
  if (rest.length === 0) return [rows];
  const recipes = [...countRecipes(rest)].map(([recipe, count]) => `${count} × ${cut(recipe, 40)}`);
  return [
    rows,
    text(`And ${rest.length} more, not as far behind: ${firstOf(recipes, MOST_RECIPES)}.`),
  ];
}

function rowOf(app: DigestApp): readonly string[] {
  const { version = "–", newest = "–", standing } = app;
  return [
    cut(app.app, MOST_NAME),
    cut(version, MOST_VERSION),
    cut(newest, MOST_VERSION),
    behindWords(app, ", "),
    STANDING[standing],
  ];
}

const STANDING: Readonly<Record<DigestApp["standing"], string>> = {
  current: "current",
  pending: "waits for a yes",
  running: "is being done",
  snoozed: "snoozed",
  skipped: "skipped",
  failed: "failed before",
  waiting: "held back",
  unknown: "not known",
};

function unknownBlocks(problems: readonly Problem[]): readonly Block[] {
  if (problems.length === 0) return [];
  const left = problems.slice(MOST_PROBLEMS).flatMap(({ apps }) => apps).length;
  const lines = problems.slice(0, MOST_PROBLEMS).map(problemLine);
  return [
    text("Not known how old:"),
    list(left === 0 ? lines : [...lines, `and ${counted(left, "app")} for other reasons`]),
  ];
}

function problemLine({ problem, apps }: Problem): Line {
  const names = apps.map((app) => cut(app, MOST_NAME));
  const why = problem === "" ? "nobody could be asked" : cut(oneLine(problem), MOST_REASON);
  return `${firstOf(names, MOST_APPS)}: ${why}`;
}

function changeBlocks(title: string, { first, rest }: Part<DigestChange>): readonly Block[] {
  if (first.length === 0) return [];
  const lines = first.map(changeLine);
  return [text(title), list(rest.length === 0 ? lines : [...lines, `and ${rest.length} more`])];
}

function changeLine({ app, from, to, by, at, ending, reason }: DigestChange): Line {
  const why = reason === undefined ? "" : `: ${cut(oneLine(reason), MOST_REASON)}`;
  return [
    ending === "failed" ? "❌ " : "✅ ",
    { strong: cut(app, MOST_NAME) },
    ` ${stepWords(from, to)}, by `,
    by === "moot" ? "moot itself, as the rules allow" : { member: by },
    `, ${dayOf(at)}${why}`,
  ];
}

function stepWords(from: string | undefined, to: string): string {
  const now = cut(to, MOST_VERSION);
  if (from === undefined) return `to ${now}`;
  return from === to ? `${now} with its images made anew` : `${cut(from, MOST_VERSION)} → ${now}`;
}

function backupBlocks(digest: Digest): readonly Block[] {
  const { backups } = digest;
  if (backups.length === 0) return [];
  const fresh = backups.filter((one) => !isStale(one, digest)).length;
  const head = `Backups: ${fresh} of ${counted(backups.length, "app")} ${fresh === 1 ? "has" : "have"} a good one of the last two days.`;
  const { first, rest } = split(leastSafeFirst(digest), MOST_BACKUPS);
  const rows = first.map((one) => backupRow(one, digest));
  const shown = table(["App", "Good backup", "Size", "Restore proven"], rows);
  if (rest.length === 0) return [text(head), shown];
  const more = `And ${rest.length} more, better kept than these; `;
  return [text(head), shown, text([more, { code: "!status" }, " shows all."])];
}

function backupRow(backup: DigestBackup, digest: Digest): readonly string[] {
  const { app, at, bytes, provenAt } = backup;
  return [
    `${isStale(backup, digest) ? "⚠️ " : ""}${cut(app, MOST_NAME)}`,
    at === undefined ? "none" : `${span(Math.max(0, digest.until - at))} old`,
    bytes === undefined ? "" : size(bytes),
    proofInShort(provenAt, digest.until),
  ];
}

function troubleBlocks(count: number): readonly Block[] {
  if (count === 0) return [];
  const stand = count === 1 ? "stands" : "stand";
  return [text([`⚠️ ${counted(count, "trouble")} still ${stand}: `, { code: "!servers" }, "."])];
}

/** Where there is nothing to do, there is nothing to type. */
function nextBlocks({ behind, failed, unknown, current }: DigestPage): readonly Block[] {
  const type = (typed: string, why: string): readonly Block[] => [
    text(["Type ", { code: typed }, why]),
  ];
  if (behind.first.length > 0)
    return type("!updates APP", " to see what an update brings and what it waits for.");
  if (failed.first.length > 0) return type("!updates APP", " to see what failed.");
  if (unknown.length > 0) return type("!updates --now", " to ask again.");
  return current === 0 ? type("!help deploy", " to see how to make the first.") : [];
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
