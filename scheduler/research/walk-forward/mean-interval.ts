// Floor 5. The mean of figures in the order of time, and a 95 % interval for what it estimates: circular block bootstrap, studentised,
// so that neighbours that move together, and few figures, widen it as they should.
import type { Headline } from "#schemas/performance.ts";
import { openStream } from "#toolkits/market/simulated/random.ts";
import { MIN_FOR_INTERVAL } from "#toolkits/performance/performance.ts";

const RESAMPLES = 999;
const SEED = 95;

/**
 * Blocks of ceil(n^(1/3)) neighbours are drawn around the circle (Politis & Romano 1992); each resample's mean is divided by its own
 * standard error, of its block means (Götze & Künsch 1996, studentised block bootstrap).
 * @param what for the reason why there is none: `trades`, `days`
 */
export function meanWithInterval(values: readonly number[], what: string): Headline {
  const n = values.length;
  if (n === 0) return { value: null, interval95: null, why: `there are no ${what}` };
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < MIN_FOR_INTERVAL) return { value: mean, interval95: null, why: `under ${MIN_FOR_INTERVAL} ${what}` };
  const length = Math.ceil(n ** (1 / 3));
  const sums = circularSums(values, length);
  const spread = Math.sqrt(varianceOf(sums, length * mean) / (n * length));
  if (!(spread > 0)) return { value: mean, interval95: [mean, mean], why: null };
  const ratios = studentised(sums, length, mean).sort((a, b) => a - b);
  const at = (share: number): number => ratios[Math.round(share * (ratios.length - 1))] ?? 0;
  return { value: mean, interval95: [mean - at(0.975) * spread, mean - at(0.025) * spread], why: null };
}

/** Sum of the `length` values from each place on, around the circle. */
function circularSums(values: readonly number[], length: number): Float64Array {
  const n = values.length;
  return Float64Array.from({ length: n }, (_, start) => {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += values[(start + i) % n] ?? 0;
    return sum;
  });
}

const varianceOf = (sums: ArrayLike<number>, centre: number): number => {
  let total = 0;
  for (let i = 0; i < sums.length; i++) total += ((sums[i] ?? 0) - centre) ** 2;
  return total / sums.length;
};

function studentised(sums: Float64Array, length: number, mean: number): number[] {
  const blocks = Math.ceil(sums.length / length);
  const { uniform } = openStream([SEED, "mean-interval", sums.length]);
  const drawn = new Float64Array(blocks);
  const ratios: number[] = [];
  while (ratios.length < RESAMPLES) {
    let total = 0;
    for (let b = 0; b < blocks; b++) {
      drawn[b] = sums[Math.floor(uniform() * sums.length)] ?? 0;
      total += drawn[b] ?? 0;
    }
    const resampled = total / (blocks * length);
    // Sample variance of the block sums: of so few blocks the population's would be too small.
    const variance = (varianceOf(drawn, resampled * length) * blocks) / (blocks - 1);
    if (variance > 0) ratios.push((resampled - mean) / Math.sqrt(variance / (blocks * length * length)));
  }
  return ratios;
}
