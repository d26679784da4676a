// Floor 2, relationships. Two columns of returns → Pearson's correlation. A column is centred and scaled once, so that a pair
// of equal length costs one product.
import type { MarketSymbol } from "#schemas/units.ts";

/** Below this standard deviation a column of log returns shows rounding, not movement. */
const FLAT_STD_DEV = 1e-12;

/** One market's returns, and the same centred at 0 with length 1. */
export interface ReturnLine {
  readonly symbol: MarketSymbol;
  readonly returns: Float64Array;
  readonly unit: Float64Array;
}

/** Null where the price has not moved: it correlates with nothing. */
export function returnLine(symbol: MarketSymbol, returns: Float64Array): ReturnLine | null {
  const unit = centredUnit(returns);
  return unit === null ? null : { symbol, returns, unit };
}

/**
 * Pearson's correlation, -1 to 1 but for rounding, over the newest returns that both have. Null where one of the two has
 * not moved in them.
 */
export function correlationOf(a: ReturnLine, b: ReturnLine): number | null {
  const count = Math.min(a.unit.length, b.unit.length);
  const [left, right] = [unitOfNewest(a, count), unitOfNewest(b, count)];
  return left === null || right === null ? null : dot(left, right);
}

const unitOfNewest = (line: ReturnLine, count: number): Float64Array | null =>
  line.unit.length === count ? line.unit : centredUnit(line.returns.subarray(line.returns.length - count));

function centredUnit(values: Float64Array): Float64Array | null {
  const unit = new Float64Array(values.length);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? Number.NaN;
  const mean = sum / values.length;
  for (let i = 0; i < values.length; i++) unit[i] = (values[i] ?? Number.NaN) - mean;
  const length = Math.sqrt(dot(unit, unit));
  if (!(length > FLAT_STD_DEV * Math.sqrt(values.length))) return null;
  for (let i = 0; i < unit.length; i++) unit[i] = (unit[i] ?? Number.NaN) / length;
  return unit;
}

/** Four sums side by side, always in this order: faster than one, and the same on every machine. */
function dot(a: Float64Array, b: Float64Array): number {
  const { length } = a;
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < length; i += 4) {
    s0 += (a[i] ?? 0) * (b[i] ?? 0);
    s1 += (a[i + 1] ?? 0) * (b[i + 1] ?? 0);
    s2 += (a[i + 2] ?? 0) * (b[i + 2] ?? 0);
    s3 += (a[i + 3] ?? 0) * (b[i + 3] ?? 0);
  }
  for (; i < length; i++) s0 += (a[i] ?? 0) * (b[i] ?? 0);
  return s0 + s1 + (s2 + s3);
}
