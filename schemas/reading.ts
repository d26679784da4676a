// Floor 1. The Reading: what one strategy says of one market at one close, and at which next closes it would act.
import { z } from "zod";
import type { Analysis } from "./analysis.ts";
import { hashOf } from "./hash.ts";
import { Warmup } from "./indicator.ts";
import { FloatPrice } from "./money.ts";
import { MarketSymbol, Timeframe, UnixMs, VenueId } from "./units.ts";

/** Raised whenever the stored shape changes; a record of a version that is not known is refused by name, never misread. */
export const READING_SCHEMA_VERSION = 1;

export const LONGEST_TAG = 40;

/** What a strategy lets its trades go by in statistics: one line without control characters. */
export const Tag = z.string().regex(new RegExp(`^[^\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]{1,${LONGEST_TAG}}$`, "u"));

/** What a strategy says of its values alone, whatever is held. */
export const Signal = z.object({
  action: z.enum(["enter", "exit", "hold"]),
  strength: z.number().min(0).max(1).describe("0-1; ranks entries of one slot"),
  reasons: z.array(z.string()),
  tag: Tag.optional().describe("what its trades go by in statistics; left out: nothing"),
});
export type Signal = z.infer<typeof Signal>;

/** Closes of the next candle from `from` to `to`, both included, at which the strategy would act; null: no bound was met within the search. */
export const ActionInterval = z.object({
  action: z.enum(["enter", "exit"]),
  from: FloatPrice.nullable(),
  to: FloatPrice.nullable(),
});
export type ActionInterval = z.infer<typeof ActionInterval>;

/**
 * The strategy asked about closes of the very next candle before that candle is there. Void where that candle is a hole.
 * `exact`: every close of the search · `conditional`: for a stated candle, since the rule reads its volume, high or low ·
 * `not-worked-out`: the search could not bound it, or there are too few candles; that is not "it would not act".
 */
export const ActionLevels = z.object({
  status: z.enum(["exact", "conditional", "not-worked-out"]),
  note: z.string().describe("`conditional`: which candle it was worked out for; `not-worked-out`: why not; else empty"),
  /** The closes looked at: 5 ATR around the last close. Null where nothing was looked at. */
  searched: z.object({ from: FloatPrice, to: FloatPrice }).nullable(),
  intervals: z.array(ActionInterval).describe("by action, then ascending"),
});
export type ActionLevels = z.infer<typeof ActionLevels>;

/** The key of a reading: the market's, and the definition of strategy, parameters and files. Strategies never void each other. */
export const ReadingKey = z.object({
  venueId: VenueId,
  symbol: MarketSymbol,
  timeframe: Timeframe.describe("the base timeframe: whose close the reading is made at"),
  strategyId: z.string(),
  definitionId: z.string(),
});
export type ReadingKey = z.infer<typeof ReadingKey>;

export const Reading = ReadingKey.extend({
  id: z
    .string()
    .describe("hash of venue, symbol, timeframe, definition, asOf and the analyses cited; not of computedAt or origin"),
  schemaVersion: z.literal(READING_SCHEMA_VERSION),
  asOfMs: UnixMs.describe("close of the newest base candle"),
  computedAtMs: UnixMs,
  origin: z.enum(["sleep", "test-time"]),
  analyses: z
    .array(z.object({ timeframe: Timeframe, analysisId: z.string(), asOfMs: UnixMs }))
    .min(1)
    .describe(
      "one analysis a timeframe, the base one first; it is fresh while each covers its own newest closed candle",
    ),
  windowStartMs: z
    .int()
    .describe(
      "open time of the first candle of its own window, which is longer than the analysis' where an indicator needs it",
    ),
  warmup: Warmup,
  values: z
    .record(z.string(), z.array(z.number().nullable()))
    .describe("by name, of now and of the candles that the strategy looks back to, newest first; null: not there yet"),
  signal: Signal,
  levels: ActionLevels,
});
export type Reading = z.infer<typeof Reading>;

/** Content address of a reading (32 hex digits). The venue's short name is in the analyses cited. */
export const readingId = (r: Omit<Reading, "id" | "computedAtMs" | "origin">): string =>
  hashOf([r.symbol, r.timeframe, r.strategyId, r.definitionId, r.asOfMs, r.analyses.map((a) => a.analysisId)]);

/** An analysis with what the desk's strategies say of it, in their order: what answers, pages and documents show. */
export interface MarketView extends Analysis {
  readonly readings: readonly Reading[];
}

/** The record that Khala keeps of a view. */
export const withoutReadings = ({ readings: _, ...analysis }: MarketView): Analysis => analysis;
