// A thousand apps of two hundred recipes: repositories, images, services and env files, with nothing newer than what runs.
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { abreast } from "../../src/app/abreast.ts";
import type { Testbed, TestHost } from "../testbed/index.ts";
import { Engine } from "../testbed/engine.ts";
import { layerOf } from "../testbed/registry.ts";

export const APPS = 1_000;
export const RECIPES = 200;
/** Each recipe has its own, which all of its apps run. */
export const IMAGES = 200;

/** As a house takes them. */
export const SERVERS = { "one.example.coop": "one", "two.example.coop": "two" } as const;

const VERSION = "1.0.0+1.0.0";
/** What a recipe had before, as those of the catalogue have it after some years. */
const FORMER = Array.from({ length: 19 }, (_, minor) => `0.${minor}.0+1.0.0`);
const AT_ONCE = 8;

interface App {
  readonly recipe: string;
  readonly stack: string;
  readonly server: keyof typeof SERVERS;
}

const apps: readonly App[] = Array.from({ length: APPS }, (_, index) => ({
  recipe: `recipe${index % RECIPES}`,
  stack: `fleet${index}_example`,
  server: index % 2 === 0 ? "one.example.coop" : "two.example.coop",
}));

const recipes = [...new Set(apps.map(({ recipe }) => recipe))];

/** One bare repository a recipe; resolves with the folder that holds them. */
export async function plantRecipes(folder: string): Promise<string> {
  const root = join(folder, "repositories");
  const seed = join(folder, "seed");
  const git = (...argv: readonly string[]) => execa("git", argv, { cwd: seed, env: AUTHOR });
  await mkdir(seed, { recursive: true });
  await git("init", "--quiet", "--initial-branch=main");
  await git("commit", "--quiet", "--allow-empty", "--message", "the recipe");
  for (const version of [...FORMER, VERSION])
    await git("tag", "--annotate", "--message", `chore: publish ${version} release`, version);
  await git("pack-refs", "--all");
  for (const recipe of recipes)
    await cp(join(seed, ".git"), join(root, recipe), { recursive: true });
  return root;
}

/** The catalogue's index, with each recipe at its repository under the address. */
export async function writeIndex(file: string, address: string): Promise<void> {
  const entries = recipes.map((recipe) => [recipe, { repository: `${address}/${recipe}` }]);
  await writeFile(file, JSON.stringify(Object.fromEntries(entries)));
}

/** Images in the registry, and on both hosts the services that run them, at no replicas. */
export async function plantApps(testbed: Testbed): Promise<void> {
  const digests = new Map<string, string>();
  const layers = [layerOf(Buffer.alloc(1024))];
  await abreast(recipes, AT_ONCE, async (name) => {
    const Labels = { name };
    const image = `fleet/${name}`;
    const digest = await testbed.registry.push(image, "1.0.0", { layers, config: { Labels } });
    digests.set(name, `${testbed.registry.address}/${image}:1.0.0@${digest}`);
  });
  await Promise.all(testbed.hosts.map((host) => plantOn(host, digests)));
}

async function plantOn(host: TestHost, images: ReadonlyMap<string, string>): Promise<void> {
  const engine = new Engine(host.socket);
  const own = apps.filter(({ server }) => SERVERS[server] === host.name);
  await abreast(own, AT_ONCE, async ({ recipe, stack }) => {
    await create(engine, stack, images.get(recipe));
  });
}

async function create(engine: Engine, stack: string, Image: string | undefined): Promise<void> {
  await engine.ask("POST", "/services/create", {
    Name: `${stack}_app`,
    Labels: {
      "com.docker.stack.namespace": stack,
      [`coop-cloud.${stack}.version`]: VERSION,
    },
    TaskTemplate: { ContainerSpec: { Image } },
    Mode: { Replicated: { Replicas: 0 } },
  });
}

/** `abra`: its folder. */
export async function writeApps(abra: string): Promise<void> {
  for (const [index, { recipe, stack, server }] of apps.entries()) {
    const domain = `app${index}.example.coop`;
    const lines = [`TYPE=${recipe}:${VERSION}`, `DOMAIN=${domain}`, `STACK_NAME=${stack}`];
    await writeFile(join(abra, "servers", server, `${domain}.env`), `${lines.join("\n")}\n`);
  }
}

const AUTHOR = {
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "Recipe Maintainers",
  GIT_AUTHOR_EMAIL: "recipes@example.com",
  GIT_COMMITTER_NAME: "Recipe Maintainers",
  GIT_COMMITTER_EMAIL: "recipes@example.com",
};
