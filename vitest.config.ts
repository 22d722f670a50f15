// Which tests run together: pure ones at once; those with servers one file after another.
import { defineConfig } from "vitest/config";

/** Each with servers of its own. */
const contracts = ["test/contract/**/*.test.ts"];
/** All on the same servers. */
const stories = ["test/e2e/**/*.test.ts"];
const kills = ["test/kills/**/*.test.ts"];
const notTests = ["test/testbed/**", "test/demo/**", "test/bench/**"];
const oneAfterAnother = {
  pool: "forks",
  fileParallelism: false,
  testTimeout: 300_000,
  hookTimeout: 600_000,
} as const;
const onSharedServers = { ...oneAfterAnother, globalSetup: "test/e2e/global.ts" } as const;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "fast",
          // Far more than any needs: a busy machine is not a broken moot.
          testTimeout: 30_000,
          include: ["test/**/*.test.ts"],
          exclude: [...contracts, ...stories, ...kills, ...notTests],
        },
      },
      { test: { name: "contracts", include: contracts, ...oneAfterAnother } },
      { test: { name: "stories", include: stories, ...onSharedServers } },
      { test: { name: "kills", include: kills, ...onSharedServers, maxConcurrency: 3 } },
    ],
  },
});
