// Bench. A venue of cheap candles held in memory: a seeded walk a market, so that millions are there in a second.
import { parseOptions } from "#apps/options.ts";
import type { Venue } from "#apps/venues/venue.ts";
import { openVenue } from "#apps/venues.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { type CandleSeries, candleColumns } from "#schemas/market.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import { type MarketSymbol, type Timeframe, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { atr, bollinger, ema, rsi, volumeMean } from "#toolkits/indicators/refs.ts";
import { selectClosed } from "#toolkits/market/closed-candles.ts";
import { getOrMake } from "#toolkits/market/simulated/get-or-make.ts";
import { compileStrategy } from "#toolkits/strategies/compile-strategy.ts";
import { defineStrategy } from "#toolkits/strategies/define-strategy.ts";
import { createLocalHost } from "#toolkits/strategies/host.ts";
import type { Strategy } from "#toolkits/strategies/strategy.ts";

export const STEP_MS = timeframeMs("5m");
export const END_MS = unixMs(Date.UTC(2025, 0, 1));
/** Before the first slot. */
const WARM = 700;

export const researchConfig = ({
  assets,
  strategy,
}: {
  readonly assets: number;
  readonly strategy: string;
}): DeskConfig =>
  parseOptions({ venue: "sim", seed: "7", assets: String(assets), timeframe: "5m", strategy }, {}).config;

/** Five indicators of our own under two thresholds; it acts in about one candle of a thousand. */
export const fiveIndicators = (): Strategy =>
  compileStrategy(
    defineStrategy({
      id: "mean-reversion",
      parameters: { oversold: { default: 27, min: 1, max: 50 }, overbought: { default: 70, min: 50, max: 99 } },
      indicators: { slow: ema(48), rsi: rsi(14), bands: bollinger(20, 2), range: atr(14), volumes: volumeMean(20) },
      enter: ({ now, parameters }) =>
        now.rsi < parameters.oversold && now.close < now.bands.lower && now.close > now.slow - 9 * now.range,
      exit: ({ now, parameters }) => now.rsi > parameters.overbought && now.volume > now.volumes,
    }),
    { file: null },
  );

export interface HeldVenue {
  readonly config: DeskConfig;
  readonly venue: Venue;
  readonly series: readonly CandleSeries[];
  readonly firstSlotMs: UnixMs;
  readonly lastSlotMs: UnixMs;
}

export async function heldVenue({
  markets,
  candles,
  strategy,
}: {
  readonly markets: number;
  readonly candles: number;
  readonly strategy: Strategy;
}): Promise<HeldVenue> {
  const { signal } = new AbortController();
  const config = researchConfig({ assets: markets, strategy: "mean-reversion" });
  const venue = await openVenue(config, { signal, hosts: [createLocalHost(strategy)] });
  const symbols = [...venue.markets.keys()];
  const held = new Map(symbols.map((symbol, index) => [symbol, walk(symbol, index, candles + WARM)]));
  const higher = new Map<string, CandleSeries>();
  const heldHigher = (symbol: MarketSymbol, timeframe: Timeframe): CandleSeries | undefined => {
    if (!held.has(symbol) || timeframeMs(timeframe) < STEP_MS) return undefined;
    const made = () => walk(symbol, symbols.indexOf(symbol), candles + WARM, timeframe);
    return getOrMake(higher, `${timeframe} ${symbol}`, made);
  };
  const marketData: MarketData = {
    ...venue.marketData,
    candles: (request, options) => {
      const { symbol, timeframe } = request;
      const series = timeframe === "5m" ? held.get(symbol) : heldHigher(symbol, timeframe);
      return series === undefined
        ? venue.marketData.candles(request, options)
        : selectClosed(series, { ...request, graceMs: 0 });
    },
  };
  return {
    config,
    venue: { ...venue, marketData },
    series: [...held.values()],
    firstSlotMs: unixMs(END_MS - (candles - 1) * STEP_MS),
    lastSlotMs: END_MS,
  };
}

/** Steps of about 0.2 %, drawn back to where it began; by a Lehmer generator (Park and Miller 1988). Each timeframe walks by itself. */
function walk(symbol: MarketSymbol, index: number, length: number, timeframe: Timeframe = "5m"): CandleSeries {
  const stepMs = timeframeMs(timeframe);
  const columns = candleColumns(() => new Float64Array(length));
  let state = 1 + index * 7919;
  const random = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const start = 50 + index;
  let price = start;
  for (let i = 0; i < length; i++) {
    const open = price;
    price *= 1 + (random() - 0.5) * 0.008 + 0.0005 * (1 - price / start);
    columns.openMs[i] = END_MS - (length - i) * stepMs;
    columns.open[i] = open;
    columns.close[i] = price;
    columns.high[i] = Math.max(open, price) * (1 + random() * 0.001);
    columns.low[i] = Math.min(open, price) * (1 - random() * 0.001);
    columns.volume[i] = 1e4 * random();
  }
  return { symbol, timeframe, ...columns, notes: [], askedFromMs: unixMs(0), checkedThroughMs: END_MS };
}
