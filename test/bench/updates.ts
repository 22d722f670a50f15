// A look for updates of a thousand apps on two hundred recipes with nothing new: how long, at what cost to upstream, in how much memory.
import { join } from "node:path";
import type { Testbed } from "../testbed/index.ts";
import type { RegistryRequest } from "../testbed/registry.ts";
import { openGitServer, type Asked, type GitServer } from "./git-server.ts";
import type { Ground } from "./ground.ts";
import {
  APPS,
  IMAGES,
  plantApps,
  plantRecipes,
  RECIPES,
  SERVERS,
  writeApps,
  writeIndex,
} from "./fleet.ts";
import { forgetHighest, memory } from "./resident.ts";
import { median, type Measured } from "./row.ts";
import { raiseStage, type Stage } from "./stage.ts";

const ROUNDS = 3;
/** Only when somebody asks: a look by the schedule would be counted too. */
const UPDATES = { schedule: "0 0 1 1 *", digest: "off" };

interface Look {
  readonly seconds: number;
  /** Recipes that were not asked for by one listing and no more, and whatever else the git server was asked. */
  readonly recipes: number;
  /** Images that were not looked at by one HEAD and no more, and whatever else the registry was asked. */
  readonly images: number;
  /** Megabytes. */
  readonly highest: number;
}

export async function measureUpdates(ground: Ground): Promise<readonly Measured[]> {
  const testbed = await ground.testbed();
  const folder = await ground.folder();
  ground.say(`planting ${APPS} apps …`);
  const [root] = await Promise.all([plantRecipes(folder), plantApps(testbed)]);
  await using git = await openGitServer(root, folder);
  const index = join(folder, "recipes.json");
  await writeIndex(index, git.url);
  await using stage = await raiseStage(ground, SERVERS, {
    rules: { roles: { keeper: ["updates"] } },
    sections: { catalogue: { index, recipes: git.url }, updates: UPDATES },
  });
  await writeApps(stage.house.abra);
  await stage.moot.start({ ...process.env, PATH: `${git.bin}:${process.env["PATH"] ?? ""}` });
  // After its own first look, which every start begins with.
  await ask(stage);
  const looks: Look[] = [];
  for (let round = 0; round < ROUNDS; round += 1) looks.push(await look(stage, testbed, git));
  for (const host of testbed.hosts) await host.wipe();
  return rowsOf(looks);
}

function rowsOf(looks: readonly Look[]): readonly Measured[] {
  const [first, ...later] = looks.map(({ highest }) => highest);
  const highest = Math.max(...looks.map((one) => one.highest));
  const none = { of: "ours", atMost: 0 } as const;
  return [
    {
      name: `look for updates of ${APPS} apps on ${RECIPES} recipes, s, p50`,
      ours: median(looks.map(({ seconds }) => seconds)),
      bound: { of: "ours", atMost: 30 },
    },
    {
      name: `of ${RECIPES} recipes: asked of git otherwise than by one ls-remote`,
      ours: Math.max(...looks.map(({ recipes }) => recipes)),
      bound: none,
    },
    {
      name: `of ${IMAGES} images: asked of the registry otherwise than by one HEAD`,
      ours: Math.max(...looks.map(({ images }) => images)),
      bound: none,
    },
    {
      name: "memory at its highest, looking, MB",
      ours: highest,
      bound: { of: "ours", atMost: 220 },
    },
    {
      name: "the same, gained after the first look, MB",
      ours: Math.max(...later) - (first ?? 0),
      bound: { of: "ours", atMost: 10 },
    },
  ];
}

async function look(stage: Stage, testbed: Testbed, git: GitServer): Promise<Look> {
  const before = (await testbed.registry.requests()).length;
  git.counts();
  await forgetHighest(stage.moot.pid);
  const { seconds, body } = await ask(stage);
  if (!body.startsWith("moot has looked. Nothing newer was found")) throw new Error(body);
  const highest = await memory(stage.moot.pid, "VmHWM");
  const asked = (await testbed.registry.requests()).slice(before);
  return { seconds, recipes: notListed(git.counts()), images: notHeaded(asked), highest };
}

/** Seconds from the command to its answer, which comes when all was looked at; and the answer. */
async function ask(stage: Stage): Promise<{ readonly seconds: number; readonly body: string }> {
  const { event, took } = await stage.ask("!updates --now", ({ event: { content } }) =>
    /moot has looked|may not/.test(content.body ?? ""),
  );
  return { seconds: took / 1000, body: event.content.body ?? "" };
}

function notListed(counts: ReadonlyMap<string, Asked>): number {
  const once = [...counts.values()].filter(
    ({ begun, listed, other }) => begun === 1 && listed === 1 && other === 0,
  );
  return Math.max(RECIPES, counts.size) - once.length;
}

function notHeaded(asked: readonly RegistryRequest[]): number {
  const counts = Map.groupBy(asked, ({ path }) => path);
  const once = [...counts].filter(
    ([path, requests]) =>
      path.includes("/manifests/") && requests.length === 1 && requests[0]?.method === "HEAD",
  );
  return Math.max(IMAGES, counts.size) - once.length;
}
