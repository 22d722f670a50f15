// What is asked has its time: a reminder before it, an end at it, and nothing twice, however the clock jumps.
import { expect, test } from "vitest";
import { askForReviews } from "../../src/app/deadlines.ts";
import {
  ANA,
  ask,
  atRest,
  BEA,
  CEM,
  DAN,
  ended,
  foundWiki,
  look,
  openCouncil,
  stateOf,
  timesSaid,
} from "./council.ts";

const HOUR = 3_600_000;

test("what too few agree to in time ends, and who asked is told", async () => {
  await using council = openCouncil();
  await foundWiki(council);
  const question = await ask(council);
  council.time.now += 24 * HOUR;
  await look(council);
  expect(stateOf(council, question)?.state).toBe("expired");
  expect((await council.chat.waitFor("⌛")).body).toContain("was not agreed to in time");
  const told = await council.chat.waitFor("Type the command again to ask anew");
  expect(told.rings).toEqual([ANA]);
  const late = council.chat.react(BEA, question.prompt, "👍");
  council.chat.say(CEM, `!approve a${question.approval.id}`);
  await council.chat.waitFor("is no longer open: it was out of time");
  await atRest(council);
  const entry = council.desk.ledger.audit.recent(9).find(({ event }) => event === late);
  expect(entry).toMatchObject({ what: "refusal", detail: { why: "ended" } });
  expect(council.desk.ledger.jobs.ofCommand(question.command)).toBeUndefined();
});

test("a yes that comes too late does not count, even if nobody has looked at the clock since", async () => {
  await using council = openCouncil();
  await foundWiki(council);
  const question = await ask(council);
  council.time.now += 24 * HOUR;
  council.chat.react(BEA, question.prompt, "👍");
  council.chat.say(CEM, `!approve a${question.approval.id}`);
  await council.chat.waitFor("is no longer open: it was out of time");
  await atRest(council);
  expect(stateOf(council, question)?.votes.map(({ by }) => by)).toEqual([ANA]);
  await look(council);
  expect(stateOf(council, question)?.state).toBe("expired");
});

test("whoever is asked is reminded once, also after a restart", async () => {
  const first = openCouncil();
  await foundWiki(first);
  await ask(first);
  first.time.now += 19 * HOUR;
  await look(first);
  expect(timesSaid(first, "still asks to")).toBe(0);
  first.time.now += 2 * HOUR;
  await look(first);
  const reminder = await first.chat.waitFor("still asks to");
  expect(reminder.rings).toEqual([BEA, CEM]);
  expect(reminder.body).toContain("has 3 h left; 1 more yes is needed");
  await look(first);
  await first[Symbol.asyncDispose]();
  const { host, chat, apps, time, desk } = first;
  await using second = openCouncil({ before: { host, chat, apps, time, file: desk.file } });
  await look(second);
  expect(timesSaid(second, "still asks to")).toBe(1);
});

test("a clock that jumps brings nothing back and tells nothing twice", async () => {
  await using council = openCouncil();
  await foundWiki(council);
  const question = await ask(council);
  council.time.now += 48 * HOUR;
  await look(council);
  council.time.now -= 48 * HOUR;
  await look(council);
  council.chat.react(BEA, question.prompt, "👍");
  await look(council);
  council.time.now += 48 * HOUR;
  await look(council);
  expect(stateOf(council, question)?.state).toBe("expired");
  expect(timesSaid(council, "Type the command again to ask anew")).toBe(1);
  expect(council.desk.ledger.jobs.ofCommand(question.command)).toBeUndefined();
});

test("what was done alone is asked about once a day until two others have looked", async () => {
  await using council = openCouncil();
  await foundWiki(council);
  council.chat.say(ANA, "!breakglass wiki.example.coop the disk is full");
  await council.chat.waitFor("acts alone on");
  await look(council, askForReviews);
  expect(timesSaid(council, "did alone waits")).toBe(0);
  for (const day of [1, 2]) {
    council.time.now += 24 * HOUR;
    await look(council, askForReviews);
    await look(council, askForReviews);
    expect(timesSaid(council, "did alone waits")).toBe(day);
  }
  expect((await council.chat.waitFor("did alone waits")).rings).toEqual([BEA, CEM]);
  for (const by of [BEA, CEM]) council.chat.say(by, "!approve a1");
  await look(council);
  expect(council.desk.ledger.approvals.get(1)?.state).toBe("approved");
  council.time.now += 24 * HOUR;
  await look(council, askForReviews);
  expect(timesSaid(council, "did alone waits")).toBe(2);
});

test("what was agreed to while it was held runs when the hold's time is over", async () => {
  await using council = openCouncil();
  await foundWiki(council);
  const question = await ask(council);
  council.chat.say(DAN, '!hold wiki.example.coop "the backup runs" --until 2h');
  await council.chat.waitFor("is held by");
  council.chat.react(BEA, question.prompt, "👍");
  await council.chat.waitFor("was agreed to, but cannot be run now");
  await look(council);
  expect(stateOf(council, question)?.state).toBe("open");
  council.time.now += 2 * HOUR;
  await look(council);
  expect((await ended(council, question.command)).state).toBe("succeeded");
});
