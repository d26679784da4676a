// Bench. The backtest's whole brain over 50 simulated assets held in memory, beside bare typed-array loops: one computes
// RSI and bands of every candle, one looks at the bands only where RSI says so and keeps the books of a position a market.
// The brain is measured twice: with the example strategy, which proposes something in more than one candle of a hundred
// (each proposal an analysis with its ids, a gate in decimals and journal lines), and with one that never acts.

import { runBacktest } from "#scheduler/backtest-driver.ts";
import type { CandleSeries } from "#schemas/market.ts";
import { openOfNewest } from "#schemas/market.ts";
import type { Money } from "#schemas/money.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import { type MarketSymbol, timeframeMs, unixMs } from "#schemas/units.ts";
import { selectClosed } from "#toolkits/market/closed-candles.ts";
import { createSimulatedVenue } from "#toolkits/market/simulated-venue.ts";
import { createSimulatedSecurity } from "#toolkits/security/simulated-security.ts";
import { meanReversion } from "#toolkits/strategies/mean-reversion.ts";
import type { Strategy } from "#toolkits/strategies/strategy.ts";
import { createSimulatedUniverse } from "#toolkits/universe/simulated-universe.ts";
import { accountedLoop, bareLoop, WARM_CANDLES } from "./bare-loop.ts";
import { benchConfig } from "./bench-config.ts";
import { type BenchRow, medianOf } from "./rows.ts";

const ASSETS = 50;
const SLOTS = 20_000;
const ROUNDS = 5;
const SEED = 7;
const TIMEFRAME = "5m";
const END_MS = unixMs(Date.UTC(2025, 0, 1));
const patience = { signal: new AbortController().signal };

/** Medians of interleaved rounds; the ratio is the bare loop's time over ours: 0.2 is five times slower than bare. */
export async function benchBacktest(): Promise<BenchRow[]> {
  const { marketData, series } = await heldInMemory();
  const candles = ASSETS * SLOTS;
  const idle: Strategy = { ...meanReversion, mayAct: () => false };
  const [brainMs = Number.NaN, idleMs = Number.NaN, bareMs = Number.NaN, accountedMs = Number.NaN] = await medianOf(
    ROUNDS,
    [
      () => brain(marketData, meanReversion),
      () => brain(marketData, idle),
      () => series.reduce((sum, one) => sum + bareLoop(one), 0),
      () => series.reduce((sum, one) => sum + accountedLoop(one), 0),
    ],
  );
  const row = (name: string, tookMs: number, baseline: string, baselineMs: number): BenchRow => ({
    name,
    baseline,
    ratio: baselineMs / tookMs,
    unitsPerSecond: (candles / tookMs) * 1000,
    unit: "candles",
  });
  const bare = "bare loop: RSI and bands of every candle";
  const accounted = "bare loop: bands when asked, stop and target";
  return [
    row("backtest, example strategy", brainMs, bare, bareMs),
    row("backtest, example strategy", brainMs, accounted, accountedMs),
    row("backtest, nothing to act on", idleMs, bare, bareMs),
    row("backtest, nothing to act on", idleMs, accounted, accountedMs),
  ];
}

async function brain(marketData: MarketData, strategy: Strategy): Promise<number> {
  const markets = await marketData.markets(patience);
  const run = await runBacktest(
    {
      config: { ...benchConfig(), assets: ASSETS, timeframe: TIMEFRAME },
      venue: {
        marketData,
        security: createSimulatedSecurity({ seed: SEED, assets: ASSETS }),
        universe: createSimulatedUniverse({ seed: SEED, assets: ASSETS }),
        markets: new Map(markets.map((market) => [market.symbol, market])),
        strategy,
        quote: "USDT",
        cash: "10000" as Money,
      },
      firstSlotMs: unixMs(END_MS - (SLOTS - 1) * timeframeMs(TIMEFRAME)),
      lastSlotMs: END_MS,
    },
    patience,
  );
  return run.candles;
}

/** Making prices is not what is measured. */
async function heldInMemory(): Promise<{ readonly marketData: MarketData; readonly series: readonly CandleSeries[] }> {
  const venue = createSimulatedVenue({ seed: SEED, assets: ASSETS });
  const held = new Map<MarketSymbol, CandleSeries>();
  for (const { symbol } of await venue.markets(patience)) {
    const fromMs = openOfNewest(SLOTS + WARM_CANDLES, { nowMs: END_MS, timeframe: TIMEFRAME, graceMs: 0 });
    const request = { symbol, timeframe: TIMEFRAME, nowMs: END_MS, fromMs } as const;
    held.set(symbol, await venue.candles(request, patience));
  }
  const candles: MarketData["candles"] = async (request, options) => {
    const series = held.get(request.symbol);
    return series === undefined ? venue.candles(request, options) : selectClosed(series, { ...request, graceMs: 0 });
  };
  return { marketData: { ...venue, candles }, series: [...held.values()] };
}
