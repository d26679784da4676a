// Floor 1. The Analysis: one Khala record of a market, without any strategy's opinion; and the words of freshness.
import { z } from "zod";
import { hashOf } from "./hash.ts";
import { IndicatorSnapshot, Trend } from "./indicator.ts";
import { DataNote } from "./market.ts";
import { FloatPrice } from "./money.ts";
import { SecurityReport } from "./security.ts";
import { MarketSymbol, Timeframe, UnixMs, VenueId } from "./units.ts";

/** Raised whenever the stored shape changes; a record of a version that is not known is refused by name, never misread. */
export const ANALYSIS_SCHEMA_VERSION = 4;

/** The key of an analysis. Nothing ever crosses venue, symbol or timeframe. */
export const AnalysisKey = z.object({ venueId: VenueId, symbol: MarketSymbol, timeframe: Timeframe });
export type AnalysisKey = z.infer<typeof AnalysisKey>;

export const Analysis = AnalysisKey.extend({
  id: z
    .string()
    .describe(
      "hash of venue name, symbol, timeframe, definition, asOf and source digests; not of computedAt, origin or validity",
    ),
  schemaVersion: z.literal(ANALYSIS_SCHEMA_VERSION).describe("raised whenever the shape of the record changes"),
  definitionId: z.string().describe("which definitions made it; a changed definition makes old records stale"),
  venue: z.string().describe("the venue's short name: `sim`, `replay` or the ccxt id"),
  simulated: z.boolean().describe("true wherever prices are invented"),
  asOfMs: UnixMs.describe("market time: close of the newest candle used"),
  computedAtMs: UnixMs.describe("the desk's clock when it was computed"),
  checkedThroughMs: UnixMs.describe("the source was asked at this moment and had nothing newer"),
  validUntilMs: UnixMs.describe(
    "end of the part that expires first (security); candles are judged by the newest closed one",
  ),
  origin: z.enum(["sleep", "test-time"]),
  price: FloatPrice.describe("close of the newest candle"),
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
