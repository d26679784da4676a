// Floor 2. A folder that was read → a venue whose past is known: at any `nowMs` it shows what had closed by then.

import type { CandleSeries, Ticker } from "#schemas/market.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import { DAY_MS, type MarketSymbol, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { firstIndexAbove, selectClosed } from "./closed-candles.ts";
import type { ReplayFolder } from "./replay/folder.ts";

const GRACE_MS = 0;

/**
 * The last closed candle as a ticker: its close is bid, ask and last alike, since a file of candles knows no spread
 * (costs carry it instead). The traded value is the sum of close × volume over the candles closed in the last 24 h.
 */
function closeAsTicker(
  symbol: MarketSymbol,
  { openMs, close, volume, timeframe }: CandleSeries,
  nowMs: UnixMs,
): Ticker | null {
  const lengthMs = timeframeMs(timeframe);
  const end = firstIndexAbove(openMs, nowMs - GRACE_MS - lengthMs);
  const last = close[end - 1];
  if (last === undefined) return null;
  let quoteVolume = 0;
  for (let i = firstIndexAbove(openMs, nowMs - DAY_MS - lengthMs); i < end; i += 1) {
    quoteVolume += (close[i] ?? 0) * (volume[i] ?? 0);
  }
  return { symbol, atMs: unixMs((openMs[end - 1] ?? 0) + lengthMs), bid: last, ask: last, last, quoteVolume };
}

/** `simulated` is false: these prices were recorded, not invented. The venue serves the folder's timeframe and higher ones. */
export function createReplayVenue(folder: ReplayFolder): MarketData {
  const known = new Set(folder.symbols);
  return {
    venueId: folder.venueId,
    venue: "replay",
    simulated: false,
    graceMs: GRACE_MS,
    async markets({ signal }) {
      signal.throwIfAborted();
      return folder.markets();
    },
    async candles({ symbol, timeframe, nowMs, fromMs }, { signal }) {
      signal.throwIfAborted();
      return selectClosed(folder.series(symbol, timeframe), { nowMs, graceMs: GRACE_MS, fromMs });
    },
    async turnovers({ nowMs }, { signal }) {
      signal.throwIfAborted();
      return new Map(
        folder.symbolsWithCandles.flatMap((symbol) => {
          const ticker = closeAsTicker(symbol, folder.series(symbol), nowMs);
          return ticker === null ? [] : [[symbol, ticker.quoteVolume ?? 0] as const];
        }),
      );
    },
    async tickers({ symbols, nowMs }, { signal }) {
      signal.throwIfAborted();
      return symbols
        .filter((symbol) => known.has(symbol))
        .map((symbol) => closeAsTicker(symbol, folder.series(symbol), nowMs))
        .filter((ticker) => ticker !== null);
    },
  };
}
