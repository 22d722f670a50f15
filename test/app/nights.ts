// A wiki on a server with a repository, whose nights a test lets pass: what is due by the clock that it moves, it has looked at.
import { vi } from "vitest";
import { takeBackups } from "../../src/app/backup-rounds.ts";
import type { Duty } from "../../src/app/duty.ts";
import { pingWhenWell } from "../../src/app/pinging.ts";
import { saveSelf } from "../../src/app/self-backup.ts";
import { keepRepositories } from "../../src/app/upkeep.ts";
import type { World } from "../../src/app/world.ts";
import { systemClock } from "../../src/clock.ts";
import type { BackupPolicy } from "../../src/core/backup-rules.ts";
import type { Job } from "../../src/core/job.ts";
import { OTHER_ROOM, ROOM, takingAll, UPDATES } from "./desk.ts";
import { settled, signal, WIKI, openStrongroom, type Strongroom } from "./strongroom.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** A Wednesday, at noon in UTC. */
export const NOON = Date.UTC(2026, 10, 25, 12);

const POLICY: BackupPolicy = {
  schedule: "30 3 * * *",
  zone: "UTC",
  atOnce: 1,
  servers: new Map(),
  apps: new Map(),
  keep: { within: "7d", withinWeekly: "5w", withinMonthly: "12m" },
};

export interface Nights extends AsyncDisposable {
  readonly room: Strongroom;
  readonly world: World;
  /** Milliseconds by which its clock is ahead of noon, beside what has passed. */
  readonly time: { ahead: number };
}

export interface NightsOptions {
  readonly before?: Nights;
  readonly policy?: Partial<BackupPolicy>;
  readonly world?: Partial<World>;
  readonly labels?: Readonly<Record<string, string>>;
  /** How many have to agree to what is a danger: one, where nothing is said. */
  readonly danger?: number;
}

const SPEED = 20;

export async function openNights(options: NightsOptions = {}): Promise<Nights> {
  const began = systemClock.now();
  const time = options.before?.time ?? { ahead: 0 };
  const clock = options.before?.world.clock ?? {
    now: () => NOON + time.ahead + (systemClock.now() - began) * SPEED,
    sleep: (ms: number, inner: AbortSignal) => systemClock.sleep(ms / SPEED, inner),
  };
  const given = {
    clock,
    ...(options.labels !== undefined && { labels: options.labels }),
    world: {
      clock,
      alertRooms: takingAll(ROOM, OTHER_ROOM),
      policy: policyWith(options.policy ?? {}, options.danger ?? 1),
      ...options.world,
    },
  };
  const room =
    options.before === undefined
      ? await settled(given)
      : openStrongroom({ ...given, before: options.before.room });
  return {
    room,
    world: room.desk.world,
    time,
    [Symbol.asyncDispose]: () => room[Symbol.asyncDispose](),
  };
}

function policyWith(policy: Partial<BackupPolicy>, people: number): World["policy"] {
  const alone = { people: 1, requesterCounts: true, isStrong: false, expires: DAY };
  return {
    change: alone,
    danger: { ...alone, people },
    raise: { commands: new Map(), servers: new Map(), apps: new Map() },
    patience: 60,
    hidesSecretEnv: false,
    updates: UPDATES,
    carriesRoom: new Set(),
    backups: { ...POLICY, ...policy },
  };
}

export async function look(
  { world }: Pick<Nights, "world">,
  ...duties: readonly Duty[]
): Promise<void> {
  const all = duties.length > 0 ? duties : [takeBackups, keepRepositories, saveSelf, pingWhenWell];
  for (const duty of all) await duty.run(world, world.clock.now(), signal);
}

/** To that time of the next such day. */
export function goTo({ world, time }: Nights, hour: number, minute: number): void {
  const now = world.clock.now();
  const midnight = now - (now % DAY);
  const today = midnight + hour * HOUR + minute * MINUTE;
  time.ahead += (today > now ? today : today + DAY) - now;
}

/** A night as moot has it that looks each minute, until all that was begun has ended. */
export async function night(nights: Nights): Promise<Job | undefined> {
  goTo(nights, 3, 28);
  await look(nights, takeBackups);
  goTo(nights, 3, 31);
  await look(nights, takeBackups);
  const job = await ended(nights);
  await look(nights);
  return job;
}

/** The job of the wiki's turn, when it has ended; undefined where there was none. */
export async function ended({ world }: Pick<Nights, "world">): Promise<Job | undefined> {
  const id = world.ledger.turns.of(WIKI)?.job;
  if (id === undefined) return undefined;
  return vi.waitFor(() => {
    const job = world.ledger.jobs.get(id);
    if (job?.ending === undefined) throw new Error("it has not ended");
    return job;
  }, 20_000);
}

/** What moot has said in the room, once all is said. */
export async function said({ room, world }: Nights, inRoom = ROOM): Promise<readonly string[]> {
  const { chat } = room.desk;
  await vi.waitFor(() => {
    if (world.ledger.outbox.nextDue([]) !== undefined) throw new Error("not all is said yet");
  }, 10_000);
  return chat
    .seen(inRoom)
    .filter(({ sender }) => sender === chat.self)
    .map(({ body }) => body);
}
