// Bench. Jobs: what one costs on the queue beside in this process; trials of a search on one, two and four workers; jobs that wait for a venue
// of fixed latency; how long an urgent job waits behind a full queue, and a question beside one. `--long`: 10,000 trials.
import { createJobBench } from "#apps/jobs/job-bench.ts";
import { worldOf } from "#apps/research/bench-messages.ts";
import { openVenue } from "#apps/venues.ts";
import { createInProcessQueue } from "#memory/queues/in-process-queue.ts";
import { monotonicMs, systemClock } from "#scheduler/clock.ts";
import { createLocalBench } from "#scheduler/research/research-bench.ts";
import type { JobQueue, Urgency } from "#schemas/ports/jobs.ts";
import { Variation } from "#schemas/research.ts";
import { questionsBeside } from "./questions.ts";
import { type BenchRow, medianOf } from "./rows.ts";
import { END_MS, researchConfig, STEP_MS } from "./support/held-venue.ts";
import { withWorkers } from "./support/job-workers.ts";
import { whyNoRedis } from "./support/redis-place.ts";

const TRIALS = process.argv.includes("--long") ? 10_000 : 100;
const CANDLES = 3_000;
/** Of the venue that is waited for, ms. */
const LATENCY_MS = 50;
const { signal } = new AbortController();
const { now: nowMs, sleep } = systemClock();

export async function benchJobs(): Promise<BenchRow[]> {
  const missing = await whyNoRedis();
  if (missing !== null) throw new Error(`The bench of jobs needs a Redis: ${missing}. Set DEEPTRADER_TEST_REDIS_URL.`);
  const jobs = [...(await overhead()), ...(await trials()), ...(await latency()), ...(await urgent())];
  return [...jobs, ...(await questionsBeside())];
}

/** Empty jobs, one after another and many at once. */
async function overhead(): Promise<BenchRow[]> {
  const here = createInProcessQueue({ sleep, monotonicMs, nowMs });
  here.work("research", async () => null, { concurrency: 16 });
  const hereMs = await each(here, 2_000, 0);
  await here.close();
  return withWorkers(1, 16, async (queue) => {
    const thereMs = await each(queue, 2_000, 0);
    say(`an empty job: ${hereMs.toFixed(3)} ms in this process, ${thereMs.toFixed(3)} ms over Redis`);
    return [row("an empty job over Redis, 256 asked for at once", thereMs, "the same in this process", hereMs, "jobs")];
  });
}

/** Backtests: 10 markets of 3,000 candles each. Each worker has one thread. */
async function trials(): Promise<BenchRow[]> {
  const config = researchConfig({ assets: 10, strategy: "mean-reversion" });
  const world = worldOf(await openVenue(config, { signal }));
  const all = Array.from({ length: TRIALS }, (_, i) =>
    Variation.parse({
      firstSlotMs: END_MS - (CANDLES - 1) * STEP_MS,
      lastSlotMs: END_MS,
      parameters: { "mean-reversion": { oversold: 22 + (i % 4), overbought: 65 + (i % 8) } },
    }),
  );
  const local = createLocalBench({ config, venue: await openVenue(config, { signal }) });
  await local.run(all.slice(0, 1), { signal });
  const few = all.slice(0, 40);
  const aloneMs = (await timed(() => local.run(few, { signal }))) / few.length;
  say(`a trial in this thread: ${aloneMs.toFixed(1)} ms`);
  const rows: BenchRow[] = [];
  for (const workers of [1, 2, 4]) {
    const eachMs = await withWorkers(workers, 1, async (queue) => {
      const bench = createJobBench(queue, config, world);
      // Opens the threads and makes the prices. Each has a key of its own: what was done before is not done again.
      await bench.run(apart(all.slice(0, 4 * workers), 1), { signal });
      return (await timed(() => bench.run(apart(all, 2), { signal }))) / all.length;
    });
    say(`${TRIALS} trials on ${workers} workers: ${eachMs.toFixed(1)} ms a trial, ${(aloneMs / eachMs).toFixed(2)} ×`);
    rows.push(
      row(`${TRIALS} trials, ${workers} workers of one thread each`, eachMs, "one thread, no queue", aloneMs, "trials"),
    );
  }
  return rows;
}

/** Fees that differ by less than anything that is traded: other runs, the same work. */
const apart = (all: readonly Variation[], by: number): readonly Variation[] =>
  all.map((one, i) => ({ ...one, feeFactor: 1 + (by * 1e6 + i) * 1e-12 }));

/** Reads of a venue that answers after 50 ms: eight under way in each worker. */
async function latency(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const workers of [1, 2, 4]) {
    const eachMs = await withWorkers(workers, 8, (queue) => each(queue, 400 * workers, LATENCY_MS));
    const ideal = LATENCY_MS / (8 * workers);
    say(
      `waits of ${LATENCY_MS} ms on ${workers} workers, 8 at once each: ${eachMs.toFixed(2)} ms each, ${((100 * ideal) / eachMs).toFixed(0)} % of what is possible`,
    );
    rows.push(
      row(
        `waits of ${LATENCY_MS} ms, ${workers} workers, 8 at once each`,
        eachMs,
        "if jobs cost nothing",
        ideal,
        "jobs",
      ),
    );
  }
  return rows;
}

/** Of each of those that an urgent job is asked for behind, ms. */
const OTHER_MS = 10;
const [URGENT_WORKERS, URGENT_AT_ONCE] = [2, 2];
/** Nothing that runs is broken off: until the first of so many that are anywhere in their time ends, ms. */
const UNTIL_FREE_MS = OTHER_MS / (URGENT_WORKERS * URGENT_AT_ONCE + 1);

/** The time from asking to result of a job that is urgent: nothing else there, and behind 5,000 others, with every place taken. */
async function urgent(): Promise<BenchRow[]> {
  return withWorkers(URGENT_WORKERS, URGENT_AT_ONCE, async (queue) => {
    let n = 0;
    const ask = (urgency: Urgency, ms: number, call = { signal }) => {
      n += 1;
      return queue.run({ role: "research", key: `${urgency} ${n}`, input: ms, urgency, owner: "bench" }, call);
    };
    const question = () => ask("question", 1);
    const [emptyMs = 0] = await medianOf(40, [question]);
    const stop = new AbortController();
    const others = Array.from({ length: 5_000 }, () =>
      ask("research", OTHER_MS, { signal: stop.signal }).catch(() => {}),
    );
    await sleep(1_000, { signal });
    const [fullMs = 0] = await medianOf(40, [question]);
    stop.abort();
    await Promise.all(others);
    say(`an urgent job: ${emptyMs.toFixed(1)} ms alone, ${fullMs.toFixed(1)} ms behind 5,000 others of ${OTHER_MS} ms`);
    const alone = `the same alone, and ${UNTIL_FREE_MS} ms until a place is free`;
    return [row("an urgent job behind 5,000 others", fullMs, alone, emptyMs + UNTIL_FREE_MS, "jobs")];
  });
}

/** ms a job. */
async function each(queue: JobQueue, count: number, ms: number): Promise<number> {
  let next = 0;
  const ask = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      await queue.run(
        { role: "research", key: `${ms} ${next}`, input: ms, urgency: "research", owner: "bench" },
        { signal },
      );
    }
  };
  return (await timed(() => Promise.all(Array.from({ length: 256 }, ask)))) / count;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

const row = (name: string, ms: number, baseline: string, baselineMs: number, unit: string): BenchRow => ({
  name,
  baseline,
  ratio: baselineMs / ms,
  unitsPerSecond: 1000 / ms,
  unit,
});

const say = (text: string): void => void process.stderr.write(`  ${text}\n`);
