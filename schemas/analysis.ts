// Floor 1. The Analysis: one Khala record of a market, without any strategy's opinion; and the words of freshness.
import { z } from "zod";
import { hashOf } from "./hash.ts";
import { IndicatorSnapshot, Trend } from "./indicator.ts";
import { DataNote } from "./market.ts";
import { SecurityReport } from "./security.ts";
import { MarketSymbol, Timeframe, UnixMs, VenueId } from "./units.ts";

/** Raised whenever the stored shape changes; a record of a version that is not known is refused by name, never misread. */
export const ANALYSIS_SCHEMA_VERSION = 4;

/** The key of an analysis. Nothing ever crosses venue, symbol or timeframe. */
export const AnalysisKey = z.object({ venueId: VenueId, symbol: MarketSymbol, timeframe: Timeframe });
export type AnalysisKey = z.infer<typeof AnalysisKey>;

export const Analysis = AnalysisKey.extend({
  /** Hash of venue name, symbol, timeframe, definition, asOf and source digests; not of computedAt, origin or validity. */
  id: z.string(),
  schemaVersion: z.literal(ANALYSIS_SCHEMA_VERSION),
  /** Which definitions made it; a changed definition makes old records stale. */
  definitionId: z.string(),
  /** The venue's short name: `sim`, `replay` or the ccxt id. */
  venue: z.string(),
  /** Law 10: true wherever prices are invented. */
  simulated: z.boolean(),
  /** Market time: close of the newest candle used. */
  asOfMs: UnixMs,
  /** The injected clock's now when it was computed. */
  computedAtMs: UnixMs,
  /** The source was asked at this moment and had nothing newer. */
  checkedThroughMs: UnixMs,
  /** End of the part that expires first (security); candles are judged by the newest closed one. */
  validUntilMs: UnixMs,
  origin: z.enum(["sleep", "test-time"]),
  /** Close of the newest candle. */
  price: z.number().positive(),
  indicators: IndicatorSnapshot,
  trend: Trend,
  security: SecurityReport,
  notes: z.array(DataNote),
  /** Digests of what it was made from. */
  sources: z.object({ candles: z.string(), security: z.string() }),
});
export type Analysis = z.infer<typeof Analysis>;

/** Why its newest candle is in doubt, so that nothing is decided on it; null: it is not. */
export const pendingReason = ({ notes }: Pick<Analysis, "notes">): string | null =>
  notes.find(({ kind }) => kind === "pending")?.text ?? null;

/**
 * Content address of an analysis (32 hex digits): market, definition, asOf and the digests of its sources, of which its values
 * are a function. The venue's short name, not its id: a replay folder's id covers every file in it, and a candle added after
 * asOf must change nothing; the candles themselves are in the source digest.
 */
export const analysisId = (
  a: Pick<Analysis, "venue" | "symbol" | "timeframe" | "definitionId" | "asOfMs" | "sources">,
): string =>
  hashOf({
    asOfMs: a.asOfMs,
    definitionId: a.definitionId,
    key: [a.venue, a.symbol, a.timeframe],
    sources: a.sources,
  });

/** Why a record that exists does not count as fresh. */
export const StaleReason = z.enum([
  "behind",
  "no-candle",
  "drifted",
  "source-changed",
  "security-expired",
  "definition-changed",
  "invalidated",
]);
export type StaleReason = z.infer<typeof StaleReason>;

/** The answer of `recall`. `ageMs` counts from data time (asOfMs). */
export type Recall<Record extends Analysis = Analysis> =
  | { readonly status: "fresh"; readonly record: Record; readonly ageMs: number }
  | { readonly status: "stale"; readonly record: Record; readonly ageMs: number; readonly reason: StaleReason }
  | { readonly status: "missing" };
