import { defineConfig } from "vitest/config";

// Two projects: `fast` (everything pure, and the in-memory adapters) and `slow` (real databases, child processes, long
// properties). `npm test` runs both.
const shared = { environment: "node" as const, setupFiles: ["test/support/offline.ts"] };

export default defineConfig({
  test: {
    // One per core: most slow files wait for a database or a child process half of the time.
    maxWorkers: "100%",
    projects: [
      { test: { ...shared, name: "fast", include: ["test/**/*.test.ts"], exclude: ["test/**/*.slow.test.ts"] } },
      {
        test: {
          ...shared,
          name: "slow",
          include: ["test/**/*.slow.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
