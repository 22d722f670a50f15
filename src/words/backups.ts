// Backups in words: what is in one, whether it counts and why not, and how old the last good one is.
import { countsNow, isGoodBackup, sum, type Backup, type BackupFault } from "../core/backup.ts";
import { table, text, type Block, type Doc, type Line } from "../core/doc.ts";
import type { Drill } from "../core/drill.ts";
import type { Ending, Job } from "../core/job.ts";
import type { Step } from "../core/step.ts";
import type { Plan } from "../core/plan.ts";
import type { LoadedVolume } from "../core/vault.ts";
import { hookName } from "./backup-steps.ts";
import { proofWords } from "./drills.ts";
import { stepWords } from "./steps.ts";
import { counted, firstOf, listed, moment, shortId, size, span } from "./phrases.ts";

type Of<Kind extends BackupFault["kind"]> = Extract<BackupFault, { readonly kind: Kind }>;

const MOST_PATHS = 3;

const FAULTS: { readonly [Kind in BackupFault["kind"]]: (fault: Of<Kind>) => string } = {
  hook: (fault) => `the ${hookName(fault)} failed: ${fault.problem}`,
  incomplete: ({ node, unread }) =>
    `it is incomplete, since on node ${node} these could not be read: ${firstOf(
      unread.map(({ path, problem }) => `${path} (${problem})`),
      MOST_PATHS,
    )}`,
  missing: ({ volume, path }) => `${placeWords(volume, path)} is not in it`,
  empty: ({ volume, path }) => `${placeWords(volume, path)} is empty in it`,
  smaller: ({ volume, bytes, before }) =>
    `${volume === undefined ? "it" : `the volume ${volume}`} has fallen from ${size(before)} to ${size(bytes)}, by more than half`,
  stopped: ({ problem }) => problem,
};

function placeWords(volume: string, path: string | undefined): string {
  return path === undefined ? `the volume ${volume}` : `${path} of the volume ${volume}`;
}

export function faultWords(fault: BackupFault): string {
  return wordsFor(fault.kind, fault);
}

function wordsFor<Kind extends BackupFault["kind"]>(kind: Kind, fault: Of<Kind>): string {
  return FAULTS[kind](fault);
}

/** What somebody's word can set right, as far as it is the only thing wrong. */
function isOfSize({ kind, ...fault }: BackupFault): boolean {
  return kind === "smaller" || (kind === "empty" && !("path" in fault));
}

/** What a job saved, and how that was judged. */
export function backupBlocks(job: Job, { parts, verdict }: Ending): readonly Block[] {
  if (parts === undefined || parts.length === 0) return [];
  const head = parts.length === 1 ? "Saved" : `Saved in ${parts.length} snapshots`;
  const facts = [
    `${size(sum(parts, "bytes"))} in ${counted(sum(parts, "files"), "file")}`,
    `${size(sum(parts, "added"))} of it new`,
    span(parts.reduce((total, { seconds }) => total + seconds, 0) * 1000),
  ];
  const ids = listed(parts.map(({ snapshot }) => shortId(snapshot)));
  const secrets = job.plan.steps.find((step) => step.kind === "save")?.secrets ?? [];
  const held = contentsOf({
    volumes: verdict?.volumes ?? [],
    parts,
    secrets: secrets.flatMap(({ names }) => names).length,
  });
  const saved: Line = [`${head} (`, { code: ids }, `): ${facts.join(", ")}. In it: ${held}.`];
  return [text(saved), ...wordBlocks(job, verdict?.faults ?? [])];
}

/** Where only its size is against it, people may say that this is right. */
function wordBlocks({ app }: Job, faults: readonly BackupFault[]): readonly Block[] {
  if (faults.length === 0 || !faults.every(isOfSize)) return [];
  return [
    text([
      "If so little is right, say so: ",
      { code: `!backup ${app} --small-is-right` },
      " takes one that counts.",
    ]),
  ];
}

/** Whether the backup before something else is where it stopped, so that the rest was not begun. */
export function stoppedAtBackup({ plan }: Job, { state, problem }: Ending): boolean {
  if (state === "succeeded" || plan.act === "backup") return false;
  const last = plan.steps.findIndex(({ kind }) => kind === "judge-backup");
  return plan.steps
    .slice(0, last + 1)
    .filter((step) => step.kind !== "pull" && !isOfRestore(step))
    .some((step) => stepWords(step) === problem?.step);
}

/** What comes before its safety snapshot. */
function isOfRestore(step: Step): boolean {
  return step.kind === "run-hook" && step.hook.when === "restore-pre";
}

export function beforeRisk({ verb, app }: Job): readonly Block[] {
  const again = `!${verb} ${app}`;
  return [
    text([
      "Nothing was changed, since no backup counts. Next: mend what it names, then type ",
      { code: again },
      " again; with ",
      { code: "--no-backup" },
      " it does without one, which is a danger.",
    ]),
  ];
}

type Held = Pick<Backup, "volumes" | "parts" | "secrets">;

/** `data (1.2 GB), media (340 MB), env file and 3 secrets`. */
function contentsOf({ volumes, parts, secrets }: Held): string {
  const sizes = new Map(volumes.map(({ volume, bytes }) => [volume, bytes]));
  const saved = parts.flatMap((part) => part.volumes);
  const data = saved.map((volume) => volumeWords(volume, sizes.get(volume.name)));
  const rest = secrets === 0 ? "env file" : `env file and ${counted(secrets, "secret")}`;
  return [...data, rest].join(", ");
}

function volumeWords({ name, paths }: LoadedVolume, bytes: number | undefined): string {
  const what = paths === undefined ? name : `${firstOf(paths, MOST_PATHS)} of ${name}`;
  return bytes === undefined ? what : `${what} (${size(bytes)})`;
}

export function backupsDoc(
  app: string,
  { backups, proof }: { readonly backups: readonly Backup[]; readonly proof: Drill | undefined },
  now: number,
): Doc {
  if (backups.length === 0) {
    return [
      text(["moot knows of no backup of ", { strong: app }, "."]),
      text(["Type ", { code: `!backup ${app}` }, " to take one."]),
    ];
  }
  const rows = backups.map((one) => [
    signOf(one),
    ageWords(one, now),
    size(sum(one.parts, "bytes")),
    listed(one.parts.map(({ snapshot }) => shortId(snapshot))),
    contentsOf(one),
    causeWords(one),
    verdictWords(one),
  ]);
  const head = ["", "age", "size", "snapshot", "what is in it", "taken", "does it count"];
  return [
    text(["Backups of ", { strong: app }, ": ", ...lastGoodLine(backups.find(countsNow), now)]),
    text(proofWords(proof, now)),
    table(head, rows),
  ];
}

/** One line an app. */
export interface AppBackups {
  readonly app: string;
  readonly server: string;
  readonly good?: Backup;
  /** Where the newest is none that counts. */
  readonly failed?: Backup;
}

export function fleetBackupsDoc(apps: readonly AppBackups[], now: number): Doc {
  if (apps.length === 0) return [text("There is no app that you may see.")];
  const rows = apps.map(({ app, server, good, failed }) => [
    good === undefined || failed !== undefined ? "❌" : "✅",
    app,
    server,
    good === undefined ? "none" : ageWords(good, now),
    good === undefined ? "" : size(sum(good.parts, "bytes")),
    good === undefined ? "" : contentsOf(good),
    failed === undefined ? "" : `${ageWords(failed, now)} ago: ${verdictWords(failed)}`,
  ]);
  const head = ["", "app", "server", "last good one", "size", "what is in it", "failed since"];
  return [table(head, rows)];
}

function signOf(backup: Backup): string {
  if (backup.goneAt !== undefined) return "🗑";
  return isGoodBackup(backup) ? "✅" : "❌";
}

function ageWords({ at }: Pick<Backup, "at">, now: number): string {
  return span(Math.max(0, now - at));
}

function causeWords({ cause, by, at }: Backup): string {
  return `${cause === "backup" ? "" : `before ${cause}, `}by ${by}, ${moment(at)}`;
}

function verdictWords(backup: Backup): string {
  const { faults, isSmallRight, goneAt } = backup;
  if (goneAt !== undefined) return `gone from the repository since ${moment(goneAt)}`;
  if (faults.length > 0) return `no: ${faults.map(faultWords).join("; ")}`;
  return isSmallRight ? "yes; its size on somebody's word" : "yes";
}

/** Told to those who did not ask. */
export function unpausedDoc(found: {
  readonly server: string;
  readonly service: string;
  readonly name: string;
}): Doc {
  const { server, service, name } = found;
  return [
    text([
      "▶ ",
      { strong: service },
      " of ",
      { strong: name },
      ` on ${server} was still stopped for a backup that has ended. moot has started it again; `,
      { code: `!status ${name}` },
      " shows how it is.",
    ]),
  ];
}

/** `6 h 10 min, 1.2 GB`, for one cell of a table. */
export function backupInShort(good: Backup | undefined, now: number): string {
  return good === undefined ? "none" : `${ageWords(good, now)}, ${size(sum(good.parts, "bytes"))}`;
}

/** As it follows on "Backup:". */
export function lastGoodLine(good: Backup | undefined, now: number): Exclude<Line, string> {
  if (good === undefined) return ["none that counts is known."];
  const bytes = size(sum(good.parts, "bytes"));
  return [`the last good one is ${ageWords(good, now)} old (${bytes}).`];
}

/** With a moment and not an age, since the message may stand for days. */
export function firstWords(plan: Pick<Plan, "release">, backup: Backup | undefined): string {
  const first = plan.release === undefined ? "none is taken first" : "one is taken first";
  if (backup === undefined) {
    return plan.release === undefined
      ? "Backup: moot knows of none of it; what it keeps is not put back if this goes wrong."
      : `Backup: ${first}; until now moot knows of none that counts.`;
  }
  const { at, parts } = backup;
  return `Backup: the last good one is of ${moment(at)} (${size(sum(parts, "bytes"))}); ${first}.`;
}
