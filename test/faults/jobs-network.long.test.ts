// Workers of one search: one on a machine of its own that loses the database and then Redis, and two whose clocks are a minute off.
// The search ends as one in this process.
import { expect, it } from "vitest";
import { VERSION } from "#apps/version.ts";
import { openBullQueue } from "#memory/queues/bullmq-queue.ts";
import { systemClock } from "#scheduler/clock.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { type CliSettings, documentOf, emptyFolder, type RunningCli, startCli } from "#test/support/cli.ts";
import { FULL_COUNT } from "#test/support/count.ts";
import { createDatabase, isPostgresThere } from "#test/support/postgres-database.ts";
import { openMachine, whyNoNetwork } from "./network.ts";
import { createRedisServer, whyNoRedisServer } from "./servers.ts";

/** Longer than a worker that says nothing is believed to live. */
const CUT_MS = 12_000;
const MINUTE_MS = 60_000;
const ARGS = [
  ...["optimize", "--venue", "sim", "--seed", "5", "--assets", "3", "--cycles", "1500"],
  ...["--as-of", "2026-03-01T00:00:00Z", "--strategy", "mean-reversion", "--search", "random", "--trials", "60"],
];

/** For a process whose clock is so far ahead. */
const clockOff = (ms: number): Readonly<Record<string, string>> => {
  const program = `const Real = Date; globalThis.Date = class extends Real {
    constructor(...given) { super(...(given.length === 0 ? [Real.now() + ${ms}] : given)); }
    static now() { return Real.now() + ${ms}; }
  };`;
  return { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(program)}` };
};

const { now: nowMs, sleep } = systemClock();
const missing = whyNoNetwork() ?? whyNoRedisServer() ?? ((await isPostgresThere()) ? null : "no PostgreSQL here");
if (missing !== null) console.warn(`Left out: workers whose network is cut (${missing}).`);

it.skipIf(missing !== null || !FULL_COUNT)(
  "a search is done in full by workers that lose the database, that lose Redis for a while, and that are a minute ahead or behind",
  async () => {
    const redis = await createRedisServer();
    await redis.start();
    await using home = await emptyFolder();
    await using other = await emptyFolder();
    await using machine = await openMachine();
    const toRedis = await machine.reach(redis.url);
    await using database = await createDatabase();
    const toDatabase = await machine.reach(database.url);
    const WORKERS: Readonly<Record<string, CliSettings>> = {
      "loses the database, then Redis": {
        env: { REDIS_URL: toRedis.text, DATABASE_URL: toDatabase.text },
        under: machine.under,
      },
      "a minute ahead": { env: { REDIS_URL: redis.url, ...clockOff(MINUTE_MS) } },
      "a minute behind": { env: { REDIS_URL: redis.url, ...clockOff(-MINUTE_MS) } },
    };
    const running: (readonly [string, RunningCli])[] = [];
    const queue = openBullQueue({ place: { url: redis.url, version: VERSION }, name: "test", nowMs, sleep });
    try {
      const alone = await documentOf(ARGS, { home: home.dir });
      for (const [name, settings] of Object.entries(WORKERS)) {
        const worker = startCli(["worker", "--concurrency", "1", "--nice", "0"], settings);
        running.push([name, worker]);
        await worker.waitFor(/worker of DeepTrader .* at once/);
      }
      toDatabase.cut();
      const search = startCli([...ARGS, "--workers", "--json"], { home: other.dir, env: { REDIS_URL: redis.url } });
      const active = async () => {
        const { roles } = await queue.overview(NEVER_ABORTED);
        return roles.find(({ role }) => role === "research")?.active;
      };
      await expect.poll(active).toBe(running.length);
      toDatabase.mend();
      toRedis.cut();
      await sleep(CUT_MS, NEVER_ABORTED);
      toRedis.mend();
      const { code, stdout, stderr } = await search.ended;
      expect(code, stderr).toBe(0);
      expect(JSON.parse(stdout)).toEqual(alone);
      for (const [name, worker] of running) {
        worker.signal("SIGTERM");
        const ended = await worker.ended;
        console.info(`${name}: ${ended.stdout.trim()}`);
        expect([ended.code, ended.stdout]).toEqual([0, expect.stringMatching(/^[1-9]\d* jobs done, 0 failed\.\n$/)]);
      }
    } finally {
      for (const [, worker] of running) worker.signal("SIGKILL");
      await queue.close();
      await redis.kill();
    }
  },
);
