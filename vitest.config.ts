// Which tests run together: pure ones at once; then those with servers, two files at once (test/testbed/lane.ts).
import { join } from "node:path";
import { defineConfig } from "vitest/config";

/** Each with servers of its own. */
const contracts = ["test/contract/**/*.test.ts"];
/** All on the same servers. */
const stories = ["test/e2e/**/*.test.ts"];
const kills = ["test/kills/**/*.test.ts"];
const notTests = ["test/testbed/**", "test/demo/**", "test/bench/**"];
const onServers = { pool: "forks", testTimeout: 300_000, hookTimeout: 600_000 } as const;
/** Most of their time they wait for servers. */
const inLanes = { ...onServers, maxWorkers: 2, sequence: { groupOrder: 1 } } as const;
const globalSetup = "test/e2e/global.ts";
/** Where every moot that is started keeps what it compiled, as `main.ts` does by itself. */
const env = { NODE_COMPILE_CACHE: join(import.meta.dirname, "node_modules/.cache/moot") };

export default defineConfig({
  test: {
    // A difference is said whole: often the message is all that is kept of a run.
    chaiConfig: { truncateThreshold: 0 },
    projects: [
      {
        test: {
          name: "fast",
          // Far more than any needs: a busy machine is not a broken moot.
          testTimeout: 30_000,
          // Loading every module anew for each file would take twice the time of the tests.
          isolate: false,
          maxWorkers: 2,
          include: ["test/**/*.test.ts"],
          exclude: [...contracts, ...stories, ...kills, ...notTests],
        },
      },
      { test: { name: "contracts", include: contracts, ...inLanes } },
      { test: { name: "stories", include: stories, ...inLanes, globalSetup, env } },
      {
        test: {
          name: "kills",
          include: kills,
          ...onServers,
          fileParallelism: false,
          maxConcurrency: 3,
          globalSetup,
          env,
        },
      },
    ],
  },
});
