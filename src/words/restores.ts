// A restore in words: what is worth knowing before it, and what became of it.
import type { AppName } from "../core/ids.ts";
import type { Ending, Job } from "../core/job.ts";
import { text, type Doc, type Line } from "../core/doc.ts";
import type { Danger, Plan } from "../core/plan.ts";
import type { RestoreMatter } from "../core/restore.ts";
import type { LoadedVolume, Unread } from "../core/vault.ts";
import { faultWords } from "./backups.ts";
import { restoredVolume } from "./restore-steps.ts";
import { stepWords } from "./steps.ts";
import { counted, firstOf, listed, moment, shortId, size, span } from "./phrases.ts";

const MOST = 3;
const MOST_KEYS = 12;

type MatterOf<Kind extends RestoreMatter["kind"]> = Extract<RestoreMatter, { readonly kind: Kind }>;

const MATTERS: {
  readonly [Kind in RestoreMatter["kind"]]: (matter: MatterOf<Kind>) => Line;
} = {
  safety: ({ volumes }) =>
    `First, with its services stopped, a safety snapshot is taken of ${listed(volumes)}, as they lie and without hooks. If anything fails after it, all of that is put back from it.`,
  unjudged: ({ snapshot }) =>
    `Nobody judged the snapshot ${snapshot}: moot remembers nothing of it, so it may not be whole.`,
  "not-counted": ({ faults }) =>
    `This snapshot does not count as a backup: ${faults.map(faultWords).join("; ")}.`,
  "other-version": ({ then, now }) =>
    `The snapshot was taken while version ${then} ran, and ${now === "" ? "nobody knows which version is there now" : `version ${now} is there now`}: see that it can read data of the other.`,
  "other-env": ({ keys }) => [
    "The env file has changed since and stays as it is now: ",
    { code: firstOf(keys, MOST_KEYS) },
    ".",
  ],
  rotated: ({ app, secrets, snapshot }) => [
    `${listed(secrets)} got another value since the snapshot was taken. The new one stays, and data that only open with the old one will not open. The snapshot holds the old one: `,
    { code: `!restore ${app} ${snapshot} --as NEWDOMAIN` },
    " brings up both as they were, beside this.",
  ],
  stays: ({ volumes }) => `The snapshot holds nothing of ${listed(volumes)}: that stays as it is.`,
  "nothing-loads": ({ volumes }) =>
    `Nothing loads what was saved of ${listed(volumes)}: there is a database in it, and its recipe has no hook after a restore. The files are put there, and the database goes on with the data that it has.`,
  "runs-on": ({ services }) =>
    `${listed(services)} ${services.length === 1 ? "runs" : "run"} on every node and cannot be stopped meanwhile.`,
  "hook-skipped": ({ services }) =>
    `The hook before a restore is not run in ${listed(services)}, since no task of it runs now.`,
  "stays-down": () =>
    "Nothing of the app runs, and nothing is started: its data are put back as they lie.",
  "new-home": ({ domain, from, server, addresses, hasRepository }) => [
    `It lives on ${server} from then on. ${domain === undefined ? "" : `Let ${domain} lead there${addresses.length === 0 ? "" : `, to ${listed(addresses)}`}. `}`,
    hasRepository
      ? `Its backups go to the repository of ${server} from then on; those it has stay in that of ${from}`
      : `No repository for backups is configured for ${server}, so none are taken there; those it has stay in that of ${from}`,
    `, and nothing of ${from} is removed.`,
  ],
};

export function matterLine(matter: RestoreMatter): Line {
  return matterFor(matter.kind, matter);
}

function matterFor<Kind extends RestoreMatter["kind"]>(kind: Kind, matter: MatterOf<Kind>): Line {
  return MATTERS[kind](matter);
}

export function overwritesWords({
  volumes,
  snapshots,
  at,
}: Extract<Danger, { readonly kind: "overwrites" }>): string {
  const what = volumes.map(({ name: to, paths }: LoadedVolume) =>
    restoredVolume({ to, ...(paths !== undefined && { paths }) }),
  );
  return `${listed(what)} ${what.length === 1 ? "is" : "are"} overwritten with what snapshot ${listed(snapshots.map(shortId))} has, taken ${moment(at)}; all that was written since is lost`;
}

export function besideWords({
  app,
  snapshots,
  at,
}: Extract<Danger, { readonly kind: "beside" }>): string {
  return `it gets all that ${app} was when snapshot ${listed(snapshots.map(shortId))} was taken, ${moment(at)}: its settings, the values of its secrets and its data`;
}

export function rebuildsWords({
  from,
  snapshots,
  at,
}: Extract<Danger, { readonly kind: "rebuilds" }>): string {
  const made = `it is made again as it was when snapshot ${listed(snapshots.map(shortId))} was taken, ${moment(at)}: its env file, its version, the values of its secrets and its data; all that was written since is lost`;
  if (from === undefined) return made;
  const { server, isSilent } = from;
  return isSilent
    ? `${made}. ${server} does not answer, and whatever may run there goes on: see that it is gone, or two of the same answer to people`
    : `${made}. ${server} answers, and nothing of it runs there`;
}

export function restoredWords(restored: {
  readonly snapshot: string;
  readonly files: number;
  readonly bytes: number;
}): string {
  const { snapshot, files, bytes } = restored;
  return `Put back from snapshot ${shortId(snapshot)}, and compared: ${counted(files, "file")}, ${size(bytes)}.`;
}

export function unwrittenWords(node: string, unwritten: readonly Unread[]): string {
  const which = unwritten.map(({ path, problem }) => `${path} (${problem})`);
  return `on node ${node} these could not be written: ${firstOf(which, MOST)}`;
}

export type Undone =
  | { readonly kind: "untouched"; readonly app: AppName }
  | { readonly kind: "no-safety"; readonly app: AppName }
  | { readonly kind: "undone"; readonly app: AppName; readonly snapshots: readonly string[] }
  | {
      readonly kind: "stuck";
      readonly app: AppName;
      readonly snapshots: readonly string[];
      readonly problem: string;
    };

export function undoneWords(undone: Undone): string {
  switch (undone.kind) {
    case "untouched":
      return "Nothing had been overwritten.";
    case "no-safety":
      return "No safety snapshot was taken, as was asked, so what was overwritten until then stays so.";
    case "undone":
      return `What was overwritten has been put back from the safety snapshot ${listed(undone.snapshots.map(shortId))}.`;
    case "stuck":
      return `What was overwritten could not be put back: ${undone.problem} The safety snapshot has it; once that is mended, type !restore ${undone.app} ${shortId(undone.snapshots[0] ?? "")} --no-backup.`;
  }
}

/** What stands of it is the app's own, and the rest can be put into that. */
export function afterRebuild(
  { app, server, plan: { steps, warnings } }: Job,
  { problem }: Ending,
  { from, snapshots }: Extract<Danger, { readonly kind: "rebuilds" }>,
): Doc {
  const moved = steps.findIndex(({ kind }) => kind === "move-env");
  const at = steps.findIndex((step) => stepWords(step) === problem?.step);
  const command = `!restore ${app} ${shortId(snapshots[0] ?? "")}`;
  if (from !== undefined && at >= 0 && at <= moved) {
    const again = { code: `${command} --server ${server}` };
    return [text(["Nothing of it was changed. Next: mend what it names, then type ", again, "."])];
  }
  const isBare = warnings.some(
    (one) => one.kind === "restore" && one.matter.kind === "new-home" && !one.matter.hasRepository,
  );
  const again = { code: isBare ? `${command} --no-backup` : command };
  return [
    text([
      `It belongs to ${server} now, as far as it came. Next: `,
      { code: `!status ${app}` },
      " shows what is there; ",
      again,
      " puts the rest into it.",
    ]),
  ];
}

/** Beside the plan, since it is another with every minute. */
export function restoreAgeDoc({ dangers }: Plan, now: number): Doc {
  const written = dangers.find(
    (danger) =>
      danger.kind === "overwrites" || danger.kind === "beside" || danger.kind === "rebuilds",
  );
  if (written === undefined) return [];
  const { snapshots, at } = written;
  return [
    text([
      "The snapshot ",
      { code: listed(snapshots.map(shortId)) },
      ` is ${span(Math.max(0, now - at))} old.`,
    ]),
  ];
}
