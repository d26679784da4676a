// Floor 4, live. Stops that follow the price, at a real venue: the candles that have closed since they were last looked at raise them. The
// paper venue reports those ranges itself.
import { isPassing } from "#schemas/errors.ts";
import { newestClosed } from "#schemas/market.ts";
import { decimalFromNumber, type Price } from "#schemas/money.ts";
import type { ExecutionReport } from "#schemas/ports/trading.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { type MarketSymbol, timeframeMs, unixMs } from "#schemas/units.ts";
import type { CoverDesk } from "./cover.ts";
import { type Sent, sendInTurn, takeReports } from "./send.ts";

/** After a restart, and after hours without the venue: so many candles back are looked at. A stop is never lowered by them. */
const MOST_CANDLES = 200;

export async function trailStops(desk: CoverDesk, options: CallOptions): Promise<Sent> {
  const problems: string[] = [];
  const ranges: ExecutionReport[] = [];
  const { timeframe } = desk.config;
  const nowMs = desk.clock.now();
  const closedMs = newestClosed(nowMs, timeframe, desk.marketData.graceMs);
  const looked: MarketSymbol[] = [];
  for (const [symbol, sinceMs] of trailedMarkets(desk)) {
    const fromMs = Math.max(sinceMs, closedMs - MOST_CANDLES * timeframeMs(timeframe));
    if (fromMs >= closedMs) continue;
    try {
      const asked = { symbol, timeframe, nowMs, fromMs: unixMs(fromMs) };
      const { openMs, high, low } = await desk.marketData.candles(asked, options);
      for (const [row, opened] of openMs.entries()) {
        ranges.push({
          type: "range",
          atMs: unixMs(opened + timeframeMs(timeframe)),
          openMs: unixMs(opened),
          symbol,
          high: decimalFromNumber(high[row] ?? 0) as Price,
          low: decimalFromNumber(low[row] ?? 0) as Price,
        });
      }
      looked.push(symbol);
    } catch (error) {
      if (!isPassing(error)) throw error;
      problems.push(`${symbol}: its stop does not follow the price yet: ${error.message}`);
    }
  }
  const { events } = await takeReports(desk, ranges, options);
  for (const symbol of looked) desk.venueReports.trailedMs.set(symbol, closedMs);
  if (events.length === 0) return { events, problems };
  const sent = await sendInTurn(desk, options, false);
  return { events: [...events, ...sent.events], problems: [...problems, ...sent.problems] };
}

/** Markets in which a stop follows the price, and the close up to which that was looked at; 0: not in this process. */
function trailedMarkets({ account, venueReports }: CoverDesk): ReadonlyMap<MarketSymbol, number> {
  const markets = new Map<MarketSymbol, number>();
  for (const { entry, entryPrice } of account.portfolio().brackets.values()) {
    if (entryPrice === null || (entry.bracket?.trailing.length ?? 0) === 0) continue;
    markets.set(entry.symbol, venueReports.trailedMs.get(entry.symbol) ?? 0);
  }
  return markets;
}
