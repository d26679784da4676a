import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomFrom } from "#test/support/synthetic-market.ts";
import { blockLengthOf, blockMean } from "#toolkits/performance/block-mean.ts";

/** About normal, of mean 0 and standard deviation 1; each carries `carried` of the one before. */
function noise(seed: number, count: number, carried = 0): number[] {
  const random = randomFrom(seed);
  let before = 0;
  return Array.from({ length: count }, () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += random();
    before = carried * before + sum * Math.sqrt(1 - carried ** 2);
    return before;
  });
}

/** Share of seeds whose interval leaves 0 out, and whose p-value is under 5 %. */
function rejected(count: number, carried: number, seeds: number) {
  let [outside, significant] = [0, 0];
  for (let seed = 1; seed <= seeds; seed++) {
    const { interval95, pValue } = blockMean(noise(seed, count, carried));
    if (interval95[0] > 0 || interval95[1] < 0) outside += 1;
    if (pValue < 0.05) significant += 1;
  }
  return { outside: outside / seeds, significant: significant / seeds };
}

describe("the mean of a series", () => {
  it("of noise is called different from 0 in about 5 % of seeds", () => {
    const { outside, significant } = rejected(90, 0, 600);
    expect(outside).toBeGreaterThan(0.025);
    expect(outside).toBeLessThan(0.085);
    expect(significant).toBeGreaterThan(0.025);
    expect(significant).toBeLessThan(0.085);
  });

  it("of values that hang together has a wider interval than the same values shuffled", () => {
    const together = noise(5, 400, 0.6);
    const widthOf = (values: readonly number[]) => {
      const [low, high] = blockMean(values).interval95;
      return high - low;
    };
    expect(widthOf(together)).toBeGreaterThan(
      1.3 * widthOf(together.toSorted((a, b) => Math.sin(1e6 * a) - Math.sin(1e6 * b))),
    );
  });

  it("has the planted mean in its interval, and a small p-value where it is far from 0", () => {
    const { mean, interval95, pValue } = blockMean(noise(9, 250).map((value) => value + 1));
    expect(interval95[0]).toBeLessThan(1);
    expect(interval95[1]).toBeGreaterThan(1);
    expect(mean).toBeCloseTo(1, 0);
    expect(pValue).toBeCloseTo(1 / 2001, 10);
  });

  it("moves and scales with its values, and is the same every time", () => {
    const values = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(values, (series) => {
        const { mean, interval95 } = blockMean(series);
        expect(blockMean(series)).toEqual(blockMean([...series]));
        const moved = blockMean(series.map((value) => 3 * value + 1));
        expect(moved.mean).toBeCloseTo(3 * mean + 1, 8);
        expect(moved.interval95[0]).toBeCloseTo(3 * interval95[0] + 1, 8);
      }),
      { numRuns: 30 },
    );
  });

  it("of equal values is that value without doubt; one that is no number is refused", () => {
    expect(blockMean([2, 2, 2, 2]).interval95).toEqual([2, 2]);
    expect(() => blockMean([1, Number.NaN])).toThrow();
    expect([1, 30, 1000].map(blockLengthOf)).toEqual([1, 3, 10]);
  });
});
