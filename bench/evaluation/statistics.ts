// Bench. Measurements of several seeds → estimates with intervals; ranks, bins and F1. Pure; every draw is seeded.
import { openStream } from "#toolkits/market/simulated/random.ts";

/** A value with its 95 % percentile bootstrap interval over `n` independent units (seeds, or blocks of one recording). */
export interface Estimate {
  readonly value: number;
  readonly lo: number;
  readonly hi: number;
  readonly n: number;
}

const RESAMPLES = 2000;
const TAIL = 0.025;
/** Below this share of resamples with a value the statistic is not estimable. */
const MIN_DEFINED_RATIO = 0.9;

/**
 * Draws whole units with replacement, so that what belongs together stays together. Null where the statistic is not a
 * number on the units themselves, or on more than a tenth of the resamples (nothing to divide by).
 */
export function bootstrap<Unit>(
  units: readonly Unit[],
  statistic: (sample: readonly Unit[]) => number,
  name: string,
): Estimate | null {
  const value = statistic(units);
  if (!Number.isFinite(value)) return null;
  const stream = openStream([2025, "bootstrap", name]);
  const values: number[] = [];
  for (let n = 0; n < RESAMPLES; n++) {
    const sample = units.map((unit) => units[Math.floor(stream.uniform() * units.length)] ?? unit);
    const drawn = statistic(sample);
    if (Number.isFinite(drawn)) values.push(drawn);
  }
  if (values.length < RESAMPLES * MIN_DEFINED_RATIO) return null;
  values.sort((a, b) => a - b);
  const at = (ratio: number): number => values[Math.round(ratio * (values.length - 1))] ?? value;
  return { value, lo: at(TAIL), hi: at(1 - TAIL), n: units.length };
}

/** Mean over units. */
export const meanEstimate = (values: readonly number[], name: string): Estimate | null => bootstrap(values, mean, name);

export const mean = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0) / values.length;

/** A numerator and a denominator counted in one unit. */
export interface Share {
  readonly part: number;
  readonly whole: number;
}

/** Ratio of sums: units weigh as much as they have counted. */
export const ratioEstimate = (shares: readonly Share[], name: string): Estimate | null =>
  bootstrap(shares, ratioOfSums, name);

export const ratioOfSums = (shares: readonly Share[]): number =>
  shares.reduce((total, { part }) => total + part, 0) / shares.reduce((total, { whole }) => total + whole, 0);

/** Spearman's rank correlation, ties by their mean rank; NaN where one side has no spread. */
export function spearmanRho(xs: readonly number[], ys: readonly number[]): number {
  const [rx, ry] = [ranks(xs), ranks(ys)];
  const [mx, my] = [mean(rx), mean(ry)];
  let [cov, vx, vy] = [0, 0, 0];
  for (const [index, x] of rx.entries()) {
    const [dx, dy] = [x - mx, (ry[index] ?? Number.NaN) - my];
    cov += dx * dy;
    vx += dx * dx;
    vy += dy * dy;
  }
  return cov / Math.sqrt(vx * vy);
}

/** 1 for the smallest; equal values share the mean of their ranks. */
export function ranks(values: readonly number[]): number[] {
  const order = values.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value);
  const result = new Array<number>(values.length);
  let from = 0;
  while (from < order.length) {
    let to = from;
    while (to < order.length && order[to]?.value === order[from]?.value) to += 1;
    for (const { index } of order.slice(from, to)) result[index] = (from + 1 + to) / 2;
    from = to;
  }
  return result;
}

/** Items in order of `by`, cut into `count` bins as equal in size as can be; lowest first. */
export function equalBins<Item>(items: readonly Item[], count: number, by: (item: Item) => number): Item[][] {
  const sorted = items.toSorted((a, b) => by(a) - by(b));
  return Array.from({ length: count }, (_, bin) =>
    sorted.slice(Math.round((bin * sorted.length) / count), Math.round(((bin + 1) * sorted.length) / count)),
  );
}

/** Precision, recall and F1 of what was flagged against what is true. NaN where a side has nothing to divide by. */
export function scoreFlags(counts: { readonly both: number; readonly flagged: number; readonly truly: number }) {
  const precision = counts.both / counts.flagged;
  const recall = counts.both / counts.truly;
  return { precision, recall, f1: (2 * counts.both) / (counts.flagged + counts.truly) };
}
