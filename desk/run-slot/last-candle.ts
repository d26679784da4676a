// Floor 4. Whether a market still trades: listed and open, with a candle in the last day (or in its last three candles).
import type { CallOptions } from "#schemas/ports/work.ts";
import { type MarketSymbol, timeframeMs, toIso, type UnixMs, unixMs } from "#schemas/units.ts";
import type { Desk } from "../desk.ts";
import { silenceMs } from "../slots.ts";

export type MarketStanding =
  | { readonly trades: true; readonly price: number; readonly asOfMs: UnixMs }
  /** `why`: a clause for people. */
  | { readonly trades: false; readonly why: string };

/** @throws ProviderError where the venue is silent, which says nothing about the market */
export async function standingOf(
  { markets, marketData, clock, config }: Pick<Desk, "markets" | "marketData" | "clock" | "config">,
  symbol: MarketSymbol,
  options: CallOptions,
): Promise<MarketStanding> {
  const market = markets.get(symbol);
  if (market === undefined) return { trades: false, why: `${marketData.venue} no longer lists it` };
  if (!market.active) return { trades: false, why: `${marketData.venue} has halted it` };
  const { timeframe } = config;
  const nowMs = clock.now();
  const silentMs = silenceMs(timeframe);
  const fromMs = unixMs(Math.max(0, nowMs - silentMs - timeframeMs(timeframe)));
  const series = await marketData.candles({ symbol, timeframe, nowMs, fromMs }, options);
  const [price, openMs] = [series.close.at(-1), series.openMs.at(-1)];
  if (price === undefined || openMs === undefined) {
    return { trades: false, why: `no ${timeframe} candle of it has closed since ${toIso(nowMs - silentMs)}` };
  }
  const asOfMs = unixMs(openMs + timeframeMs(timeframe));
  return nowMs - asOfMs <= silentMs
    ? { trades: true, price, asOfMs }
    : { trades: false, why: `its last ${timeframe} candle closed at ${toIso(asOfMs)}` };
}
