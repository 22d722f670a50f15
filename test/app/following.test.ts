// A log is followed for a while, in one message that is edited, and never beyond its bounds.
import { expect, test, vi } from "vitest";
import { Refusal } from "../../src/core/errors.ts";
import { ALPHA, ANA, DAN, ended, openHamlet, settle, STACK, WIKI, type Hamlet } from "./hamlet.ts";

function files({ desk }: Hamlet): readonly string[] {
  const sent = desk.chat.said.map(({ outgoing }) => outgoing);
  return sent.flatMap((outgoing) => (outgoing.kind === "file" ? [outgoing.text] : []));
}

test("what comes is shown in one message of the thread, and then all of it is in a file", async () => {
  await using hamlet = openHamlet({ isFast: true });
  await settle(hamlet);
  hamlet.host.say(STACK, "app", "before");
  const event = hamlet.desk.chat.say(ANA, `!logs ${WIKI} app --follow`);
  hamlet.host.say(STACK, "db", "of another service");
  hamlet.host.say(STACK, "app", "API_TOKEN=hunter2-hunter2");
  await hamlet.desk.chat.waitFor(
    "The 2 minutes are over. All 2 lines are in the file that follows.",
  );
  await vi.waitFor(() => expect(files(hamlet)).toHaveLength(1));
  expect(files(hamlet)[0]).toMatch(/app before\n.*app API_TOKEN=\*\*\*\*\n$/);
  const sent = hamlet.desk.chat.said.map(({ outgoing }) => outgoing);
  expect(JSON.stringify(sent)).toContain("for 2 minutes, or 200 lines. It ends if moot is stopped");
  const edits = sent.filter((one) => one.kind === "edit" && one.thread === event);
  expect(edits.length).toBeGreaterThan(0);
});

test("it ends with the two hundredth line", async () => {
  await using hamlet = openHamlet();
  await settle(hamlet);
  hamlet.desk.chat.say(ANA, `!logs ${WIKI} --follow`);
  await hamlet.desk.chat.waitFor("Following the log of");
  for (let line = 1; line <= 500; line += 1) hamlet.host.say(STACK, "app", `line ${line}`);
  await hamlet.desk.chat.waitFor("200 lines have come");
  await vi.waitFor(() => expect(files(hamlet)).toHaveLength(1));
  expect(files(hamlet)[0]?.trimEnd().split("\n")).toHaveLength(200);
});

test("meanwhile other commands are answered, and jobs run", async () => {
  await using hamlet = openHamlet();
  await settle(hamlet);
  hamlet.desk.chat.say(DAN, `!logs ${WIKI} --follow`);
  await hamlet.desk.chat.waitFor("Following the log of");
  expect((await ended(hamlet, `!restart ${WIKI}`)).state).toBe("succeeded");
});

test("a second one of the same person on the same app ends the first", async () => {
  await using hamlet = openHamlet();
  await settle(hamlet);
  hamlet.desk.chat.say(ANA, `!logs ${WIKI} --follow`);
  await hamlet.desk.chat.waitFor("Following the log of");
  hamlet.desk.chat.say(DAN, `!logs ${WIKI} --follow`);
  hamlet.desk.chat.say(ANA, `!logs ${WIKI} app --follow`);
  await hamlet.desk.chat.waitFor(
    "You follow another log now, so this one ended. Nothing was written.",
  );
  const endings = hamlet.desk.chat.said.filter(({ outgoing }) =>
    JSON.stringify(outgoing).includes("so this one ended"),
  );
  expect(endings).toHaveLength(1);
});

test("when moot stops it says so, and does not go on after its start", async () => {
  const first = openHamlet();
  await settle(first);
  first.desk.chat.say(ANA, `!logs ${WIKI} --follow`);
  await first.desk.chat.waitFor("Following the log of");
  await vi.waitFor(() => expect(first.desk.ledger.facts.get("follows")).toBeDefined());
  await first[Symbol.asyncDispose]();
  await using second = openHamlet({ before: first });
  await second.desk.chat.waitFor("moot is being stopped, so the log is not followed any more");
  expect(second.desk.ledger.facts.get("follows")).toBeUndefined();
});

test("after a kill the next life says that it does not go on", async () => {
  const first = openHamlet();
  await settle(first);
  const event = first.desk.chat.say(ANA, `!logs ${WIKI}`);
  await first.desk.chat.waitFor("have written nothing");
  first.desk.ledger.facts.set("follows", event);
  const { ledger } = first.desk;
  const set = ledger.facts.set.bind(ledger.facts);
  // As the kill would have left it.
  Object.assign(ledger.facts, {
    set: (name: string, value?: string) => name === "follows" || set(name, value),
  });
  await first[Symbol.asyncDispose]();
  await using second = openHamlet({ before: first });
  await second.desk.chat.waitFor(
    "moot was stopped while it followed this log. That is not taken up again",
  );
});

test("a server that is lost ends it with the reason, and what had come is there", async () => {
  await using hamlet = openHamlet();
  await settle(hamlet);
  hamlet.desk.chat.say(ANA, `!logs ${WIKI} --follow`);
  await hamlet.desk.chat.waitFor("Following the log of");
  hamlet.host.say(STACK, "app", "last words");
  const problem = "no route to host";
  hamlet.host.unreachable = new Refusal({ kind: "server-unreachable", server: ALPHA, problem });
  hamlet.host.ring();
  await hamlet.desk.chat.waitFor("It cannot be followed any more: no route to host.");
});

test.each([
  [`${WIKI} web --follow`, "has no service web"],
  [`${WIKI} --follow --lines 101`, "--lines takes a number from 1 to 100 here"],
  [`${WIKI} --since tomorrow`, "--since takes a time such as 2h"],
  [`${WIKI} --since 2999-01-01`, "is still to come"],
  [`${WIKI} app --service db`, "name the service once"],
])("!logs %s is refused", async (typed, why) => {
  await using hamlet = openHamlet();
  await settle(hamlet);
  hamlet.desk.chat.say(ANA, `!logs ${typed}`);
  await hamlet.desk.chat.waitFor(why);
});

test("what is not deployed has nothing to follow", async () => {
  await using hamlet = openHamlet();
  await settle(hamlet);
  await ended(hamlet, `!undeploy ${WIKI}`);
  hamlet.desk.chat.say(ANA, `!logs ${WIKI} --follow`);
  await hamlet.desk.chat.waitFor("is not deployed");
});
