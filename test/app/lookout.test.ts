// What a look for updates costs others: one question each, whatever the number of apps.
import { beforeEach, expect, test } from "vitest";
import { lookForUpdates } from "../../src/app/lookout.ts";
import { abraLabel } from "../../src/core/abra.ts";
import { isAppName, isServerName, isStackName } from "../../src/core/ids.ts";
import type { StackState } from "../../src/core/state.ts";
import { FakeApps } from "../fakes/apps.ts";
import { meaningOfJson, plainService } from "../fakes/composer.ts";
import { makeFastClock } from "../fakes/fast-clock.ts";
import { FakeHost, FakeHosts } from "../fakes/host.ts";
import { FakeRecipes } from "../fakes/recipes.ts";
import { FakeRegistry } from "../fakes/registry.ts";
import { named } from "../named.ts";
import { openDesk } from "./desk.ts";

const { signal } = new AbortController();
const RECIPES = Array.from({ length: 6 }, (_, index) => `recipe${index}`);
const SERVERS = ["alpha.example.coop", "beta.example.coop", "gamma.example.coop"];
const DB = "registry.example/db:16";

const APPS = Array.from({ length: 30 }, (_, index) => ({
  app: named(isAppName, `app${index}.example.coop`),
  stack: named(isStackName, `app${index}_example_coop`),
  recipe: RECIPES[index % RECIPES.length] ?? "",
  server: SERVERS[index % SERVERS.length] ?? "",
}));

/** Knows how often it was looked at. */
class LookedAt extends FakeHost {
  looks = 0;

  override async states(inner: AbortSignal): Promise<readonly StackState[]> {
    this.looks += 1;
    return super.states(inner);
  }
}

function imageOf(recipe: string): string {
  return `registry.example/${recipe}:1.0.0`;
}

let registry: FakeRegistry;
let recipes: FakeRecipes;
let apps: FakeApps;
let hosts: readonly LookedAt[];

beforeEach(async () => {
  const clock = makeFastClock();
  registry = new FakeRegistry([DB, ...RECIPES.map(imageOf)]);
  recipes = new FakeRecipes(
    Object.fromEntries(RECIPES.map((recipe) => [recipe, { versions: { "1.0.0+1": {} } }])),
  );
  apps = new FakeApps();
  hosts = SERVERS.map(
    (server) =>
      new LookedAt({ server: named(isServerName, server), clock, meaning: meaningOfJson }),
  );
  for (const one of APPS) await plant(one);
});

/** Deployed as moot leaves it: with its version, and its images pinned. */
async function plant({ app, stack, recipe, server }: (typeof APPS)[number]): Promise<void> {
  const lines = [`TYPE=${recipe}:1.0.0+1`, `DOMAIN=${app}`];
  await apps.write(apps.pathOf(app, server), `${lines.join("\n")}\n`, undefined);
  const pinned = (image: string) => ({ digest: FakeRegistry.digestOf(image) });
  const labels = { [abraLabel(stack, "version")]: "1.0.0+1" };
  const services = [
    plainService("app", imageOf(recipe), { ...pinned(imageOf(recipe)), labels }),
    plainService("db", DB, pinned(DB)),
  ];
  const host = hosts.find((one) => one.server === server);
  await host?.deploy(stack, JSON.stringify({ stack, services, configs: [] }), signal);
}

function openLookout() {
  return openDesk({ world: { hosts: new FakeHosts(hosts), recipes, registry, apps } });
}

test("each recipe, each image and each server is asked once for all of their apps", async () => {
  await using desk = openLookout();
  expect(await lookForUpdates(desk.world, undefined, signal)).toEqual([]);
  expect(recipes.asked.toSorted()).toEqual(RECIPES);
  expect(registry.tags.asked.toSorted()).toEqual([DB, ...RECIPES.map(imageOf)]);
  expect(hosts.map(({ looks }) => looks)).toEqual([1, 1, 1]);
  expect(desk.ledger.updates.open()).toEqual([]);
  const looked = desk.ledger.looks.looks();
  expect(looked).toHaveLength(APPS.length);
  expect(looked.every(({ version, behind }) => version === "1.0.0+1" && behind === 0)).toBe(true);
});

test("a look at one app asks for nothing of the others", async () => {
  await using desk = openLookout();
  const [one] = APPS;
  await lookForUpdates(desk.world, one?.app, signal);
  expect(recipes.asked).toEqual(["recipe0"]);
  expect(registry.tags.asked.toSorted()).toEqual([DB, imageOf("recipe0")]);
  expect(hosts.map(({ looks }) => looks)).toEqual([1, 0, 0]);
});
