import fc from "fast-check";
import { expect, it } from "vitest";
import { linkOf, mayLink, returnLine, returnSums } from "#toolkits/relationships/correlation.ts";
import { noise, symbolOf } from "./fixture.ts";

const THRESHOLD = 0.75;

const linked = (a: Float64Array, b: Float64Array): boolean => {
  const left = returnLine(symbolOf("A"), a);
  const right = returnLine(symbolOf("B"), b);
  return left !== null && right !== null && linkOf(left, right, THRESHOLD) !== null;
};

/** A column that shares `share` of another's movement, on a mean, in a scale. */
const shape = fc.record({
  seed: fc.integer({ min: 1, max: 1e6 }),
  share: fc.oneof(fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: 0.7, max: 0.8, noNaN: true })),
  mean: fc.constantFrom(0, 1e-5, 0.1, 1, 1e6),
  scale: fc.constantFrom(0, 1e-13, 1e-3, 1, 1e5),
  count: fc.constantFrom(100, 287, 288),
});

it("says that two markets are not linked only where their correlation says so too", () => {
  let told = 0;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), shape, (seed, { share, mean, scale, count, seed: other }) => {
      const a = noise(seed, 288);
      const own = noise(other, count);
      const b = own.map((value, i) => mean + scale * (share * (a[i] ?? 0) + Math.sqrt(1 - share ** 2) * value));
      if (mayLink(returnSums(a), returnSums(b), THRESHOLD)) return;
      told += 1;
      expect(linked(a, b)).toBe(false);
    }),
    { numRuns: 2000 },
  );
  expect(told).toBeGreaterThan(200);
});
