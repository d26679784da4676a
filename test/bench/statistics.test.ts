import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MarketSymbol } from "#schemas/units.ts";
import { lineChart, niceCeiling } from "../../bench/evaluation/charts.ts";
import {
  bootstrap,
  equalBins,
  mean,
  meanEstimate,
  ranks,
  ratioEstimate,
  scoreFlags,
  spearmanRho,
} from "../../bench/evaluation/statistics.ts";
import { cellText, figure, markdownTable } from "../../bench/evaluation/tables.ts";
import { drawItems, questionBank, shuffled } from "../../bench/evaluation/traffic.ts";

const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 20 });

describe("the bootstrap", () => {
  it("gives the same interval at every run, around the value of the units themselves", () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const estimate = meanEstimate(values, "twice");
        expect(meanEstimate(values, "twice")).toEqual(estimate);
        expect(estimate?.value).toBe(mean(values));
        expect(estimate?.lo).toBeGreaterThanOrEqual(Math.min(...values) - 1e-6);
        expect(estimate?.hi).toBeLessThanOrEqual(Math.max(...values) + 1e-6);
        expect(estimate?.lo).toBeLessThanOrEqual(estimate?.hi ?? Number.NaN);
      }),
      { numRuns: 20 },
    );
  });

  it("has no width where all units agree, and the width of the normal law where they do not", () => {
    expect(meanEstimate([3, 3, 3, 3], "alike")).toEqual({ value: 3, lo: 3, hi: 3, n: 4 });
    const values = Array.from({ length: 100 }, (_, i) => i % 2);
    const estimate = meanEstimate(values, "coin");
    // Standard error of the mean of 100 fair coins: 0.05.
    expect(estimate?.lo).toBeCloseTo(0.5 - 1.96 * 0.05, 1);
    expect(estimate?.hi).toBeCloseTo(0.5 + 1.96 * 0.05, 1);
  });

  it("estimates nothing where there is nothing to divide by", () => {
    expect(
      ratioEstimate(
        [
          { part: 0, whole: 0 },
          { part: 0, whole: 0 },
        ],
        "none",
      ),
    ).toBeNull();
    // One unit of ten has a denominator: a third of the resamples miss it.
    const rare = Array.from({ length: 10 }, (_, i) => ({ part: i === 0 ? 1 : 0, whole: i === 0 ? 1 : 0 }));
    expect(ratioEstimate(rare, "rare")).toBeNull();
    expect(bootstrap([1], () => Number.NaN, "nan")).toBeNull();
  });

  it("weighs units by what they have counted", () => {
    expect(
      ratioEstimate(
        [
          { part: 1, whole: 1 },
          { part: 0, whole: 3 },
        ],
        "weights",
      )?.value,
    ).toBe(0.25);
  });
});

describe("ranks", () => {
  it("share their mean where values are equal", () => {
    expect(ranks([10, 20, 10, 30])).toEqual([1.5, 3, 1.5, 4]);
  });

  it("agree with Spearman's own example", () => {
    // IQ and hours of television: rho = -29/165, https://en.wikipedia.org/wiki/Spearman%27s_rank_correlation_coefficient
    const iq = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110];
    const tv = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17];
    expect(spearmanRho(iq, tv)).toBeCloseTo(-29 / 165, 12);
  });

  it("are 1 and -1 for any rising and falling relation, and nothing without spread", () => {
    expect(spearmanRho([1, 2, 3, 4], [1, 8, 27, 640])).toBeCloseTo(1, 12);
    expect(spearmanRho([1, 2, 3, 4], [4, 3, 2, -9])).toBeCloseTo(-1, 12);
    expect(spearmanRho([1, 2, 3], [5, 5, 5])).toBeNaN();
  });
});

describe("bins and flags", () => {
  it("puts every item into exactly one bin, in order, sizes differing by one at most", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer(), { minLength: 5, maxLength: 60 }),
        fc.integer({ min: 1, max: 5 }),
        (items, count) => {
          const bins = equalBins(items, count, (item) => item);
          expect(bins.flat()).toEqual(items.toSorted((a, b) => a - b));
          const sizes = bins.map((bin) => bin.length);
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it("scores flags by precision, recall and their harmonic mean", () => {
    const { precision, recall, f1 } = scoreFlags({ both: 2, flagged: 4, truly: 3 });
    expect([precision, recall]).toEqual([0.5, 2 / 3]);
    expect(f1).toBeCloseTo((2 * precision * recall) / (precision + recall), 12);
  });
});

describe("tables and charts", () => {
  it("print estimates with their interval, and a dash for what is not known", () => {
    expect(cellText({ value: 12.345, lo: 10, hi: 1234.5, n: 3 })).toBe("12.3 (10–1,235)");
    expect(cellText(null)).toBe("–");
    expect(figure(0.000012345)).toBe("0.0000123");
    expect(markdownTable({ caption: "C", header: ["a", "b"], rows: [["x", 1]] })).toBe(
      "**C**\n\n| a | b |\n| --- | --- |\n| x | 1 |",
    );
  });

  it("draw axes that hold every point, and text that is no markup", () => {
    fc.assert(fc.property(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), (y) => niceCeiling(y) >= y * (1 - 1e-6)));
    const svg = lineChart({
      title: "a < b & c",
      xLabel: "x",
      yLabel: "y",
      series: [{ name: "s", points: [{ x: 1, y: 2, lo: 1, hi: 3 }] }],
    });
    expect(svg).toContain("a &lt; b &amp; c");
    expect(svg).not.toContain("NaN");
  });
});

describe("synthetic traffic", () => {
  const symbols = ["AAA/USDT", "BBB/USDT", "CCC/USDT"] as MarketSymbol[];

  it("asks each question of the bank under a name of its own", () => {
    const bank = questionBank(symbols, "1h");
    expect(new Set(bank.map(({ text }) => text)).size).toBe(bank.length);
    // Ten of each market, one pair, five about all.
    expect(bank.length).toBe(3 * 10 + 1 + 5);
  });

  it("falls by Zipf's law, uniformly at skew 0, and the same way for the same seed", () => {
    const items = Array.from({ length: 10 }, (_, i) => i);
    for (const skew of [0, 1.2]) {
      const [draw, again] = [drawItems(items, { skew, seed: 4 }), drawItems(items, { skew, seed: 4 })];
      const counts = new Map<number, number>();
      for (let n = 0; n < 20_000; n++) {
        const item = draw();
        expect(again()).toBe(item);
        counts.set(item, (counts.get(item) ?? 0) + 1);
      }
      const sorted = [...counts.values()].sort((a, b) => b - a);
      const total = items.reduce((sum, _, rank) => sum + (rank + 1) ** -skew, 0);
      for (const [rank, count] of sorted.entries())
        expect(Math.abs(count / 20_000 - (rank + 1) ** -skew / total)).toBeLessThan(0.015);
    }
  });

  it("shuffles without losing or doubling anything", () => {
    const items = Array.from({ length: 50 }, (_, i) => i);
    expect(shuffled(items, 1, "x").toSorted((a, b) => a - b)).toEqual(items);
    expect(shuffled(items, 1, "x")).not.toEqual(shuffled(items, 2, "x"));
  });
});
