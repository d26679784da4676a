// Candles for the indicator tests: seeded walks, and series with holes where they are wanted.
import fc from "fast-check";
import type { CandleSeries } from "#schemas/market.ts";
import { MarketSymbol, type UnixMs, unixMs } from "#schemas/units.ts";

export const SYMBOL = MarketSymbol.parse("TEST/USDT");
export const FIVE_MINUTES_MS = 300_000;
/** Open time of every test series' first slot. */
const START_MS = 1_700_000_100_000 - (1_700_000_100_000 % FIVE_MINUTES_MS);

/** Open time of slot `index`. */
export const openAt = (index: number): UnixMs => unixMs(START_MS + index * FIVE_MINUTES_MS);
/** Close time of slot `index`. */
export const closeAt = (index: number): UnixMs => openAt(index + 1);

/** What a walk is like. */
export interface WalkShape {
  readonly seed: number;
  readonly length: number;
  readonly price: number;
  /** Largest step, as a share of the price. */
  readonly step: number;
  /** Share of closes that repeat the one before. */
  readonly flatShare: number;
  /** From this close on, the price is multiplied by `rescale` and the walk goes on there. */
  readonly rescaleAt: number;
  readonly rescale: number;
  /** From here on, `frozen` closes in a row are equal. */
  readonly freezeAt: number;
  readonly frozen: number;
}

export const CALM: Omit<WalkShape, "seed" | "length"> = {
  price: 100,
  step: 0.004,
  flatShare: 0,
  rescaleAt: -1,
  rescale: 1,
  freezeAt: -1,
  frozen: 0,
};

/** Numbers in [0, 1) by a Lehmer generator (Park and Miller 1988): the same everywhere. */
export function lehmer(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return (state - 1) / 2_147_483_646;
  };
}

export function walk(shape: WalkShape): Float64Array {
  const random = lehmer(shape.seed);
  const closes = new Float64Array(shape.length);
  let price = shape.price;
  for (let i = 0; i < closes.length; i++) {
    const isFrozen = i >= shape.freezeAt && i < shape.freezeAt + shape.frozen;
    const move = 1 + (random() - 0.5) * 2 * shape.step;
    if (!isFrozen && random() >= shape.flatShare) price *= move;
    if (i === shape.rescaleAt) price *= shape.rescale;
    closes[i] = price;
  }
  return closes;
}

/** Walks of all sorts: price scales 1e-8 to 1e6, flat and frozen stretches, falls and rises of the scale. */
export const walkShape = (length: { readonly min: number; readonly max: number }): fc.Arbitrary<WalkShape> =>
  fc.record({
    seed: fc.integer({ min: 0, max: 2 ** 30 }),
    length: fc.integer(length),
    price: fc.integer({ min: -8, max: 6 }).map((exponent) => 10 ** exponent),
    step: fc.constantFrom(1e-6, 1e-4, 0.004, 0.05),
    flatShare: fc.constantFrom(0, 0, 0.1, 0.2, 0.25, 0.5, 0.95),
    rescaleAt: fc.integer({ min: -1, max: length.max }),
    rescale: fc.constantFrom(1, 1e-12, 1e-8, 1e-6, 1e-3, 0.5, 2, 1e3, 1e6, 1e8),
    freezeAt: fc.integer({ min: -1, max: length.max }),
    frozen: fc.constantFrom(0, 0, 10, 30, 100, 115, 130, 400, 600),
  });

/** A series of these closes; slots in `missing` are holes. High and low stand 0.1 % off open and close. */
export function seriesOf(
  closes: Float64Array | readonly number[],
  missing: ReadonlySet<number> = new Set(),
): CandleSeries {
  const rows = Array.from(closes, (close, slot) => ({ close, open: closes[slot - 1] ?? close, slot })).filter(
    ({ slot }) => !missing.has(slot),
  );
  const column = (value: (row: (typeof rows)[number]) => number): Float64Array => Float64Array.from(rows, value);
  return {
    symbol: SYMBOL,
    timeframe: "5m",
    openMs: column((row) => openAt(row.slot)),
    open: column((row) => row.open),
    high: column((row) => Math.max(row.open, row.close) * 1.001),
    low: column((row) => Math.min(row.open, row.close) * 0.999),
    close: column((row) => row.close),
    volume: column((row) => 10 + row.slot),
    notes: [],
    askedFromMs: unixMs(0),
    checkedThroughMs: closeAt(closes.length),
  };
}

/** Slots without a candle: a few runs of 1 to 40, never slot 0. */
export const holes = (length: number): fc.Arbitrary<ReadonlySet<number>> =>
  fc
    .array(fc.tuple(fc.integer({ min: 1, max: length }), fc.constantFrom(1, 2, 10, 14, 15, 16, 40)), { maxLength: 4 })
    .map((runs) => new Set(runs.flatMap(([at, count]) => Array.from({ length: count }, (_, i) => at + i))));
