import fc from "fast-check";
import { BollingerBands } from "technicalindicators";
import { describe, expect, it } from "vitest";
import { InvariantError } from "#schemas/errors.ts";
import { BollingerStream, bandTouchesOf, bollingerOfWindow } from "#toolkits/indicators/bollinger.ts";
import { CALM, walk, walkShape } from "./candles.ts";
import { bollingerSeries } from "./series.ts";

const bandsOf = (closes: Float64Array) => {
  const bands = bollingerOfWindow(closes);
  if (bands === null) throw new Error("expected bands");
  return bands;
};

describe("Bollinger bands", () => {
  it("give the values of a hand calculation with population deviation", () => {
    // Closes 1 to 20: mean 21/2; variance (20² - 1) / 12 = 33.25.
    const bands = bandsOf(Float64Array.from({ length: 20 }, (_, i) => i + 1));
    expect(bands.middle).toBeCloseTo(10.5, 12);
    expect(bands.upper).toBeCloseTo(10.5 + 2 * Math.sqrt(33.25), 12);
    expect(bands.lower).toBeCloseTo(10.5 - 2 * Math.sqrt(33.25), 12);
    expect(bands.bandwidth).toBeCloseTo((4 * Math.sqrt(33.25)) / 10.5, 12);
    expect(bands.percentB).toBeCloseTo((20 - bands.lower) / (4 * Math.sqrt(33.25)), 12);
  });

  it("give the published values of StockCharts' example", () => {
    // QQQQ, from https://chartschool.stockcharts.com (Bollinger Bands); its closes are rounded.
    const bands = bandsOf(
      Float64Array.from([
        86.16, 89.09, 88.78, 90.32, 89.07, 91.15, 89.44, 89.18, 86.93, 87.68, 86.96, 89.43, 89.32, 88.72, 87.45, 87.26,
        89.5, 87.9, 89.13, 90.7,
      ]),
    );
    expect(Math.abs(bands.middle - 88.71)).toBeLessThan(0.01);
    expect(Math.abs(bands.upper - 91.29)).toBeLessThan(0.01);
    expect(Math.abs(bands.lower - 86.12)).toBeLessThan(0.01);
  });

  it("are touched by the closes that are said to touch them, themselves among the 20", () => {
    const closes = walk({ ...CALM, seed: 12, length: 300 });
    for (let end = 19; end <= 300; end++) {
      const before = closes.subarray(0, end);
      const { lower, upper } = bandTouchesOf(before);
      expect(bandsOf(Float64Array.of(...before, lower)).lower / lower).toBeCloseTo(1, 12);
      expect(bandsOf(Float64Array.of(...before, upper)).upper / upper).toBeCloseTo(1, 12);
    }
  });

  it("agree with technicalindicators to 1e-9", () => {
    for (const price of [1e-8, 1, 6e4]) {
      const closes = walk({ ...CALM, seed: 11, length: 2000, price });
      const theirs = BollingerBands.calculate({ period: 20, stdDev: 2, values: Array.from(closes) });
      const ours = bollingerSeries(closes);
      expect(theirs.length).toBe(ours.length);
      theirs.forEach((their, i) => {
        expect(Math.abs((ours[i]?.upper ?? 0) / their.upper - 1)).toBeLessThan(1e-9);
        expect(Math.abs((ours[i]?.middle ?? 0) / their.middle - 1)).toBeLessThan(1e-9);
        expect(Math.abs((ours[i]?.lower ?? 0) / their.lower - 1)).toBeLessThan(1e-9);
      });
    }
  });

  it("keep their digits after a price has lost twelve orders of magnitude", () => {
    const tail = walk({ ...CALM, seed: 5, length: 20, price: 1e-8 });
    const closes = Float64Array.from([...walk({ ...CALM, seed: 6, length: 300, price: 6e4 }), ...tail]);
    expect(bandsOf(closes)).toEqual(bandsOf(tail));
  });

  it("are the same to the last bit over a window and close by close", () => {
    // Longer than the stream's buffer, so that its move to the front is passed twice.
    const closes = walk({ ...CALM, seed: 13, length: 2500 });
    const stream = new BollingerStream();
    closes.forEach((close, i) => {
      stream.push(close);
      expect(stream.ready).toBe(i >= 19);
      if (i < 19) return;
      const window = bandsOf(closes.subarray(0, i + 1));
      expect([stream.lower(), stream.middle(), stream.upper()]).toEqual([window.lower, window.middle, window.upper]);
    });
  });

  it("lie in order, around the mean", () => {
    fc.assert(
      fc.property(walkShape({ min: 20, max: 80 }), (shape) => {
        const { lower, middle, upper } = bandsOf(walk(shape));
        expect(lower).toBeLessThanOrEqual(middle);
        expect(middle).toBeLessThanOrEqual(upper);
      }),
    );
  });

  it("scale with the price", () => {
    fc.assert(
      fc.property(walkShape({ min: 20, max: 80 }), fc.constantFrom(2 ** -20, 2 ** 12), (shape, scale) => {
        const one = bandsOf(walk(shape));
        const other = bandsOf(walk(shape).map((close) => close * scale));
        expect(other.lower).toBe(one.lower * scale);
        expect(other.upper).toBe(one.upper * scale);
        expect(other.percentB).toBe(one.percentB);
        expect(other.bandwidth).toBe(one.bandwidth);
      }),
    );
  });

  it("have no width at all, not a rounding error's, where 20 closes are equal", () => {
    for (const close of [0.1, 1 / 3, 1e-8, 60_000.07]) {
      const bands = bandsOf(new Float64Array(25).fill(close));
      expect(bands).toEqual({ upper: close, middle: close, lower: close, bandwidth: 0, percentB: null });
    }
  });

  it("have no value under 20 closes", () => {
    expect(bollingerOfWindow(new Float64Array(19).fill(1))).toBeNull();
  });

  it("throw on a NaN or infinity among the closes used, and a stream refuses it and goes on as before", () => {
    for (const poison of [Number.NaN, Number.POSITIVE_INFINITY]) {
      for (const place of [10, 11, 20, 29]) {
        const closes = walk({ ...CALM, seed: 3, length: 30 });
        closes[place] = poison;
        expect(() => bollingerOfWindow(closes)).toThrow(InvariantError);
      }
      const stream = new BollingerStream();
      for (const close of walk({ ...CALM, seed: 3, length: 30 })) stream.push(close);
      const before = stream.lower();
      expect(() => stream.push(poison)).toThrow(InvariantError);
      expect(stream.lower()).toBe(before);
    }
  });
});
