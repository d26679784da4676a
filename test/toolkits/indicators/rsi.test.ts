import fc from "fast-check";
import { AverageGain, AverageLoss, getConfig, RSI } from "technicalindicators";
import { describe, expect, it } from "vitest";
import { InvariantError } from "#schemas/errors.ts";
import { closeForRsi, RsiStream, rsiAfter, rsiOfWindow, rsiSumsOf } from "#toolkits/indicators/rsi.ts";
import { CALM, walk, walkShape } from "./candles.ts";
import { rsiSeries } from "./series.ts";

// QQQQ, 14 periods, from https://chartschool.stockcharts.com (Relative Strength Index); its closes are rounded.
const STOCKCHARTS_CLOSES = [
  44.34, 44.09, 44.15, 43.61, 44.33, 44.83, 45.1, 45.42, 45.84, 46.08, 45.89, 46.03, 45.61, 46.28, 46.28, 46.0, 46.03,
  46.41, 46.22, 45.64, 46.21,
];
const STOCKCHARTS_RSI = [70.53, 66.32, 66.55, 69.41, 66.36, 57.97, 62.93];

describe("RSI", () => {
  it("gives the published values of StockCharts' example", () => {
    const values = rsiSeries(Float64Array.from(STOCKCHARTS_CLOSES));
    expect(values.length).toBe(STOCKCHARTS_RSI.length);
    STOCKCHARTS_RSI.forEach((published, i) => {
      expect(Math.abs((values[i] ?? 0) - published)).toBeLessThan(0.1);
    });
  });

  it("agrees with technicalindicators' unrounded averages to 1e-9, and with its rounded RSI to 0.005", () => {
    for (const price of [1e-8, 1, 6e4]) {
      const closes = walk({ ...CALM, seed: 7, length: 3000, price });
      const values = Array.from(closes);
      const gains = AverageGain.calculate({ period: 14, values });
      const losses = AverageLoss.calculate({ period: 14, values });
      const rounded = RSI.calculate({ period: 14, values });
      const ours = rsiSeries(closes);
      expect(gains.length).toBe(ours.length);
      expect(rounded.length).toBe(ours.length);
      ours.forEach((value, i) => {
        const gain = gains[i] ?? Number.NaN;
        expect(Math.abs(value - (100 * gain) / (gain + (losses[i] ?? Number.NaN)))).toBeLessThan(1e-9);
        expect(Math.abs(value - (rounded[i] ?? Number.NaN))).toBeLessThanOrEqual(0.005 + 1e-9);
      });
    }
    // A precision set anywhere would round the package's intermediate averages for everybody.
    expect(getConfig("precision")).toBeUndefined();
  });

  it("of a close that may come is the window's with that close, to the last bit", () => {
    const closes = walk({ ...CALM, seed: 8, length: 500, flatShare: 0.1 });
    for (let length = 16; length <= 500; length++) {
      const sums = rsiSumsOf(closes.subarray(0, length - 1));
      if (sums === null) throw new Error("expected sums");
      expect(rsiAfter(sums, closes[length - 1] ?? 0)).toEqual(rsiOfWindow(closes.subarray(0, length)));
    }
    expect(rsiSumsOf(closes.subarray(0, 14))).toBeNull();
  });

  it("is inverted: the close that is to take it to a level does, on both sides of the close before", () => {
    const closes = walk({ ...CALM, seed: 9, length: 400 });
    const sides = { above: 0, below: 0 };
    for (let length = 20; length <= 400; length++) {
      const sums = rsiSumsOf(closes.subarray(0, length));
      if (sums === null) throw new Error("expected sums");
      for (const level of [5, 30, 50, 70, 95]) {
        const close = closeForRsi(sums, level);
        sides[close < sums.previous ? "below" : "above"]++;
        expect(rsiAfter(sums, close).value).toBeCloseTo(level, 7);
      }
    }
    expect(Math.min(sides.above, sides.below)).toBeGreaterThan(300);
  });

  it("is the same to the last bit over a window and close by close", () => {
    fc.assert(
      fc.property(walkShape({ min: 15, max: 120 }), (shape) => {
        const closes = walk(shape);
        const stream = new RsiStream();
        closes.forEach((close, i) => {
          stream.push(close);
          if (i < 14) return;
          expect(stream.value).toBe(rsiOfWindow(closes.subarray(0, i + 1))?.value);
        });
      }),
      { numRuns: 50 },
    );
  });

  it("stays within 0 and 100, whatever the prices", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 1e-12, max: 1e12, noNaN: true }), { minLength: 15, maxLength: 60 }),
        (prices) => {
          for (const value of rsiSeries(Float64Array.from(prices))) {
            expect(value).toBeGreaterThanOrEqual(0);
            expect(value).toBeLessThanOrEqual(100);
          }
        },
      ),
    );
  });

  it("is exactly 100 without a loss, 0 without a gain, and 50 and flat without a change", () => {
    const rising = Float64Array.from({ length: 40 }, (_, i) => 0.1 * 1.01 ** i);
    expect(rsiOfWindow(rising)).toEqual({ value: 100, flat: false });
    expect(rsiOfWindow(rising.toReversed())).toEqual({ value: 0, flat: false });
    expect(rsiOfWindow(new Float64Array(40).fill(0.1))).toEqual({ value: 50, flat: true });
  });

  it("is not flat where one close of long ago differs", () => {
    const closes = new Float64Array(500).fill(2);
    closes[0] = 1;
    expect(rsiOfWindow(closes)).toEqual({ value: 100, flat: false });
  });

  it("does not depend on the price's scale", () => {
    fc.assert(
      fc.property(walkShape({ min: 30, max: 200 }), fc.constantFrom(2 ** -30, 0.001, 3, 2 ** 20), (shape, scale) => {
        const closes = walk({ ...shape, step: Math.max(shape.step, 1e-4) });
        const one = rsiOfWindow(closes)?.value ?? Number.NaN;
        const other = rsiOfWindow(closes.map((close) => close * scale))?.value ?? Number.NaN;
        expect(Math.abs(one - other)).toBeLessThan(Number.isInteger(Math.log2(scale)) ? 1e-300 : 1e-6);
      }),
    );
  });

  it("has no value under 15 closes", () => {
    expect(rsiOfWindow(new Float64Array(14).fill(1))).toBeNull();
    expect(rsiOfWindow(new Float64Array(0))).toBeNull();
  });

  it("throws on a NaN or infinity at any place, and a stream refuses it and goes on as before", () => {
    for (const poison of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      for (const place of [0, 1, 13, 14, 15, 30, 59]) {
        const closes = walk({ ...CALM, seed: 3, length: 60 });
        closes[place] = poison;
        expect(() => rsiOfWindow(closes)).toThrow(InvariantError);
      }
      const stream = new RsiStream();
      for (const close of walk({ ...CALM, seed: 3, length: 60 })) stream.push(close);
      const before = stream.value;
      expect(() => stream.push(poison)).toThrow(InvariantError);
      expect(stream.value).toBe(before);
    }
  });
});
