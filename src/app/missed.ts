// Commands that came while moot was away: told to the room and offered again, never run by themselves.
import type { Inbound } from "../core/chat.ts";
import { parse } from "../core/grammar.ts";
import { isEventId, type EventId, type RoomId } from "../core/ids.ts";
import { missedDoc } from "../words/missed.ts";
import { typedIn } from "./burning.ts";
import { answer } from "./dispatch.ts";
import type { Message, Reaction } from "./message.ts";
import { say } from "./say.ts";
import type { World } from "./world.ts";

const MOST_TOLD = 20;

/** Settles old messages; the commands among them are listed, one message a room. */
export function recallMissed(world: World, arrivals: readonly Inbound[]): void {
  const messages = arrivals.filter((one) => one.kind === "message");
  const rooms = Map.groupBy(
    messages.filter((one) => isCommand(world, one)),
    ({ room }) => room,
  );
  world.ledger.together(() => {
    for (const [room, commands] of rooms) tell(world, room, commands);
    for (const message of messages) world.ledger.inbox.settle(message.event, world.clock.now());
  });
}

function isCommand(world: World, message: Message): boolean {
  return parse(message.body, world.commands)?.kind === "command";
}

function tell(world: World, room: RoomId, commands: readonly Message[]): void {
  const told = commands.slice(-MOST_TOLD);
  const first = told[0];
  if (first === undefined) return;
  const key = `missed:${first.event}`;
  world.ledger.facts.set(key, told.map(({ event }) => event).join(" "));
  const lines = told.map(({ sender, at, body }) => ({
    sender,
    at,
    typed: typedIn(world, body),
  }));
  say(world, key, { room, doc: missedDoc(lines, commands.length - told.length), rings: [] });
}

/** A 👍 on the list runs what that person typed, each command once. */
export async function runMissed(
  world: World,
  key: string,
  reaction: Reaction,
  signal: AbortSignal,
): Promise<void> {
  const own = listedUnder(world, key).flatMap((event) => ownMessage(world, event, reaction));
  for (const message of own) {
    await answer(world, message, signal);
    if (signal.aborted) return;
    // Read anew: somebody else's 👍 may have shortened the list meanwhile.
    const left = listedUnder(world, key).filter((event) => event !== message.event);
    world.ledger.facts.set(key, left.join(" "));
  }
}

function listedUnder(world: World, key: string): readonly EventId[] {
  return (world.ledger.facts.get(key) ?? "").split(" ").filter(isEventId);
}

function ownMessage(world: World, event: EventId, { sender, room }: Reaction): readonly Message[] {
  const message = world.ledger.inbox.message(event);
  return message?.sender === sender && message.room === room ? [message] : [];
}
