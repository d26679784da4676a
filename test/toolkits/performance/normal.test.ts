import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalCdf, normalQuantile } from "#toolkits/performance/normal.ts";

// scipy 1.17.1, scipy.stats.norm.ppf and .cdf
const QUANTILES: readonly (readonly [number, number])[] = [
  [1e-300, -37.0470962993612],
  [1e-12, -7.034483825301131],
  [1e-5, -4.264890793922825],
  [0.02, -2.053748910631823],
  [0.02425, -1.972961051311885],
  [0.05, -1.6448536269514729],
  [0.3, -0.5244005127080409],
  [0.5, 0],
  [0.9, 1.2815515655446004],
  [0.999, 3.090232306167813],
];

describe("the normal distribution", () => {
  it.each(QUANTILES)("has %d below %d", (p, x) => {
    expect(Math.abs(normalQuantile(p) - x)).toBeLessThan(1e-9);
  });

  it("keeps its precision in the tail", () => {
    expect(normalCdf(-10) / 7.61985302416047e-24).toBeCloseTo(1, 12);
    expect(normalCdf(-8) / 6.22096057427174e-16).toBeCloseTo(1, 12);
    expect(normalCdf(-1.2)).toBeCloseTo(0.11506967022170822, 14);
    expect(normalCdf(3)).toBeCloseTo(0.9986501019683699, 14);
  });

  it("is found again from its probability, and is its own mirror", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 0.5, noNaN: true }), (p) => {
        const x = normalQuantile(p);
        expect(Math.abs(normalCdf(x) - p)).toBeLessThan(1e-12 * p + 1e-14);
        expect(normalQuantile(1 - p)).toBeCloseTo(-x, 3);
      }),
    );
  });

  it("is nowhere outside 0 to 1", () => {
    expect([-0.1, 1.1, Number.NaN].map(normalQuantile)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });
});
