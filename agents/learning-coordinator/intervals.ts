// Floor 3. Counts and samples → 95 % intervals. Pure; the bootstrap draws from a seed, so that the same evidence has the same
// interval on every machine.
import { z } from "zod";

export const Interval = z.tuple([z.number(), z.number()]).readonly().describe("lower and upper bound, 95 %");
export type Interval = readonly [lo: number, hi: number];

/** 97.5 % point of the normal distribution. */
const Z_95 = 1.959964;
const RESAMPLES = 2000;

/**
 * Wilson 1927, for a share: holds its level for small counts and near 0 and 1, where the normal interval does not.
 * @param hits of `n`, at least 1
 */
export function wilson95(hits: number, n: number): Interval {
  const share = hits / n;
  const z2 = Z_95 ** 2;
  const middle = (share + z2 / (2 * n)) / (1 + z2 / n);
  const half = (Z_95 / (1 + z2 / n)) * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

/** Percentile bootstrap of the mean (Efron 1979), 2,000 resamples. @param values at least one */
export function bootstrapMean95(values: readonly number[], seed: number): Interval {
  const random = xorshift(seed);
  const means = Array.from({ length: RESAMPLES }, () => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[Math.floor(random() * values.length)] ?? 0;
    return sum / values.length;
  }).sort((a, b) => a - b);
  const at = (quantile: number): number => means[Math.round(quantile * (RESAMPLES - 1))] ?? Number.NaN;
  return [at(0.025), at(0.975)];
}

/** Marsaglia 2003, xorshift32: numbers in [0, 1). */
function xorshift(seed: number): () => number {
  let state = (seed | 0) === 0 ? 1 : seed | 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4_294_967_296;
  };
}
