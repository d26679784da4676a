// Floor 5. The candles that a desk has at hand, of the past: those that its store keeps, under a simulated clock those of its venue, which
// is in this process. No exchange is asked.
import type { Desk } from "#desk/desk.ts";
import type { CandleSeries } from "#schemas/market.ts";
import type { MarketData, SecuritySource } from "#schemas/ports/market.ts";
import type { CandleStore } from "#schemas/ports/memory.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { type MarketSymbol, type Timeframe, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { gridMsOf } from "#toolkits/indicators/window.ts";
import { selectClosed } from "#toolkits/market/closed-candles.ts";
import { largestWarmup } from "#toolkits/strategies/strategy.ts";

export interface KeptCandles {
  /** Null: none are. */
  series(symbol: MarketSymbol, timeframe: Timeframe, options: CallOptions): Promise<CandleSeries | null>;
  /** For a backtest of one of these markets. @throws Error for a market without any */
  readonly marketData: MarketData;
}

/** More than a store keeps of one. */
const ALL = 1_000_000;

/** @param slots the first and the last that are asked for; before the first as much as the desk's strategies need is read */
export function keptCandles(
  desk: Desk,
  candles: Pick<CandleStore, "window">,
  { fromMs: firstMs, toMs }: { readonly fromMs: UnixMs; readonly toMs: UnixMs },
): KeptCandles {
  const { marketData, windows, hosts, config } = desk;
  const infos = hosts.map(({ info }) => info);
  const beginOf = (timeframe: Timeframe): UnixMs => {
    const closeMs = Math.floor(firstMs / timeframeMs(timeframe)) * timeframeMs(timeframe);
    return gridMsOf(closeMs, timeframe, largestWarmup(infos, timeframe === config.timeframe ? null : timeframe));
  };
  const { venueId } = marketData;
  const known = new Map<string, Promise<CandleSeries | null>>();
  const read = async (symbol: MarketSymbol, timeframe: Timeframe, options: CallOptions) =>
    windows === null
      ? marketData.candles(
          { symbol, timeframe, nowMs: unixMs(toMs + marketData.graceMs), fromMs: beginOf(timeframe) },
          options,
        )
      : ((await candles.window({ venueId, symbol, timeframe }, ALL, options)) ?? null);
  const series: KeptCandles["series"] = (symbol, timeframe, options) => {
    const name = `${symbol} ${timeframe}`;
    const one = known.get(name) ?? read(symbol, timeframe, options);
    known.set(name, one);
    return one;
  };
  return {
    series,
    marketData: {
      ...marketData,
      graceMs: 0,
      tickers: async () => [],
      candles: async ({ symbol, timeframe, nowMs, fromMs }, options) => {
        const one = await series(symbol, timeframe, options);
        if (one === null) throw new Error(`${symbol} has no ${timeframe} candles at hand.`);
        return selectClosed(one, { nowMs, graceMs: 0, fromMs });
      },
    },
  };
}

/** Of a token in the past nothing is asked. */
export const NOT_ASKED: SecuritySource = {
  id: "not-asked",
  report: ({ nowMs }) => ({
    verdict: "not-applicable",
    reason: "not asked of the past",
    chain: null,
    contract: null,
    checks: [],
    observedAtMs: nowMs,
    validUntilMs: unixMs(nowMs + 1),
  }),
};
