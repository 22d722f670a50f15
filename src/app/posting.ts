// Delivers the outbox, letter by letter, each until it is an event or can never be one.
import { TryLater } from "../core/chat.ts";
import type { RoomId } from "../core/ids.ts";
import type { Letter } from "../core/ledger.ts";
import { alertPlace } from "./alert-places.ts";
import { tellLeftStanding } from "./burning.ts";
import { isDiskFull, waitForSpace } from "./space.ts";
import { chatOf, type World } from "./world.ts";

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;

/** Runs until the signal. One letter a room is on its way, so that a room that hangs holds up no other. */
export async function deliverOutbox(world: World, signal: AbortSignal): Promise<void> {
  const lanes = new Map<RoomId, Promise<void>>();
  const bugs: unknown[] = [];
  const start = (letter: Letter): void => {
    const { room } = letter.outgoing;
    const lane = withSpace(world, () => deliver(world, letter, signal), signal)
      .catch((error: unknown) => void bugs.push(error))
      .finally(() => {
        lanes.delete(room);
        world.bells.outbox.ring();
      });
    lanes.set(room, lane);
  };
  while (!signal.aborted && bugs.length === 0) {
    await withSpace(world, () => startNext(world, [...lanes.keys()], start, signal), signal);
  }
  await Promise.all(lanes.values());
  if (bugs.length > 0) throw bugs[0];
}

/** Waits where nothing is ready; the bell rings for a new letter, and for a room that is free again. */
async function startNext(
  world: World,
  busy: readonly RoomId[],
  start: (letter: Letter) => void,
  signal: AbortSignal,
): Promise<void> {
  const { outbox } = world.ledger;
  const letter = outbox.next(world.clock.now(), busy);
  if (letter !== undefined) start(letter);
  else await world.bells.outbox.wait(world.clock, outbox.nextDue(busy), signal);
}

async function withSpace(
  world: World,
  act: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    await waitForSpace(world, "what moot has to say stays in the outbox", error, signal);
  }
}

async function deliver(world: World, letter: Letter, signal: AbortSignal): Promise<void> {
  const { outbox } = world.ledger;
  const { outgoing, txn } = letter;
  try {
    const event = await chatOf(world, outgoing.room).send(outgoing, txn, signal);
    outbox.sent(letter.id, event, world.clock.now());
    // Its thread can begin, and what goes by itself may go now that people can know.
    if (alertPlace(letter.key) !== undefined) world.bells.updates.ring();
  } catch (error) {
    if (signal.aborted) return;
    // It may be said already: only its event could not be kept, and its transaction id keeps it to one message.
    if (isDiskFull(error)) throw error;
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
    world.ledger.together(() => {
      outbox.drop(letter.id, String(error));
      if (outgoing.kind === "redaction") tellLeftStanding(world, outgoing);
    });
  }
}
