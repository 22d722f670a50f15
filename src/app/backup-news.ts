// Tells what is not well with backups by the clock: what was missed, which apps have none that counts, and which repository is of no use.
import type { Backup } from "../core/backup.ts";
import { isUnderWay, lateAfter, type Turn } from "../core/backup-turns.ts";
import type { Refusal } from "../core/errors.ts";
import type { RoomId, ServerName } from "../core/ids.ts";
import { troubleKey, type Trouble } from "../core/trouble.ts";
import { DAMAGED_NEXT, missedBackupsDoc } from "../words/backup-rounds.ts";
import { plain } from "../words/draw.ts";
import { refusalDoc } from "../words/refusals.ts";
import { alertRoomsFor } from "./alert-rooms.ts";
import { timesOf } from "./backup-times.ts";
import { say } from "./say.ts";
import { takeTroubles } from "./trouble-news.ts";
import type { World } from "./world.ts";

export interface Missed {
  readonly turn: Turn;
  /** How often it was due. */
  readonly times: number;
}

interface Gap {
  readonly from: number;
  readonly until: number;
}

/** In the caller's transaction: one message a room, with the apps of its servers. */
export function tellMissed(world: World, missed: readonly Missed[], gap: Gap): void {
  const rooms = new Map<RoomId, Missed[]>();
  for (const one of missed) {
    for (const room of alertRoomsFor(world, "backup", one.turn.server)) {
      rooms.set(room, [...(rooms.get(room) ?? []), one]);
    }
  }
  for (const [room, own] of rooms) {
    const lines = own.map(({ turn, times }) => ({ app: turn.app, server: turn.server, times }));
    say(world, `backups-missed:${gap.until}:${room}`, { room, doc: missedBackupsDoc(lines, gap) });
  }
}

/** Once a round is over: all that failed on a server together, and nothing while its backups are still being taken. */
export function tellFailed(world: World, now: number): void {
  const turns = world.ledger.turns.all();
  for (const server of new Set([...world.vaults.servers, ...turns.map((one) => one.server)])) {
    const own = turns.filter((turn) => turn.server === server);
    if (own.some((turn) => isUnderWay(turn, now))) continue;
    const seen = own.flatMap((turn) => troubleOf(world, turn, now));
    const keys = new Set(seen.map(troubleKey));
    takeTroubles(world, server, {
      at: now,
      seen,
      fate: ({ trouble }) => {
        if (trouble.kind !== "backup" || trouble.app === undefined) return "unknown";
        if (!own.some(({ app }) => app === trouble.app)) return "gone";
        return keys.has(troubleKey(trouble)) ? "unknown" : "well";
      },
    });
  }
}

function troubleOf(world: World, turn: Turn, now: number): readonly Trouble[] {
  const { app, server, waits } = turn;
  const good = world.ledger.backups.lastGood(app);
  const last = good === undefined ? {} : { lastGood: good.at };
  const about = { kind: "backup", server, app, ...last } as const;
  const failure = failureOf(turn, good);
  if (failure !== undefined)
    return [{ ...about, ...failure, problem: world.mask(failure.problem) }];
  if (!isLate(world, turn, good?.at, now)) return [];
  return [waits === undefined ? about : { ...about, problem: world.mask(waits) }];
}

/** Of the last try, unless somebody has taken one meanwhile that counts. */
function failureOf(
  { problem, failed }: Turn,
  good: Pick<Backup, "job"> | undefined,
): { readonly problem: string; readonly job?: number } | undefined {
  if (problem === undefined) return undefined;
  if (failed === undefined) return { problem };
  return good !== undefined && good.job > failed ? undefined : { problem, job: failed };
}

/** A schedule and a half has passed since the last good one. */
export function isLate(
  world: World,
  { rule, lateAt }: Turn,
  good: number | undefined,
  now: number,
): boolean {
  if (now <= lateAt) return false;
  return good === undefined || now > lateAfter(timesOf(world)(rule), good);
}

/** Whether a refusal says that a repository, or what it is reached with, is of no use. */
export function isOfVault({ reason: { kind } }: Refusal): boolean {
  return kind.startsWith("repository-") || kind === "restic-unfit";
}

/** Told once, with what to do. Without a refusal: it can be used. */
export function tellAccess(world: World, server: ServerName, refusal?: Refusal): void {
  if (refusal === undefined) {
    tellRepository(world, server, "access", []);
    return;
  }
  const [problem = "", ...rest] = plain(refusalDoc(refusal.reason)).split("\n");
  const next = rest.join(" ").trim();
  const found = { problem: world.mask(problem), next };
  tellRepository(world, server, "access", [found]);
}

export function tellSoundness(world: World, server: ServerName, problems: readonly string[]): void {
  const [first] = problems;
  const found = first === undefined ? [] : [{ problem: world.mask(first), next: DAMAGED_NEXT }];
  tellRepository(world, server, "data", found);
}

function tellRepository(
  world: World,
  server: ServerName,
  what: "access" | "data",
  found: readonly { readonly problem: string; readonly next: string }[],
): void {
  takeTroubles(world, server, {
    at: world.clock.now(),
    seen: found.map((one) => ({ kind: "repository", server, what, ...one })),
    fate: ({ trouble }) =>
      trouble.kind === "repository" && trouble.what === what ? "well" : "unknown",
  });
}
