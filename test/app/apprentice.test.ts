// Who learns may type any command: what acts waits for a mentor, and both names are written down.
import { expect, test } from "vitest";
import {
  ANA,
  asked,
  BEA,
  CEM,
  DAN,
  ended,
  foundWiki,
  look,
  openCouncil,
  prompt,
  type Council,
} from "./council.ts";

const CHANGE = "!deploy wiki.example.coop --version 1.0.0+1.0.0 GREETING=hi";
const NOTHING = "!deploy wiki.example.coop --version 1.0.0+1.0.0";

async function school(): Promise<Council> {
  const council = openCouncil({
    members: { [ANA]: ["keeper"], [BEA]: ["keeper"], [CEM]: ["operator"], [DAN]: ["learner"] },
  });
  await foundWiki(council);
  return council;
}

test.each([
  ["a change", CHANGE],
  ["what changes nothing", NOTHING],
])("%s waits for one mentor, whose yes starts it", async (_what, typed) => {
  await using council = await school();
  const command = council.chat.say(DAN, typed);
  const request = await asked(council, command);
  expect(request).toMatchObject({ by: DAN, isApprentice: true, votes: [] });
  await look(council);
  expect(council.desk.ledger.jobs.ofCommand(command)).toBeUndefined();
  council.chat.react(CEM, await prompt(council, request), "👍");
  expect(await ended(council, command)).toMatchObject({ state: "succeeded", by: DAN });
  const { audit } = council.desk.ledger;
  const about = audit.find({ limit: 99 }).filter(({ event }) => event === command);
  expect(about.find(({ what }) => what === "request")).toMatchObject({ who: DAN });
  expect(about.find(({ what }) => what === "decision")).toMatchObject({
    who: DAN,
    detail: { state: "approved", yes: [CEM] },
  });
});

test("their own yes is none", async () => {
  await using council = await school();
  const command = council.chat.say(DAN, CHANGE);
  const request = await asked(council, command);
  council.chat.react(DAN, await prompt(council, request), "👍");
  council.chat.say(DAN, `!approve a${request.id}`);
  await look(council);
  expect(council.desk.ledger.approvals.get(request.id)).toMatchObject({ state: "open", votes: [] });
});

test("a danger of theirs needs two mentors", async () => {
  await using council = await school();
  const typed = "!deploy wiki.example.coop --version 2.0.0+2.0.0 IMAGE=2.0.0";
  const request = await asked(council, council.chat.say(DAN, typed));
  const question = await prompt(council, request);
  council.chat.react(BEA, question, "👍");
  await look(council);
  expect(council.desk.ledger.approvals.get(request.id)?.state).toBe("open");
  council.chat.react(CEM, question, "👍");
  await look(council);
  expect(council.desk.ledger.approvals.get(request.id)?.state).toBe("approved");
});

test.each([
  "!approve a1",
  '!reject a1 "not yet"',
  '!hold wiki.example.coop "not yet"',
  "!cancel a1",
  "!cancel 1",
  "!breakglass wiki.example.coop now",
  "!away",
])("they may not %s", async (typed) => {
  await using council = await school();
  const { chat, desk, time } = council;
  const major = "!deploy wiki.example.coop --version 2.0.0+2.0.0 IMAGE=2.0.0";
  const request = await asked(council, chat.say(ANA, major));
  const event = chat.say(DAN, typed);
  await look(council);
  const { approvals, holds, breakglasses, absences, audit } = desk.ledger;
  expect(audit.find({ limit: 99 }).find((entry) => entry.event === event)).toMatchObject({
    what: "refusal",
  });
  expect(approvals.get(request.id)?.votes.map(({ by }) => by)).toEqual([ANA]);
  expect(approvals.get(request.id)?.state).toBe("open");
  expect(holds.standing(time.now)).toEqual([]);
  expect(breakglasses.standing(time.now)).toEqual([]);
  expect(absences.standing(time.now)).toEqual([]);
});

test("what only looks is answered", async () => {
  await using council = await school();
  council.chat.say(DAN, "!status wiki.example.coop");
  await council.chat.waitFor("wiki.example.coop");
  council.chat.say(DAN, "!whoami");
  await council.chat.waitFor(`You are ${DAN}`);
});
