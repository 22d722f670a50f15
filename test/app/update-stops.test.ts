// Who may say what to an alert, how it is said in words, and how it is stopped.
import { expect, test } from "vitest";
import {
  ANA,
  app,
  approvals,
  BEA,
  CEM,
  DAN,
  ended,
  message,
  openOrchard,
  runs,
  said,
  update,
  type Orchard,
} from "./orchard.ts";
import { alerted, MAJOR, quiet } from "./seasons.ts";

const ALL = ["help", "updates", "upgrade", "approve", "skip", "snooze", "cancel", "deploy"];

/** What was written down of what dan may not do. */
function refusals({ desk }: Orchard): readonly unknown[] {
  return desk.ledger.audit
    .recent(50)
    .filter(({ who, what }) => who === DAN && what === "refusal")
    .map(({ detail }) => detail);
}

test.each([
  ["skip", "👎"],
  ["snooze", "💤"],
  ["upgrade", "👍"],
  ["approve", "👍"],
])("all rights but %s are not enough for %s", async (right, sign) => {
  await using orchard = openOrchard({ dan: ALL.filter((one) => one !== right) });
  const { event } = await alerted(orchard);
  orchard.chat.react(DAN, event, sign);
  await quiet(orchard);
  expect(refusals(orchard)).toMatchObject([{ kind: "alert", permission: right }]);
  expect(await update(orchard, "one", "announced")).not.toHaveProperty("by");
  expect(approvals(orchard)).toEqual([]);
  expect(orchard.desk.ledger.jobs.active()).toEqual([]);
});

test("a 👍 of one who learns counts nothing, neither as the first nor as the second", async () => {
  await using orchard = openOrchard({ dan: ["help", "updates", "apprentice", "skip"] });
  const { event } = await alerted(orchard, MAJOR);
  orchard.chat.react(DAN, event, "👍");
  await quiet(orchard);
  expect(approvals(orchard)).toEqual([]);
  orchard.chat.react(ANA, event, "👍");
  await message(orchard, "a1: yes by @ana:example.coop");
  orchard.chat.react(DAN, event, "✅");
  await quiet(orchard);
  expect(refusals(orchard)).toMatchObject([{ kind: "vote", why: "not-entitled" }, {}]);
  expect(approvals(orchard)[0]?.votes).toHaveLength(1);
});

test("!approve and !reject say in words what is asked by an alert", async () => {
  await using orchard = openOrchard();
  const { chat } = orchard;
  const { event } = await alerted(orchard, MAJOR);
  chat.react(ANA, event, "👍");
  await message(orchard, "a1: yes by @ana:example.coop");
  chat.say(BEA, '!reject a1 "not before the fair"');
  await message(orchard, "Your objection to a1 is noted");
  expect((await message(orchard, "React 👍 to this message")).body).toContain(
    "👎 @bea:example.coop objects.",
  );
  chat.say(CEM, "!approve a1");
  await message(orchard, "Your yes to a1 is noted");
  await quiet(orchard);
  expect(orchard.desk.ledger.jobs.active()).toEqual([]);
  const job = await ended(orchard, () => void chat.say(BEA, "!approve a1"));
  expect(job).toMatchObject({ state: "succeeded", by: ANA });
  expect(await runs(orchard, "one")).toBe("2.0.0");
});

test("a 🛑 takes back what is asked, by who began it or may cancel, and the alert asks on", async () => {
  await using orchard = openOrchard();
  const { event } = await alerted(orchard, MAJOR);
  for (const stopper of [ANA, CEM]) {
    orchard.chat.react(ANA, event, "👍");
    await message(orchard, "yes by @ana:example.coop; 1 more of 2 yes needed");
    orchard.chat.react(DAN, event, "🛑");
    await quiet(orchard);
    expect(approvals(orchard)).toHaveLength(1);
    orchard.chat.react(stopper, event, "🛑");
    await quiet(orchard);
    expect(approvals(orchard)).toEqual([]);
    const { body } = await message(orchard, "React 👍 to this message");
    expect(body).toContain("2 more of 2 yes needed");
  }
  expect(refusals(orchard)).toHaveLength(2);
  expect(await update(orchard, "one", "announced")).toBeDefined();
});

test("a 🛑 stops the job that runs, and the record says what stays of it", async () => {
  await using orchard = openOrchard();
  const { chat, hosts } = orchard;
  const { event } = await alerted(orchard);
  hosts.alpha.behave("one_example_coop", "app", { kind: "starts-forever" });
  const job = await ended(orchard, () => {
    chat.react(BEA, event, "👍");
    void update(orchard, "one", "decided").then(() => {
      hosts.alpha.behave("one_example_coop", "app", { kind: "runs" });
      chat.react(CEM, event, "🛑");
    });
  });
  expect(job.state).toBe("cancelled");
  const { body } = await message(orchard, "did not go to 1.1.0+1");
  expect(body).toContain("what it did before stays: write the stack");
  expect(body).toContain("It is not offered again");
});

test("who broke the glass is one voice on the alert, and acts alone by typing", async () => {
  await using orchard = openOrchard({ dan: [...ALL, "breakglass"] });
  const { chat } = orchard;
  const { event } = await alerted(orchard, MAJOR);
  chat.say(DAN, `!breakglass ${app("one")} "the site is down"`);
  await message(orchard, "the site is down");
  chat.react(DAN, event, "👍");
  await message(orchard, "yes by @dan:example.coop; 1 more of 2 yes needed");
  const job = await ended(orchard, () => void chat.say(DAN, `!upgrade ${app("one")}`));
  expect(job).toMatchObject({ state: "succeeded", by: DAN });
  expect(await update(orchard, "one", "applied")).toMatchObject({ job: job.id });
  await message(orchard, "is at 2.0.0+1");
  expect(said(orchard, "React 👍 to this message")).toEqual([]);
});
