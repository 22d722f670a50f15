// How what was asked ends: overtaken, withdrawn, joined by others, or impossible from the start.
import { expect, test, vi } from "vitest";
import {
  ANA,
  ask,
  asked,
  BEA,
  CEM,
  DAN,
  ended,
  foundWiki,
  MAJOR,
  openCouncil,
  prompt,
  settled,
  stateOf,
} from "./council.ts";
import { isRoomId, isUserId } from "../../src/core/ids.ts";
import { FakeChat } from "../fakes/chat.ts";
import { named } from "../named.ts";

test("when the env file moves meanwhile, it lapses and is asked anew", async () => {
  await using council = openCouncil();
  await foundWiki(council);
  const question = await ask(council);
  const [file] = await council.apps.list();
  await council.apps.write(file?.path ?? "", `${file?.text ?? ""}EXTRA=1\n`, file?.text);
  council.chat.react(BEA, question.prompt, "👍");
  await council.chat.waitFor("something moved since it was asked");
  await council.chat.waitFor("the app's env file was changed");
  const again = await asked(council, question.command);
  expect(again.id).not.toBe(question.approval.id);
  expect(again.votes.map(({ by }) => by)).toEqual([ANA]);
  expect(stateOf(council, question)?.state).toBe("lapsed");
  const [written] = council.desk.ledger.audit
    .find({ limit: 9 })
    .filter(({ what }) => what === "decision");
  expect(written).toMatchObject({ detail: { approval: question.approval.id, state: "lapsed" } });
  council.chat.react(BEA, await prompt(council, again), "👍");
  expect((await ended(council, question.command)).state).toBe("succeeded");
});

test("an old question takes no more words", async () => {
  await using council = openCouncil();
  await foundWiki(council);
  const question = await ask(council);
  council.chat.react(BEA, question.prompt, "👍");
  await ended(council, question.command);
  const event = council.chat.react(CEM, question.prompt, "👎");
  council.chat.say(CEM, `!reject a${question.approval.id} "too late"`);
  await council.chat.waitFor("is no longer open: it was agreed to");
  await settled(council);
  const audited = council.desk.ledger.audit.recent(9).find((entry) => entry.event === event);
  expect(audited).toMatchObject({ what: "refusal", detail: { why: "ended" } });
});

test("who asked may withdraw it", async () => {
  await using council = openCouncil();
  await foundWiki(council);
  const question = await ask(council);
  council.chat.say(ANA, `!cancel a${question.approval.id}`);
  await council.chat.waitFor(`a${question.approval.id} is withdrawn`);
  council.chat.react(BEA, question.prompt, "👍");
  await settled(council);
  expect(council.desk.ledger.jobs.ofCommand(question.command)).toBeUndefined();
});

test("🛑 on the question withdraws it for who asked, and for nobody without the right to cancel", async () => {
  await using council = openCouncil();
  await foundWiki(council);
  const question = await ask(council);
  const event = council.chat.react(DAN, question.prompt, "🛑");
  await settled(council);
  expect(stateOf(council, question)?.state).toBe("open");
  const entry = council.desk.ledger.audit.recent(9).find((one) => one.event === event);
  expect(entry).toMatchObject({ who: DAN, what: "refusal", detail: { kind: "not-permitted" } });
  council.chat.react(ANA, question.prompt, "🛑");
  await council.chat.waitFor("Withdrawn by");
  expect(stateOf(council, question)?.state).toBe("withdrawn");
});

test("a bug met by taking a word back is written down once, and moot goes on", async () => {
  await using council = openCouncil();
  await foundWiki(council);
  const question = await ask(council);
  const objection = council.chat.react(BEA, question.prompt, "👎");
  await settled(council);
  vi.spyOn(council.desk.ledger.approvals, "takeBack").mockImplementation(() => {
    throw new Error("a bug");
  });
  const event = council.chat.redact(BEA, objection);
  await settled(council);
  const entry = council.desk.ledger.audit.recent(9).find((one) => one.event === event);
  expect(entry).toMatchObject({ who: BEA, what: "bug" });
  council.chat.say(ANA, "!whoami");
  await council.chat.waitFor("You are");
});

test("an app removed meanwhile makes it lapse with the reason", async () => {
  await using council = openCouncil();
  await foundWiki(council);
  const question = await ask(council);
  vi.spyOn(council.apps, "find").mockResolvedValue(undefined);
  vi.spyOn(council.apps, "list").mockResolvedValue([]);
  council.chat.react(BEA, question.prompt, "👍");
  await council.chat.waitFor("There is no app wiki.example.coop");
  await vi.waitFor(() => {
    expect(stateOf(council, question)?.state).toBe("lapsed");
  }, 20_000);
});

test("the same plan asked for by another is a yes to the first", async () => {
  await using council = openCouncil();
  await foundWiki(council);
  const question = await ask(council);
  council.chat.say(BEA, MAJOR);
  expect((await ended(council, question.command)).state).toBe("succeeded");
  expect(stateOf(council, question)?.votes.map(({ by }) => by)).toEqual([ANA, BEA]);
});

test("a question that cannot be decided by those present says so at once, and who could help", async () => {
  await using council = openCouncil({ members: { [ANA]: ["keeper"], [BEA]: ["keeper"] } });
  await foundWiki(council);
  council.chat.leave(BEA);
  await ask(council);
  const shown = await council.chat.waitFor("cannot be reached with those who are here");
  expect(shown.body).toContain(`${BEA} is not in this room`);
});

test("the config can ask more of a command, a server or an app than its effects do", async () => {
  const raise = {
    commands: new Map(),
    servers: new Map(),
    apps: new Map([["wiki.*", "danger"]] as const),
  };
  await using council = openCouncil({ policy: { raise } });
  const command = council.chat.say(ANA, "!deploy wiki wiki.example.coop --version 1.0.0+1.0.0");
  const approval = await asked(council, command);
  expect(approval.tier).toBe("danger");
});

test("at a terminal, a word never counts for a danger", async () => {
  await using council = openCouncil();
  await foundWiki(council);
  council.chat.vouches = "change";
  council.chat.say(ANA, MAJOR);
  await council.chat.waitFor("Type it in the team's Matrix room");
  expect(council.desk.ledger.approvals.standing()).toEqual([]);
});

test("it is asked once and decided once, whatever is restarted", async () => {
  const first = openCouncil();
  await foundWiki(first);
  const question = await ask(first);
  await first[Symbol.asyncDispose]();
  const { host, chat, apps, desk } = first;
  // Said while moot is away.
  chat.react(BEA, question.prompt, "👍");
  await using second = openCouncil({ before: { host, chat, apps, file: desk.file } });
  expect((await ended(second, question.command)).state).toBe("succeeded");
  const prompts = chat.said.filter(
    ({ outgoing }) => outgoing.kind === "message" && outgoing.settles?.how === "waiting",
  );
  expect(prompts).toHaveLength(1);
});

test("a word in another room counts only from somebody who is in the room that was asked", async () => {
  const self = named(isUserId, "@moot:example.coop");
  const other = new FakeChat({
    self,
    rooms: [named(isRoomId, "!third:example.coop")],
    members: [BEA],
  });
  await using council = openCouncil({ others: [other] });
  await foundWiki(council);
  const question = await ask(council);
  council.chat.leave(BEA);
  other.say(BEA, `!approve a${question.approval.id}`);
  await other.waitFor("You may not !approve on what another room was asked");
  expect(stateOf(council, question)?.votes.map(({ by }) => by)).toEqual([ANA]);
});

test("what is out of time takes no word, even before that is written down", async () => {
  await using council = openCouncil();
  await foundWiki(council);
  const question = await ask(council);
  council.time.now += 24 * 3_600_000;
  council.chat.react(BEA, question.prompt, "👍");
  council.chat.say(CEM, `!approve a${question.approval.id}`);
  await council.chat.waitFor("is no longer open: it was out of time");
  await settled(council);
  expect(stateOf(council, question)?.votes).toHaveLength(1);
});

test("who asked and has lost the right since does not get it", async () => {
  await using council = openCouncil();
  await foundWiki(council);
  const question = await ask(council);
  council.setTable({ [ANA]: ["watcher"], [BEA]: ["keeper"], [CEM]: ["operator"] });
  council.chat.react(BEA, question.prompt, "👍");
  council.chat.react(CEM, question.prompt, "👍");
  await council.chat.waitFor("You may not !deploy");
  expect(stateOf(council, question)?.state).toBe("lapsed");
  expect(council.desk.ledger.jobs.ofCommand(question.command)).toBeUndefined();
});
