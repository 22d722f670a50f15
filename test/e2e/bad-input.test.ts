// Recipes and env files that cannot be used: each is told in words with what to do next, and nothing is changed.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Testbed } from "../testbed/index.ts";
import { RecipeShelf } from "../testbed/recipes.ts";
import { openParlour, type Parlour } from "./parlour.ts";
import { openServers } from "./stage.ts";
import { TRACE, whatStands } from "./untouched.ts";

const ONE = "--server one.example.coop";
const TAKEN = "taken.one.test";

let testbed: Testbed;
let folder: string;
let shelf: RecipeShelf;
let parlour: Parlour;
let before: readonly string[];

beforeAll(async () => {
  const servers = await openServers();
  for (const host of servers.hosts) await host.wipe();
  folder = await mkdtemp(join(tmpdir(), "moot-recipes-"));
  shelf = await RecipeShelf.open(join(folder, "shelf"), servers.registry.address);
  testbed = { ...servers, recipes: shelf };
  parlour = await openParlour({ testbed });
  await parlour.start();
  expect(await parlour.ask("ana", `!deploy hello ${TAKEN} ${ONE}`)).toContain("deploy succeeded");
});

afterAll(async () => {
  await parlour[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
  await testbed.host("one").wipe();
});

beforeEach(async () => {
  before = await whatStands(testbed, parlour.house);
});

/** Types it as ana, and holds the answer to what every refusal keeps. */
async function refusal(typed: string): Promise<string> {
  const { body, settles } = await parlour.settled(await parlour.say("ana", typed));
  expect(settles?.how).toBe("refused");
  expect(body).not.toMatch(TRACE);
  expect(await whatStands(testbed, parlour.house)).toEqual(before);
  return body;
}

/** The newest commit of a recipe gets this compose file, for `--chaos`. */
async function compose(recipe: string, text: string): Promise<void> {
  await shelf.commit(recipe, { "compose.yml": text });
}

const APP = `
services:
  app:
    image: __REGISTRY__/moot/app:__UPSTREAM__
`;

test("a recipe whose repository is gone is named, with what git said", async () => {
  await rm(join(shelf.folder, "legacy.git"), { recursive: true });
  const said = await refusal(`!deploy legacy legacy.one.test ${ONE}`);
  expect(said).toContain("The repository of the recipe legacy could not be read");
  expect(said).toContain("does not exist");
  expect(said).toContain("type the command again");
});

test("a compose file that is no YAML is refused with its line", async () => {
  await compose("crash", "services:\n  app:\n    image: 'never closed\n");
  const said = await refusal(`!deploy crash crash.one.test ${ONE} --chaos`);
  expect(said).toContain("The recipe crash cannot be used");
  expect(said).toMatch(/line \d/);
  expect(said).toContain("!recipes crash");
});

test("a compose file that means nothing to Docker is refused in its words", async () => {
  await compose("crash", "services:\n  app:\n    image: [not, a, name]\n");
  const said = await refusal(`!deploy crash crash.one.test ${ONE} --chaos`);
  expect(said).toContain("services.app.image");
  expect(said).toContain("!recipes crash");
});

test("a recipe that would read moot's own /etc/shadow is refused", async () => {
  await compose("slow", `${APP}configs:\n  shadow:\n    file: /etc/shadow\n`);
  const said = await refusal(`!deploy slow slow.one.test ${ONE} --chaos`);
  expect(said).toContain("/etc/shadow");
  expect(said).toContain("lies outside the recipe");
  expect(said).not.toContain("root:");
});

test("an image that its registry does not have is named", async () => {
  await compose("oneshot", "services:\n  app:\n    image: __REGISTRY__/moot/app:9.9.9\n");
  const said = await refusal(`!deploy oneshot once.one.test ${ONE} --chaos`);
  expect(said).toContain(`There is no image ${testbed.registry.address}/moot/app:9.9.9`);
});

test("an env file with a quote that is never closed is refused with its line", async () => {
  const path = join(parlour.house.abra, "servers/one.example.coop/quote.one.test.env");
  await writeFile(path, 'TYPE=hello\nDOMAIN=quote.one.test\nGREETING="Good morning\nX=1\n');
  before = await whatStands(testbed, parlour.house);
  const said = await refusal("!deploy quote.one.test");
  expect(said).toContain("quote.one.test.env, line 3");
  expect(said).toContain("Mend that line in the file");
  expect(await parlour.ask("ana", "!status")).toContain(TAKEN);
  await rm(path);
});

test.each(["LD_PRELOAD=/tmp/evil.so", "DOCKER_HOST=tcp://10.0.0.1:2375", "PATH=/tmp"])(
  "%s would steer programs on moot's machine, and is refused",
  async (setting) => {
    const said = await refusal(`!deploy hello steer.one.test ${ONE} ${setting}`);
    expect(said).toContain(`The variable ${setting.split("=")[0] ?? ""} would steer programs`);
    expect(said).toContain("Take it out of the env file");
  },
);

test("the stack of another app may not be taken by STACK_NAME", async () => {
  const said = await refusal(`!deploy hello other.one.test ${ONE} STACK_NAME=taken_one_test`);
  expect(said).toContain(`The stack taken_one_test belongs to ${TAKEN}`);
  expect(said).toContain("Look for STACK_NAME");
});

test("the domain of another app may not be taken by DOMAIN", async () => {
  const said = await refusal(`!deploy hello other.one.test ${ONE} DOMAIN=${TAKEN}`);
  expect(said).toContain(`The domain ${TAKEN} belongs to`);
  expect(said).toContain("Take that domain out of the env file");
});

test("a version, a recipe and a server that do not exist are named with what there is", async () => {
  expect(await refusal(`!deploy hello v.one.test ${ONE} --version 9.0.0+9`)).toContain(
    "1.1.0+1.1.0",
  );
  expect(await refusal(`!deploy helo r.one.test ${ONE}`)).toContain("Did you mean hello?");
  expect(await refusal("!deploy hello s.one.test")).toContain("--server two.example.coop");
});
