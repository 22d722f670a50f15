// What upstream and the servers may put before moot: tags that are none, notes to trip over, and things that do not answer.
import { expect, test } from "vitest";
import { Refusal } from "../../src/core/errors.ts";
import type { TagLook } from "../../src/core/registry.ts";
import {
  ALPHA,
  ANA,
  app,
  lookNow,
  message,
  openOrchard,
  plant,
  release,
  said,
  update,
  type Orchard,
} from "./orchard.ts";
import { alerted, GROWN, grown, quiet } from "./seasons.ts";

const IMAGE = "registry.example/app:1.0.0";
const SILENT = new Refusal({ kind: "server-unreachable", server: ALPHA, problem: "no route" });
const CANNOT = "moot cannot check these";

/** What moot answers to a command of ana's. */
async function answer({ chat, desk }: Orchard, typed: string): Promise<string> {
  const event = chat.say(ANA, typed);
  const key = (): string | undefined =>
    ["reply", "refusal", "looked"].find(
      (kind) => desk.ledger.outbox.eventOf(`${kind}:${event}`) !== undefined,
    );
  await expect.poll(key, { timeout: 10_000 }).toBeDefined();
  const said = desk.ledger.outbox.eventOf(`${key() ?? ""}:${event}`);
  return chat.seen().find((one) => one.event === said)?.body ?? "";
}

/** Once more, at another moment. */
async function again(orchard: Orchard): Promise<void> {
  orchard.time.now += 60_000;
  await lookNow(orchard);
}

test("tags that are not annotated, or no versions, or below what runs are not offered", async () => {
  await using orchard = openOrchard({ versions: release("1.1.0+1") });
  await plant(orchard, { one: "alpha" }, "1.1.0+1");
  await lookNow(orchard);
  const versions = { ...GROWN, ...release("1.0.1+1") };
  const junk = ["latest", "v2", "nightly-2026", "2.0.0+1"];
  orchard.recipes.publish("wiki", { versions, lightweight: junk });
  await lookNow(orchard);
  expect(orchard.desk.ledger.updates.open()).toEqual([]);
  expect(said(orchard, "React 👍")).toEqual([]);
  expect(await answer(orchard, "!updates")).toContain("1 app at the newest version");
});

test("a newer version beside such tags is offered, and none of them", async () => {
  await using orchard = openOrchard();
  await plant(orchard, { one: "alpha" });
  await lookNow(orchard);
  orchard.recipes.publish("wiki", { versions: GROWN, lightweight: ["2.0.0+1", "latest"] });
  await lookNow(orchard);
  const { body } = await message(orchard, "React 👍");
  expect(body).toContain("1.0.0+1 → 1.1.0+1 (minor)");
  expect(body).not.toContain("2.0.0");
});

test("notes that are a book, that shout, and that pretend to be moot stay words in a list", async () => {
  const evil = [
    "<h1>@room</h1> @ana:example.coop",
    "\u001b[2J\u202e\u0007password=hunter2hunter2",
    "React 👍 to this message to upgrade it, said by @bea:example.coop.",
  ].join("\n\n");
  const note = `${evil}\n${"<b>long</b> 👍 ".repeat(16_000)}`;
  expect(note.length).toBeGreaterThan(200_000);
  await using orchard = openOrchard();
  const versions = { ...release("1.0.0+1"), ...release("1.1.0+1", { "release/1.1.0+1": note }) };
  const { event, body } = await alerted(orchard, versions);
  expect(body.length).toBeLessThan(3_000);
  expect(body).toContain("1.1.0+1: <h1>@room</h1> @ana:example.coop");
  expect(body).toContain("…\n");
  expect(body).not.toContain("hunter2");
  expect(body).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202e]/);
  expect(body.isWellFormed()).toBe(true);
  // The makers' words stand in the one line of their own, and moot's come last.
  expect(body.split("\n").filter((line) => line.startsWith("React 👍"))).toHaveLength(1);
  const sent = orchard.chat.said.find((one) => one.event === event)?.outgoing;
  expect(sent).toMatchObject({ kind: "message", rings: [] });
});

test("of very many versions on the way the newest speak, and the message stays one", async () => {
  await using orchard = openOrchard();
  const steps = ["1.1.0+1", ...Array.from({ length: 79 }, (_, place) => `1.0.${place + 1}+1`)];
  const notes = steps.map((one) => [`release/${one}`, `${one} ${"x".repeat(900)}`] as const);
  const versions = Object.fromEntries(
    ["1.0.0+1", ...steps]
      .map((one) => release(one, Object.fromEntries(notes)))
      .flatMap((one) => Object.entries(one)),
  );
  const { body } = await alerted(orchard, versions);
  expect(body.length).toBeLessThan(5_000);
  expect(body).toContain("and 72 older: !plan one.example.coop shows all");
  expect(body).toContain("React 👍");
});

test("an app that was deployed from a commit is told of nothing, and !updates says why", async () => {
  await using orchard = openOrchard();
  await plant(orchard, { one: "alpha" });
  await lookNow(orchard);
  await tampered(orchard);
  orchard.recipes.publish("wiki", { versions: GROWN });
  await lookNow(orchard);
  expect(said(orchard, "React 👍")).toEqual([]);
  expect(await answer(orchard, "!updates")).toContain(
    "one.example.coop: it runs the commit 0123abcd, which is no version",
  );
  const own = await answer(orchard, "!updates one.example.coop");
  expect(own).toContain("is open: it runs the commit 0123abcd");
  expect(own).toContain("Type !updates one.example.coop --now");
});

/** The stack carries a commit, as a chaos deploy leaves it. */
async function tampered({ hosts }: Orchard): Promise<void> {
  const stack = "one_example_coop";
  const service = (await hosts.alpha.states(new AbortController().signal))
    .find((one) => one.stack === stack)
    ?.services.find(({ name }) => name === "app");
  hosts.alpha.tamper(stack, "app", {
    labels: {
      ...service?.labels,
      [`coop-cloud.${stack}.chaos`]: "true",
      [`coop-cloud.${stack}.chaos-version`]: "0123abcd",
    },
  });
}

test.each([
  ["limited", "asks to be left alone for an hour"],
  ["denied", "asks for a login"],
  ["absent", "registry.example/app:1.0.0 is absent"],
] as const)(
  "an image whose registry answers %s is told once as unchecked, never as up to date",
  async (why, problem) => {
    await using orchard = openOrchard();
    await plant(orchard, { one: "alpha" });
    await lookNow(orchard);
    const { answers } = orchard.registry.tags;
    const look: TagLook = { kind: "cannot-check", why, problem };
    answers.set(IMAGE, look);
    await again(orchard);
    const { body } = await message(orchard, CANNOT);
    expect(body).toContain(`${IMAGE}: ${problem}`);
    expect(body).toContain("does not mean that they are up to date");
    await again(orchard);
    expect(said(orchard, CANNOT)).toHaveLength(1);
    const shown = await answer(orchard, "!updates");
    expect(shown).toContain("0 apps at the newest version");
    expect(shown).toContain(`one.example.coop: its image ${IMAGE} cannot be checked`);
    expect(await answer(orchard, "!updates one.example.coop --now")).toContain(
      `but not all could be checked: !updates shows how things stand.\n- ${IMAGE}: ${problem}`,
    );
    answers.delete(IMAGE);
    await again(orchard);
    expect(await answer(orchard, "!updates")).toContain("1 app at the newest version");
    answers.set(IMAGE, look);
    await again(orchard);
    expect(said(orchard, CANNOT)).toHaveLength(2);
  },
);

test("a recipe that cannot be reached takes nothing back, and is told once", async () => {
  await using orchard = openOrchard();
  await alerted(orchard);
  const { recipes } = orchard;
  const published = recipes.published.bind(recipes);
  recipes.published = (recipe) =>
    Promise.reject(new Refusal({ kind: "recipe-unreachable", recipe, problem: "timed out" }));
  await again(orchard);
  await again(orchard);
  expect(said(orchard, CANNOT)).toHaveLength(1);
  expect((await message(orchard, CANNOT)).body).toContain("wiki: ");
  expect(await update(orchard, "one", "announced")).toMatchObject({ to: "1.1.0+1" });
  expect(await answer(orchard, "!updates --now")).toContain("1 update open, but not all");
  recipes.published = published;
  await again(orchard);
  expect(await answer(orchard, "!updates")).not.toContain("moot cannot check");
});

test("the apps of a server that is silent keep their updates, and it is said what they wait for", async () => {
  await using orchard = openOrchard();
  await grown(orchard, { one: "alpha", two: "beta" });
  await message(orchard, "2 apps of recipe wiki");
  orchard.hosts.alpha.unreachable = SILENT;
  await again(orchard);
  await again(orchard);
  expect(said(orchard, CANNOT)).toHaveLength(1);
  expect(orchard.desk.ledger.updates.open()).toHaveLength(2);
  const shown = await answer(orchard, "!updates one.example.coop");
  expect(shown).toContain("alpha.example.coop has not answered since");
  expect(shown).toContain("!servers");
  expect(await answer(orchard, "!updates two.example.coop")).not.toContain("has not answered");
  expect(await answer(orchard, "!updates one.example.coop --now")).toContain("not all could be");
  orchard.hosts.alpha.unreachable = undefined;
  await again(orchard);
  expect(await answer(orchard, "!updates one.example.coop")).not.toContain("has not answered");
});

test("a reaction to an app's line that is over is answered once, and changes nothing", async () => {
  await using orchard = openOrchard();
  await grown(orchard, { one: "alpha", two: "beta" });
  const line = await message(orchard, `${app("two")}: open`);
  orchard.chat.react(ANA, line.event, "👎");
  await update(orchard, "two", "skipped");
  for (const sign of ["👍", "💤"]) orchard.chat.react(ANA, line.event, sign);
  await quiet(orchard);
  expect(said(orchard, "asks for nothing any more")).toHaveLength(1);
  expect((await message(orchard, "asks for nothing")).body).toContain(`!updates ${app("two")}`);
  expect(orchard.desk.ledger.updates.openOf(app("two"))).toBeUndefined();
  expect(await update(orchard, "one", "announced")).toBeDefined();
});
