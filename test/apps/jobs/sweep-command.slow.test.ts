// A worker as a user starts it, on a local exchange in real time: what it reads for desks, and what it says where it cannot.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SweepResult, sweepJobs } from "#apps/jobs/sweep-job.ts";
import { VERSION } from "#apps/version.ts";
import { createDatabase, type Database, whyNoPostgres } from "#bench/support/postgres-place.ts";
import { openBullQueue } from "#memory/queues/bullmq-queue.ts";
import { openStore } from "#memory/stores/open.ts";
import { systemClock } from "#scheduler/clock.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { newestClosed } from "#schemas/market.ts";
import type { JobQueue } from "#schemas/ports/jobs.ts";
import { MarketSymbol, VenueId } from "#schemas/units.ts";
import { binance } from "#test/exchanges/binance.ts";
import { type Exchange, startExchange } from "#test/exchanges/exchange.ts";
import { createWorld } from "#test/exchanges/world.ts";
import { emptyFolder, failureOf, type RunningCli, runCli, startCli } from "#test/support/cli.ts";
import { createRedisServer, type RedisServer, whyNoRedisServer } from "../../faults/servers.ts";

const BINANCE = VenueId.parse("binance");
const missing = whyNoRedisServer() ?? (await whyNoPostgres());
if (missing !== null) console.warn(`Left out: workers that sweep, on the command line (${missing}).`);

describe.skipIf(missing !== null)("`worker` and `start --workers`", () => {
  const { now, sleep } = systemClock();
  let redis: RedisServer;
  let database: Database;
  let exchange: Exchange;
  let queue: JobQueue;
  let sweeper: RunningCli;
  beforeAll(async () => {
    redis = await createRedisServer();
    await redis.start();
    database = await createDatabase();
    exchange = await startExchange(binance, createWorld({ ...binance, now }));
    queue = openBullQueue({ place: { url: redis.url, version: VERSION }, name: "desk", nowMs: now, sleep });
    const env = { REDIS_URL: redis.url, DATABASE_URL: database.url };
    sweeper = startCli(["worker", "--roles", "sweep", "--address", "second"], { env });
    await sweeper.waitFor(/worker of DeepTrader .* for sweep, 2 at once/);
  });
  afterAll(async () => {
    sweeper.signal("SIGTERM");
    expect((await sweeper.ended).stdout).toMatch(/^\d+ jobs done, 0 failed/);
    await queue.close();
    await redis.kill();
    await exchange.close();
    await database.drop();
  });

  it("reads what a desk asks for into the database of both, by its own address", async () => {
    const symbols = exchange.world.listings
      .filter(({ quote }) => quote === "USDT")
      .slice(0, 5)
      .map(({ base, quote }) => MarketSymbol.parse(`${base}/${quote}`));
    const timeframe = "1h";
    const closeMs = newestClosed(now(), timeframe, 3000);
    const place = { venue: "binance", exchangeUrl: exchange.url, sandbox: false };
    const [job] = sweepJobs(place, { timeframe, closeMs, symbols }, "desk");
    if (job === undefined) throw new Error("five markets make one job");
    expect(SweepResult.parse(await queue.run(job, NEVER_ABORTED))).toEqual({ read: 5, left: 0, why: null });
    const store = await openStore({ kind: "postgres", url: database.url, owner: "test" }, NEVER_ABORTED);
    const questions = symbols.map((symbol) => ({ question: `candles ${timeframe} ${symbol}`, seenMs: 0 }));
    const answers = await store.answers.answers(BINANCE, questions, NEVER_ABORTED);
    await store.close();
    expect(answers.map(({ body }) => JSON.parse(body).closeMs)).toEqual(symbols.map(() => closeMs));
    const { roles } = await queue.overview(NEVER_ABORTED);
    expect(roles.find(({ role }) => role === "sweep")?.workers).toEqual([expect.stringMatching(/ from second x2$/)]);
    expect(roles.find(({ role }) => role === "research")?.workers).toEqual([]);
  });

  it("without a database is there for what needs none, and says so; asked for sweeps it refuses", async () => {
    const env = { REDIS_URL: redis.url };
    const plain = startCli(["worker", "--concurrency", "1"], { env });
    const said = await plain.waitFor(/for research, 1 at once; download, 2 at once/);
    expect(said).toContain(
      "it does no sweep, security, check: DATABASE_URL, where it would leave what it reads, is not set",
    );
    plain.signal("SIGTERM");
    expect((await plain.ended).code).toBe(0);
    expect(await failureOf(["worker", "--roles", "sweep"], { env })).toMatchObject({
      code: 2,
      message: expect.stringMatching(/--roles sweep: DATABASE_URL, where it would leave/),
    });
    expect(await failureOf(["worker", "--roles", "sweeps"], { env })).toMatchObject({
      code: 2,
      message: expect.stringContaining("research, sweep, download, security, thought, check"),
    });
  });

  it("start --workers names what is missing: an exchange, a database, a Redis", async () => {
    const start = (args: readonly string[], env: Readonly<Record<string, string>>) =>
      failureOf(["start", "--workers", "--cycles", "1", ...args], { env });
    const DATABASE_URL = database.url;
    expect(await start([], { REDIS_URL: redis.url, DATABASE_URL })).toMatchObject({
      code: 2,
      message: expect.stringContaining("--workers with sim"),
    });
    expect(await start(["--venue", "binance"], { REDIS_URL: redis.url })).toMatchObject({
      code: 2,
      message: expect.stringContaining("--workers without a database"),
    });
    expect(await start(["--venue", "binance"], { DATABASE_URL })).toMatchObject({
      code: 2,
      message: expect.stringContaining("REDIS_URL"),
    });
  });

  it("start --workers says who reads with it, and runs its slots", async () => {
    await using home = await emptyFolder();
    const env = { REDIS_URL: redis.url, DATABASE_URL: database.url, DEEPTRADER_EXCHANGE_URL: exchange.url };
    const { code, stderr } = await runCli(
      [
        ...["start", "--workers", "--venue", "binance", "--cycles", "1"],
        ...["--assets", "5", "--timeframe", "1h", "--address", "first"],
      ],
      { home: home.dir, env },
    );
    expect(stderr).toMatch(/candles are read by this desk and 1 worker: .* from second x2/);
    expect(code, stderr).toBe(0);
  });
});
