// Bench. What a thread of its own costs a strategy: one message a slot, there and back, with the rows of 50 markets; beside the
// same readings in this thread.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "#scheduler/clock.ts";
import type { MarketRows, WarmFrame } from "#toolkits/strategies/read-market.ts";
import { openStrategies, openStrategiesHere } from "#toolkits/strategies/registry.ts";
import { packMarkets, unpackMarkets } from "#toolkits/strategies/thread-messages.ts";
import { type BenchRow, medianOf } from "./rows.ts";

const MARKETS = 50;
const ROWS = 599;
const ROUNDS = 25;

const SHIPPED = new URL("../toolkits/strategies/shipped/ema-cross.ts", import.meta.url);

export async function benchStrategyThreads(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), "deeptrader-bench-"));
  const use = join(folder, "measured.ts");
  writeFileSync(use, readFileSync(SHIPPED, "utf8").replace(/"\.\.[^"]*"/g, '"deeptrader"'));
  const { signal } = new AbortController();
  const { sleep } = systemClock();
  const [thread] = await openStrategies([{ use }], { signal, sleep });
  const [here] = await openStrategiesHere([{ use }]);
  if (thread === undefined || here === undefined) throw new Error("Both strategies are open.");
  const markets = seededMarkets();
  try {
    const [threadMs = Number.NaN, hereMs = Number.NaN, levelsMs = Number.NaN, packMs = Number.NaN] = await medianOf(
      ROUNDS,
      [
        () => thread.read(markets, { wantsLevels: false }),
        () => here.read(markets, { wantsLevels: false }),
        () => thread.read(markets),
        () => unpackMarkets(packMarkets(markets)),
      ],
    );
    const us = (ms: number): string => `${Math.round(ms * 1000)} µs`;
    return [
      row(
        `a slot of ${MARKETS} markets in a thread, ${us(threadMs)}`,
        `in this thread, ${us(hereMs)}`,
        hereMs,
        threadMs,
      ),
      row(`the same with action levels, ${us(levelsMs)}`, `in a thread without, ${us(threadMs)}`, threadMs, levelsMs),
      row(`rows packed and unpacked, ${us(packMs)}`, `the whole slot in a thread, ${us(threadMs)}`, threadMs, packMs),
    ];
  } finally {
    await thread.close();
    rmSync(folder, { recursive: true });
  }
}

const row = (name: string, baseline: string, baselineMs: number, oursMs: number): BenchRow => ({
  name,
  baseline,
  ratio: baselineMs / oursMs,
  unitsPerSecond: (MARKETS / oursMs) * 1000,
  unit: "markets",
});

/** Windows that share the memory of a longer series, as those of a desk do. */
const seededMarkets = (): readonly MarketRows[] =>
  Array.from({ length: MARKETS }, (_, k) => {
    const column = (scale: number): Float64Array =>
      Float64Array.from(
        { length: 2000 },
        (_, i) => scale * (100 + 5 * Math.sin((i + k) / 9) + Math.cos(i * 1.7 + k)),
      ).subarray(2000 - ROWS);
    const frame: WarmFrame = {
      timeframe: "5m",
      startMs: 300_000 * 1000,
      length: ROWS,
      open: column(1),
      high: column(1.01),
      low: column(0.99),
      close: column(1),
      volume: column(3),
      received: ROWS,
      warmup: "full",
    };
    return { symbol: `M${k}/USDT`, now: [frame], next: [frame], tickSize: 0.01, atr: 1 };
  });
