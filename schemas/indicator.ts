// Floor 1. Indicator values of one window.
import { z } from "zod";
import { Count, Percent } from "./units.ts";

/** Rows that a window has at least before its grid point moves on, where there are so many: the warm-up of an Analysis. */
export const WARMUP_ROWS = 400;
/** Grid points are this many candles apart, counted from 1970. */
export const GRID_ROWS = 200;
/** Wilder's RSI differs from its full-history value by less than 1e-6 from here on (measured: 250 candles, 0.4 % vol). */
export const FULL_WARMUP_CANDLES = 250;
/** Under this many candles there is no Bollinger band, hence no values at all. */
export const MIN_CANDLES = 20;
/**
 * Rows without a candle are filled (previous close, volume 0). Of the newest `rows` of a window at most `max` may be, and its
 * newest may not.
 */
export const FILLED_LIMITS = { lately: { rows: 20, max: 3 }, before: { rows: 100, max: 12 } } as const;

export const RSI_PERIOD = 14;
/** Wilder 1978: RSI under the one and over the other are called oversold and overbought. */
export const OVERSOLD_RSI = 30;
export const OVERBOUGHT_RSI = 70;
export const ATR_PERIOD = 14;
export const BOLLINGER_PERIOD = 20;
export const BOLLINGER_DEVIATIONS = 2;

/** `full` from 250 received candles, `partial` from 20, `insufficient` below, or where FILLED_LIMITS are exceeded. */
export const Warmup = z.enum(["full", "partial", "insufficient"]);
export type Warmup = z.infer<typeof Warmup>;

export const Bollinger = z.object({
  upper: z.number().describe("quote per base"),
  middle: z.number().describe("mean of the last 20 closes, quote per base"),
  lower: z.number().describe("quote per base"),
  bandwidth: z.number().describe("(upper - lower) / middle, a ratio"),
  percentB: z
    .number()
    .nullable()
    .describe("(close - lower) / (upper - lower), a ratio; null where the band has no width"),
});
export type Bollinger = z.infer<typeof Bollinger>;

/** RSI 0-100 by Wilder 1978, rounded to 6 decimals; Bollinger 20, 2 with population deviation; ATR by Wilder, 9 significant digits. */
export const IndicatorSnapshot = z.object({
  rsiWilder: z.number().min(0).max(100).nullable().describe("RSI by Wilder 1978 over 14 candles, 0 to 100"),
  bollinger: Bollinger.nullable().describe("20 candles, 2 population deviations"),
  atr: z.number().nonnegative().nullable().describe("ATR by Wilder over 14 candles, quote per base"),
  candles: Count.describe("candles received inside the window (holes not counted)"),
  filled: Count.describe("rows of the window that had no candle and carry the previous close"),
  windowStartMs: z.int().describe("open time of the window's first candle; UTC epoch ms"),
  warmup: Warmup.describe("`insufficient`: too few candles or too many holes for any value"),
  flat: z.boolean().describe("no close inside the window differs from the one before it: RSI is 50 by definition"),
});
export type IndicatorSnapshot = z.infer<typeof IndicatorSnapshot>;

/**
 * How the price has moved inside the window. Changes in percent of the earlier close; null where the window does not reach
 * back that far, or has too few candles for any value.
 */
export const Trend = z.object({
  changeHourPct: Percent.nullable().describe(
    "against the close one hour before; on candles of an hour or more against the close before",
  ),
  changeDayPct: Percent.nullable().describe("against the close 24 hours before"),
  dayHigh: z.number().nullable().describe("highest high of the last 24 hours, quote per base"),
  dayLow: z.number().nullable().describe("lowest low of the last 24 hours, quote per base"),
  direction: z
    .enum(["up", "down", "sideways"])
    .nullable()
    .describe(
      "`up`: the close is over the mean of the last 50 closes, and that mean over what it was 20 candles before; `down` likewise",
    ),
  hourMoveDailySigmas: z
    .number()
    .nullable()
    .describe(
      "ln of the change of `changeHourPct` (on 4h and 1d: of one candle), in standard deviations of a day as shown before",
    ),
});
export type Trend = z.infer<typeof Trend>;

/** Nothing is known of the way the price has taken. */
export const NO_TREND: Trend = Object.freeze({
  changeHourPct: null,
  changeDayPct: null,
  dayHigh: null,
  dayLow: null,
  direction: null,
  hourMoveDailySigmas: null,
});
