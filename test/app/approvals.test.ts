// What needs several people is asked, counted and run as the rules say, and never otherwise.
import { expect, test, vi } from "vitest";
import type { Approval } from "../../src/core/approval.ts";
import type { EventId, UserId } from "../../src/core/ids.ts";
import {
  ANA,
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
  type Council,
} from "./council.ts";
import { STRANGER } from "./desk.ts";

interface Question {
  readonly command: EventId;
  readonly approval: Approval;
  readonly prompt: EventId;
}

async function ask(council: Council, by: UserId = ANA): Promise<Question> {
  const command = council.chat.say(by, MAJOR);
  const approval = await asked(council, command);
  return { command, approval, prompt: await prompt(council, approval) };
}

function stateOf({ desk }: Council, { approval }: Question): Approval | undefined {
  return desk.ledger.approvals.get(approval.id);
}

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
  });
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
  const shown = await council.chat.waitFor("cannot be reached with those present");
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
