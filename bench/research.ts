// Bench. The research bench: a backtest of 50 markets with its whole document beside the bare loop; trials of thresholds over the same
// candles, beside one backtest; and how cost grows with candles, markets and trials. `--long` takes the full sizes: 1,000 trials on two
// threads, and the memory of 50 markets of a million candles, in a process of its own.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { backtest } from "#apps/commands/backtest.ts";
import { createThreadBench } from "#apps/research/thread-bench.ts";
import { createLocalBench, type ResearchBench } from "#scheduler/research/research-bench.ts";
import { Variation } from "#schemas/research.ts";
import { bareLoop } from "./bare-loop.ts";
import { type BenchRow, medianOf } from "./rows.ts";
import { END_MS, fiveIndicators, type HeldVenue, heldVenue, researchConfig, STEP_MS } from "./support/held-venue.ts";

const LONG = process.argv.includes("--long");
const ROUNDS = 3;
const TRIALS = LONG ? 1_000 : 40;
const { signal } = new AbortController();
const silent = { note: () => {}, progress: () => {} };

export async function benchResearch(): Promise<BenchRow[]> {
  const rows = [...(await manyTrials()), ...(await growth()), ...(await oneBacktest())];
  return LONG ? [...rows, await memory()] : rows;
}

async function oneBacktest(): Promise<BenchRow[]> {
  const [markets, candles] = [50, 100_000];
  const held = await heldVenue({ markets, candles, strategy: fiveIndicators() });
  const [bareMs = Number.NaN, ourMs = Number.NaN] = await medianOf(ROUNDS, [
    () => held.series.reduce((sum, one) => sum + bareLoop(one), 0),
    () => document(held),
  ]);
  say(`50 × 100,000 candles: bare loop ${seconds(bareMs)}, backtest with its document ${seconds(ourMs)}`);
  const name = "backtest, five indicators, 50 × 100,000 candles, document and all";
  return [row(name, ourMs, "bare loop: RSI and bands of every candle", bareMs, markets * candles, "candles")];
}

const document = (held: HeldVenue): Promise<unknown> =>
  backtest(held.config, held.venue, silent, {
    signal,
    startedMs: performance.now(),
    env: {},
    range: { fromMs: held.firstSlotMs, toMs: held.lastSlotMs },
  });

/** Each with other thresholds, any eight in a row with about as many trades as any other eight: a trial costs what it trades. */
const variations = (count: number, { firstSlotMs, lastSlotMs }: Pick<HeldVenue, "firstSlotMs" | "lastSlotMs">) =>
  Array.from({ length: count }, (_, i) =>
    Variation.parse({
      firstSlotMs,
      lastSlotMs,
      parameters: { "mean-reversion": { oversold: 22 + (i % 4), overbought: 65 + (i % 8) } },
    }),
  );

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

const runOn = (bench: ResearchBench, all: readonly Variation[]) => () => bench.run(all, { signal });

/** Over the simulated venue, as `optimize` runs them: 10 markets of 100,000 candles on two threads. */
async function manyTrials(): Promise<BenchRow[]> {
  const candles = 100_000;
  const config = researchConfig({ assets: 10, strategy: "mean-reversion" });
  const span = { firstSlotMs: END_MS - (candles - 1) * STEP_MS, lastSlotMs: END_MS } as HeldVenue;
  const lone = createThreadBench({ config, lanes: 1, onOutput: say });
  const both = createThreadBench({ config, lanes: 2, onOutput: say });
  const few = variations(8, span);
  // Opens the threads, makes the prices, computes the columns: what the first trial of each thread pays.
  await lone.run(few.slice(0, 1), { signal });
  await both.run(few.slice(0, 2), { signal });
  const oneMs = (await timed(runOn(lone, few))) / few.length;
  const allMs = await timed(runOn(both, variations(TRIALS, span)));
  await Promise.all([lone.close(), both.close()]);
  say(
    `${TRIALS} trials over 10 × 100,000 candles on two threads: ${seconds(allMs)}; one on one thread ${seconds(oneMs)}`,
  );
  const name = `${TRIALS} trials of thresholds, 10 × 100,000 candles, two threads`;
  return [row(name, allMs / TRIALS, "the same, eight on one thread", oneMs, 1, "trials")];
}

/** Twice as much over once as much; 1.00 × is linear growth, less is worse. */
async function growth(): Promise<BenchRow[]> {
  const strategy = fiveIndicators();
  const half = await heldVenue({ markets: 10, candles: 50_000, strategy });
  const candles = await heldVenue({ markets: 10, candles: 100_000, strategy });
  const markets = await heldVenue({ markets: 20, candles: 50_000, strategy });
  const [halfMs = 0, candlesMs = 0, marketsMs = 0] = await medianOf(ROUNDS, [
    () => document(half),
    () => document(candles),
    () => document(markets),
  ]);
  const plain = (all: readonly Variation[]) => runOn(createLocalBench({ config: half.config, venue: half.venue }), all);
  const [fewMs = 0, manyMs = 0] = await medianOf(1, [plain(variations(8, half)), plain(variations(16, half))]);
  return [
    row("twice the candles", candlesMs / 2, "10 × 50,000 candles, each", halfMs, 500_000, "candles"),
    row("twice the markets", marketsMs / 2, "10 × 50,000 candles, each", halfMs, 500_000, "candles"),
    row("twice the trials", manyMs / 2, "8 trials, each", fewMs, 8, "trials"),
  ];
}

/** Peak resident memory of a process that runs 50 markets of a million candles, against 4 GB. */
async function memory(): Promise<BenchRow> {
  const script = join(import.meta.dirname, "support/research-memory.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [script, "50", "1000000"]);
  const { peakMb, tookMs } = JSON.parse(stdout) as { readonly peakMb: number; readonly tookMs: number };
  say(`50 × 1,000,000 candles: peak ${Math.round(peakMb)} MB, ${seconds(tookMs)}`);
  const name = `backtest of 50 × 1,000,000 candles: peak ${(peakMb / 1024).toFixed(2)} GB of memory`;
  return row(name, peakMb, "4 GB of memory", 4096, (50e6 * peakMb) / tookMs, "candles");
}

const row = (
  name: string,
  tookMs: number,
  baseline: string,
  baselineMs: number,
  units: number,
  unit: string,
): BenchRow => ({
  name,
  baseline,
  ratio: baselineMs / tookMs,
  unitsPerSecond: (units / tookMs) * 1000,
  unit,
});

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
const say = (text: string): void => void process.stderr.write(`  ${text}\n`);
