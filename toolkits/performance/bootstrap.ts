// Floor 2, performance. How far a figure may be chance: 95 % intervals from resamples in blocks, so that what follows from what came
// before it stays together.
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { normalCdf } from "./normal.ts";
import { studentTwoTailed } from "./student.ts";

/** Enough that the ends of an interval move by a twentieth of its width between two seeds. */
const RESAMPLES = 2000;
/** The same run prints the same interval. */
const SEED = 0x5eed;

/** A resample: `length` places of the values in blocks, each from its start on around the end; the last is as long as is left. */
export interface Resample {
  readonly starts: Int32Array;
  readonly blockLength: number;
  readonly length: number;
}

export type Interval = readonly [number, number];

/**
 * One interval for each statistic of the resamples of a circular block bootstrap (Politis & Romano 1992). Percentile intervals of few
 * blocks are too narrow, as if a variance were divided by n; so the percentiles lie further out: Φ(−√(k/(k − 1)) t(0.975, k − 1)) of k
 * blocks instead of 0.025 (T. Hesterberg, "What Teachers Should Know About the Bootstrap", The American Statistician 69, 2015, §4.2). It
 * asks nothing of a statistic but its value. That it covers is counted in test/toolkits/performance/calibration.long.test.ts.
 * @param length values, at least 2 blocks of them
 * @param statisticsOf the same number of them each time; one that is not a number counts as above all others
 * @returns null where an end of the interval is no finite number
 */
export function blockIntervals(
  length: number,
  blockLength: number,
  statisticsOf: (resample: Resample) => readonly number[],
): readonly (Interval | null)[] {
  const random = xoroshiro128plus(SEED);
  const blocks = Math.ceil(length / blockLength);
  const resample = { starts: new Int32Array(blocks), blockLength, length };
  const drawn: Float64Array[] = [];
  for (let r = 0; r < RESAMPLES; r++) {
    for (let b = 0; b < blocks; b++) resample.starts[b] = uniformInt(random, 0, length - 1);
    for (const [k, value] of statisticsOf(resample).entries()) {
      drawn[k] ??= new Float64Array(RESAMPLES);
      drawn[k][r] = Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
    }
  }
  return drawn.map((values) => intervalOf(values.sort(), blocks));
}

function intervalOf(sorted: Float64Array, blocks: number): Interval | null {
  const level = normalCdf(-Math.sqrt(blocks / (blocks - 1)) * studentTwoTailed(0.05, blocks - 1));
  const [low, high] = [quantileOf(sorted, level), quantileOf(sorted, 1 - level)];
  return Number.isFinite(low) && Number.isFinite(high) ? [low, high] : null;
}

/** Between the two nearest. */
function quantileOf(sorted: Float64Array, p: number): number {
  const place = p * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)] ?? Number.NaN, sorted[Math.ceil(place)] ?? Number.NaN];
  return low === high ? low : low + (high - low) * (place - Math.floor(place));
}

/** Sums of columns over any resample, by one subtraction a block. */
export class BlockSums {
  readonly sums: Float64Array;
  readonly #before: readonly Float64Array[];

  /** @param columns of one length */
  constructor(columns: readonly ArrayLike<number>[], blockLength: number) {
    this.sums = new Float64Array(columns.length);
    this.#before = columns.map((column) => sumsBefore(column, blockLength));
  }

  /** Into `sums`. */
  take({ starts, blockLength, length }: Resample): void {
    const whole = starts.length - 1;
    const rest = length - whole * blockLength;
    for (const [k, before] of this.#before.entries()) {
      let sum = 0;
      for (let b = 0; b <= whole; b++) {
        const start = starts[b] ?? 0;
        sum += (before[start + (b === whole ? rest : blockLength)] ?? 0) - (before[start] ?? 0);
      }
      this.sums[k] = sum;
    }
  }
}

/** Before each place, of the values once around and one block more. */
export function sumsBefore(column: ArrayLike<number>, blockLength: number): Float64Array {
  const before = new Float64Array(column.length + blockLength + 1);
  for (let i = 1; i < before.length; i++) before[i] = (before[i - 1] ?? 0) + (column[(i - 1) % column.length] ?? 0);
  return before;
}
