// What the config lets go by itself: announced first, in its window, and only what people need not look at.
import { windowOf } from "../core/windows.ts";
import { expect, test } from "vitest";
import {
  ANA,
  app,
  approvals,
  CEM,
  ended,
  lookNow,
  message,
  openOrchard,
  plant,
  release,
  runs,
  said,
  update,
  type Orchard,
} from "./orchard.ts";
import { alerted, CACHED, CRASH, GROWN, grown, later, MAJOR, quiet } from "./seasons.ts";

const MINOR = { updates: { auto: "minor" } } as const;
const PATCHED = { ...release("1.0.0+1"), ...release("1.0.1+1") };

/** Whatever may go by itself had its chance, and nothing did. */
async function stays(orchard: Orchard, version = "1.0.0"): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    later(orchard, 60_000);
    await quiet(orchard);
  }
  expect(orchard.desk.ledger.jobs.active()).toEqual([]);
  expect(await runs(orchard, "one")).toBe(version);
}

test("a minor step goes by itself, after it was told, in moot's own name, once", async () => {
  await using orchard = openOrchard(MINOR);
  await plant(orchard, { one: "alpha" });
  await lookNow(orchard);
  orchard.recipes.publish("wiki", { versions: GROWN });
  const job = await ended(orchard, () => void orchard.chat.say(ANA, "!updates --now"));
  const { self } = orchard.chat;
  expect(job).toMatchObject({ state: "succeeded", by: self, verb: "upgrade" });
  expect(await update(orchard, "one", "applied")).toMatchObject({ by: self, job: job.id });
  const { event, body } = await message(orchard, "is at 1.1.0+1");
  const first = orchard.chat.said.find((one) => one.event === event)?.outgoing;
  expect(first).toMatchObject({ kind: "message" });
  expect(body).toContain("said by @moot:example.coop");
  const trail = orchard.desk.ledger.audit.recent(50).filter(({ event: of }) => of === job.command);
  expect(trail.length).toBeGreaterThan(0);
  expect(new Set(trail.map(({ who }) => who))).toEqual(new Set([self]));
  expect(approvals(orchard)).toEqual([]);
  await lookNow(orchard);
  await stays(orchard, "1.1.0");
  expect(orchard.desk.ledger.jobs.recent(9)).toHaveLength(2);
});

test("while its window is closed, its alert says that nobody's yes is needed", async () => {
  const updates = { ...MINOR.updates, window: windowOf("daily 02:00-04:00") };
  await using orchard = openOrchard({ updates });
  const { body } = await alerted(orchard);
  expect(body).toContain("moot does it by itself once nothing holds it back");
  expect(body).toContain("Not at once:\n- ");
  expect(body).not.toContain("yes needed");
});

test("what could not be planned is planned again at the next look", async () => {
  await using orchard = openOrchard(MINOR);
  const image = "registry.example/app:1.1.0";
  orchard.registry.answers.set(image, { kind: "absent" });
  const { body } = await alerted(orchard);
  expect(body).toContain("It cannot be planned: ");
  expect(body).toContain(image);
  await lookNow(orchard);
  await stays(orchard);
  orchard.registry.answers.delete(image);
  await lookNow(orchard);
  await update(orchard, "one", "applied");
});

test("ENABLE_AUTO_UPDATE=true in the env file lets one app go, and false keeps one", async () => {
  await using orchard = openOrchard();
  await plant(orchard, { one: "alpha", two: "alpha" });
  await settings(orchard, "two", "ENABLE_AUTO_UPDATE=true");
  await lookNow(orchard);
  orchard.recipes.publish("wiki", { versions: GROWN });
  await lookNow(orchard);
  await update(orchard, "two", "applied");
  await stays(orchard);
});

test("what the config says of an app outdoes its env file", async () => {
  const apps = new Map([["one.*", { auto: "none" }]] as const);
  await using orchard = openOrchard({ updates: { auto: "minor", apps } });
  await plant(orchard, { one: "alpha" });
  await settings(orchard, "one", "ENABLE_AUTO_UPDATE=true");
  await lookNow(orchard);
  orchard.recipes.publish("wiki", { versions: GROWN });
  await lookNow(orchard);
  await stays(orchard);
});

/** Somebody writes a line into the app's env file. */
async function settings({ apps }: Orchard, name: string, line: string): Promise<void> {
  const file = await apps.find(app(name));
  await apps.write(file?.path ?? "", `${file?.text ?? ""}${line}\n`, file?.text);
}

test("with auto: patch a patch goes, and a minor step waits for people", async () => {
  await using orchard = openOrchard({ updates: { auto: "patch" } });
  await grown(orchard, { one: "alpha" }, PATCHED);
  await update(orchard, "one", "applied");
  orchard.recipes.publish("wiki", { versions: { ...PATCHED, ...GROWN } });
  await lookNow(orchard);
  await message(orchard, "1.0.1+1 → 1.1.0+1 (minor)");
  await stays(orchard, "1.0.1");
});

test("a major step never goes by itself", async () => {
  await using orchard = openOrchard(MINOR);
  const { body } = await alerted(orchard, MAJOR);
  expect(body).toContain("2 more of 2 yes needed");
  await stays(orchard);
});

test("what the config calls a danger does not go, however small its step", async () => {
  const commands = new Map([["upgrade", "danger"]] as const);
  const raise = { commands, servers: new Map(), apps: new Map() };
  await using orchard = openOrchard({ ...MINOR, policy: { raise } });
  const { body } = await alerted(orchard);
  expect(body).toContain("2 more of 2 yes needed");
  await stays(orchard);
  orchard.chat.say(ANA, `!updates ${app("one")}`);
  await message(orchard, "It does not go by itself, since its plan is a danger");
});

test("it goes in its window alone", async () => {
  const window = windowOf("daily 02:00-04:00");
  await using orchard = openOrchard({ updates: { auto: "minor", window } });
  const { body } = await alerted(orchard);
  expect(body).toContain("Its window (daily 02:00-04:00) opens Thu 26 Nov 02:00");
  await stays(orchard);
  const opens = Date.UTC(2026, 10, 26, 2);
  const job = await ended(orchard, () => later(orchard, opens - orchard.time.now));
  expect(job).toMatchObject({ state: "succeeded", by: orchard.chat.self, queuedAt: opens });
});

test("a hold keeps it, and it goes when that is lifted", async () => {
  await using orchard = openOrchard(MINOR);
  await plant(orchard, { one: "alpha" });
  await lookNow(orchard);
  orchard.chat.say(CEM, `!hold ${app("one")} "the fair is on"`);
  await message(orchard, "is held");
  orchard.recipes.publish("wiki", { versions: GROWN });
  await lookNow(orchard);
  await stays(orchard);
  const job = await ended(orchard, () => void orchard.chat.say(CEM, "!unhold h1"));
  expect(job).toMatchObject({ state: "succeeded", by: orchard.chat.self });
});

test("what fails by itself returns whole, rings nobody for it, and is not offered again", async () => {
  await using orchard = openOrchard(MINOR);
  await plant(orchard, { one: "alpha" });
  await lookNow(orchard);
  orchard.hosts.alpha.behave("one_example_coop", "cache", CRASH);
  orchard.recipes.publish("wiki", { versions: CACHED });
  const job = await ended(orchard, () => void orchard.chat.say(ANA, "!updates --now"));
  expect(job.state).toBe("failed");
  const { body } = await message(orchard, "did not go to 1.2.0+1");
  expect(body).toContain("All of it was put back to 1.0.0+1");
  await quiet(orchard);
  const rings = orchard.chat.said.flatMap(({ outgoing }) =>
    outgoing.kind === "message" ? outgoing.rings : [],
  );
  expect(rings).not.toContain(orchard.chat.self);
  await lookNow(orchard);
  await stays(orchard);
  expect(orchard.desk.ledger.updates.openOf(app("one"))).toBeUndefined();
  expect(said(orchard, "React 👍 to this message")).toEqual([]);
});
