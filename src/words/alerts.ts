// Alerts: what is newer than what runs, what it would do, who must say yes, and in the end what came of it.
import type { Vote } from "../core/approval.ts";
import { list, text, type Block, type Doc, type Line, type Span } from "../core/doc.ts";
import type { UserId } from "../core/ids.ts";
import type { Backup } from "../core/backup.ts";
import type { Drill } from "../core/drill.ts";
import type { Job } from "../core/job.ts";
import { isOpenUpdate, isRebuild, type Update } from "../core/update.ts";
import { stepBetween } from "../core/version.ts";
import type { Blocker } from "../core/why-not-now.ts";
import { approvalName, members } from "./approvals.ts";
import { changeWords } from "./changes.ts";
import { firstWords } from "./backups.ts";
import { proofMoment } from "./drills.ts";
import { counted, moment, span } from "./phrases.ts";
import { planDoc } from "./plan.ts";
import { whyNotNowLines, type Telling } from "./why-not-now.ts";

/** So many are listed; more would be too long for a message. */
const MOST_APPS = 40;

/** Whose yes it takes, as it stands. */
export interface Needs {
  readonly people: number;
  readonly isStrong: boolean;
  readonly yes: readonly UserId[];
  readonly objections: readonly Vote[];
  readonly missing: number;
  /** Who could still say yes. */
  readonly who: readonly UserId[];
  /** The request that the first yes opened. */
  readonly approval?: number;
}

export interface AlertApp {
  readonly update: Update;
  readonly needs?: Needs;
  /** What keeps it from being done now. */
  readonly blockers: readonly Blocker[];
  /** A moment as the readers have it on their clocks. */
  readonly when: (at: number) => string;
  readonly job?: Job;
  /** The last good one of the app. */
  readonly backup?: Backup;
  /** The newest drill of the app that went well. */
  readonly proof?: Drill;
}

export interface AlertView {
  readonly recipe: string;
  /** One, or several that go together; never none. */
  readonly apps: readonly AlertApp[];
}

export function alertDoc({ recipe, apps }: AlertView): Doc {
  const [one, ...more] = apps;
  if (one === undefined) return [];
  if (more.length === 0) return soloDoc(one);
  const open = apps.filter(({ update }) => isOpenUpdate(update));
  const [shown = one] = open;
  return [
    text([
      open.length === 0 ? "☑ " : "⬆ ",
      { strong: counted(apps.length, "app") },
      ` of recipe ${recipe}: ${stepWords(shown.update)}.`,
    ]),
    ...(open.length === 0 ? [] : sharedContents(shown)),
    list(appLines(apps)),
    ...(open.length === 0 ? [] : [text(howLine(open.length))]),
  ];
}

/** What holds for all of them, told by one: not what is only that app's own. */
function sharedContents(shown: AlertApp): Doc {
  const { update, needs } = shown;
  const { plan } = update;
  const shared =
    plan === undefined
      ? shown
      : { ...shown, update: { ...update, plan: { ...plan, warnings: [] } } };
  const isAsked = needs?.approval !== undefined;
  return [...contents(shared), ...(isAsked ? [] : needsLines(shown))];
}

/** Those that are open first, since each has a line of its own in the thread anyway. */
function appLines(apps: readonly AlertApp[]): readonly Line[] {
  const isOver = ({ update }: AlertApp): number => (isOpenUpdate(update) ? 0 : 1);
  const shown = apps.toSorted((a, b) => isOver(a) - isOver(b)).slice(0, MOST_APPS);
  const left = apps.length - shown.length;
  return [...shown.map(stateLine), ...(left > 0 ? [`and ${left} more`] : [])];
}

/** One app's line in the thread of an alert about several. */
export function alertLineDoc(one: AlertApp): Doc {
  if (!isOpenUpdate(one.update)) return [text(stateLine(one))];
  return [
    text(stateLine(one)),
    ...needsLines(one),
    ...blockerBlocks(one),
    text(["React 👍 to this message for this app alone, 👎 to skip it, 💤 to be asked tomorrow."]),
  ];
}

function soloDoc(one: AlertApp): Doc {
  const { update } = one;
  if (!isOpenUpdate(update)) return [text(stateLine(one))];
  const { app, server, recipe } = update;
  const head: Line = [
    "⬆ ",
    { strong: app },
    ` on ${server}, recipe ${recipe}: ${stepWords(update)}.`,
  ];
  if (update.state === "decided" || update.state === "snoozed")
    return [text(head), text(stateLine(one))];
  return [
    text(head),
    ...contents(one),
    ...needsLines(one),
    ...blockerBlocks(one),
    text(howLine(1)),
  ];
}

/** From which version to which, and how big the step is. */
function stepWords({ from, to }: Pick<Update, "from" | "to">): string {
  if (isRebuild({ from, to })) return `images of ${to} were built anew`;
  return `${from} → ${to} (${stepBetween(from, to)})`;
}

/** What would happen, from the plan without its head. */
function contents({ update: { plan, problem, app }, backup, proof }: AlertApp): readonly Block[] {
  if (plan === undefined) {
    const why = problem ?? "moot has not planned it yet";
    return [
      text(["It cannot be planned: ", why, " Type ", { code: `!plan ${app}` }, " to look again."]),
    ];
  }
  const images = plan.services.flatMap(({ service, changes }) =>
    changes
      .filter((change) => change.what === "image")
      .map((change): Line => {
        const words = changeWords(change);
        return [{ strong: service }, ": ", ...(typeof words === "string" ? [words] : words)];
      }),
  );
  return [
    ...planDoc(plan, "short").slice(1),
    ...(images.length === 0 ? [] : [text("Images:"), list(images)]),
    text(`${firstWords(plan, backup)} ${proofMoment(proof)}`),
  ];
}

function needsLines(one: AlertApp): readonly Block[] {
  const { needs, update } = one;
  if (needs === undefined) {
    if (update.plan === undefined) return [];
    return [
      text("Nobody may agree to it here: !roles shows who may what, and !grant gives a role."),
    ];
  }
  if (isByItself(one))
    return [text("moot does it by itself once nothing holds it back: nobody has to say yes.")];
  const { people, yes, missing, who, approval, objections } = needs;
  const name = approval === undefined ? "" : `${approvalName(approval)}: `;
  const said: readonly Span[] = yes.length === 0 ? [] : ["yes by ", ...members(yes), "; "];
  const from: readonly Span[] = who.length === 0 ? ["nobody"] : members(who, "or");
  const left: readonly Span[] =
    missing === 0
      ? ["that is enough."]
      : [`${missing} more of ${counted(people, "yes", "yes")} needed, from `, ...from, "."];
  return [
    text([name, ...said, ...left]),
    ...objections.map(({ by }) => text(["👎 ", { member: by }, " objects."])),
  ];
}

/** People are not what it waits for, though nobody has agreed to it. */
function isByItself({ needs, blockers }: AlertApp): boolean {
  if (needs === undefined || needs.missing === 0) return false;
  return needs.approval === undefined && !blockers.some(({ kind }) => kind === "needs-people");
}

function blockerBlocks({ blockers, when, update }: AlertApp): readonly Block[] {
  // What a yes lifts is said by the line about people.
  const others = blockers.filter(({ kind }) => kind !== "needs-people" && kind !== "auto-off");
  if (others.length === 0) return [];
  return [text("Not at once:"), list(whyNotNowLines(others, tellingOf(update, when)))];
}

/** What the words about an update's blockers are to know. */
export function tellingOf(update: Update, when: (at: number) => string): Telling {
  const { app, to } = update;
  return { app, version: to, isRebuild: isRebuild(update), when };
}

function howLine(apps: number): Line {
  const which =
    apps === 1 ? "to upgrade it" : `for all ${apps} (each has its own line in the thread)`;
  return [
    `React 👍 to this message ${which}, 👎 to skip this version, 💤 to be asked again tomorrow. It stays open until then.`,
  ];
}

/** How one app stands, or what came of it: the record. */
function stateLine(one: AlertApp): Line {
  const { update } = one;
  const name: Span = { strong: update.app };
  const said: readonly Span[] = [", said by ", ...byWhom(update), "."];
  return STATES[update.state](one, name, said);
}

/** Nobody's name stands there where moot did it by itself. */
function byWhom({ by }: Update): readonly Span[] {
  return by === undefined ? ["moot"] : [{ member: by }];
}

type StateWords = (one: AlertApp, name: Span, said: readonly Span[]) => Line;

const open: StateWords = (_one, name) => ["◻ ", name, ": open."];

const STATES: Readonly<Record<Update["state"], StateWords>> = {
  seen: open,
  announced: open,
  decided: ({ update: { to, job = 0 } }, name, said) => [
    "⏳ ",
    name,
    `: goes to ${to}, job ${job}`,
    ...said,
  ],
  snoozed: ({ update, when }, name) => [
    "💤 ",
    name,
    `: asked again ${when(update.until ?? 0)}, put off by `,
    ...byWhom(update),
    ".",
  ],
  skipped: ({ update: { app, to } }, name, said) => [
    "⏭ ",
    name,
    `: ${to} is skipped`,
    ...said,
    " ",
    { code: `!upgrade ${app} --to ${to}` },
    " takes it all the same.",
  ],
  superseded: ({ update: { app, to } }, name) => [
    "↩ ",
    name,
    `: ${to} is no longer what is newest; `,
    { code: `!updates ${app}` },
    " shows what is.",
  ],
  applied: ({ update: { app, to }, job }, name, said) => [
    "✅ ",
    name,
    ` is at ${to}${jobWords(job)}`,
    ...said,
    " ",
    { code: `!rollback ${app}` },
    " goes back.",
  ],
  failed: ({ update: { app, to }, job }, name, said) => [
    "❌ ",
    name,
    ` did not go to ${to}${jobWords(job)}`,
    ...said,
    ` ${failureWords(app, job)} It is not offered again; `,
    { code: `!upgrade ${app}` },
    " tries all the same.",
  ],
};

/** When, in which job, and how long it took. */
function jobWords(job: Job | undefined): string {
  if (job?.endedAt === undefined) return "";
  const { id, endedAt, startedAt = job.queuedAt } = job;
  return ` ${moment(endedAt)} (job ${id}, took ${span(endedAt - startedAt)})`;
}

function failureWords(app: string, job: Job | undefined): string {
  const { state, problem, back } = job?.ending ?? {};
  if (state === "cancelled") return `It was stopped: ${problem?.text ?? "before it began"}`;
  const why = problem === undefined ? "It was stopped." : `It failed: ${problem.text}.`;
  if (back?.isWhole === true) return `${why} All of it was put back to ${back.version}.`;
  return back === undefined ? why : `${why} It was not put back whole: !status ${app}.`;
}
