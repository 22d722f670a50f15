// Once a week, when the config says so, each room that takes the digest hears how old the apps of its servers are and what was done about it.
import type { Digest } from "../core/digest.ts";
import type { RoomId } from "../core/ids.ts";
import { isWithin } from "../core/roles.ts";
import { alertRoomsFor } from "./alert-rooms.ts";
import { sendDigest } from "./digesting.ts";
import type { Duty } from "./duty.ts";
import { dueTurn, planTurn, type Recurring } from "./recurring.ts";
import { lookAtAll } from "./updating.ts";
import { weekOf, type Week } from "./week.ts";
import type { World } from "./world.ts";

const WEEK = 7 * 24 * 3_600_000;
/** Until when the newest told. */
const TOLD = "digest.told";

/**
 * What is due is remembered as told only after it was: killed in between, all is done again, and the rooms that have it hear
 * nothing. Of several that came due while moot was away, one is told.
 */
export const tellWeek: Duty = {
  name: "digest",
  async run(world, now, signal) {
    const week = dueBy(world, now);
    if (week === undefined) return;
    const groups = roomsByServers(world);
    if (groups.length > 0) {
      // What was done since the last look would stand there as if it were not.
      await lookAtAll(world, signal);
      world.bells.updates.ring();
      const all = await weekOf(world, week, signal);
      for (const { rooms, servers } of groups) {
        await sendDigest(world, within(all, servers), rooms, signal);
      }
    }
    world.ledger.together(() => {
      world.ledger.facts.set(TOLD, String(week.until));
      planTurn(world, turnsOf(world), week.until);
    });
  },
};

/** Undefined where none is due. */
function dueBy(world: World, now: number): Pick<Digest, "since" | "until"> | undefined {
  const { facts } = world.ledger;
  const turns = turnsOf(world);
  const { recurrence } = turns;
  let until = dueTurn(world, turns, now, () => {
    if (recurrence === undefined) facts.set(TOLD, undefined);
  });
  if (recurrence === undefined || until === undefined) return undefined;
  for (let later: number | undefined = until; later !== undefined && later <= now;) {
    until = later;
    later = world.calendar.next(recurrence.cron, recurrence.zone, until);
  }
  const told = facts.get(TOLD);
  return { since: told === undefined ? until - WEEK : Number(told), until };
}

function turnsOf({ policy: { updates } }: World): Recurring {
  const { digest: cron, zone } = updates;
  return { name: "digest", recurrence: cron === undefined ? undefined : { cron, zone } };
}

interface Group {
  readonly rooms: readonly RoomId[];
  /** By glob; undefined: all. */
  readonly servers: readonly string[] | undefined;
}

/** Rooms that have the same servers hear the same. */
function roomsByServers(world: World): readonly Group[] {
  const scopes = world.table().rooms;
  const serversOf = (room: RoomId): readonly string[] | undefined => scopes?.get(room)?.toSorted();
  const rooms = alertRoomsFor(world, "digest");
  return [...Map.groupBy(rooms, (room) => JSON.stringify(serversOf(room))).values()].map(
    (alike) => ({
      rooms: alike,
      servers: alike[0] && serversOf(alike[0]),
    }),
  );
}

function within(
  { apps, changes, backups, troubles, ...times }: Week,
  servers: readonly string[] | undefined,
): Digest {
  const isSeen = ({ server }: { readonly server: string }): boolean => isWithin(servers, server);
  return {
    ...times,
    apps: apps.filter(isSeen),
    changes: changes.filter(isSeen),
    backups: backups.filter(isSeen),
    troublesOpen: troubles.filter(isSeen).length,
  };
}
