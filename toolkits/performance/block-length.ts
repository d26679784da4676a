// Floor 2, performance. Values in their order → how long the blocks are that keep what hangs together together.
import { meanOf } from "./moments.ts";

/**
 * Blocks of a circular bootstrap: the length of D. N. Politis & H. White, "Automatic Block-Length Selection for the Dependent
 * Bootstrap", Econometric Reviews 23 (2004), with the correction of Patton, Politis & White (2009), but at least 1.5 n^(1/3). The order
 * n^(1/3) is that of Hall, Horowitz & Jing (Biometrika 82, 1995); the factor was found by counting how often intervals cover the truth:
 * what the rule gives alone is too short for weak dependence, which it does not see in few values.
 * @returns a whole number, 1 to a third of the values (or 1)
 */
export function blockLengthOf(values: ArrayLike<number>): number {
  const n = values.length;
  const most = Math.max(1, Math.floor(n / 3));
  return Math.min(most, Math.max(Math.ceil(politisWhite(values)), Math.ceil(1.5 * n ** (1 / 3))));
}

function politisWhite(values: ArrayLike<number>): number {
  const n = values.length;
  if (n < 10) return 1;
  const run = Math.max(5, Math.ceil(Math.sqrt(Math.log10(n))));
  const covariances = autocovariances(values, Math.min(n - 1, Math.ceil(Math.sqrt(n)) + run));
  const variance = covariances[0] ?? 0;
  if (variance <= 0) return 1;
  const isSmall = (lag: number): boolean =>
    Math.abs((covariances[lag] ?? 0) / variance) < 2 * Math.sqrt(Math.log10(n) / n);
  const reach = lastLargeLag(covariances.length - 1, run, isSmall);
  const window = Math.min(2 * Math.max(1, reach), covariances.length - 1);
  let [slope, spectrum] = [0, variance];
  for (let lag = 1; lag <= window; lag++) {
    const weighted = flatTop(lag / window) * (covariances[lag] ?? 0);
    slope += 2 * lag * weighted;
    spectrum += 2 * weighted;
  }
  if (spectrum <= 0) return 1;
  return Math.min((1.5 * (slope / spectrum) ** 2) ** (1 / 3) * n ** (1 / 3), 3 * Math.sqrt(n));
}

/** The lag after which a run of lags is small; where there is no such run, the last lag that is large. */
function lastLargeLag(lags: number, run: number, isSmall: (lag: number) => boolean): number {
  let [small, last] = [0, 0];
  for (let lag = 1; lag <= lags; lag++) {
    if (!isSmall(lag)) [small, last] = [0, lag];
    else if (++small === run) return last;
  }
  return last;
}

const flatTop = (t: number): number => (t <= 0.5 ? 1 : 2 * (1 - t));

function autocovariances(values: ArrayLike<number>, lags: number): readonly number[] {
  const n = values.length;
  const mean = meanOf(values);
  const off = Float64Array.from(values, (value) => value - mean);
  return Array.from({ length: lags + 1 }, (_, lag) => {
    let sum = 0;
    for (let i = lag; i < n; i++) sum += (off[i] ?? 0) * (off[i - lag] ?? 0);
    return sum / n;
  });
}
