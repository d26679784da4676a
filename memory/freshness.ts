// Floor 2. Stored analysis + now (+ price at hand) → fresh, or stale with the one reason that counts. Pure.
import type { Analysis, Recall, StaleReason } from "#schemas/analysis.ts";
import { newestClosed } from "#schemas/market.ts";
import type { StoredAnalysis } from "#schemas/ports/memory.ts";

/** What freshness is judged by, the same for every record of one venue. */
export interface FreshnessRules {
  /** The venue's grace: how long after a close its candle may still change, ms. */
  readonly graceMs: number;
  /** The definitions that are in force now. */
  readonly definitionId: string;
  /** Distance from the record's price that makes it stale, in ATR. */
  readonly driftAtr: number;
}

export interface FreshnessQuestion extends FreshnessRules {
  readonly stored: Pick<StoredAnalysis, "record" | "invalidated">;
  readonly nowMs: number;
  /** A price that is already at hand; without one drift is not judged. */
  readonly price?: number | undefined;
}

/**
 * Judges one record. Fresh iff no reason applies. Where several do, the first of this order is named, so that the
 * reason says what would be wrong even if all that follows were mended:
 * `invalidated` or `source-changed` (it was taken back) · `definition-changed` (its values mean something else) ·
 * `behind` or `no-candle` (it misses the newest closed candle) · `security-expired` · `drifted`.
 */
export function judgeFreshness(question: FreshnessQuestion): Exclude<Recall, { status: "missing" }> {
  const { record } = question.stored;
  const ageMs = question.nowMs - record.asOfMs;
  const reason = staleReason(question);
  return reason === null ? { status: "fresh", record, ageMs } : { status: "stale", record, ageMs, reason };
}

function staleReason(question: FreshnessQuestion): StaleReason | null {
  const { stored, nowMs, graceMs, definitionId } = question;
  const { record } = stored;
  if (stored.invalidated !== null) return stored.invalidated.reason;
  if (record.definitionId !== definitionId) return "definition-changed";
  const closeMs = newestClosed(nowMs, record.timeframe, graceMs);
  if (record.asOfMs < closeMs) return wasAskedAfter(record, closeMs + graceMs, nowMs) ? "no-candle" : "behind";
  if (nowMs >= record.security.validUntilMs) return "security-expired";
  return hasDrifted(record, question) ? "drifted" : null;
}

// A check made later than `nowMs` is not known yet at `nowMs` (law 3), however it got into the record.
const wasAskedAfter = (record: Analysis, publishedMs: number, nowMs: number): boolean =>
  record.checkedThroughMs >= publishedMs && record.checkedThroughMs <= nowMs;

function hasDrifted(record: Analysis, { price, driftAtr }: FreshnessQuestion): boolean {
  const { atr } = record.indicators;
  return price !== undefined && atr !== null && Math.abs(price - record.price) > driftAtr * atr;
}
