// What was agreed to and has to wait: for a window, for an age, for a hold to be lifted, for a server to come back.
import { expect, test } from "vitest";
import { Refusal } from "../../src/core/errors.ts";
import { windowOf } from "../core/windows.ts";
import {
  ALPHA,
  ANA,
  app,
  approvals,
  BEA,
  CEM,
  DAY,
  ended,
  message,
  openOrchard,
  release,
  runs,
  said,
  update,
  type Orchard,
  type OrchardOptions,
} from "./orchard.ts";
import { alerted, GROWN, later, MAJOR, quiet } from "./seasons.ts";

const WAITS = "a1 was agreed to, but cannot be run now. It is tried again every minute:";

/** An alert that was agreed to by one who may, and waits. */
async function agreed(options: OrchardOptions, now?: number): Promise<Orchard> {
  const orchard = openOrchard(options);
  if (now !== undefined) orchard.time.now = now;
  const { event } = await alerted(orchard);
  orchard.chat.react(BEA, event, "👍");
  await message(orchard, WAITS);
  return orchard;
}

/** Nothing happens until that moment, and at it the update runs. */
async function runsAt(orchard: Orchard, moment: number): Promise<void> {
  const { time } = orchard;
  later(orchard, moment - time.now - 60_000);
  await quiet(orchard);
  expect(orchard.desk.ledger.jobs.active()).toEqual([]);
  expect(await update(orchard, "one", "announced")).toBeDefined();
  const job = await ended(orchard, () => later(orchard, 60_000));
  expect(job).toMatchObject({ state: "succeeded", by: BEA });
  expect(job.queuedAt).toBe(moment);
  expect(said(orchard, WAITS)).toHaveLength(1);
  expect(await runs(orchard, "one")).toBe("1.1.0");
}

test("a yes outside the window is noted, and runs when it opens", async () => {
  const updates = { window: windowOf("daily 02:00-04:00"), zone: "Europe/Berlin" };
  await using orchard = await agreed({ updates });
  const { body } = await message(orchard, WAITS);
  expect(body).toContain("Its window (daily 02:00-04:00) opens 2026-11-26 01:00");
  expect(body).toContain(`!upgrade ${app("one")}`);
  const alert = await message(orchard, "React 👍 to this message");
  expect(alert.body).toContain("yes by @bea:example.coop; that is enough.");
  expect(alert.body).toContain("Not at once:");
  await runsAt(orchard, Date.UTC(2026, 10, 26, 1));
});

test.each([
  ["whose hour is missing that night", "Sun 02:00-04:00", "2027-03-27T12:00Z", "2027-03-28T01:00Z"],
  ["in the night before that", "Sat 02:00-04:00", "2027-03-26T12:00Z", "2027-03-27T01:00Z"],
  [
    "whose hour comes twice that night",
    "Sun 02:30-04:00",
    "2027-10-30T12:00Z",
    "2027-10-31T00:30Z",
  ],
])("a window in Berlin %s opens at its time", async (_, text, from, opens) => {
  const updates = { window: windowOf(text), zone: "Europe/Berlin" };
  await using orchard = await agreed({ updates }, Date.parse(from));
  await runsAt(orchard, Date.parse(opens));
});

test("a yes to a version that is too young is noted, and runs when it is old enough", async () => {
  await using orchard = await agreed({ updates: { age: 3 * DAY } });
  const { body } = await message(orchard, WAITS);
  expect(body).toContain("must be 3 d");
  await runsAt(orchard, orchard.time.now + 3 * DAY);
});

test("a hold keeps what was agreed to, and it runs when that is lifted", async () => {
  await using orchard = openOrchard();
  const { event } = await alerted(orchard);
  orchard.chat.say(CEM, `!hold ${app("one")} "the fair is on"`);
  await message(orchard, "is held");
  orchard.chat.react(BEA, event, "👍");
  const { body } = await message(orchard, WAITS);
  expect(body).toContain("the fair is on");
  expect(await runs(orchard, "one")).toBe("1.0.0");
  const job = await ended(orchard, () => void orchard.chat.say(CEM, "!unhold h1"));
  expect(job).toMatchObject({ state: "succeeded", by: BEA });
});

test("a server that is away while the last yes comes is waited for, and that is told once", async () => {
  await using orchard = openOrchard();
  const { event } = await alerted(orchard, MAJOR);
  orchard.chat.react(ANA, event, "👍");
  await message(orchard, "a1: yes by @ana:example.coop");
  const { alpha } = orchard.hosts;
  alpha.unreachable = new Refusal({
    kind: "server-unreachable",
    server: ALPHA,
    problem: "no route",
  });
  orchard.chat.react(BEA, event, "👍");
  expect((await message(orchard, WAITS)).body).toContain("no route");
  for (let minute = 0; minute < 3; minute += 1) {
    later(orchard, 60_000);
    await quiet(orchard);
  }
  expect(said(orchard, WAITS)).toHaveLength(1);
  expect(approvals(orchard)).toHaveLength(1);
  const job = await ended(orchard, () => {
    alpha.unreachable = undefined;
    later(orchard, 60_000);
  });
  expect(job.state).toBe("succeeded");
});

test("a yes that is taken back before the window opens opens nothing, and another does", async () => {
  await using orchard = openOrchard({ updates: { window: windowOf("daily 02:00-04:00") } });
  const { event } = await alerted(orchard);
  const yes = orchard.chat.react(BEA, event, "👍");
  await message(orchard, WAITS);
  orchard.chat.redact(BEA, yes);
  await message(orchard, "a1: 1 more of 1 yes needed");
  later(orchard, Date.UTC(2026, 10, 26, 2) - orchard.time.now);
  await quiet(orchard);
  expect(await runs(orchard, "one")).toBe("1.0.0");
  const job = await ended(orchard, () => void orchard.chat.react(CEM, event, "👍"));
  expect(job).toMatchObject({ state: "succeeded", by: CEM });
});

test("what became impossible while it waited lapses, and can be agreed to again", async () => {
  await using orchard = openOrchard({ updates: { window: windowOf("daily 02:00-04:00") } });
  const { event } = await alerted(orchard);
  orchard.chat.react(BEA, event, "👍");
  await message(orchard, WAITS);
  orchard.recipes.publish("wiki", { versions: release("1.0.0+1") });
  later(orchard, Date.UTC(2026, 10, 26, 2) - orchard.time.now);
  await message(orchard, "It lapsed: ");
  const alert = await message(orchard, "React 👍 to this message");
  expect(alert.event).toBe(event);
  expect(alert.body).toContain("1 more of 1 yes needed");
  expect(await update(orchard, "one", "announced")).toBeDefined();
  orchard.recipes.publish("wiki", { versions: GROWN });
  const job = await ended(orchard, () => void orchard.chat.react(CEM, event, "👍"));
  expect(job).toMatchObject({ state: "succeeded", by: CEM });
});
