// What people answer to an alert is done and kept, by those who may.
import { expect, test, vi } from "vitest";
import {
  ANA,
  app,
  approvals,
  BEA,
  CEM,
  DAN,
  DAY,
  ended,
  lookNow,
  message,
  openOrchard,
  release,
  runs,
  said,
  update,
} from "./orchard.ts";
import { alerted, CRASH, GROWN, grown, MAJOR } from "./seasons.ts";

test("an alert says what is newer, what it does, who must say yes; and a yes of one who may takes the app there", async () => {
  await using orchard = openOrchard();
  await grown(orchard, { one: "alpha" });
  const alert = await message(orchard, "React 👍");
  expect(alert.body).toContain("1.0.0+1 → 1.1.0+1 (minor)");
  expect(alert.body).toContain("Nicer lists.");
  expect(alert.body).toContain("registry.example/app:1.1.0");
  expect(alert.body).toContain("Restarts: app.");
  expect(alert.body).toContain("Backup: moot knows of none");
  expect(alert.body).toContain(
    "1 more of 1 yes needed, from @ana:example.coop, @bea:example.coop or @cem:example.coop.",
  );
  const job = await ended(orchard, () => void orchard.chat.react(BEA, alert.event, "👍"));
  expect(job).toMatchObject({ state: "succeeded", by: BEA, verb: "upgrade" });
  expect(await runs(orchard, "one")).toBe("1.1.0");
  expect(await update(orchard, "one", "applied")).toMatchObject({ by: BEA, job: job.id });
  const record = await message(orchard, "is at 1.1.0+1");
  expect(record.event).toBe(alert.event);
  expect(record.body).toContain(`job ${job.id}`);
  expect(record.body).toContain("said by @bea:example.coop");
  expect(said(orchard, "React 👍")).toEqual([]);
});

test("a 👎 of one who may skip leaves that version out, and the next is told again", async () => {
  await using orchard = openOrchard();
  await grown(orchard, { one: "alpha" });
  const alert = await message(orchard, "React 👍");
  orchard.chat.react(CEM, alert.event, "👎");
  expect(await update(orchard, "one", "skipped")).toMatchObject({ by: CEM });
  const record = await message(orchard, "1.1.0+1 is skipped, said by @cem:example.coop");
  expect(record.body).toContain(`!upgrade ${app("one")} --to 1.1.0+1 takes it all the same.`);
  await lookNow(orchard);
  expect(orchard.desk.ledger.updates.openOf(app("one"))).toBeUndefined();
  orchard.recipes.publish("wiki", { versions: { ...GROWN, ...release("1.2.0+1") } });
  await lookNow(orchard);
  expect((await message(orchard, "React 👍")).body).toContain("1.0.0+1 → 1.2.0+1");
});

test("a 💤 asks again tomorrow, by a new message", async () => {
  await using orchard = openOrchard();
  await grown(orchard, { one: "alpha" });
  const alert = await message(orchard, "React 👍");
  orchard.chat.react(CEM, alert.event, "💤");
  const snoozed = await update(orchard, "one", "snoozed");
  expect(snoozed.until).toBe(orchard.time.now + DAY);
  await message(orchard, "put off by @cem:example.coop");
  orchard.time.now += DAY;
  orchard.desk.world.bells.updates.ring();
  await update(orchard, "one", "announced");
  const again = await message(orchard, "React 👍");
  expect(again.event).not.toBe(alert.event);
});

test("a reaction of somebody without the right changes nothing, and is written down", async () => {
  await using orchard = openOrchard();
  await grown(orchard, { one: "alpha" });
  const alert = await message(orchard, "React 👍");
  for (const sign of ["👍", "👎", "💤"]) orchard.chat.react(DAN, alert.event, sign);
  await vi.waitFor(() => {
    const refused = orchard.desk.ledger.audit
      .recent(20)
      .filter(({ who, what }) => who === DAN && what === "refusal");
    expect(refused).toHaveLength(3);
  });
  expect(orchard.desk.ledger.updates.openOf(app("one"))).toMatchObject({ state: "announced" });
  expect(approvals(orchard)).toEqual([]);
});

test("who has left the room is not heard", async () => {
  await using orchard = openOrchard();
  await grown(orchard, { one: "alpha" });
  const alert = await message(orchard, "React 👍");
  orchard.chat.leave(BEA);
  const event = orchard.chat.react(BEA, alert.event, "👎");
  await vi.waitFor(() => {
    expect(orchard.desk.ledger.inbox.pending(10)).toEqual([]);
  });
  expect(event).toBeDefined();
  expect(orchard.desk.ledger.updates.openOf(app("one"))).toMatchObject({ state: "announced" });
});

test("two yeses at the same moment both count", async () => {
  await using orchard = openOrchard();
  const { event } = await alerted(orchard, MAJOR);
  const job = await ended(orchard, () => {
    for (const one of [ANA, BEA]) orchard.chat.react(one, event, "👍");
  });
  expect(job).toMatchObject({ state: "succeeded", verb: "upgrade" });
});

test("a major step waits for a second yes, which the alert counts; and nobody is the one who asked", async () => {
  const rule = { people: 2, requesterCounts: false, isStrong: false, expires: DAY };
  await using orchard = openOrchard({ policy: { danger: rule } });
  await grown(orchard, { one: "alpha" }, { ...release("1.0.0+1"), ...release("2.0.0+1") });
  const alert = await message(orchard, "React 👍");
  expect(alert.body).toContain("2 more of 2 yes needed");
  orchard.chat.react(ANA, alert.event, "👍");
  await message(
    orchard,
    "yes by @ana:example.coop; 1 more of 2 yes needed, from @bea:example.coop or @cem:example.coop.",
  );
  expect(orchard.desk.ledger.jobs.active()).toEqual([]);
  expect(approvals(orchard)).toMatchObject([{ tier: "danger", by: ANA }]);
  expect(approvals(orchard)[0]).not.toHaveProperty("expiresAt");
  const job = await ended(orchard, () => void orchard.chat.react(BEA, alert.event, "👍"));
  expect(job.state).toBe("succeeded");
  expect(await runs(orchard, "one")).toBe("2.0.0");
});

test("what fails returns whole, is not offered again, and the next version is", async () => {
  await using orchard = openOrchard();
  await grown(orchard, { one: "alpha" }, { ...release("1.0.0+1"), ...release("1.2.0+1") });
  const alert = await message(orchard, "React 👍");
  orchard.hosts.alpha.behave("one_example_coop", "cache", CRASH);
  const job = await ended(orchard, () => void orchard.chat.react(ANA, alert.event, "👍"));
  expect(job.state).toBe("failed");
  expect(await runs(orchard, "one")).toBe("1.0.0");
  const record = await message(orchard, "did not go to 1.2.0+1");
  expect(record.event).toBe(alert.event);
  expect(record.body).toContain("All of it was put back to 1.0.0+1");
  await lookNow(orchard);
  expect(orchard.desk.ledger.updates.openOf(app("one"))).toBeUndefined();
  orchard.chat.react(ANA, alert.event, "👍");
  await message(orchard, "asks for nothing any more");
});

test("what somebody upgrades by hand is at its end too", async () => {
  await using orchard = openOrchard();
  await grown(orchard, { one: "alpha" });
  await message(orchard, "React 👍");
  const job = await ended(orchard, () => void orchard.chat.say(CEM, `!upgrade ${app("one")}`));
  expect(await update(orchard, "one", "applied")).toMatchObject({ job: job.id, by: CEM });
  await message(orchard, "is at 1.1.0+1");
});
