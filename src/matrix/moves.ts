// Which rooms went on in others. For the rest of moot a room keeps the id that it began with, whichever of them the config names.
import { z } from "zod";
import {
  isEventId,
  isRoomId,
  isUserId,
  type EventId,
  type RoomId,
  type UserId,
} from "../core/ids.ts";
import type { Facts } from "../core/ledger.ts";

export interface Move {
  readonly from: RoomId;
  readonly to: RoomId;
  /** The tombstone, and who put it there. */
  readonly event: EventId;
  readonly by: UserId;
  readonly at: number;
}
/** `isTold`: what is open in the room was put before its people anew. `isUnsaid`: the room that was left could not be told. */
export type KeptMove = Move & { readonly isTold: boolean; readonly isUnsaid?: boolean };

const FACT = "matrix.moves";
const room = z.string().refine(isRoomId);
const kept = z.array(
  z.strictObject({
    from: room,
    to: room,
    event: z.string().refine(isEventId),
    by: z.string().refine(isUserId),
    at: z.int(),
    isTold: z.boolean(),
    isUnsaid: z.boolean().exactOptional(),
  }),
);

/** The oldest first. */
export function movesIn(facts: Facts): readonly KeptMove[] {
  const text = facts.get(FACT);
  return text === undefined ? [] : kept.parse(JSON.parse(text));
}

/** In place of what was kept of the same move. */
export function keepMove(facts: Facts, move: KeptMove): void {
  const others = movesIn(facts).filter(({ event }) => event !== move.event);
  facts.set(FACT, JSON.stringify([...others, move]));
}

/** Where a room began. */
export function rootOf(moves: readonly Move[], room: RoomId): RoomId {
  const before = moves.find(({ to }) => to === room);
  return before === undefined ? room : rootOf(moves, before.from);
}

/** All rooms that it was, the newest first. */
export function placesOf(moves: readonly Move[], root: RoomId): readonly [RoomId, ...RoomId[]] {
  const next = moves.find(({ from }) => from === root);
  return next === undefined ? [root] : [...placesOf(moves, next.to), root];
}

/** Which of them it was at that time. */
export function placeAt(moves: readonly Move[], room: RoomId, at: number): RoomId {
  const next = moves.find(({ from }) => from === room);
  return next === undefined || at < next.at ? room : placeAt(moves, next.to, at);
}
