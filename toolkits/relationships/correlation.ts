// Floor 2, relationships. Two columns of returns → Pearson's correlation, where it reaches a threshold. A column is centred and
// scaled once, so that a pair of equal length costs one product, and most pairs only the first part of it.
import type { MarketSymbol } from "#schemas/units.ts";

/** Below this standard deviation a column of log returns shows rounding, not movement. */
const FLAT_STD_DEV = 1e-12;
/** Parts of a product, after each of which it may end. */
const PARTS = 8;
/** Above what eight parts of a few hundred terms round off. */
const ROUNDING = 1e-9;

/** One market's returns, and the same centred at 0 with length 1. */
export interface ReturnLine {
  readonly symbol: MarketSymbol;
  readonly returns: Float64Array;
  readonly unit: Float64Array;
  /** Length of what follows each part of `unit`. */
  readonly restLengths: Float64Array;
}

/** Null where the price has not moved: it correlates with nothing. */
export function returnLine(symbol: MarketSymbol, returns: Float64Array): ReturnLine | null {
  const unit = centredUnit(returns);
  if (unit === null) return null;
  const restLengths = new Float64Array(PARTS);
  let rest = 0;
  for (let part = PARTS - 1; part > 0; part--) {
    rest += dot(unit, unit, endOfPart(part - 1, unit.length), endOfPart(part, unit.length));
    restLengths[part - 1] = Math.sqrt(rest);
  }
  return { symbol, returns, unit, restLengths };
}

/**
 * Pearson's correlation (up to 1, but for rounding) over the newest returns that both have, where it is at least
 * `threshold`. Null where it is less, or where one of the two has not moved in them.
 */
export function linkOf(a: ReturnLine, b: ReturnLine, threshold: number): number | null {
  if (a.unit.length === b.unit.length) return productFrom(a, b, threshold);
  const count = Math.min(a.unit.length, b.unit.length);
  const [left, right] = [unitOfNewest(a, count), unitOfNewest(b, count)];
  if (left === null || right === null) return null;
  const correlation = dot(left, right, 0, count);
  return correlation >= threshold ? correlation : null;
}

/** Above what sums of a few hundred terms round off, where the mean is no more than a thousand standard deviations. */
const MAY_LINK_ROUNDING = 1e-6;
const LEAST_VARIANCE_RATIO = 1e-6;

/** A market's returns and what one pass over them gives. */
export interface ReturnSums {
  readonly returns: Float64Array;
  readonly sum: number;
  /** Of the squares of their distances from the mean; null: they hardly move about it, or one is no number. */
  readonly aboutMean: number | null;
}

export function returnSums(returns: Float64Array): ReturnSums {
  const { length } = returns;
  let sum = 0;
  for (let i = 0; i < length; i++) sum += returns[i] ?? Number.NaN;
  const squares = dot(returns, returns, 0, length);
  const aboutMean = squares - (sum * sum) / length;
  return { returns, sum, aboutMean: aboutMean > LEAST_VARIANCE_RATIO * squares ? aboutMean : null };
}

/**
 * False only where `linkOf` of the two is null: from the raw sums and one product, which is enough to tell most pairs apart and
 * makes no columns. Columns of other lengths, and such as hardly move about their mean, are left to `linkOf`.
 */
export function mayLink(a: ReturnSums, b: ReturnSums, threshold: number): boolean {
  const count = a.returns.length;
  if (b.returns.length !== count || a.aboutMean === null || b.aboutMean === null) return true;
  const products = dot(a.returns, b.returns, 0, count);
  const correlation = (products - (a.sum * b.sum) / count) / Math.sqrt(a.aboutMean * b.aboutMean);
  return !(correlation < threshold - MAY_LINK_ROUNDING);
}

/** What is left of the product is at most the product of the lengths (Cauchy and Schwarz), so hopeless pairs end early. */
function productFrom(a: ReturnLine, b: ReturnLine, threshold: number): number | null {
  const { length } = a.unit;
  const enough = threshold - ROUNDING;
  let product = 0;
  let from = 0;
  for (let part = 0; part < PARTS; part++) {
    const to = endOfPart(part, length);
    product += dot(a.unit, b.unit, from, to);
    if (product + (a.restLengths[part] ?? 0) * (b.restLengths[part] ?? 0) < enough) return null;
    from = to;
  }
  return product >= threshold ? product : null;
}

const endOfPart = (part: number, length: number): number => Math.floor(((part + 1) * length) / PARTS);

const unitOfNewest = (line: ReturnLine, count: number): Float64Array | null =>
  line.unit.length === count ? line.unit : centredUnit(line.returns.subarray(line.returns.length - count));

function centredUnit(values: Float64Array): Float64Array | null {
  const unit = new Float64Array(values.length);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? Number.NaN;
  const mean = sum / values.length;
  for (let i = 0; i < values.length; i++) unit[i] = (values[i] ?? Number.NaN) - mean;
  const length = Math.sqrt(dot(unit, unit, 0, unit.length));
  if (!(length > FLAT_STD_DEV * Math.sqrt(values.length))) return null;
  for (let i = 0; i < unit.length; i++) unit[i] = (unit[i] ?? Number.NaN) / length;
  return unit;
}

/** Four sums side by side, always in this order: faster than one, and the same on every machine. */
function dot(a: Float64Array, b: Float64Array, from: number, to: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = from;
  for (; i + 3 < to; i += 4) {
    s0 += (a[i] ?? 0) * (b[i] ?? 0);
    s1 += (a[i + 1] ?? 0) * (b[i + 1] ?? 0);
    s2 += (a[i + 2] ?? 0) * (b[i + 2] ?? 0);
    s3 += (a[i + 3] ?? 0) * (b[i + 3] ?? 0);
  }
  for (; i < to; i++) s0 += (a[i] ?? 0) * (b[i] ?? 0);
  return s0 + s1 + (s2 + s3);
}
