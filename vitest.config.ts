import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

// Three projects: `fast` (everything pure, and the in-memory adapters), `slow` (real databases, child processes) and `long`:
// the files whose statements are about thousands. `npm test` runs `fast` and `slow`, the long files at a fraction of their
// counts; `npm run test:long` runs them in full (test/support/count.ts). Where the one follows the other, as in .ci/run, the long
// files are left to the second.
const globalSetup = ["test/support/template-home.ts"];
const HOUR_MS = 3_600_000;
const slowFiles =
  process.env["DEEPTRADER_LONG_FOLLOWS"] === "1" ? "test/**/*.slow.test.ts" : "test/**/*.{slow,long}.test.ts";
const shared = {
  environment: "node" as const,
  setupFiles: ["test/support/offline.ts"],
  // Limits end what hangs. They are far from what anything takes, so that a busy machine changes no verdict.
  testTimeout: HOUR_MS / 6,
  hookTimeout: HOUR_MS / 6,
  expect: { poll: { timeout: HOUR_MS / 60 } },
};

export default defineConfig({
  test: {
    // Half again as many as cores: most slow and long files wait for a database, a child process or a time for a good part.
    maxWorkers: Math.ceil(1.5 * availableParallelism()),
    projects: [
      {
        test: {
          ...shared,
          name: "fast",
          include: ["test/**/*.test.ts"],
          exclude: ["test/**/*.{slow,long}.test.ts"],
        },
      },
      { test: { ...shared, name: "slow", include: [slowFiles], globalSetup } },
      {
        test: {
          ...shared,
          name: "long",
          include: ["test/**/*.long.test.ts"],
          globalSetup,
          testTimeout: HOUR_MS,
          env: { DEEPTRADER_TEST_COUNTS: "full" },
        },
      },
    ],
  },
});
