// Delivers the outbox, letter by letter, each until it is an event or can never be one.
import { TryLater } from "../core/chat.ts";
import type { Letter } from "../core/ledger.ts";
import { chatOf, type World } from "./world.ts";

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;

/** Runs until the signal. */
export async function deliverOutbox(world: World, signal: AbortSignal): Promise<void> {
  const { outbox } = world.ledger;
  while (!signal.aborted) {
    const letter = outbox.next(world.clock.now());
    if (letter === undefined) await world.bells.outbox.wait(world.clock, outbox.nextDue(), signal);
    else await deliver(world, letter, signal);
  }
}

async function deliver(world: World, letter: Letter, signal: AbortSignal): Promise<void> {
  const { outbox } = world.ledger;
  try {
    const event = await chatOf(world, letter.outgoing.room).send(
      letter.outgoing,
      letter.txn,
      signal,
    );
    outbox.sent(letter.id, event, world.clock.now());
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof TryLater) {
      const pause = error.after ?? Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** letter.attempts);
      outbox.postpone(letter.id, world.clock.now() + pause, error.message);
      return;
    }
    world.log.error("a message can never be sent", {
      letter: letter.key,
      room: letter.outgoing.room,
      error,
    });
    outbox.drop(letter.id, String(error));
  }
}
