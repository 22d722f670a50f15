// A week of the whole fleet, from what moot remembers of looks, updates, jobs and troubles.
import { sum } from "../core/backup.ts";
import type { Digest, DigestApp, DigestBackup, DigestChange } from "../core/digest.ts";
import type { ServerName } from "../core/ids.ts";
import type { Job } from "../core/job.ts";
import type { AppFile } from "../core/ports.ts";
import type { Trouble } from "../core/trouble.ts";
import type { Looked } from "../core/update-ledger.ts";
import type { Update } from "../core/update.ts";
import type { Blocker } from "../core/why-not-now.ts";
import { blockersFor } from "./why-not-now.ts";
import type { World } from "./world.ts";

const DAY = 24 * 3_600_000;
/** The newest jobs are looked through for upgrades that somebody typed. */
const JOBS = 1_000;

type Times = Pick<Digest, "since" | "until">;

export interface Week extends Times {
  readonly apps: readonly DigestApp[];
  readonly changes: readonly (DigestChange & { readonly server: ServerName })[];
  readonly backups: readonly DigestBackup[];
  /** Those that were told and stand. */
  readonly troubles: readonly Trouble[];
}

export async function weekOf(world: World, times: Times, signal: AbortSignal): Promise<Week> {
  const files = await world.apps.list(signal);
  const looks = new Map(world.ledger.looks.looks().map((look) => [look.app, look]));
  const open = new Map(world.ledger.updates.open().map((update) => [update.app, update]));
  // An app that is on its way to another server has two files.
  const apps = [...new Map(files.map((file) => [file.app, file])).values()];
  return {
    ...times,
    apps: apps.map((file) => {
      const look = looks.get(file.app);
      return look === undefined
        ? unlooked(world, file)
        : lookedAt(world, look, open.get(file.app), times.until);
    }),
    changes: changesIn(world, times),
    backups: backupsOf(world, apps),
    troubles: world.ledger.troubles
      .standing()
      .flatMap(({ trouble, toldAt }) => (toldAt === undefined ? [] : [trouble])),
  };
}

/** None, where nobody takes any. */
function backupsOf({ ledger }: World, apps: readonly AppFile[]): readonly DigestBackup[] {
  const all = apps.map(({ app, server }) => {
    const good = ledger.backups.lastGood(app);
    const proof = ledger.drills.proven(app);
    return {
      ...{ app, server },
      ...(good !== undefined && { at: good.at, bytes: sum(good.parts, "bytes") }),
      ...(proof !== undefined && { provenAt: proof.at }),
    };
  });
  return all.some(({ at }) => at !== undefined) ? all : [];
}

function unlooked({ ledger, mask }: World, { app, server }: AppFile): DigestApp {
  const blindness = ledger.looks.blindnesses().find(({ target }) => target === app);
  const problem = mask(blindness?.why ?? "it was not looked at yet");
  return { app, server, recipe: "?", standing: "unknown", problem };
}

function lookedAt(
  world: World,
  { app, server, recipe, version, newest, behind, next, problem }: Looked,
  open: Update | undefined,
  until: number,
): DigestApp {
  const since = next === undefined ? undefined : world.ledger.looks.ageOf(recipe, next);
  const facts = {
    ...{ app, server, recipe },
    ...(version !== undefined && { version }),
    ...(newest !== undefined && { newest }),
  };
  if (problem !== undefined) {
    return { ...facts, standing: "unknown", problem: world.mask(problem) };
  }
  return {
    ...facts,
    ...(behind !== undefined && { versionsBehind: behind }),
    ...(since !== undefined && { daysBehind: Math.max(0, Math.floor((until - since) / DAY)) }),
    standing: open === undefined ? leftOf(world, app, behind) : standingOf(world, open),
  };
}

/** Where nothing is open: what is newer was ended by people or by a job, and is not offered again. */
function leftOf(
  world: World,
  app: Looked["app"],
  behind: number | undefined,
): DigestApp["standing"] {
  if (behind === undefined || behind === 0) return "current";
  return world.ledger.updates.newestOf(app)?.state === "failed" ? "failed" : "skipped";
}

/** What holds an update back whatever people say. */
const HOLDS_BACK: ReadonlySet<Blocker["kind"]> = new Set<Blocker["kind"]>([
  "unreachable",
  "cannot-plan",
  "held",
  "too-young",
  "window",
]);

function standingOf(world: World, update: Update): DigestApp["standing"] {
  if (update.state === "snoozed") return "snoozed";
  if (update.state === "decided") return "running";
  const blockers = blockersFor(world, update, undefined);
  return blockers.some(({ kind }) => HOLDS_BACK.has(kind)) ? "waiting" : "pending";
}

/** Updates that came to their end, and upgrades that somebody typed without one. */
function changesIn(world: World, { since, until }: Times): Week["changes"] {
  const { jobs, updates } = world.ledger;
  const ofUpdates = updates
    .endedSince(since)
    .filter(({ state }) => state === "applied" || state === "failed")
    .flatMap(({ job }) => (job === undefined ? [] : (jobs.get(job) ?? [])));
  const typed = jobs
    .recent(JOBS)
    .filter(({ plan, state }) => plan.act === "upgrade" && state !== "cancelled");
  const all = new Map([...ofUpdates, ...typed].map((job) => [job.id, job]));
  return [...all.values()].flatMap((job) => {
    const { endedAt: at } = job;
    return at === undefined || at < since || at >= until ? [] : [changeOf(world, job, at)];
  });
}

function changeOf({ chats, mask: hide }: World, job: Job, at: number): Week["changes"][number] {
  const { app, server, by, state, plan, ending } = job;
  const { from, to } = plan.version;
  const isGood = state === "succeeded";
  return {
    ...{ app, server, to, at },
    ...(from !== undefined && { from }),
    by: chats.some(({ self }) => self === by) ? "moot" : by,
    ending: isGood ? "succeeded" : "failed",
    ...(!isGood && { reason: hide(ending?.problem?.text ?? "it was stopped") }),
  };
}
