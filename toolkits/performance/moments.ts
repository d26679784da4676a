// Floor 2, performance. Values → mean, spread and shape.
import { InvariantError } from "#schemas/errors.ts";

/** @throws InvariantError for NaN or an infinity: a figure of such values would only look like one */
export function requireFinite(values: ArrayLike<number>, what: string): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    throw new InvariantError({
      was: `Value ${i + 1} of ${values.length} ${what} is ${values[i]}.`,
      expected: "finite numbers",
      remedy: "This is a bug; please report it with the command that led here.",
    });
  }
}

export function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? 0;
  return sum;
}

/** NaN of none. */
export const meanOf = (values: ArrayLike<number>): number => sumOf(values) / values.length;

/** Sums of the 2nd, 3rd and 4th powers of the distances to the mean. */
function powersOf(values: ArrayLike<number>): readonly [number, number, number] {
  const mean = meanOf(values);
  let [second, third, fourth] = [0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const off = (values[i] ?? 0) - mean;
    second += off * off;
    third += off ** 3;
    fourth += off ** 4;
  }
  // Values that are all equal differ from their mean by rounding.
  const isFlat = second <= values.length * (ROUNDING * mean) ** 2;
  return isFlat ? [0, 0, 0] : [second, third, fourth];
}

const ROUNDING = 1e-14;

/** Sample standard deviation (n − 1); null under two values. 0 where all are equal. */
export function sampleSdOf(values: ArrayLike<number>): number | null {
  return values.length < 2 ? null : Math.sqrt(powersOf(values)[0] / (values.length - 1));
}

/** Population skewness and kurtosis (3 for a normal distribution): g1 and g2 + 3. Null where all are equal, or of none. */
export function shapeOf(values: ArrayLike<number>): { readonly skewness: number; readonly kurtosis: number } | null {
  const n = values.length;
  const [second, third, fourth] = powersOf(values);
  if (n === 0 || second === 0) return null;
  return { skewness: third / n / (second / n) ** 1.5, kurtosis: fourth / n / (second / n) ** 2 };
}

/** Adjusted Fisher-Pearson G1 (Joanes & Gill 1998); null under 3 values or where all are equal. */
export function skewnessG1(values: ArrayLike<number>): number | null {
  const n = values.length;
  const shape = shapeOf(values);
  return n < 3 || shape === null ? null : (shape.skewness * Math.sqrt(n * (n - 1))) / (n - 2);
}

/** Adjusted excess kurtosis G2 (Joanes & Gill 1998); null under 4 values or where all are equal. */
export function kurtosisG2(values: ArrayLike<number>): number | null {
  const n = values.length;
  const shape = shapeOf(values);
  return n < 4 || shape === null ? null : ((n - 1) / ((n - 2) * (n - 3))) * ((n + 1) * (shape.kurtosis - 3) + 6);
}

/** The middle value, or the mean of the two in the middle; null of none. */
export function medianOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[middle - 1], sorted[middle]];
  if (high === undefined) return null;
  return sorted.length % 2 === 1 || low === undefined ? high : (low + high) / 2;
}
