// Every kind of person without the right, and every way to speak of an open danger: nothing changes.
import { expect, test } from "vitest";
import type { Inbound } from "../../src/core/chat.ts";
import { isUserId, type UserId } from "../../src/core/ids.ts";
import { named } from "../named.ts";
import {
  ANA,
  ask,
  BEA,
  foundWiki,
  look,
  openCouncil,
  stateOf,
  type Council,
  type Question,
} from "./council.ts";
import { OTHER_ROOM, ROOM, STRANGER } from "./desk.ts";

function user(name: string): UserId {
  return named(isUserId, `@${name}:example.coop`);
}

const GONE = user("not-joined");
const KINDS: Readonly<Record<UserId, readonly string[]>> = {
  [user("roleless")]: [],
  [user("watches")]: ["watcher"],
  [user("may-not-approve")]: ["doer"],
  [user("may-not-deploy")]: ["judge"],
  [user("learns")]: ["learner"],
  [user("other-server")]: ["other-server"],
  [user("other-app")]: ["other-app"],
  [user("other-room")]: ["other-room"],
  [user("no-such-role")]: ["ghost"],
  [GONE]: ["keeper"],
};
const PEOPLE = [...Object.keys(KINDS).map((name) => named(isUserId, name)), STRANGER];

type Way = (council: Council, question: Question, who: UserId) => unknown;

const WAYS: readonly (readonly [string, Way])[] = [
  ["👍", ({ chat }, { prompt }, who) => chat.react(who, prompt, "👍")],
  ["✅", ({ chat }, { prompt }, who) => chat.react(who, prompt, "✅")],
  ["👎", ({ chat }, { prompt }, who) => chat.react(who, prompt, "👎")],
  ["🛑", ({ chat }, { prompt }, who) => chat.react(who, prompt, "🛑")],
  ["!approve", ({ chat }, { approval }, who) => chat.say(who, `!approve a${approval.id}`)],
  ["!reject", ({ chat }, { approval }, who) => chat.say(who, `!reject a${approval.id} "no"`)],
  ["!cancel", ({ chat }, { approval }, who) => chat.say(who, `!cancel a${approval.id}`)],
];

test.each(WAYS)("%s by whoever has no right to it changes nothing", async (_way, speak) => {
  await using council = openCouncil({
    members: { [ANA]: ["keeper"], [BEA]: ["keeper"], ...KINDS },
  });
  for (const who of PEOPLE.filter((one) => one !== GONE)) council.chat.join(who);
  await foundWiki(council);
  const question = await ask(council);
  const before = stateOf(council, question);
  for (const who of PEOPLE) speak(council, question, who);
  await look(council);
  expect(stateOf(council, question)).toEqual(before);
  expect(council.desk.ledger.jobs.recent(9)).toHaveLength(1);
});

test("a member with every right does not count from another room", async () => {
  await using council = openCouncil();
  await foundWiki(council);
  const question = await ask(council);
  const before = stateOf(council, question);
  const { chat } = council;
  chat.react(BEA, question.prompt, "👍", OTHER_ROOM);
  const forged: Inbound = {
    kind: "reaction",
    room: ROOM,
    event: question.command,
    sender: BEA,
    at: council.time.now,
    key: "👍",
    target: question.prompt,
  };
  // An event id that is known already.
  chat.arrive(forged);
  await look(council);
  expect(stateOf(council, question)).toEqual(before);
});
