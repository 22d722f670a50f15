// Rooms hear of what is newer, once, in words, by one message that is kept true.
import { expect, test, vi } from "vitest";
import {
  ANA,
  app,
  approvals,
  BEA,
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
} from "./orchard.ts";
import { GROWN, grown } from "./seasons.ts";

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

test("it is told once, however often moot looks", async () => {
  await using orchard = openOrchard();
  await grown(orchard, { one: "alpha" });
  await message(orchard, "React 👍");
  await lookNow(orchard);
  await lookNow(orchard);
  expect(said(orchard, "React 👍")).toHaveLength(1);
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
