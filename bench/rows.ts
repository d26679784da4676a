// Bench. The shape of one measurement, and the way of measuring: medians of interleaved rounds in one process.

/** One line of `npm run bench`. */
export interface BenchRow {
  readonly name: string;
  /** What it is compared with. */
  readonly baseline: string;
  /** How many times faster than the baseline; under 1 is slower. */
  readonly ratio: number;
  readonly unitsPerSecond: number;
  /** What is counted, for example `closes`. */
  readonly unit: string;
}

/**
 * Median duration in ms of each contestant. Every round runs all of them once, so that what the machine does meanwhile
 * hits all alike; one round before the first is not counted (compilation).
 */
export async function medianOf(rounds: number, contestants: readonly (() => unknown)[]): Promise<readonly number[]> {
  const durationsMs: number[][] = contestants.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [index, run] of contestants.entries()) {
      const startMs = performance.now();
      const result = run();
      if (result instanceof Promise) await result;
      const tookMs = performance.now() - startMs;
      if (round > 0) durationsMs[index]?.push(tookMs);
    }
  }
  return durationsMs.map(median);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}

/** The value that this share of all is at or under. */
export const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(share * values.length) - 1] ?? Number.NaN;

/** `p50 12.1 ms, p99 19.8 ms` */
export const spread = (ms: readonly number[]): string =>
  `p50 ${quantile(ms, 0.5).toFixed(1)} ms, p99 ${quantile(ms, 0.99).toFixed(1)} ms`;
