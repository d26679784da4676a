// Columns of candles for tests of files: plain ones, and arbitrary ones of values that are easily lost.
import fc from "fast-check";
import { type CandleColumns, candleColumns } from "#schemas/market.ts";
import { FIRST_OPEN_MS, FIVE_MINUTES_MS } from "./candle-files.ts";

const FIELDS = ["openMs", "open", "high", "low", "close", "volume"] as const;

export const sameBits = (a: CandleColumns, b: CandleColumns): boolean =>
  FIELDS.every(
    (field) => a[field].length === b[field].length && a[field].every((v, row) => Object.is(v, b[field][row])),
  );

/** What test/fixtures/candles holds in four formats, written by polars 0.25.2: 40 candles of 5m. */
export function fixtureColumns(): CandleColumns {
  const price = (row: number): number => (1000 + ((row * row) % 17)) / 20_011;
  const row = (at: number) => ({
    openMs: FIRST_OPEN_MS + at * FIVE_MINUTES_MS,
    open: price(at),
    high: Math.max(price(at), price(at + 1)) * 1.001,
    low: Math.min(price(at), price(at + 1)) * 0.999,
    close: price(at + 1),
    volume: (at % 7) / 3,
  });
  const rows = Array.from({ length: 40 }, (_, at) => row(at));
  return candleColumns((field) => Float64Array.from(rows, (one) => one[field]));
}

/** Sane candles on a 5m grid with holes, of any size a float64 has. */
export const anyColumns: fc.Arbitrary<CandleColumns> = fc
  .array(
    fc.record({
      step: fc.integer({ min: 1, max: 3 }),
      prices: fc.tuple(...Array.from({ length: 4 }, () => fc.double({ min: 5e-324, max: 1.7e308, noNaN: true }))),
      volume: fc.oneof(fc.double({ min: 0, max: 1.7e308, noNaN: true }), fc.constantFrom(0, -0, 5e-324)),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map((steps) => {
    let openMs = FIRST_OPEN_MS;
    const rows = steps.map(({ step, prices, volume }) => {
      openMs += step * FIVE_MINUTES_MS;
      const [low = 0, open = 0, close = 0, high = 0] = prices.toSorted((a, b) => a - b);
      return { openMs, open, high, low, close, volume };
    });
    return candleColumns((field) => Float64Array.from(rows, (row) => row[field]));
  });
