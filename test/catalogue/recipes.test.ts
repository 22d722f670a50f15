// Recipes from an index and real repositories: addresses, versions, and checkouts that cannot be left.
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, test, vi } from "vitest";
import { openCatalogue } from "../../src/catalogue/index.ts";
import { openRecipes } from "../../src/catalogue/recipes.ts";
import { isRecipeName, isUserId, type RecipeName } from "../../src/core/ids.ts";
import type { AddedRecipe, Recipes } from "../../src/core/ports.ts";
import { checkoutOf, describeRecipes, MADE, versionsOf } from "../contract/recipes.ts";
import { FakeRecipes } from "../fakes/recipes.ts";
import { Ground, hello } from "../git/ground.ts";
import { Origin } from "../git/origin.ts";
import { named } from "../named.ts";
import { refused, refusedWith } from "../refused.ts";

// git starts a dozen programs a test.
vi.setConfig({ testTimeout: 60_000 });

const { signal } = new AbortController();
const smtp = { "compose.smtp.yml": "smtp" };
let ground: Ground;

beforeEach(async () => {
  ground = await Ground.make();
  await ground.origin.commit({ "compose.yml": "1.0.0+1.0", ...smtp });
  ground.origin.tag("1.0.0+1.0", MADE["1.0.0+1.0"]);
  await ground.origin.commit({ "compose.yml": "1.10.0+1.1" });
  ground.origin.tag("1.10.0+1.1", MADE["1.10.0+1.1"]);
  ground.origin.git("tag", "2.0.0+2.0");
  ground.origin.tag("old");
});

afterEach(async () => {
  agreed.clear();
  await ground[Symbol.asyncDispose]();
});

/** What people added, by name. */
const agreed = new Map<RecipeName, AddedRecipe>();

/** With an index that lists `hello` alone. */
async function open(repository = ground.origin.folder): Promise<Recipes> {
  const index = join(ground.folder, "recipes.json");
  const versions = [{ "1.0.0+1.0": {} }, { "1.10.0+1.1": {} }];
  const entry = { description: "Says hello", category: "Apps", repository, versions };
  await writeFile(index, JSON.stringify({ hello: entry }));
  const { log } = ground.kept;
  const clock = { now: () => 0, sleep: async () => undefined };
  const copy = join(ground.cache, "catalogue.json");
  const catalogue = openCatalogue({ index, copy, clock, log, deadline: 1_000 });
  const base = join(ground.folder, "recipes");
  const added = { find: (name: RecipeName) => agreed.get(name) };
  return openRecipes({ catalogue, base, repositories: await ground.open(), added, log });
}

describeRecipes("the catalogue", open);
describeRecipes(
  "the fake",
  async () =>
    new FakeRecipes({
      hello: {
        description: "Says hello",
        versions: {
          "1.0.0+1.0": { "compose.yml": "1.0.0+1.0", ...smtp },
          "1.10.0+1.1": { "compose.yml": "1.10.0+1.1", ...smtp },
        },
        lightweight: ["2.0.0+2.0", "old"],
        dates: MADE,
      },
    }),
);

describe("a recipe", () => {
  it("outside the index is looked for under the base that the config names", async () => {
    const other = await Origin.make(join(ground.folder, "recipes", "other"));
    await other.commit({ "compose.yml": "other" });
    other.tag("1.0.0+1");
    const recipes = await open();
    const name = named(isRecipeName, "other");
    expect(await recipes.isInCatalogue(name, signal)).toBe(false);
    expect(await versionsOf(recipes, name)).toHaveLength(1);
    expect((await recipes.published(name, signal)).versions).toHaveLength(1);
  });

  it("that the index puts at an address it may not have is refused", async () => {
    const recipes = await open("/etc");
    expect(await refusedWith(versionsOf(recipes, hello))).toContain(
      "The repository of the recipe hello could not be read: the folder /etc is not under",
    );
  });

  it("unknown is told in words", async () => {
    const recipes = await open();
    const typo = named(isRecipeName, "helo");
    expect(await refusedWith(versionsOf(recipes, typo))).toContain(
      "There is no recipe helo in the catalogue. Did you mean hello?",
    );
  });

  it("whose repository is gone: a version that is here is used, the newest is not guessed", async () => {
    const recipes = await open();
    await recipes.open(hello, signal);
    await rename(ground.origin.folder, join(ground.folder, "gone"));
    await using checkout = await checkoutOf(recipes, hello, "1.0.0+1.0");
    expect(checkout.stale).toContain("does not exist");
    const unreachable = { kind: "recipe-unreachable", recipe: "hello" };
    expect(await refused(versionsOf(recipes, hello))).toMatchObject(unreachable);
    expect(await refused(checkoutOf(recipes, hello, undefined))).toMatchObject(unreachable);
    expect(await refused(checkoutOf(recipes, hello, "9.0.0+1"))).toMatchObject(unreachable);
  });

  it("is fetched once for all that is asked of it", async () => {
    const recipe = await (await open()).open(hello, signal);
    await rename(ground.origin.folder, join(ground.folder, "gone"));
    expect(recipe.versions()).toHaveLength(3);
    await using checkout = await recipe.checkout("1.10.0+1.1", signal);
    expect(checkout.stale).toBeUndefined();
  });

  it("whose tag was moved by force says so with the version and the checkout", async () => {
    const recipes = await open();
    const [before] = await versionsOf(recipes, hello);
    expect(before?.movedFrom).toBeUndefined();
    const first = ground.origin.git("rev-parse", "1.0.0+1.0^{commit}");
    await ground.origin.commit({ "compose.yml": "evil" });
    ground.origin.tag("1.0.0+1.0");
    const [after] = await versionsOf(recipes, hello);
    expect(after).toMatchObject({ version: "1.0.0+1.0", isAnnotated: true, movedFrom: first });
    await using checkout = await checkoutOf(recipes, hello, "1.0.0+1.0");
    expect(checkout.movedFrom).toBe(first);
    expect(await checkout.read("compose.yml")).toBe("evil");
  });

  it("whose version was deleted upstream no longer offers it, but still has it", async () => {
    const recipes = await open();
    await recipes.open(hello, signal);
    ground.origin.git("tag", "--delete", "1.0.0+1.0");
    const offered = await versionsOf(recipes, hello);
    expect(offered.map(({ version }) => version)).toEqual(["1.10.0+1.1", "2.0.0+2.0"]);
    await using checkout = await checkoutOf(recipes, hello, "1.0.0+1.0");
    expect(await checkout.read("compose.yml")).toBe("1.0.0+1.0");
  });
});

describe("a recipe that people added", () => {
  const pad = named(isRecipeName, "pad");
  const by = named(isUserId, "@ana:example.coop");

  async function publish(): Promise<string> {
    const other = await Origin.make(join(ground.folder, "recipes", "elsewhere", "pad"));
    await other.commit({ "compose.yml": "pad" });
    other.tag("0.1.0+1");
    return other.folder;
  }

  it("is fetched from its address, and never counts as one of the catalogue", async () => {
    const address = await publish();
    agreed.set(pad, { name: pad, address, by, at: 0 });
    const recipes = await open();
    const recipe = await recipes.open(pad, signal);
    expect(recipe).toMatchObject({ address, oddTags: [] });
    expect(recipe.versions()).toHaveLength(1);
    expect(await recipes.isInCatalogue(pad, signal)).toBe(false);
  });

  it("stays what was agreed on when the catalogue gets one of that name", async () => {
    const address = await publish();
    agreed.set(hello, { name: hello, address, by, at: 0 });
    const recipes = await open();
    expect((await recipes.open(hello, signal)).address).toBe(address);
    expect(await recipes.isInCatalogue(hello, signal)).toBe(false);
    const { versions } = await recipes.published(hello, signal);
    expect(versions.map(({ version }) => version)).toEqual(["0.1.0+1"]);
  });

  it("can be looked at before", async () => {
    const recipes = await open();
    const recipe = await recipes.openAt(pad, await publish(), signal);
    expect(recipe.versions().map(({ version }) => version)).toEqual(["0.1.0+1"]);
  });

  it.each([
    ["https://10.0.0.5/group/pad", "10.0.0.5 is a private address"],
    ["https://127.0.0.1/group/pad", "127.0.0.1 is a private address"],
    ["ssh://git@192.168.1.2/pad.git", "192.168.1.2 is a private address"],
    ["https://moot:hunter2@git.example.org/pad", "its address carries a login"],
    ["/etc", "is not under the folder the config names"],
  ])("is not asked for at %s", async (address, words) => {
    const said = await refusedWith((await open()).openAt(pad, address, signal));
    expect(said).toContain("The repository of the recipe pad could not be read: ");
    expect(said).toContain(words);
    expect(said).not.toContain("hunter2");
    expect(said).toContain("then type the command again");
  });

  it("whose address is no repository is told in git's words", async () => {
    const folder = join(ground.folder, "recipes", "plain");
    await mkdir(folder);
    const said = await refusedWith((await open()).openAt(pad, folder, signal));
    expect(said).toContain("does not appear to be a git repository");
  });
});

test("tags that are no versions are told apart, and whether each is annotated", async () => {
  ground.origin.git("tag", "v2.4.8");
  const recipe = await (await open()).open(hello, signal);
  expect(recipe.isAtHome).toBe(true);
  expect(recipe.oddTags.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
    { name: "old", isAnnotated: true },
    { name: "v2.4.8", isAnnotated: false },
  ]);
});

describe("what a recipe publishes", () => {
  it("leaves out a tag that was removed upstream, though the clone still has it", async () => {
    const recipes = await open();
    await recipes.open(hello, signal);
    ground.origin.git("tag", "--delete", "1.10.0+1.1");
    const { versions } = await recipes.published(hello, signal);
    expect(versions.map(({ version }) => version)).toEqual(["1.0.0+1.0"]);
  });

  it("is not guessed from an older clone when the repository is gone", async () => {
    const recipes = await open();
    await recipes.open(hello, signal);
    await rename(ground.origin.folder, join(ground.folder, "gone"));
    expect(await refused(recipes.published(hello, signal))).toEqual({
      kind: "recipe-unreachable",
      recipe: "hello",
      problem: `the folder ${ground.origin.folder} does not exist`,
    });
  });

  it("is not asked for at an address that moot must not ask", async () => {
    const recipes = await open("https://10.0.0.5/recipes/hello");
    expect(await refusedWith(recipes.published(hello, signal))).toContain(
      "The repository of the recipe hello could not be read: 10.0.0.5 is a private address",
    );
  });
});

describe("a checkout", () => {
  it("with a link to /etc/shadow does not read it", async () => {
    await ground.origin.link("secret.yml", "/etc/shadow");
    await ground.origin.link("up", "../..");
    const recipes = await open();
    await using checkout = await checkoutOf(recipes, hello, undefined);
    expect(await checkout.holds("secret.yml")).toBe(false);
    expect(await checkout.holds("up/hello")).toBe(false);
    expect(await refusedWith(checkout.read("secret.yml"))).toContain(
      "The recipe hello cannot be used: secret.yml is a link that leads out of the recipe's own files",
    );
    expect(await refusedWith(checkout.read("up/.."))).toContain("leads out of");
  });

  it("refuses ../x in words", async () => {
    const recipes = await open();
    await using checkout = await checkoutOf(recipes, hello, "1.0.0+1.0");
    expect(await refusedWith(checkout.read("../x"))).toContain(
      "../x leads out of the recipe's own files",
    );
  });

  it("follows a link that stays inside, and takes absolute paths into itself", async () => {
    await ground.origin.link("same.yml", "compose.yml");
    const recipes = await open();
    await using checkout = await checkoutOf(recipes, hello, undefined);
    expect(await checkout.read("same.yml")).toBe("1.10.0+1.1");
    expect(await checkout.holds(join(checkout.folder, "compose.yml"))).toBe(true);
  });

  it("has nothing at a link in circles, a folder, a path through a file or with a NUL", async () => {
    await mkdir(join(ground.origin.folder, "folder"));
    await ground.origin.commit({ "folder/a": "a" });
    await ground.origin.link("circle", "circle");
    const recipes = await open();
    await using checkout = await checkoutOf(recipes, hello, undefined);
    for (const path of ["circle", "folder", "compose.yml/x", "a\0b", "x".repeat(5000)]) {
      expect(await checkout.read(path)).toBeUndefined();
    }
    expect(await checkout.holds("folder")).toBe(true);
  });
});
