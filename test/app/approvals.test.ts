// What needs several people is asked, counted and run as the rules say, and never otherwise.
import { expect, test } from "vitest";
import {
  ANA,
  ask,
  BEA,
  CEM,
  DAN,
  ended,
  foundWiki,
  openCouncil,
  settled,
  stateOf,
  type Council,
  type Question,
} from "./council.ts";
import { STRANGER } from "./desk.ts";

async function isOpenStill(council: Council, question: Question): Promise<void> {
  await settled(council);
  expect(stateOf(council, question)?.state).toBe("open");
  expect(council.desk.ledger.jobs.ofCommand(question.command)).toBeUndefined();
}

test("a major step waits for a second person, and runs when they say yes", async () => {
  await using council = openCouncil();
  await foundWiki(council);
  const question = await ask(council);
  const shown = await council.chat.waitFor("must agree");
  expect(shown.body).toContain("It is a danger");
  expect(shown.body).toContain(`React 👍 or 👎`);
  expect(shown.isNotice).toBe(false);
  expect(shown.rings).toEqual([BEA, CEM]);
  await isOpenStill(council, question);
  council.chat.react(BEA, question.prompt, "👍🏽");
  expect((await ended(council, question.command)).state).toBe("succeeded");
  expect(stateOf(council, question)).toMatchObject({ state: "approved", outcome: { job: 2 } });
  await council.chat.waitFor(`by ${ANA}, ${BEA}: job 2`);
});

test("words do what reactions do", async () => {
  await using council = openCouncil();
  await foundWiki(council);
  const question = await ask(council);
  council.chat.say(CEM, `!approve a${question.approval.id}`);
  expect((await ended(council, question.command)).state).toBe("succeeded");
  expect(stateOf(council, question)?.votes).toMatchObject([
    { by: ANA, how: "command" },
    { by: CEM, how: "words" },
  ]);
});

test("who asked is one of two, and not both", async () => {
  await using council = openCouncil();
  await foundWiki(council);
  const question = await ask(council);
  council.chat.react(ANA, question.prompt, "👍");
  council.chat.say(ANA, `!approve a${question.approval.id}`);
  await isOpenStill(council, question);
});

test.each<readonly [string, (council: Council, question: Question) => void]>([
  ["of a watcher", ({ chat }, { prompt: at }) => chat.react(DAN, at, "👍")],
  ["of a stranger", ({ chat }, { prompt: at }) => chat.react(STRANGER, at, "👍")],
  [
    "of one who has left the room",
    ({ chat }, { prompt: at }) => (chat.leave(BEA), chat.react(BEA, at, "👍")),
  ],
  ["by a sign that means nothing", ({ chat }, { prompt: at }) => chat.react(BEA, at, "🎉")],
  ["on the command itself", ({ chat }, { command }) => chat.react(BEA, command, "👍")],
  [
    "on a message that only looks like the question",
    ({ chat }) => chat.react(BEA, chat.say(CEM, "a1: @ana asks to deploy. React 👍 or 👎"), "👍"),
  ],
  [
    "of a member whose role is gone",
    (council, { prompt: at }) => {
      council.setTable({ [ANA]: ["keeper"], [CEM]: ["operator"] });
      council.chat.react(BEA, at, "👍");
    },
  ],
])("a yes %s does not count", async (_what, act) => {
  await using council = openCouncil();
  await foundWiki(council);
  const question = await ask(council);
  act(council, question);
  await isOpenStill(council, question);
  expect(stateOf(council, question)?.votes).toHaveLength(1);
});

test("a word that does not count is written down with its reason", async () => {
  await using council = openCouncil();
  await foundWiki(council);
  const question = await ask(council);
  const event = council.chat.react(DAN, question.prompt, "👍");
  await settled(council);
  expect(council.desk.ledger.audit.recent(1)).toMatchObject([
    { who: DAN, what: "refusal", event, detail: { kind: "vote", why: "not-entitled" } },
  ]);
});

test("an objection blocks until it is taken back", async () => {
  await using council = openCouncil();
  await foundWiki(council);
  const question = await ask(council);
  const objection = council.chat.react(CEM, question.prompt, "👎");
  await council.chat.waitFor("objects");
  council.chat.react(BEA, question.prompt, "👍");
  await isOpenStill(council, question);
  council.chat.redact(CEM, objection);
  expect((await ended(council, question.command)).state).toBe("succeeded");
});

test("nobody else can take an objection back", async () => {
  await using council = openCouncil();
  await foundWiki(council);
  const question = await ask(council);
  const objection = council.chat.react(CEM, question.prompt, "👎");
  await settled(council);
  council.chat.redact(ANA, objection);
  council.chat.react(BEA, question.prompt, "👍");
  await isOpenStill(council, question);
});

test("an objection is overruled by one more yes than needed, said after it", async () => {
  await using council = openCouncil();
  await foundWiki(council);
  const question = await ask(council);
  const { chat } = council;
  council.setTable({
    [ANA]: ["keeper"],
    [BEA]: ["keeper"],
    [CEM]: ["operator"],
    [DAN]: ["operator"],
  });
  chat.say(CEM, `!reject a${question.approval.id} "the backup is not done"`);
  await chat.waitFor("objects: the backup is not done");
  chat.react(BEA, question.prompt, "👍");
  chat.react(DAN, question.prompt, "👍");
  await isOpenStill(council, question);
  chat.react(ANA, question.prompt, "👍");
  expect((await ended(council, question.command)).state).toBe("succeeded");
});

test("a yes can be taken back while it is open, and not afterwards", async () => {
  await using council = openCouncil({
    policy: { danger: { people: 3, requesterCounts: true, isStrong: false, expires: 3_600_000 } },
  });
  await foundWiki(council);
  const question = await ask(council);
  const first = council.chat.react(BEA, question.prompt, "👍");
  await settled(council);
  council.chat.redact(BEA, first);
  await settled(council);
  const last = council.chat.react(CEM, question.prompt, "👍");
  await isOpenStill(council, question);
  council.chat.react(BEA, question.prompt, "✅");
  await ended(council, question.command);
  council.chat.redact(CEM, last);
  await settled(council);
  expect(stateOf(council, question)).toMatchObject({ state: "approved" });
  expect(stateOf(council, question)?.votes.map(({ by }) => by)).toEqual([ANA, CEM, BEA]);
});

test("two deciding votes in the same sync start one job", async () => {
  await using council = openCouncil();
  await foundWiki(council);
  const question = await ask(council);
  council.chat.react(BEA, question.prompt, "👍");
  council.chat.react(CEM, question.prompt, "👍");
  await ended(council, question.command);
  await settled(council);
  expect(council.desk.ledger.jobs.recent(9)).toHaveLength(2);
});
