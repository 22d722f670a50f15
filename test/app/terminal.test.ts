// What is said at moot's terminal, where whoever reaches the socket can say that they are anybody.
import { afterEach, beforeEach, expect, test } from "vitest";
import { isRoomId, isUserId } from "../../src/core/ids.ts";
import { FakeChat } from "../fakes/chat.ts";
import { named } from "../named.ts";
import {
  ANA,
  ask,
  asked,
  BEA,
  CEM,
  ended,
  foundWiki,
  MAJOR,
  openCouncil,
  settled,
  stateOf,
  type Council,
} from "./council.ts";

let terminal: FakeChat;
let council: Council;

beforeEach(async () => {
  terminal = new FakeChat({
    self: named(isUserId, "@moot:example.coop"),
    rooms: [named(isRoomId, "!terminal:localhost")],
    members: [ANA, BEA, CEM],
  });
  terminal.vouches = "change";
  council = openCouncil({ others: [terminal] });
  await foundWiki(council);
});

afterEach(async () => {
  await council[Symbol.asyncDispose]();
});

const ELSEWHERE = "Type it in the team's Matrix room";

test("a danger is refused, with the place where it can be asked", async () => {
  terminal.say(ANA, MAJOR);
  const { body } = await terminal.waitFor("needs 2 people");
  expect(body).toContain(ELSEWHERE);
  expect(council.desk.ledger.approvals.standing()).toEqual([]);
});

test("a yes in words does not count for a danger that the team's room was asked about", async () => {
  const question = await ask(council);
  terminal.say(BEA, `!approve a${question.approval.id}`);
  expect((await terminal.waitFor("does not count")).body).toContain(ELSEWHERE);
  await settled(council);
  expect(stateOf(council, question)).toMatchObject({ state: "open", votes: [{ by: ANA }] });
});

test("nobody acts alone from there, since nobody would be told", async () => {
  terminal.say(ANA, '!breakglass wiki.example.coop "the database is full"');
  await terminal.waitFor("does not count");
  expect(council.desk.ledger.breakglasses.standing(council.time.now)).toEqual([]);
});

test("a change can be asked for and agreed to there", async () => {
  await council[Symbol.asyncDispose]();
  const { change } = council.desk.world.policy;
  terminal = new FakeChat({
    self: terminal.self,
    rooms: terminal.rooms,
    members: [ANA, BEA, CEM],
  });
  terminal.vouches = "change";
  council = openCouncil({ others: [terminal], policy: { change: { ...change, people: 2 } } });
  const command = terminal.say(ANA, "!deploy wiki wiki.example.coop --version 1.0.0+1.0.0");
  const { id } = await asked(council, command);
  terminal.say(BEA, `!approve a${id}`);
  expect((await ended(council, command)).state).toBe("succeeded");
});
