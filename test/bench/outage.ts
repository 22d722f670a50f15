// Ten thousand events that waited for moot: how fast they pass the gate, and whether each command among them ran exactly once.
import type { Inbound } from "../../src/core/chat.ts";
import { isEventId, isUserId, type EventId } from "../../src/core/ids.ts";
import { newChat, openDesk, ROOM } from "../app/desk.ts";
import type { Said } from "../fakes/chat.ts";
import { named } from "../named.ts";
import { until } from "../testbed/wait.ts";
import type { Measured } from "./row.ts";

const EVENTS = 10_000;
/** Every fortieth event is a command, every seventh comes twice, and the first half is too old to be run. */
const COMMAND = 40;
const TWICE = 7;
/** Typed over a minute and a half, by so many members that none of it is a flood (src/app/flood.ts). */
const AGES = { old: 600_000, young: 95_000 };
const BETWEEN = 18;
const MEMBERS = Array.from({ length: 10 }, (_, index) =>
  named(isUserId, `@member-${index}:example.coop`),
);
const STRANGER = named(isUserId, "@eve:elsewhere.example");
const SEED = {
  roles: new Map([["watcher", { may: ["whoami"] }]]),
  members: new Map(MEMBERS.map((user) => [user, ["watcher"]])),
  rooms: [{ name: ROOM, id: ROOM, servers: ["*"] }],
};

export async function measureOutage(): Promise<readonly Measured[]> {
  const chat = newChat(MEMBERS);
  const now = Date.now();
  const events = Array.from({ length: EVENTS }, (_, index) => eventAt(index, now));
  for (const [index, event] of events.entries()) {
    chat.arrive(event);
    if (index % TWICE === 0) chat.arrive(event);
  }
  const due = events.filter((_, index) => isCommand(index) && !isOld(index));
  const begun = performance.now();
  await using desk = openDesk({ chat, seed: SEED });
  const { inbox } = desk.ledger;
  await until("every event to be settled", 60, () =>
    !inbox.isEmpty() && inbox.pending(1).length === 0 ? true : undefined,
  );
  const seconds = (performance.now() - begun) / 1000;
  await until("every answer", 60, () => (answers(chat.said).size >= due.length ? true : undefined));
  const lost = events.filter(({ event }) => inbox.message(event) === undefined).length;
  return [
    {
      name: "events through the gate after an outage, 1/s",
      ours: EVENTS / seconds,
      bound: { of: "ours", atLeast: 1_000 },
    },
    {
      name: "of 10,000 events: lost, or run twice or wrongly",
      ours: lost + wrong(due, chat.said),
      bound: { of: "ours", atMost: 0 },
    },
  ];
}

function eventAt(index: number, now: number): Inbound & { readonly kind: "message" } {
  const talkers = isCommand(index) ? MEMBERS : [...MEMBERS, STRANGER];
  return {
    kind: "message",
    room: ROOM,
    event: named(isEventId, `$waited-${index}`),
    sender:
      talkers[Math.floor(isCommand(index) ? index / COMMAND : index) % talkers.length] ?? STRANGER,
    at: isOld(index) ? now - AGES.old : now - AGES.young + (index - EVENTS / 2) * BETWEEN,
    body: isCommand(index) ? "!whoami" : `chatter ${index}`,
  };
}

function isCommand(index: number): boolean {
  return index % COMMAND === 0;
}

function isOld(index: number): boolean {
  return index < EVENTS / 2;
}

/** How many commands were not answered, and how many answers nobody was due. */
function wrong(due: readonly { readonly event: EventId }[], said: readonly Said[]): number {
  const counts = answers(said);
  const missing = due.filter(({ event }) => !counts.has(event)).length;
  const given = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return missing + (given - (due.length - missing));
}

/** By the command that was answered. */
function answers(said: readonly Said[]): ReadonlyMap<EventId, number> {
  const counts = new Map<EventId, number>();
  for (const { outgoing } of said) {
    const to = outgoing.kind === "message" ? outgoing.replyTo : undefined;
    if (to !== undefined) counts.set(to, (counts.get(to) ?? 0) + 1);
  }
  return counts;
}
