// Floor 1. Markets, candles, tickers, and the one definition of a closed candle.
import { z } from "zod";
import { VenueMark } from "./coin.ts";
import { Decimal } from "./money.ts";
import { MarketSymbol, type Timeframe, timeframeMs, type UnixMs, unixMs } from "./units.ts";

/** A spot market and the filters its orders must pass. */
export const Market = z.object({
  symbol: MarketSymbol,
  base: z.string(),
  quote: z.string(),
  active: z.boolean(),
  /** Smallest price increment, in quote per base. */
  tickSize: Decimal,
  /** Smallest quantity increment, in base. */
  stepSize: Decimal,
  /** Smallest and largest quantity of one order, in base; null: no largest one is known. */
  minQuantity: Decimal,
  maxQuantity: Decimal.nullable(),
  /** Smallest order value, in quote. */
  minNotional: Decimal,
  /** Taker fee in basis points; null means that the desk's own assumption holds. */
  feeBps: z.number().nonnegative().nullable(),
  /** Slippage a side in basis points; left out: the desk's own assumption holds. */
  slippageBps: z.number().nonnegative().optional(),
  /** Currency in which the venue takes the fee of a buy. */
  buyFeeIn: z.enum(["quote", "base"]),
  /** True where tick, step, minimum or fee are the desk's stated assumption, not the venue's word. */
  assumed: z.boolean(),
  /** What the venue itself marks it with; left out: nothing. */
  marks: z.array(VenueMark).optional(),
});
export type Market = z.infer<typeof Market>;

/** True where the venue does not list it any more. Of one that has listed nothing yet, nothing is known. */
export const isGone = (markets: ReadonlyMap<MarketSymbol, unknown>, symbol: MarketSymbol): boolean =>
  markets.size > 0 && !markets.has(symbol);

/** One candle. Prices are float64 (indicator side); the border to money is `money.ts`. */
export const Candle = z
  .object({
    openMs: z.int().nonnegative(),
    open: z.number().positive(),
    high: z.number().positive(),
    low: z.number().positive(),
    close: z.number().positive(),
    volume: z.number().nonnegative(),
  })
  .refine((c) => c.low <= Math.min(c.open, c.close) && c.high >= Math.max(c.open, c.close), {
    error: "expected low <= open, close <= high",
  });
export type Candle = z.infer<typeof Candle>;

/** Something noticed about the data that does not stop the work; shown in the analysis. */
export const DataNote = z.object({
  kind: z
    .enum(["hole", "duplicate", "jump", "implausible", "pending"])
    .describe("`implausible`: a candle that was left out for good; `pending`: one that waits for a second word"),
  atMs: z.int().describe("when it was; UTC epoch ms"),
  text: z.string(),
});
export type DataNote = z.infer<typeof DataNote>;

/**
 * What is held of a candle out of all proportion: `pending` until the next candle or a second source speaks, then `agreed`, and
 * it counts, or `hole`, and it never does.
 */
export const CandleVerdict = z.object({
  openMs: z.int().nonnegative(),
  verdict: z.enum(["pending", "agreed", "hole"]),
  /** The moment for which it was decided. */
  knownMs: z.int().nonnegative(),
});
export type CandleVerdict = z.infer<typeof CandleVerdict>;

/** The newest closed candle of a market, while it is in doubt. */
export interface PendingCandle {
  readonly openMs: number;
  /** What a trader reads: market, candle, price, and what is waited for. */
  readonly text: string;
}

/** A column for each field of a candle. */
export type CandleColumns = Readonly<Record<keyof Candle, Float64Array>>;

/** Each of them as `make` gives it. */
export const candleColumns = (make: (name: keyof Candle) => Float64Array): CandleColumns => ({
  openMs: make("openMs"),
  open: make("open"),
  high: make("high"),
  low: make("low"),
  close: make("close"),
  volume: make("volume"),
});

/**
 * Closed candles of one market in columns of equal length, oldest first, strictly ascending `openMs`, each a multiple
 * of the timeframe. Columns because the kernels run over them; holes are absent rows, filled only by the window.
 */
export interface CandleSeries extends CandleColumns {
  readonly symbol: MarketSymbol;
  readonly timeframe: Timeframe;
  readonly notes: readonly DataNote[];
  /** From this open time on the source was asked, and answered in full: it has no other candle up to `checkedThroughMs`. */
  readonly askedFromMs: UnixMs;
  /** The moment for which the source was asked: it had no later closed candle then. */
  readonly checkedThroughMs: UnixMs;
  /** Set: there is one candle more, which is in doubt and not among these. */
  readonly pending?: PendingCandle;
  /** Open times of candles that were in doubt at their own close, and are here since the next agreed. */
  readonly agreedLate?: ReadonlySet<number>;
  /** Received candles from which a window counts as full, whatever indicators need; left out: as ever. */
  readonly fullFrom?: number;
}

/** One row of the columns as a candle; null: there is no such row. */
export function candleAt(series: CandleSeries, row: number): Candle | null {
  const openMs = series.openMs[row];
  if (openMs === undefined) return null;
  const { open, high, low, close, volume } = series;
  return {
    openMs,
    open: open[row] ?? Number.NaN,
    high: high[row] ?? Number.NaN,
    low: low[row] ?? Number.NaN,
    close: close[row] ?? Number.NaN,
    volume: volume[row] ?? Number.NaN,
  };
}

/**
 * Notes of a slice, by the open times of its first and last candle. A jump into the first candle is left out: it
 * compares with a candle outside, so a source that returns no more than the slice could not have seen it.
 */
export const notesWithin = (
  notes: readonly DataNote[],
  firstOpenMs: number | undefined,
  lastOpenMs: number | undefined,
): readonly DataNote[] =>
  firstOpenMs === undefined || lastOpenMs === undefined
    ? []
    : notes.filter(
        (note) =>
          note.atMs <= lastOpenMs && (note.kind === "jump" ? note.atMs > firstOpenMs : note.atMs >= firstOpenMs),
      );

/** The rows of a series, oldest first. */
export const candlesOf = (series: CandleSeries): readonly Candle[] =>
  Array.from(series.openMs.keys()).flatMap((row) => candleAt(series, row) ?? []);

/** Best bid and ask, and the traded value of the last 24 h in quote currency (null where the venue does not say). */
export const Ticker = z.object({
  symbol: MarketSymbol,
  /** Null where the venue does not say when: of unknown age, which is not fresh. */
  atMs: z.int().nullable(),
  bid: z.number().positive(),
  ask: z.number().positive(),
  last: z.number().positive(),
  quoteVolume: z.number().nonnegative().nullable(),
});
export type Ticker = z.infer<typeof Ticker>;

/**
 * Close time of the newest candle that is closed at `nowMs`, which law 1 says is openMs + timeframeMs <= nowMs - graceMs; the
 * data time of a fresh analysis.
 */
export function newestClosed(nowMs: number, timeframe: Timeframe, graceMs: number): UnixMs {
  const lengthMs = timeframeMs(timeframe);
  return unixMs(Math.floor((nowMs - graceMs) / lengthMs) * lengthMs);
}

/** Open time of the first of the newest `rows` candles that law 1 calls closed at `nowMs`, were there no hole; not before 1970. */
export const openOfNewest = (
  rows: number,
  { nowMs, timeframe, graceMs }: { readonly nowMs: number; readonly timeframe: Timeframe; readonly graceMs: number },
): UnixMs => unixMs(Math.max(0, newestClosed(nowMs, timeframe, graceMs) - rows * timeframeMs(timeframe)));
