// A homeserver that does not help to follow a room: it is asked again, and nothing that was said meanwhile is lost.
import { expect, test } from "vitest";
import { Trouble } from "../../src/matrix/trouble.ts";
import type { Ask } from "../../src/matrix/wire.ts";
import type { MemoryFacts } from "../fakes/facts.ts";
import {
  ANA,
  born,
  buried,
  homeserver,
  MEGOLM,
  never,
  NEW,
  OLD,
  raise,
  why,
  type Homeserver,
  type Stage,
} from "./moving-stage.ts";

test("a homeserver that cannot tell is asked again later", async () => {
  const server = homeserver(buried(NEW), born(OLD));
  server.ask = failing(server.ask, `/join/${encodeURIComponent(NEW)}`);
  const stage = await raise(server);
  expect(await why(stage)).toEqual(["unanswered"]);
  expect(stage.log()).toContain("I ask again each minute");
  expect(stage.upgrades.isDue).toBe(false);
});

test("a room that was followed late is to be heard from when it could have been, by the next life too", async () => {
  const server = homeserver(buried(NEW), born(OLD));
  const { ask } = server;
  server.ask = failing(ask, `/join/${encodeURIComponent(NEW)}`);
  const { facts } = await kept(server, "s0");
  await kept(server, "s1", facts);
  server.ask = ask;
  const { upgrades } = await kept(server, "s2", facts);
  expect(upgrades.unheard).toMatchObject([{ move: { from: OLD, to: NEW }, since: "s0" }]);
  for (const { move } of upgrades.unheard) upgrades.caughtUp(move);
  expect(upgrades.unheard).toEqual([]);
});

test("what was said in a room while moot chose to stay out of it is not for it", async () => {
  const encrypted = { "m.room.encryption": { sender: ANA, content: MEGOLM } };
  const server = homeserver({ ...buried(NEW), ...encrypted }, born(OLD));
  const { ask } = server;
  server.ask = failing(ask, `/join/${encodeURIComponent(NEW)}`);
  const { facts } = await kept(server, "s0");
  server.ask = ask;
  await kept(server, "s1", facts);
  server.rooms.set(NEW, { ...born(OLD), ...encrypted });
  const { rooms, upgrades } = await kept(server, "s2", facts);
  expect(rooms.ids).toEqual([NEW]);
  expect(upgrades.unheard).toEqual([]);
});

/** A life of moot's that heard rooms up to the position, and followed what it could. */
async function kept(server: Homeserver, position: string, facts?: MemoryFacts): Promise<Stage> {
  const stage = await raise(server, [OLD], facts);
  for (const move of await stage.upgrades.ready(position, never)) stage.upgrades.follow(move, true);
  return stage;
}

function failing(ask: Ask, part: string): Ask {
  return async (call, signal) => {
    if (call.path.includes(part)) throw new Trouble("answered 502", { status: 502 });
    return ask(call, signal);
  };
}
