// Gives each app that has a schedule of backups its next turn, and takes in what became of the last one.
import { lateAfter, missedIn, spreadOf, type Next, type Turn } from "../core/backup-turns.ts";
import { scheduleFor, type BackupPolicy } from "../core/backup-rules.ts";
import type { Job } from "../core/job.ts";
import type { AppFile } from "../core/ports.ts";
import { tellMissed } from "./backup-news.ts";
import { shareOf, timesOf } from "./backup-times.ts";
import type { World } from "./world.ts";

/** In the caller's transaction: all that a look at the clock changes. `files`: one an app. */
export function arrangeTurns(
  world: World,
  policy: BackupPolicy,
  files: readonly AppFile[],
  now: number,
): void {
  takeIn(world);
  planAll(world, policy, files, now);
  catchUp(world, now);
}

type Whose = Pick<Turn, "app" | "server" | "rule">;

function nextTurn(
  world: World,
  { app, rule }: Whose,
  times: (rule: string) => Next,
): Pick<Turn, "due" | "startsAt"> | undefined {
  const next = times(rule);
  const due = next(world.clock.now());
  return due === undefined
    ? undefined
    : { due, startsAt: due + spreadOf(next, due, shareOf(world, app)) };
}

export type TurnEnd = Pick<Turn, "problem" | "failed" | "skipped">;

/** The turn is over, and the next one is when the schedule says. */
export function endTurn(world: World, turn: Turn, end: TurnEnd): void {
  const { turns } = world.ledger;
  const { app, server, rule, lateAt } = turn;
  const times = timesOf(world);
  const next = nextTurn(world, turn, times);
  if (next === undefined) {
    turns.forget(app);
    return;
  }
  const isWell = end.problem === undefined;
  const late = isWell ? lateAfter(times(rule), world.clock.now()) : lateAt;
  turns.save({ app, server, rule, ...next, lateAt: late, ...end });
}

function takeIn(world: World): void {
  const { turns, jobs } = world.ledger;
  for (const turn of turns.all()) {
    const job = turn.job === undefined ? undefined : jobs.get(turn.job);
    if (job?.ending === undefined) continue;
    endTurn(world, turn, endOf(job));
  }
}

function endOf({ id, state, ending }: Job): TurnEnd {
  if (state === "succeeded") return {};
  const by = ending?.by === undefined ? state : `stopped by ${ending.by}`;
  return { problem: ending?.problem?.text ?? `its job was ${by}`, failed: id };
}

function planAll(world: World, policy: BackupPolicy, files: readonly AppFile[], now: number): void {
  const { turns } = world.ledger;
  const before = new Map(turns.all().map((turn) => [turn.app, turn]));
  const times = timesOf(world);
  for (const { app, server } of files) {
    const known = before.get(app);
    before.delete(app);
    if (known?.job !== undefined) continue;
    const rule = ruleFor(world, policy, { app, server });
    if (rule === undefined) turns.forget(app);
    else planOne(world, { known, whose: { app, server, rule } }, times, now);
  }
  for (const { app, job } of before.values()) if (job === undefined) turns.forget(app);
}

/** Undefined: never. */
function ruleFor(
  { vaults }: World,
  policy: BackupPolicy,
  file: Pick<AppFile, "app" | "server">,
): string | undefined {
  const schedule = vaults.servers.includes(file.server) ? scheduleFor(policy, file) : undefined;
  return schedule === undefined ? undefined : `${policy.zone} ${schedule}`;
}

function planOne(
  world: World,
  { known, whose }: { readonly known: Turn | undefined; readonly whose: Whose },
  times: (rule: string) => Next,
  now: number,
): void {
  const { turns } = world.ledger;
  const rhythm = times(whose.rule);
  if (known !== undefined && isRight(known, whose, rhythm, now)) return;
  const next = nextTurn(world, whose, times);
  if (next === undefined) turns.forget(whose.app);
  else turns.save({ ...whose, ...next, lateAt: lateAfter(rhythm, now) });
}

/** A clock that was put back must not leave an app without a turn until it has caught up. */
function isRight(known: Turn, { server, rule }: Whose, next: Next, now: number): boolean {
  const due = next(now);
  return known.server === server && known.rule === rule && due !== undefined && known.due <= due;
}

/** When turns were last looked at. */
const LOOKED = "backups.looked";

/** What was missed is told, and made up for once, spread over a while. */
function catchUp(world: World, now: number): void {
  const { turns, facts } = world.ledger;
  const said = facts.get(LOOKED);
  const looked = said === undefined ? undefined : Number(said);
  const missed = missedIn(turns.all(), looked, now);
  facts.set(LOOKED, String(now));
  if (looked === undefined || missed.length === 0) return;
  const times = timesOf(world);
  for (const turn of missed) {
    const spread = spreadOf(times(turn.rule), turn.due, shareOf(world, turn.app));
    turns.save({ ...turn, startsAt: now + spread });
  }
  tellMissed(
    world,
    missed.map((turn) => ({ turn, times: timesIn(times(turn.rule), turn, now) })),
    {
      from: looked,
      until: now,
    },
  );
}

const MOST_TIMES = 99;

function timesIn(next: Next, { due }: Turn, now: number): number {
  let count = 0;
  for (let at: number | undefined = due; at !== undefined && at <= now; at = next(at)) {
    count += 1;
    if (count === MOST_TIMES) break;
  }
  return count;
}
