// moot is killed while people are asked and heard, and started again: they were asked once, and what they agreed to runs once.
import { afterAll, beforeAll, test } from "vitest";
import { openServers } from "../e2e/stage.ts";
import type { Testbed } from "../testbed/index.ts";
import type { KillPoint } from "./points.ts";
import { killAndAsk } from "./story.ts";

let testbed: Testbed;

beforeAll(async () => {
  testbed = await openServers();
  await testbed.host("one").wipe();
});

afterAll(async () => {
  await testbed.host("one").wipe();
});

const POINTS = [
  "asked",
  "sent approval",
  "voted",
  "decided",
] as const satisfies readonly KillPoint[];

test.concurrent.each(POINTS)("%s", async (point) => {
  const app = `${point.replace(" ", "-")}.one.test`;
  await killAndAsk(testbed, point, { recipe: "hello", app, services: ["app"], secrets: 1 });
});
