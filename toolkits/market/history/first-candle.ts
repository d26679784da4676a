// Floor 2. From when on a venue has candles of a market at all, asked in two calls at most instead of page by page through years in which
// it was not listed, or which the venue no longer keeps.
import { isPassing, UnknownNameError } from "#schemas/errors.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { DAY_MS, startOfDay, timeframeMs, toIso, type UnixMs, unixMs } from "#schemas/units.ts";
import type { DownloadRequest } from "./download-request.ts";

/** A shorter range is read as it is. */
const LONG_DAYS = 30;
/** Some venues keep the newest so many candles and answer with them whatever is asked for. */
const NEWEST = 1500;

export interface FirstCandle {
  /** Nothing is to be had before. */
  readonly fromMs: UnixMs;
  /** The market has no earlier candle from here on; as `fromMs` where it only is no longer kept. */
  readonly askedFromMs: UnixMs;
  /** Why, for people; null: it has all that is asked for. */
  readonly note: string | null;
}

export async function firstCandleOf(
  source: Pick<MarketData, "candles" | "venue">,
  { symbol, timeframe, fromMs, toMs }: DownloadRequest,
  /** By which what closes at `toMs` has closed. */
  nowMs: UnixMs,
  options: CallOptions,
): Promise<FirstCandle> {
  const lengthMs = timeframeMs(timeframe);
  const whole: FirstCandle = { fromMs, askedFromMs: fromMs, note: null };
  const newestFromMs = Math.max(fromMs, toMs - NEWEST * lengthMs);
  const newest = await source.candles({ symbol, timeframe, nowMs, fromMs: unixMs(newestFromMs) }, options);
  if (newest.askedFromMs > newestFromMs) {
    const note = `${source.venue} keeps no ${timeframe} candles of ${symbol} from before ${toIso(newest.askedFromMs)}`;
    return { fromMs: newest.askedFromMs, askedFromMs: newest.askedFromMs, note };
  }
  if (toMs - fromMs < LONG_DAYS * DAY_MS || timeframe === "1d") return whole;
  try {
    const days = await source.candles({ symbol, timeframe: "1d", nowMs, fromMs: startOfDay(fromMs) }, options);
    const listedMs = days.openMs[0];
    if (listedMs === undefined || days.askedFromMs > startOfDay(fromMs) || listedMs <= fromMs) return whole;
    return { ...whole, fromMs: unixMs(listedMs) };
  } catch (error) {
    options.signal.throwIfAborted();
    // Venues without candles of a day are read page by page.
    if (error instanceof UnknownNameError || isPassing(error)) return whole;
    throw error;
  }
}
