// Rooms hear of what is newer, once, in words, and what people make of it is done and kept.
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
  OTHER_ROOM,
  plant,
  release,
  ROOM,
  runs,
  said,
  update,
  type Orchard,
} from "./orchard.ts";

const GROWN = {
  ...release("1.0.0+1"),
  ...release("1.1.0+1", { "release/1.1.0+1": "Nicer lists. <b>@room</b>" }),
};
const CRASH = { kind: "crashes", exitCode: 3, log: ["no such table: pages"] } as const;

/** Apps that were looked at before, and then a newer version. */
async function grown(
  orchard: Orchard,
  apps: Parameters<typeof plant>[1],
  versions = GROWN,
): Promise<void> {
  await plant(orchard, apps);
  await lookNow(orchard);
  orchard.recipes.publish("wiki", { versions });
  await lookNow(orchard);
}

test("what was there before the first look is told in one message", async () => {
  await using orchard = openOrchard({ versions: GROWN });
  await plant(orchard, { one: "alpha", two: "alpha", three: "beta" });
  await lookNow(orchard);
  const { body } = await message(orchard, "looks for updates from now on");
  for (const name of ["one", "two", "three"]) expect(body).toContain(app(name));
  expect(body).toContain("1.1.0+1");
  expect(said(orchard, "React 👍")).toEqual([]);
  await lookNow(orchard);
  expect(said(orchard, "looks for updates from now on")).toHaveLength(1);
});

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

test("it is told once, however often moot looks", async () => {
  await using orchard = openOrchard();
  await grown(orchard, { one: "alpha" });
  await message(orchard, "React 👍");
  await lookNow(orchard);
  await lookNow(orchard);
  expect(said(orchard, "React 👍")).toHaveLength(1);
});

test("a 👎 of one who may skip leaves that version out, and the next is told again", async () => {
  await using orchard = openOrchard();
  await grown(orchard, { one: "alpha" });
  const alert = await message(orchard, "React 👍");
  orchard.chat.react(CEM, alert.event, "👎");
  expect(await update(orchard, "one", "skipped")).toMatchObject({ by: CEM });
  await message(orchard, "1.1.0+1 is skipped, said by @cem:example.coop");
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

test("apps that move together share a message with one vote for all; each has its line in the thread", async () => {
  await using orchard = openOrchard();
  await grown(orchard, { one: "alpha", two: "alpha", three: "beta" });
  const alert = await message(orchard, "3 apps of recipe wiki");
  expect(said(orchard, "React 👍 to this message for all 3")).toHaveLength(1);
  const line = await message(orchard, `${app("two")}: open`);
  orchard.chat.react(BEA, line.event, "👎");
  await update(orchard, "two", "skipped");
  orchard.chat.react(ANA, alert.event, "👍");
  await update(orchard, "one", "applied");
  await update(orchard, "three", "applied");
  expect(await runs(orchard, "one")).toBe("1.1.0");
  expect(await runs(orchard, "two")).toBe("1.0.0");
  expect(await runs(orchard, "three")).toBe("1.1.0");
  const record = await message(orchard, "☑ 3 apps of recipe wiki");
  expect(record.event).toBe(alert.event);
});

test("a newer version takes the message over; a reaction to what it said before does not count", async () => {
  await using orchard = openOrchard();
  await grown(orchard, { one: "alpha" });
  const alert = await message(orchard, "React 👍");
  const before = orchard.time.now;
  orchard.time.now += 60_000;
  orchard.recipes.publish("wiki", { versions: { ...GROWN, ...release("1.2.0+1") } });
  await lookNow(orchard);
  const edited = await message(orchard, "1.0.0+1 → 1.2.0+1");
  expect(edited.event).toBe(alert.event);
  expect(await update(orchard, "one", "superseded")).toMatchObject({ to: "1.1.0+1" });
  const now = orchard.time.now;
  orchard.time.now = before;
  orchard.chat.react(ANA, alert.event, "👍");
  orchard.time.now = now;
  await message(orchard, "That reaction came before the message changed");
  expect(approvals(orchard)).toEqual([]);
  const job = await ended(orchard, () => void orchard.chat.react(ANA, alert.event, "👍"));
  expect(job.plan.version.to).toBe("1.2.0+1");
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

test("two rooms that watch one server are both told, and both messages end as the record", async () => {
  await using orchard = openOrchard({ rooms: { [ROOM]: ["*"], [OTHER_ROOM]: ["alpha.*"] } });
  await grown(orchard, { one: "alpha", two: "beta" });
  const other = await vi.waitFor(() => {
    const [mine, theirs] = [ROOM, OTHER_ROOM].map((room) =>
      orchard.chat
        .seen(room)
        .find(({ body }) => body.includes(app("one")) && body.includes("React 👍")),
    );
    if (mine === undefined || theirs === undefined) throw new Error("a room was not told");
    return theirs;
  }, 10_000);
  await ended(orchard, () => void orchard.chat.react(BEA, other.event, "👍", OTHER_ROOM));
  await vi.waitFor(() => {
    expect(said(orchard, "is at 1.1.0+1")).toHaveLength(2);
  });
});

test("a moot that stops and starts again tells nothing twice, and hears what was said to its former life", async () => {
  const orchard = openOrchard();
  await grown(orchard, { one: "alpha" });
  const alert = await message(orchard, "React 👍");
  await orchard[Symbol.asyncDispose]();
  await using again = openOrchard({ before: orchard });
  await lookNow(again);
  expect(said(again, "React 👍")).toHaveLength(1);
  const job = await ended(again, () => void again.chat.react(ANA, alert.event, "👍"));
  expect(job.state).toBe("succeeded");
});

test("what somebody upgrades by hand is at its end too", async () => {
  await using orchard = openOrchard();
  await grown(orchard, { one: "alpha" });
  await message(orchard, "React 👍");
  const job = await ended(orchard, () => void orchard.chat.say(CEM, `!upgrade ${app("one")}`));
  expect(await update(orchard, "one", "applied")).toMatchObject({ job: job.id, by: CEM });
  await message(orchard, "is at 1.1.0+1");
});

test("a tag that was removed upstream is no longer offered", async () => {
  await using orchard = openOrchard();
  await grown(orchard, { one: "alpha" });
  const alert = await message(orchard, "React 👍");
  orchard.recipes.publish("wiki", { versions: release("1.0.0+1") });
  await lookNow(orchard);
  const record = await message(orchard, "1.1.0+1 is no longer what is newest");
  expect(record.event).toBe(alert.event);
});

test("images that were built anew under the same tag are told, and taken by a yes", async () => {
  await using orchard = openOrchard();
  await plant(orchard, { one: "alpha" });
  await lookNow(orchard);
  const image = "registry.example/app:1.0.0";
  const digest = `sha256:${"ab".repeat(32)}`;
  orchard.registry.answers.set(image, { kind: "found", digest });
  await lookNow(orchard);
  const alert = await message(orchard, "images of 1.0.0+1 were built anew");
  expect(alert.body).toContain("the same tag with new content");
  const job = await ended(orchard, () => void orchard.chat.react(ANA, alert.event, "👍"));
  expect(job.state).toBe("succeeded");
  await message(orchard, "is at 1.0.0+1");
});
