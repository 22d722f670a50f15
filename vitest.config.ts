// Which tests run together: pure ones at once, those with servers one file after another.
import { defineConfig } from "vitest/config";

const needServers = ["test/contract/**/*.test.ts", "test/e2e/**/*.test.ts"];
const kills = ["test/kills/**/*.test.ts"];
const notTests = ["test/testbed/**", "test/demo/**", "test/bench/**"];
const oneAfterAnother = {
  pool: "forks",
  fileParallelism: false,
  testTimeout: 300_000,
  hookTimeout: 600_000,
  globalSetup: "test/e2e/global.ts",
} as const;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "fast",
          include: ["test/**/*.test.ts"],
          exclude: [...needServers, ...kills, ...notTests],
        },
      },
      { test: { name: "servers", include: needServers, ...oneAfterAnother } },
      { test: { name: "kills", include: kills, ...oneAfterAnother, maxConcurrency: 3 } },
    ],
  },
});
