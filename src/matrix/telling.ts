// What moot says beside the outbox, which would take it for an answer to something that was heard, and knows no room that was left.
import { TryLater } from "../core/chat.ts";
import type { Doc } from "../core/doc.ts";
import type { EventId, RoomId } from "../core/ids.ts";
import { unheardDoc } from "../words/encryption.ts";
import { leavingDoc, stayDoc } from "../words/upgrades.ts";
import type { Ears, Hands } from "./ears.ts";
import type { Move } from "./moves.ts";
import { speak } from "./mouth.ts";

/** Who was not heard, and in which rooms moot stays though others go. */
export async function tellAll(ears: Ears, signal: AbortSignal): Promise<void> {
  const { secrecy, upgrades } = ears;
  for (const { room, event: replyTo, sender, why } of secrecy.excuses()) {
    const doc = unheardDoc(why, sender);
    await tell(ears, { room, doc, replyTo }, `unheard-${replyTo}`, signal);
  }
  for (const stranded of upgrades.stranded) {
    const { room, to, why } = stranded;
    await tell(ears, { room, doc: stayDoc(why, to) }, `stays-${why}-${to}`, signal);
    upgrades.toldWhy(stranded);
  }
}

/** After what was heard there before was stored: from now on moot hears the successor alone. */
export async function leave(ears: Ears, move: Move, signal: AbortSignal): Promise<void> {
  const { upgrades, secrecy, clock } = ears;
  const { from, to, event } = move;
  // While it is still a room of the config, and so held to its encryption.
  const isSaid = await tell(ears, { room: from, doc: leavingDoc(to) }, `moved-${event}`, signal);
  upgrades.follow(move, isSaid);
  const patience = { clock, signal, tries: 5 };
  await secrecy.prepare(patience);
  await upgrades.lookAt(to, patience);
}

/** What is open in a room that was left is put before its people anew; where that cannot be done yet, at the next turn. */
export async function tellMoves(
  { upgrades, rooms, log }: Ears,
  { moved }: Hands,
  signal: AbortSignal,
): Promise<void> {
  if (moved === undefined) return;
  for (const move of upgrades.untold) {
    try {
      const { from, to, event, by, isUnsaid = false } = move;
      await moved({ room: rooms.rootOf(from), from, to, event, by, isUnsaid }, signal);
      upgrades.told(move);
    } catch (problem) {
      if (!(problem instanceof TryLater)) throw problem;
      log.warn("a room that moved cannot be told yet what is open", { to: move.to, problem });
    }
  }
}

/** False where it cannot be said. */
async function tell(
  ears: Ears,
  what: { readonly room: RoomId; readonly doc: Doc; readonly replyTo?: EventId },
  txn: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await speak(ears, { kind: "message", rings: [], ...what }, txn, signal);
    return true;
  } catch (problem) {
    signal.throwIfAborted();
    ears.log.warn("a room could not be told something", { room: what.room, txn, problem });
    return false;
  }
}
