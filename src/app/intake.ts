// Takes what rooms bring into the inbox, and hands each event on exactly once.
import { TryLater, type Chat, type Inbound } from "../core/chat.ts";
import { parse } from "../core/grammar.ts";
import type { EventId } from "../core/ids.ts";
import { waitsForSpaceDoc } from "../words/space.ts";
import { burntBy } from "./burning.ts";
import { answer } from "./dispatch.ts";
import { Floods } from "./flood.ts";
import { recallMissed } from "./missed.ts";
import { heedMove } from "./moving.ts";
import { heedReaction } from "./reactions.ts";
import { rest } from "./rest.ts";
import { isDiskFull, waitForSpace, type DiskFull } from "./space.ts";
import { heedRedaction } from "./voting.ts";
import { chatOf, type World } from "./world.ts";

type Arrival = Inbound & { readonly receivedAt: number };

/** A command first seen later than this after it was sent is offered again, not run. */
const FRESH_FOR = 120_000;
const AT_ONCE = 500;
const BETWEEN_TRIES = 5_000;

/** Runs until the signal: every chat's events into the inbox. */
export async function receiveAll(world: World, signal: AbortSignal): Promise<void> {
  await Promise.all(world.chats.map((chat) => receiveFrom(world, chat, signal)));
}

/** A chat whose batch could not be stored still has it, and hands it over again; whoever typed a command is told that it waits. */
async function receiveFrom(world: World, chat: Chat, signal: AbortSignal): Promise<void> {
  const told = new Set<string>();
  while (!signal.aborted) {
    let last: readonly Inbound[] = [];
    try {
      const store = (batch: readonly Inbound[]): void => {
        last = batch;
        world.ledger.inbox.record(batch, world.clock.now());
        world.bells.inbox.ring();
      };
      await chat.receive(store, signal, (move) => heedMove(world, move, signal));
    } catch (error) {
      if (isOver(signal)) return;
      if (!isDiskFull(error)) throw error;
      for (const inbound of last.filter((one) => isCommand(world, one) && !told.has(one.event))) {
        told.add(inbound.event);
        await tellDiskFull(world, inbound, error, signal);
      }
      await waitForSpace(world, "what the room says waits at the homeserver", error, signal);
    }
  }
}

/**
 * Runs until the signal: settles the inbox. One sender's events are handled in their order, different senders' side by
 * side, so that a slow plan of one person holds up nobody else.
 */
export async function settleInbox(world: World, signal: AbortSignal): Promise<void> {
  const lanes = new Map<string, Promise<void>>();
  const taken = new Set<string>();
  const floods = new Floods(world);
  while (!signal.aborted) {
    const fresh = world.ledger.inbox
      .pending(AT_ONCE + taken.size)
      .filter(({ event }) => !taken.has(event));
    const { current, isStuck } = sift(world, floods, fresh);
    for (const arrival of current) {
      taken.add(arrival.event);
      const before = lanes.get(arrival.sender) ?? Promise.resolve();
      const lane = before
        .then(() => settleOne(world, arrival, signal))
        .finally(() => taken.delete(arrival.event));
      lanes.set(arrival.sender, lane);
      void lane.finally(() => lanes.get(arrival.sender) === lane && lanes.delete(arrival.sender));
    }
    if (isStuck) await rest(world.clock, BETWEEN_TRIES, signal);
    else if (fresh.length < AT_ONCE) await world.bells.inbox.wait(world.clock, undefined, signal);
  }
  await Promise.all(lanes.values());
}

/** Settles what needs no answer, and gives what does. Stuck when the disk is full: then the rest stays in the inbox. */
function sift(
  world: World,
  floods: Floods,
  fresh: readonly Arrival[],
): { readonly current: readonly Arrival[]; readonly isStuck: boolean } {
  const lots = Object.groupBy(fresh, (one) => lotOf(world, one));
  const { chatter = [], missed = [] } = lots;
  const current = withoutFlood(world, floods, lots.current ?? []);
  const isSettled = settleTogether(world, chatter, missed);
  return { current: current ?? [], isStuck: current === undefined || !isSettled };
}

/** Undefined when the disk is full: then all of it stays in the inbox. */
function withoutFlood(
  world: World,
  floods: Floods,
  current: readonly Arrival[],
): readonly Arrival[] | undefined {
  return orDiskFull(world, () =>
    world.ledger.together(() => current.filter((one) => !isTooMuch(floods, one))),
  );
}

/** Taking back is never too much. */
function isTooMuch(floods: Floods, arrival: Arrival): boolean {
  if (arrival.kind === "message") return floods.stops(arrival);
  return arrival.kind === "reaction" && floods.stopsReaction(arrival);
}

function lotOf(world: World, arrival: Arrival): "chatter" | "missed" | "current" {
  if (arrival.kind === "redaction") return isVote(world, arrival.target) ? "current" : "chatter";
  if (arrival.kind === "reaction") return "current";
  if (!isCommand(world, arrival)) return "chatter";
  // What should not stand in a room is not left there until somebody asks for it.
  if (burntBy(world, arrival) !== undefined) return "current";
  return arrival.receivedAt - arrival.at > FRESH_FOR ? "missed" : "current";
}

/** A redaction of anything else is none of moot's business; it stays known, for a vote that is handled after it. */
function isVote(world: World, event: EventId): boolean {
  return world.ledger.approvals.votesBy(event).length > 0;
}

function isCommand(world: World, inbound: Inbound): boolean {
  return inbound.kind === "message" && parse(inbound.body, world.commands) !== undefined;
}

/**
 * Most of what a room says is not for moot, and each write waits for the disk: so one for all of it. False when the disk is
 * full: then they stay in the inbox.
 */
function settleTogether(
  world: World,
  chatter: readonly Arrival[],
  missed: readonly Arrival[],
): boolean {
  const { inbox } = world.ledger;
  const settled = orDiskFull(world, () => {
    if (chatter.length > 0)
      world.ledger.together(() => {
        for (const { event } of chatter) inbox.settle(event, world.clock.now());
      });
    if (missed.length > 0) recallMissed(world, missed);
    return true;
  });
  return settled ?? false;
}

function orDiskFull<Result>(world: World, act: () => Result): Result | undefined {
  try {
    return act();
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    world.log.error("moot's disk is full: what the room says stays in the inbox", { error });
    return undefined;
  }
}

/** Asked anew after each wait: the compiler takes what it saw before for true still. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}

async function settleOne(world: World, arrival: Arrival, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      if (arrival.kind === "message") await answer(world, arrival, signal);
      else if (arrival.kind === "reaction") await heedReaction(world, arrival, signal);
      else await heedRedaction(world, arrival, signal);
      if (!isOver(signal)) world.ledger.inbox.settle(arrival.event, world.clock.now());
      return;
    } catch (error) {
      if (isOver(signal)) return;
      if (arrival.kind !== "message" && !mayPass(error)) {
        drop(world, arrival, error);
        return;
      }
      await waitOut(world, arrival, error, signal);
    }
  }
}

function mayPass(error: unknown): boolean {
  return error instanceof TryLater || isDiskFull(error);
}

/** A bug met by a reaction, or by taking one back, must not be met again at every start. */
function drop(world: World, { kind, event, sender }: Arrival, error: unknown): void {
  const reference = world.reference();
  world.log.error("a reaction met a bug", { reference, kind, event, sender, error });
  const now = world.clock.now();
  world.ledger.together(() => {
    world.ledger.audit.append({ who: sender, what: "bug", event, detail: { reference } }, now);
    world.ledger.inbox.settle(event, now);
  });
}

/** Waits before the next try where trying again can help; the event stays in the inbox until then. */
async function waitOut(
  world: World,
  arrival: Arrival,
  error: unknown,
  signal: AbortSignal,
): Promise<void> {
  if (error instanceof TryLater) {
    // The homeserver could not say who is in the room, and deciding without that is not allowed.
    world.log.warn("the homeserver does not say who is joined", {
      event: arrival.event,
      problem: error.message,
    });
  } else if (isDiskFull(error)) {
    await tellDiskFull(world, arrival, error, signal);
  } else throw error;
  const after = error instanceof TryLater ? error.after : undefined;
  await rest(world.clock, after ?? BETWEEN_TRIES, signal);
}

/** The outbox cannot be written either, so this goes to the room directly; the transaction id keeps it to one message. */
async function tellDiskFull(
  world: World,
  { room, event }: Inbound,
  error: DiskFull,
  signal: AbortSignal,
): Promise<void> {
  world.log.error("moot's disk is full", { event, error });
  const message = {
    kind: "message",
    room,
    doc: waitsForSpaceDoc(error.reason.where),
    rings: [],
    replyTo: event,
  } as const;
  await chatOf(world, room)
    .send(message, `full-${event}`, signal)
    .catch((problem: unknown) => {
      world.log.warn("the room could not be told of the full disk", { problem });
    });
}
