// !updates, !skip and !snooze: what they say of updates that are open, and of those that are not.
import { expect, test } from "vitest";
import {
  ANA,
  app,
  CEM,
  DAN,
  message,
  openOrchard,
  plant,
  update,
  type Orchard,
} from "./orchard.ts";
import { alerted, GROWN, later, quiet } from "./seasons.ts";

const ONE = app("one");

/** The answer, when all that follows from it was said. */
async function answer(orchard: Orchard, typed: string, by = ANA): Promise<string> {
  const { chat, desk } = orchard;
  const event = chat.say(by, typed);
  await quiet(orchard);
  const { outbox } = desk.ledger;
  const told = outbox.eventOf(`reply:${event}`) ?? outbox.eventOf(`refusal:${event}`);
  return chat.seen().find((one) => one.event === told)?.body ?? "";
}

test.each([
  ["!updates", "No update is open."],
  ["!updates", "moot has not looked yet; !updates --now looks at once."],
  [`!updates ${ONE}`, `Type !updates ${ONE} --now to look upstream at once, or !updates`],
  [`!skip ${ONE}`, `Type !updates ${ONE} --now to look upstream at once, or !updates`],
  [`!snooze ${ONE} 3d`, `Type !updates ${ONE} --now to look upstream at once, or !updates`],
  ["!skip nothing.example.coop", "!apps"],
])("%s where no update is open says what to type next", async (typed, words) => {
  await using orchard = openOrchard();
  await plant(orchard, { one: "alpha" });
  expect(await answer(orchard, typed)).toContain(words);
});

test("!updates lists what is open, and shows one in full with all that keeps it", async () => {
  await using orchard = openOrchard();
  await alerted(orchard);
  const all = await answer(orchard, "!updates");
  expect(all).toContain("1 update open:");
  expect(all).toMatch(/one\.example\.coop +1\.0\.0\+1 +1\.1\.0\+1 +minor +announced/);
  expect(all).toContain("One in full: !updates APP.");
  const one = await answer(orchard, `!updates ${ONE}`, DAN);
  expect(one).toContain("Restarts: app.");
  expect(one).toContain("Why not now:");
  expect(one).toContain("1 more person must say yes, from @ana:example.coop");
  expect(one).toContain(`!config ${ONE} ENABLE_AUTO_UPDATE=true`);
});

test("!status says that a newer version is out, of all apps in short and of one in a line", async () => {
  await using orchard = openOrchard();
  await alerted(orchard);
  expect(await answer(orchard, "!status")).toContain("2 services running; ⬆ 1.1.0+1 is out");
  const one = await answer(orchard, `!status ${ONE}`);
  expect(one).toContain("⬆ 1.1.0+1 (minor) is announced. 1 more person must say yes");
  expect(one).toContain(`!updates ${ONE} shows it.`);
});

test("!updates of one that the summary told of puts it before the room", async () => {
  await using orchard = openOrchard({ versions: GROWN });
  await plant(orchard, { one: "alpha" });
  orchard.chat.say(ANA, "!updates --now");
  await message(orchard, "looks for updates from now on");
  expect(await answer(orchard, `!updates ${ONE}`)).toContain("is put before this room");
  expect((await message(orchard, "React 👍")).body).toContain("1.0.0+1 → 1.1.0+1");
});

test.each([
  [`!skip ${ONE} 1.0.5+1`, "the version 1.1.0+1 is offered, not 1.0.5+1. Nothing was changed."],
  [`!skip ${ONE} "1.1.0 or so"`, '"1.1.0 or so" is no version'],
  [`!snooze ${ONE} yesterday`, '"yesterday" is no time; it looks like'],
  [`!snooze ${ONE} 2020-01-01`, "2020-01-01 is past already; name a time to come."],
  [`!snooze ${ONE}`, "!snooze APP TIME"],
])("%s changes nothing and says what to type", async (typed, words) => {
  await using orchard = openOrchard();
  await alerted(orchard);
  const body = await answer(orchard, typed);
  expect(body).toContain(words);
  expect(body).toMatch(/!(?:updates|skip|snooze|help)/);
  expect(await update(orchard, "one", "announced")).not.toHaveProperty("by");
});

test("!skip and !snooze do in words what 👎 and 💤 do", async () => {
  await using orchard = openOrchard();
  const alert = await alerted(orchard);
  expect(await answer(orchard, `!snooze ${ONE} 3d`, CEM)).toContain("1.1.0+1 is asked about again");
  const { until = 0 } = await update(orchard, "one", "snoozed");
  expect(until - orchard.time.now).toBe(3 * 24 * 3_600_000);
  later(orchard, 3 * 24 * 3_600_000);
  const again = await message(orchard, "React 👍 to this message");
  expect(again.event).not.toBe(alert.event);
  expect(await answer(orchard, `!skip ${ONE} 1.1.0+1`, CEM)).toContain("is skipped");
  expect(await update(orchard, "one", "skipped")).toMatchObject({ by: CEM });
});
