import { describe, expect, it } from "vitest";
import { InvariantError, UnknownNameError } from "#schemas/errors.ts";
import { indicatorById, indicators } from "#toolkits/indicators/registry.ts";
import { computeSnapshot } from "#toolkits/indicators/snapshot.ts";
import { type CandleWindow, windowAt } from "#toolkits/indicators/window.ts";
import { CALM, closeAt, seriesOf, walk } from "./candles.ts";

const closes = walk({ ...CALM, seed: 31, length: 500 });

function windowOf(prices: Float64Array): CandleWindow {
  const window = windowAt(seriesOf(prices), closeAt(prices.length - 1));
  if (window === null) throw new Error("expected a window");
  return window;
}

/** Exponential mean seeded with the simple mean of the first `period`, aligned to the end. */
function emaOf(prices: readonly number[], period: number): number[] {
  const seed = prices.slice(0, period).reduce((sum, price) => sum + price, 0) / period;
  const values = [seed];
  for (const price of prices.slice(period)) {
    const before = values.at(-1) ?? 0;
    values.push(before + (price - before) * (2 / (period + 1)));
  }
  return values;
}

describe("indicator registry", () => {
  it("gives the snapshot's values for the snapshot's indicators", () => {
    const window = windowOf(closes);
    const snapshot = computeSnapshot(window);
    expect(indicatorById("rsi").compute(window)?.["rsi"]).toBeCloseTo(snapshot.rsiWilder ?? Number.NaN, 5);
    expect(indicatorById("atr").compute(window)?.["atr"]).toBeCloseTo(snapshot.atr ?? Number.NaN, 7);
    expect(indicatorById("bollinger").compute(window)).toMatchObject({
      upper: snapshot.bollinger?.upper,
      lower: snapshot.bollinger?.lower,
    });
  });

  it("gives EMA 50 and MACD as their definitions say", () => {
    const window = windowOf(closes);
    const prices = Array.from(closes);
    const slow = emaOf(prices, 26);
    const lines = emaOf(prices, 12)
      .slice(-slow.length)
      .map((fast, i) => fast - (slow[i] ?? 0));
    const line = lines.at(-1) ?? Number.NaN;
    const signal = emaOf(lines, 9).at(-1) ?? Number.NaN;
    expect(indicatorById("ema-50").compute(window)?.["ema"]).toBeCloseTo(emaOf(prices, 50).at(-1) ?? Number.NaN, 9);
    const macd = indicatorById("macd").compute(window);
    expect(macd?.["macd"]).toBeCloseTo(line, 9);
    expect(macd?.["signal"]).toBeCloseTo(signal, 9);
    expect(macd?.["histogram"]).toBeCloseTo(line - signal, 9);
  });

  it.each([
    ["rsi", 15],
    ["bollinger", 20],
    ["atr", 15],
    ["ema-50", 50],
    ["macd", 34],
  ] as const)("%s has values from %i candles on, and null before", (id, enough) => {
    expect(indicatorById(id).compute(windowOf(closes.subarray(0, enough - 1)))).toBeNull();
    expect(indicatorById(id).compute(windowOf(closes.subarray(0, enough)))).not.toBeNull();
  });

  it("lets no NaN into any indicator", () => {
    const poisoned = closes.slice();
    poisoned[495] = Number.NaN;
    for (const indicator of indicators()) expect(() => indicator.compute(windowOf(poisoned))).toThrow(InvariantError);
  });

  it("names the indicators there are when asked for another, and gives each its own definition", () => {
    expect(() => indicatorById("vwap")).toThrow(UnknownNameError);
    expect(() => indicatorById("vwap")).toThrow(/rsi, bollinger, atr, ema-50, macd/);
    const all = indicators();
    expect(new Set(all.map((indicator) => indicator.definitionId)).size).toBe(all.length);
  });
});
