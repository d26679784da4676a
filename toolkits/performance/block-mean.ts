// Floor 2, performance. The mean of values whose neighbours may hang together: how far it may be chance. Circular block bootstrap
// (Politis and Romano 1992): blocks of neighbours are drawn with replacement, the series taken as a ring.
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { sumsBefore } from "./bootstrap.ts";
import { meanOf, requireFinite } from "./moments.ts";

export interface BlockMean {
  readonly mean: number;
  /** 95 %. */
  readonly interval95: readonly [number, number];
  /** Two-sided, of the mean being 0: the share of draws that lie as far from the mean as 0 does. At least 1 / (draws + 1). */
  readonly pValue: number;
  readonly blockLength: number;
}

const DRAWS = 2000;
const SEED = 20_251;

/** Values of one block: the cube root of their number, rounded (Hall, Horowitz and Jing 1995: the order n^(1/3) for a variance). */
export const blockLengthOf = (count: number): number => Math.max(1, Math.round(Math.cbrt(count)));

/**
 * Same values, same result to the last bit. Draws are widened by √(n / (n − block length)): means of blocks out of a ring spread that
 * much less than those of new values, as n − 1 does for single ones.
 * @param values in the order of time; at least two
 * @throws InvariantError for a value that is no finite number
 */
export function blockMean(values: readonly number[]): BlockMean {
  requireFinite(values, "values");
  const count = values.length;
  const length = blockLengthOf(count);
  const mean = meanOf(values);
  const sums = sumsBefore(values, length);
  const random = xoroshiro128plus(SEED);
  const blocks = Math.ceil(count / length);
  // The last block is cut, so that every draw has as many values as there are.
  const last = count - (blocks - 1) * length;
  const widen = Math.sqrt(count / Math.max(1, count - length));
  const offs = Float64Array.from({ length: DRAWS }, () => {
    let sum = 0;
    for (let block = 0; block < blocks; block++) {
      const from = Math.floor(uniformFloat64(random) * count);
      const to = from + (block === blocks - 1 ? last : length);
      sum += (sums[to] ?? 0) - (sums[from] ?? 0);
    }
    return (sum / count - mean) * widen;
  }).sort();
  const beyond = offs.filter((off) => Math.abs(off) >= Math.abs(mean)).length;
  const at = (share: number): number => mean + (offs[Math.round(share * (DRAWS - 1))] ?? 0);
  return { mean, interval95: [at(0.025), at(0.975)], pValue: (beyond + 1) / (DRAWS + 1), blockLength: length };
}
