// moot is killed in the middle of a deploy: three of the points that `npm run test:kills` tries one by one.
import { afterAll, beforeAll, test } from "vitest";
import { killAndLook } from "../kills/story.ts";
import type { KillPoint } from "../kills/points.ts";
import type { Testbed } from "../testbed/index.ts";
import { openServers } from "./stage.ts";

let testbed: Testbed;

beforeAll(async () => {
  testbed = await openServers();
  await testbed.host("one").wipe();
});

afterAll(async () => {
  await testbed.host("one").wipe();
});

const POINTS = {
  "after create-secret": "the secret is there, the stack is not",
  "within deploy-stack": "half of the stack is written",
  ended: "the ending is kept, but not said",
} as const satisfies Partial<Readonly<Record<KillPoint, string>>>;

test.concurrent.each(Object.entries(POINTS))("%s: %s", async (point) => {
  const app = `${point.replace(" ", "-")}.one.test`;
  await killAndLook(testbed, point, { recipe: "wiki", app, services: ["app", "db"], secrets: 1 });
});
