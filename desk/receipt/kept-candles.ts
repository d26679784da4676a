// Floor 4. The versions of candles that Khala keeps → a source of candles as they stand now, or as they were known at a moment. Nobody
// is asked: what is not kept is not there.
import type { CandleSeries } from "#schemas/market.ts";
import { candleColumns } from "#schemas/market.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import type { CandleStore, CandleVersion } from "#schemas/ports/memory.ts";
import { timeframeMs, unixMs } from "#schemas/units.ts";
import { screenedMarketData } from "#toolkits/market/screen-candles.ts";
import type { Desk } from "../desk.ts";
import { screenOf } from "../screened-venue.ts";

/** So many candles before the first one asked for show that the store has them from there on, whatever holes there are. */
const BEFORE = 50;

type KeptDesk = Pick<Desk, "marketData" | "markets" | "windows">;

/**
 * Candles of a market as a receipt reads them. Where they cannot change (folders, the simulation) they are the venue's own.
 * @param knownMs as they were known then; null: as they stand
 */
export function candlesAsKnown(desk: KeptDesk, candles: CandleStore, knownMs: number | null): MarketData {
  if (desk.windows === null) return desk.marketData;
  const { venueId, graceMs } = desk.marketData;
  const kept: MarketData = {
    ...desk.marketData,
    turnovers: async () => new Map(),
    tickers: async () => [],
    async candles({ symbol, timeframe, nowMs, fromMs }, options): Promise<CandleSeries> {
      const lengthMs = timeframeMs(timeframe);
      const range = { fromMs: fromMs - BEFORE * lengthMs, toMs: nowMs - graceMs - lengthMs + 1 };
      const rows = await candles.versions({ venueId, symbol, timeframe }, range, options);
      const known = rows.filter(isKnownAt(knownMs));
      const asked = known.filter(({ openMs }) => openMs >= fromMs);
      const isWhole = known.some(({ openMs }) => openMs <= fromMs);
      return {
        symbol,
        timeframe,
        ...candleColumns((name) => Float64Array.from(asked, (row) => row[name])),
        notes: [],
        // From before the first that is kept nobody knows what there was.
        askedFromMs: isWhole ? fromMs : unixMs(asked[0]?.openMs ?? nowMs),
        checkedThroughMs: nowMs,
      };
    },
  };
  const verdicts = { verdicts: candles.verdicts, putVerdicts: async () => {} };
  return screenedMarketData(kept, screenOf({ marketData: kept, markets: desk.markets }, verdicts, false));
}

const isKnownAt =
  (knownMs: number | null) =>
  ({ knownFromMs, replacedMs }: CandleVersion): boolean =>
    knownMs === null ? replacedMs === null : knownFromMs <= knownMs && (replacedMs === null || replacedMs > knownMs);
