// Bench. A desk of its own process that is asked over HTTP, with nothing beside it and with the machine full: 5,000 trials wait on Redis and two
// `deeptrader worker` are busy with them, or `optimize` has every core.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { readDeskFile } from "#apps/desk-file.ts";
import { trialJob } from "#apps/jobs/trial-job.ts";
import { worldOf } from "#apps/research/bench-messages.ts";
import { openVenue } from "#apps/venues.ts";
import { VERSION } from "#apps/version.ts";
import { JOBS_PREFIX, queueNameOf } from "#memory/queues/bullmq-places.ts";
import { jobIdOf } from "#memory/queues/job-terms.ts";
import { systemClock } from "#scheduler/clock.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { Variation } from "#schemas/research.ts";
import { type BenchRow, quantile } from "./rows.ts";
import { END_MS, researchConfig, STEP_MS } from "./support/held-venue.ts";
import { REDIS_URL } from "./support/redis-place.ts";

const BIN = join(import.meta.dirname, "../bin/deeptrader.js");
const WAITING = 5_000;
const CANDLES = 3_000;
const QUESTIONS = ["RSI of BTC", "compare BTC and ETH", "which are oversold?", "how is the market?"];
/** Asked in each round, so far apart; rounds with nothing beside come before and after. */
const ASKED = 60;
const APART_MS = 250;
/** Not counted: what is asked first is not compiled yet. */
const WARM_UP = 60;
const DESK = ["start", "--venue", "sim", "--assets", "20", "--speed", "1", "--port", "0"];
const SEARCH = ["optimize", "--venue", "sim", "--assets", "10", "--cycles", "3000", "--as-of", "2026-03-01T00:00:00Z"];
const { sleep } = systemClock();

/** The last database of the server: no desk of this machine has its jobs there. */
const PLACE = (() => {
  const url = new URL(REDIS_URL);
  url.pathname = "/15";
  return url.href;
})();

export async function questionsBeside(): Promise<BenchRow[]> {
  const home = await mkdtemp(join(tmpdir(), "deeptrader-bench-"));
  const children: ChildProcess[] = [];
  const run = (args: readonly string[], own: string): ChildProcess => {
    const env = { PATH: process.env["PATH"], HOME: process.env["HOME"], DEEPTRADER_HOME: own, REDIS_URL: PLACE };
    const child = spawn(process.execPath, [BIN, ...args], { stdio: "ignore", env });
    children.push(child);
    return child;
  };
  const redis = new Redis(PLACE);
  try {
    if ((await redis.dbsize()) > 0) throw new Error(`${PLACE} is in use.`);
    const ask = await openDesk(() => run(DESK, join(home, "desk")), join(home, "desk"));
    await ask(WARM_UP);
    const before = await ask(ASKED);
    await fill(redis);
    const workers = [1, 2].map(() => run(["worker"], join(home, "worker")));
    await busy(redis);
    const behind = await ask(ASKED);
    for (const worker of workers) worker.kill("SIGKILL");
    await redis.flushdb();
    const between = await ask(ASKED);
    const search = run(
      [...SEARCH, "--strategy", "mean-reversion", "--search", "random", "--trials", "5000"],
      join(home, "search"),
    );
    await sleep(10_000, NEVER_ABORTED);
    const beside = await ask(ASKED);
    if (search.exitCode !== null) throw new Error("The search ended before it was measured.");
    search.kill("SIGKILL");
    const quiet = [...before, ...between, ...(await ask(ASKED))];
    return [
      ...rowsOf(`a question beside two workers at work and ${WAITING} trials that wait`, behind, quiet),
      ...rowsOf("a question beside `optimize` on every core", beside, quiet),
    ];
  } finally {
    for (const child of children) child.kill("SIGKILL");
    await redis.flushdb();
    redis.disconnect();
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** @returns asks so many questions, one after another: ms of each */
async function openDesk(start: () => ChildProcess, home: string): Promise<(count: number) => Promise<number[]>> {
  const child = start();
  let file = await readDeskFile(home);
  while (file === null) {
    if (child.exitCode !== null) throw new Error("The desk ended.");
    await sleep(100, NEVER_ABORTED);
    file = await readDeskFile(home);
  }
  const { port, token } = file;
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const one = async (question: string): Promise<number> => {
    const startMs = performance.now();
    const body = JSON.stringify({ question });
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/ask`, { method: "POST", headers, body });
    if (!answer.ok) throw new Error(`HTTP ${answer.status} ${await answer.text()}`);
    await answer.text();
    return performance.now() - startMs;
  };
  return async (count) => {
    const tookMs: number[] = [];
    for (let n = 0; n < count; n += 1) {
      tookMs.push(await one(QUESTIONS[n % QUESTIONS.length] ?? ""));
      await sleep(APART_MS, NEVER_ABORTED);
    }
    return tookMs;
  };
}

/** Backtests of ten markets, as a search on workers asks for them. */
async function fill(redis: Redis): Promise<void> {
  const config = researchConfig({ assets: 10, strategy: "mean-reversion" });
  const world = worldOf(await openVenue(config, NEVER_ABORTED));
  const slots = { firstSlotMs: END_MS - (CANDLES - 1) * STEP_MS, lastSlotMs: END_MS };
  const queue = new Queue(queueNameOf("research", VERSION), { connection: redis, prefix: JOBS_PREFIX });
  await queue.addBulk(
    Array.from({ length: WAITING }, (_, n) => {
      // Fees that differ by less than anything that is traded: other runs, the same work.
      const job = trialJob(config, world, Variation.parse({ ...slots, feeFactor: 1 + n * 1e-12 }));
      const { role, input, owner } = job;
      return { name: role, data: { input, owner }, opts: { jobId: jobIdOf(job, VERSION), priority: n + 1 } };
    }),
  );
}

/** Until the first trials are done: threads and prices are made. */
async function busy(redis: Redis): Promise<void> {
  const queue = new Queue(queueNameOf("research", VERSION), { connection: redis, prefix: JOBS_PREFIX });
  while ((await queue.getCompletedCount()) < 10) await sleep(100, NEVER_ABORTED);
}

function rowsOf(name: string, fullMs: readonly number[], quietMs: readonly number[]): BenchRow[] {
  const [full, quiet] = [fullMs, quietMs].map((ms) => ({ p50: quantile(ms, 0.5), p95: quantile(ms, 0.95) }));
  const say = (ms: { readonly p50: number; readonly p95: number } | undefined): string =>
    `p50 ${ms?.p50.toFixed(1)} ms, p95 ${ms?.p95.toFixed(1)} ms`;
  process.stderr.write(`  ${name}: ${say(full)}; alone ${say(quiet)}\n`);
  return (["p50", "p95"] as const).map((share) => ({
    name: `${name}, ${share}`,
    baseline: "the same with nothing beside",
    ratio: (quiet?.[share] ?? 0) / (full?.[share] ?? 0),
    unitsPerSecond: 1000 / (full?.[share] ?? 0),
    unit: "answers",
  }));
}
