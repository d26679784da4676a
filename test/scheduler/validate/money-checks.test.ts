import { describe, expect, it } from "vitest";
import { withEntries } from "#scheduler/research/change-entries.ts";
import { createLocalBench } from "#scheduler/research/research-bench.ts";
import { quantile, reshuffleTrades } from "#scheduler/research/validate/reshuffle-trades.ts";
import { scrambledAfter } from "#scheduler/research/validate/scramble.ts";
import { changesOf, checkSensitivity, neighboursOf } from "#scheduler/research/validate/sensitivity.ts";
import { Variation } from "#schemas/research.ts";
import { type MarketSymbol, timeframeMs, unixMs } from "#schemas/units.ts";
import { rsi } from "#toolkits/indicators/refs.ts";
import { compileStrategy } from "#toolkits/strategies/compile-strategy.ts";
import { shippedStrategy } from "#toolkits/strategies/registry.ts";
import type { RuleAt } from "#toolkits/strategies/strategy.ts";
import { StrategyTrack } from "#toolkits/strategies/strategy-track.ts";
import { researchWorld } from "../../support/research-world.ts";
import { signal } from "./world.ts";

describe("one step of a parameter", () => {
  it("is 1 of whole numbers, a twentieth of the range of others, the neighbours of a word, the other of two", () => {
    expect(neighboursOf({ default: 20, min: 2, max: 200 }, 20)).toEqual([19, 21]);
    expect(neighboursOf({ default: 2, min: 2, max: 200 }, 2)).toEqual([3]);
    expect(neighboursOf({ default: 1, min: 0, max: 4, integer: false }, 1)).toEqual([0.8, 1.2]);
    expect(neighboursOf({ default: "1h", options: ["1h", "4h", "1d"] }, "4h")).toEqual(["1h", "1d"]);
    expect(neighboursOf({ default: "1h", options: ["1h", "4h"] }, "1h")).toEqual(["4h"]);
    expect(neighboursOf({ default: true }, true)).toEqual([false]);
  });

  it("keeps the other parameters, and comes after the run as it is", () => {
    const base = Variation.parse({ firstSlotMs: 600_000, lastSlotMs: 900_000 });
    const changes = changesOf(base, shippedStrategy("breakout"), "5m");
    expect(changes[0]).toEqual({ name: "as it is", variation: base });
    expect(changes.map(({ name }) => name)).toContain("trend 1h → 4h");
    expect(changes.find(({ name }) => name === "begins one candle later")?.variation.firstSlotMs).toBe(900_000);
  });
});

describe("entries one candle late", () => {
  it("are those of the rule, each at the next close", async () => {
    const { input, firstSlotMs, lastSlotMs } = await researchWorld({ assets: 2, slots: 1500 });
    const strategy = shippedStrategy("ema-cross");
    const [symbol] = input.venue.markets.keys();
    const series = await input.venue.marketData.candles(
      {
        symbol: symbol as MarketSymbol,
        timeframe: "5m",
        nowMs: lastSlotMs,
        fromMs: unixMs(lastSlotMs - 10 * 86_400_000),
      },
      { signal },
    );
    const withoutExit = { ...strategy, rule: { ...strategy.rule, exit: null } };
    const own = new StrategyTrack(withoutExit, series, []);
    const late = new StrategyTrack(withEntries(withoutExit, { kind: "late", candles: 1 }), series, []);
    const ns = Array.from({ length: 1500 }, (_, i) => firstSlotMs / timeframeMs("5m") + i);
    const entered = ns.filter((n) => own.mayEnter(n));
    expect(entered.length).toBeGreaterThan(3);
    expect(ns.filter((n) => late.mayEnter(n))).toEqual(entered.map((n) => n + 1).filter((n) => n <= (ns.at(-1) ?? 0)));
  });
});

describe("a parameter at the end of its range", () => {
  it("is named where the rule fails with it, and the other runs are told all the same", async () => {
    const hasty = compileStrategy(
      {
        id: "hasty",
        parameters: { oversold: { default: 30, min: 29, max: 50 } },
        indicators: { rsi: rsi(14) },
        enter: ({ now, parameters }: RuleAt) =>
          Number(now["rsi"]) < Number(parameters["oversold"]) && {
            because: "low",
            strength: Number(parameters["oversold"]) - 29.5,
          },
      },
      { file: null },
    );
    const { input, firstSlotMs, lastSlotMs } = await researchWorld({ assets: 2, slots: 600, strategies: [hasty] });
    const changes = changesOf(Variation.parse({ firstSlotMs, lastSlotMs }), hasty, "5m");
    const { check, rows } = await checkSensitivity(createLocalBench(input), changes, { signal, onDone: () => {} });
    expect(check.state).toBe("failed");
    expect(check.seen).toEqual([
      expect.stringMatching(/^oversold 30 → 29: hasty, enter, .*it returned -0\.5\./),
      expect.stringMatching(/^oversold 30 → 31: hasty, enter, .*it returned 1\.5\./),
    ]);
    expect(rows.map(({ change }) => change)).toEqual([
      "as it is",
      "entries one candle late",
      "begins one candle later",
      "fees × 2",
      "slippage × 3",
    ]);
  });

  it("does no harm in the EMA cross: less volume than usual is a weak entry", async () => {
    const weak = shippedStrategy("ema-cross", { volume: 0 });
    const { input, firstSlotMs, lastSlotMs } = await researchWorld({ assets: 2, slots: 1500, strategies: [weak] });
    const { check } = await checkSensitivity(
      createLocalBench(input),
      [{ name: "as it is", variation: Variation.parse({ firstSlotMs, lastSlotMs }) }],
      { signal, onDone: () => {} },
    );
    expect(check.state).toBe("passed");
  });
});

describe("trades in another order", () => {
  it("end at the same equity, and have other drawdowns; drawn with replacement they end elsewhere", () => {
    const pnls = [5, -3, 8, -10, 4, 6, -7, 2, 9, -1];
    const { own, shuffled, drawn } = reshuffleTrades(pnls, 100, 500, 3);
    expect(own.finalEquity).toBe(113);
    // From 110 down to 100.
    expect(own.drawdownPct).toBeCloseTo((1 - 100 / 110) * 100, 12);
    expect(shuffled.every(({ finalEquity }) => Math.abs(finalEquity - 113) < 1e-9)).toBe(true);
    expect(new Set(shuffled.map(({ drawdownPct }) => drawdownPct.toFixed(6))).size).toBeGreaterThan(20);
    const ends = drawn.map(({ finalEquity }) => finalEquity);
    expect(quantile(ends, 0.5)).toBeGreaterThan(105);
    expect(quantile(ends, 0.5)).toBeLessThan(121);
    expect(Math.min(...ends)).toBeLessThan(95);
    expect(reshuffleTrades(pnls, 100, 500, 3)).toEqual({ own, shuffled, drawn });
  });

  it("are read off between the two nearest values", () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([7], 0.95)).toBe(7);
    expect(() => quantile([], 0.5)).toThrow(RangeError);
  });
});

describe("another future", () => {
  it("begins with the first candle that is not closed, and goes on from its close", async () => {
    const { input, lastSlotMs } = await researchWorld({ assets: 2, slots: 10 });
    const [symbol] = input.venue.markets.keys();
    const request = { symbol: symbol as MarketSymbol, nowMs: lastSlotMs, fromMs: unixMs(lastSlotMs - 86_400_000) };
    const afterMs = lastSlotMs - 6.5 * 3_600_000;
    for (const timeframe of ["5m", "1h"] as const) {
      const series = await input.venue.marketData.candles({ ...request, timeframe }, { signal });
      const other = scrambledAfter(series, afterMs, 5);
      const from = series.openMs.findIndex((openMs) => openMs + timeframeMs(timeframe) > afterMs);
      expect(other.openMs).toEqual(series.openMs);
      expect(other.close.subarray(0, from)).toEqual(series.close.subarray(0, from));
      expect(other.close.subarray(from).every((close, i) => close !== series.close[from + i])).toBe(true);
      expect(other.open[from]).toBe(series.close[from - 1]);
      for (const [row, close] of other.close.entries())
        expect((other.low[row] ?? 0) <= close && close <= (other.high[row] ?? 0)).toBe(true);
    }
  });
});
