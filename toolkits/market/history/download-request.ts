// Floor 2. What is downloaded of one market, and the moment to ask a venue at so that all of it has closed.
import type { MarketData } from "#schemas/ports/market.ts";
import { type MarketSymbol, type Timeframe, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";

/** Candles that open from `fromMs` on and close by `toMs`. */
export interface DownloadRequest {
  readonly symbol: MarketSymbol;
  readonly timeframe: Timeframe;
  readonly fromMs: UnixMs;
  readonly toMs: UnixMs;
}

/** A venue's clock that is behind ours by less hides no candle of a range that ended long ago. */
const CLOCK_MARGIN_MS = 59_000;

/** Late enough for the candle that closes at `toMs`, too early for the next; never later than it is. */
export const askingMs = (
  { graceMs }: Pick<MarketData, "graceMs">,
  { timeframe, toMs }: Pick<DownloadRequest, "timeframe" | "toMs">,
  nowMs: UnixMs,
): UnixMs => unixMs(Math.min(toMs + graceMs + Math.min(timeframeMs(timeframe) - 1, CLOCK_MARGIN_MS), nowMs));
