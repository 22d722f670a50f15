// moot is killed at every point of a deploy and started again: the app runs as planned, and the room hears one ending.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import { openServers } from "../e2e/stage.ts";
import type { Testbed } from "../testbed/index.ts";
import type { KillPoint } from "./points.ts";
import { OCCURS } from "./occurs.ts";
import { NARROWER, openShelf, WIDER } from "./recipes.ts";
import { killAndLook, killEverywhere, type Deploy } from "./story.ts";

let testbed: Testbed;
let folder: string;

beforeAll(async () => {
  const servers = await openServers();
  await servers.host("one").wipe();
  folder = await mkdtemp(join(tmpdir(), "moot-recipes-"));
  testbed = { ...servers, recipes: await openShelf(servers, join(folder, "shelf")) };
});

afterAll(async () => {
  await testbed.host("one").wipe();
  await rm(folder, { recursive: true, force: true });
});

const STEPS = Object.entries(OCCURS).flatMap(([kind, how]) =>
  how === "new" || how === "narrower"
    ? [
        { point: `before ${kind}`, how },
        { point: `after ${kind}`, how },
      ]
    : [],
);

test.concurrent.each(STEPS)("$point", async ({ point, how }) => {
  const narrowing = { from: WIDER, version: NARROWER };
  await killAndLook(testbed, point, { ...hello(point), ...(how === "new" ? {} : narrowing) });
});

const OTHERS = [
  "stored",
  "queued",
  "ended",
  "sent progress",
  "sent ending",
] as const satisfies readonly KillPoint[];

test.concurrent.each(OTHERS)("%s", async (point) => {
  await killAndLook(testbed, point, hello(point));
});

test.concurrent("within deploy-stack", async () => {
  const wiki = { recipe: "wiki", app: "within.one.test", services: ["app", "db"], secrets: 1 };
  await killAndLook(testbed, "within deploy-stack", wiki);
});

test.concurrent("at each step before and after it, one kill after another", async () => {
  const points = STEPS.filter(({ how }) => how === "new").map(({ point }) => point);
  await killEverywhere(testbed, points, hello("everywhere"));
});

function hello(point: string): Deploy {
  const app = `${point.replace(" ", "-")}.one.test`;
  return { recipe: "hello", app, version: NARROWER, services: ["app"], secrets: 1 };
}
