// Bench. A close of 2,000 markets in three timeframes, read by one, two and four workers into one PostgreSQL: each has an address of its own, and
// eight questions under way at a venue that takes 50 ms for each and has no limit.
import { SweepResult, sweepJobs } from "#apps/jobs/sweep-job.ts";
import { openStore } from "#memory/stores/open.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import type { JobQueue } from "#schemas/ports/jobs.ts";
import { MarketSymbol, unixMs } from "#schemas/units.ts";
import type { BenchRow } from "./rows.ts";
import { withWorkers } from "./support/job-workers.ts";
import { createDatabase, whyNoPostgres } from "./support/postgres-place.ts";
import { whyNoRedis } from "./support/redis-place.ts";
import { SLOW_VENUE_MS } from "./support/slow-venue.ts";

const MARKETS = 2_000;
const TIMEFRAMES = ["5m", "15m", "1h"] as const;
const CLOSE_MS = unixMs(Date.UTC(2025, 0, 1));
const VENUE = { venue: "bench", exchangeUrl: null, sandbox: false };
/** Of one worker. */
const READS_AT_ONCE = 8;
/** As `deeptrader worker` has them. */
const SHARDS_AT_ONCE = 2;

export async function benchSweeps(): Promise<BenchRow[]> {
  const missing = (await whyNoPostgres()) ?? (await whyNoRedis());
  if (missing !== null) throw new Error(`The bench of sweeps needs a PostgreSQL and a Redis: ${missing}.`);
  const rows: BenchRow[] = [];
  for (const workers of [1, 2, 4]) {
    const eachMs = await sweptBy(workers);
    const idealMs = SLOW_VENUE_MS / (READS_AT_ONCE * workers);
    const rate = `${(1000 / eachMs).toFixed(0)} a second, ${((100 * idealMs) / eachMs).toFixed(0)} % of what is possible`;
    process.stderr.write(`  ${MARKETS} markets × ${TIMEFRAMES.length} timeframes, ${workers} workers: ${rate}\n`);
    rows.push({
      name: `${MARKETS} markets × ${TIMEFRAMES.length} timeframes, ${workers} workers`,
      baseline: "if nothing but the venue took time",
      ratio: idealMs / eachMs,
      unitsPerSecond: 1000 / eachMs,
      unit: "reads",
    });
  }
  return rows;
}

/** ms a market and timeframe. */
async function sweptBy(workers: number): Promise<number> {
  const database = await createDatabase();
  // Makes the tables.
  await (await openStore({ kind: "postgres", url: database.url, owner: "bench" }, NEVER_ABORTED)).close();
  try {
    return await withWorkers(workers, SHARDS_AT_ONCE, sweep, database.url);
  } finally {
    await database.drop();
  }
}

async function sweep(queue: JobQueue): Promise<number> {
  const symbols = Array.from({ length: MARKETS }, (_, i) => MarketSymbol.parse(`M${i}/USDT`));
  const startMs = performance.now();
  const jobs = TIMEFRAMES.flatMap((timeframe) => sweepJobs(VENUE, { timeframe, closeMs: CLOSE_MS, symbols }, "bench"));
  const results = await Promise.all(jobs.map((job) => queue.run(job, NEVER_ABORTED)));
  const tookMs = performance.now() - startMs;
  const left = results.reduce((sum: number, result) => sum + SweepResult.parse(result).left, 0);
  if (left > 0) throw new Error(`${left} markets were not read.`);
  return tookMs / (MARKETS * TIMEFRAMES.length);
}
