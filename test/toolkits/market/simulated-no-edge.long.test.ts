// Law 10: the simulator has no planted edge. 200 seeds (the suite: 8), the house rule, no costs; the interval of the mean
// covers zero.
import { describe, expect, it } from "vitest";
import type { CandleSeries } from "#schemas/market.ts";
import type { SimScenario } from "#schemas/sim-scenario.ts";
import type { Timeframe } from "#schemas/units.ts";
import { count } from "#test/support/count.ts";
import { at, candlesOf, deviation, mean, venueOf } from "./simulated-support.ts";

const SEEDS = count(200, 8);
/** Fewer seeds see only a larger edge: the planted one grows as the interval does. */
const SCALE = Math.sqrt(200 / SEEDS);
const CANDLES = 2000;
const SYMBOLS = ["BTC/USDT", "LINK/USDT", "SNARELY/USDT"];
/** Two-sided 99 % of the normal law. */
const Z_99 = 2.5758;
const STOP = 0.9;
const TARGET = 1.2;

/** Wilder's RSI(14) and Bollinger(20, 2), written once more, apart from the product's kernels. */
function signalsOf(close: Float64Array): readonly ("enter" | "exit" | "hold")[] {
  let [gain, loss] = [0, 0];
  return Array.from(close, (price, i) => {
    const change = i === 0 ? 0 : price - (close[i - 1] ?? 0);
    // The first 14 changes make a simple mean.
    const kept = i <= 14 ? 1 : 13 / 14;
    gain = gain * kept + Math.max(change, 0) / 14;
    loss = loss * kept + Math.max(-change, 0) / 14;
    if (i < 250) return "hold";
    const rsi = (100 * gain) / (gain + loss);
    const window = Array.from(close.subarray(i - 19, i + 1));
    const [middle, width] = [mean(window), 2 * deviation(window)];
    if (rsi < 30 && price <= middle - width) return "enter";
    return rsi > 70 && price >= middle + width ? "exit" : "hold";
  });
}

/** Sum of the trade returns of the house rule: next open in and out, stop -10 %, target +20 %, stop first. */
function tradeReturns(series: CandleSeries): readonly number[] {
  const signals = signalsOf(series.close);
  const returns: number[] = [];
  let entry: number | null = null;
  for (let row = 1; row < series.close.length; row += 1) {
    const [open, high, low] = [series.open[row] ?? 0, series.high[row] ?? 0, series.low[row] ?? 0];
    if (entry === null && signals[row - 1] === "enter") entry = open;
    else if (entry !== null && signals[row - 1] === "exit") {
      returns.push(open / entry - 1);
      entry = null;
    }
    if (entry === null) continue;
    const [stop, target] = [entry * STOP, entry * TARGET];
    const exit = low <= stop ? Math.min(open, stop) : high >= target ? Math.max(open, target) : null;
    if (exit !== null) {
      returns.push(exit / entry - 1);
      entry = null;
    }
  }
  if (entry !== null) returns.push((series.close.at(-1) ?? 0) / entry - 1);
  return returns;
}

/** The same candles with a known edge: prices that rise by `ratio` a candle. */
function withDrift(series: CandleSeries, ratio: number): CandleSeries {
  const lift = (column: Float64Array) => column.map((price, row) => price * (1 + ratio) ** row);
  return {
    ...series,
    open: lift(series.open),
    high: lift(series.high),
    low: lift(series.low),
    close: lift(series.close),
  };
}

interface Interval {
  readonly low: number;
  readonly high: number;
  readonly trades: number;
}

async function intervalOf(
  timeframe: Timeframe,
  change: (series: CandleSeries) => CandleSeries,
  scenarios: readonly SimScenario[] = [],
): Promise<Interval> {
  const perSeed: number[] = [];
  let trades = 0;
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const venue = venueOf(seed, 50, scenarios);
    let sum = 0;
    for (const symbol of SYMBOLS) {
      const series = await candlesOf(venue, symbol, timeframe, at("2024-06-01T00:00:00Z"), CANDLES);
      const returns = tradeReturns(change(series));
      trades += returns.length;
      for (const value of returns) sum += value;
    }
    perSeed.push(sum);
  }
  const half = (Z_99 * deviation(perSeed)) / Math.sqrt(SEEDS);
  return { low: mean(perSeed) - half, high: mean(perSeed) + half, trades };
}

describe("the simulator has no planted edge", () => {
  it.each(["5m", "1h"] as const)("the house rule earns nothing on %s candles, before costs", async (timeframe) => {
    const interval = await intervalOf(timeframe, (series) => series);
    expect(interval.trades).toBeGreaterThan(5 * SEEDS);
    expect(interval.low).toBeLessThan(0);
    expect(interval.high).toBeGreaterThan(0);
  });

  it.each([
    ["5m", 0.00005],
    ["1h", 0.0005],
  ] as const)("and the same test finds an edge where one is planted in %s candles", async (timeframe, ratio) => {
    const interval = await intervalOf(timeframe, (series) => withDrift(series, ratio * SCALE));
    expect(interval.low).toBeGreaterThan(0);
  });

  // Trend, crash and the bad tick bend prices at times that are known: whoever knows them earns by it, and --help says so. What
  // the other scenarios change is no price.
  it.each(["calm", "thin", "gaps", "frozen"] as const)(
    "nor in the scenario %s, whose prices are as free",
    async (scenario) => {
      const interval = await intervalOf("5m", (series) => series, [scenario]);
      expect(interval.trades).toBeGreaterThan(5 * SEEDS);
      expect(interval.low).toBeLessThan(0);
      expect(interval.high).toBeGreaterThan(0);
    },
  );
});
