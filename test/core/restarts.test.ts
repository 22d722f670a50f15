// Tasks that failed lately are counted by slot.
import { expect, it } from "vitest";
import { failuresIn, failuresOf } from "../../src/core/restarts.ts";
import type { KnownTask } from "../../src/core/sighting.ts";

const NOW = 10_000_000;
const HOUR = 3_600_000;

function task(part: Partial<KnownTask>): KnownTask {
  return {
    id: "t",
    service: "app",
    slot: 1,
    node: "one",
    state: "failed",
    desired: "shutdown",
    createdAt: 0,
    changedAt: NOW - 1,
    current: true,
    image: "wiki:1",
    volumes: [],
    ...part,
  };
}

const TASKS = [
  task({}),
  task({ state: "rejected" }),
  task({ state: "running" }),
  task({ state: "complete" }),
  task({ changedAt: NOW - HOUR }),
  task({ slot: 2 }),
  task({ service: "db" }),
];

it("counts those of the same slot that failed within the hour", () => {
  expect(failuresOf(task({}), TASKS, NOW)).toBe(2);
  expect(failuresOf(task({ slot: 2 }), TASKS, NOW)).toBe(1);
  expect(failuresIn("app", TASKS, NOW)).toBe(3);
});

it("knows a task of a global service by its node", () => {
  const { id, service, state, desired, createdAt, changedAt, current, image, volumes } = task({});
  const common = { id, service, state, desired, createdAt, changedAt, current, image, volumes };
  const everywhere = ["one", "two", "two"].map((node) => ({ ...common, node }));
  expect(everywhere.map((one) => failuresOf(one, everywhere, NOW))).toEqual([1, 2, 2]);
});
