// Returns that correlate as much as is asked for, and series of candles that have them.
import type { CandleSeries } from "#schemas/market.ts";
import { type MarketSymbol, type Timeframe, timeframeMs, unixMs } from "#schemas/units.ts";
import { randomFrom } from "#test/support/synthetic-market.ts";

export const HOUR_MS = unixMs(Date.UTC(2024, 2, 1, 20, 0));

export const symbolOf = (name: string): MarketSymbol => `${name}/USDT` as MarketSymbol;

/** Uniform between -1 and 1, from a seed. */
export function noise(seed: number, length: number): Float64Array {
  const random = randomFrom(seed);
  return Float64Array.from({ length }, () => random() * 2 - 1);
}

/** `share` of the move is everybody's of that group, the rest its own. */
export function groupReturns(group: number, own: number, share: number, length = 288): Float64Array {
  const common = noise(group, length);
  const self = noise(1000 + own, length);
  return common.map((value, i) => 0.01 * (share * value + Math.sqrt(1 - share ** 2) * (self[i] ?? 0)));
}

/** Candles whose last returns up to `HOUR_MS` are these; slots in `missing` (0 is the first candle) are holes. */
export function seriesWith(
  symbol: MarketSymbol,
  returns: Float64Array,
  {
    timeframe = "5m",
    missing = new Set(),
    after = [],
  }: {
    readonly timeframe?: Timeframe;
    readonly missing?: ReadonlySet<number>;
    /** Closes after the hour, as shares of the last one before. */
    readonly after?: readonly number[];
  } = {},
): CandleSeries {
  const stepMs = timeframeMs(timeframe);
  const closes = [100];
  for (const value of returns) closes.push((closes.at(-1) ?? 0) * Math.exp(value));
  const last = closes.at(-1) ?? 0;
  const firstMs = HOUR_MS - closes.length * stepMs;
  const rows = [...closes, ...after.map((share) => last * share)]
    .map((close, slot) => ({ close, openMs: firstMs + slot * stepMs, slot }))
    .filter(({ slot }) => !missing.has(slot));
  const close = Float64Array.from(rows, (row) => row.close);
  return {
    symbol,
    timeframe,
    openMs: Float64Array.from(rows, (row) => row.openMs),
    open: close,
    high: close,
    low: close,
    close,
    volume: close.map(() => 1),
    notes: [],
    askedFromMs: unixMs(0),
    checkedThroughMs: unixMs(HOUR_MS + after.length * stepMs),
  };
}

/** Pearson's correlation by its definition, with none of the desk's code. */
export function pearson(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((value, i) => {
    const [x, y] = [value - meanA, (b[i] ?? 0) - meanB];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  });
  return ab / Math.sqrt(aa * bb);
}
