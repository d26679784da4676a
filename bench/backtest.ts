// Bench. The backtest's whole brain (log, hashes and accounting on) over 50 simulated assets held in memory, beside bare loops:
// one computes RSI and bands of every candle, one keeps the books of a position a market as well. The brain is measured with
// the example strategy, which proposes something in more than one candle of a hundred; with a user's strategy of five
// indicators, acting and never acting; and with indicators that go through a library.

import { runBacktest } from "#scheduler/backtest-driver.ts";
import type { CandleSeries } from "#schemas/market.ts";
import { openOfNewest } from "#schemas/market.ts";
import type { Money } from "#schemas/money.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import { type MarketSymbol, timeframeMs, unixMs } from "#schemas/units.ts";
import { atr, cci, ema, mfi, rsi, volumeMean } from "#toolkits/indicators/refs.ts";
import { selectClosed } from "#toolkits/market/closed-candles.ts";
import { createSimulatedVenue } from "#toolkits/market/simulated-venue.ts";
import { createSimulatedSecurity } from "#toolkits/security/simulated-security.ts";
import { compileStrategy } from "#toolkits/strategies/compile-strategy.ts";
import { defineStrategy } from "#toolkits/strategies/define-strategy.ts";
import { createLocalHost } from "#toolkits/strategies/host.ts";
import { shippedStrategy } from "#toolkits/strategies/registry.ts";
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

/** A user's strategy: five indicators of our own, a cross with conditions. `rsiUnder` says how often it acts. */
const userStrategy = (id: string, rsiUnder: number): Strategy =>
  compileStrategy(
    defineStrategy({
      id,
      indicators: { fast: ema(12), slow: ema(48), rsi: rsi(14), range: atr(14), volumes: volumeMean(20) },
      enter: ({ now, ago }) =>
        now.rsi < rsiUnder && now.fast < now.slow && ago(1).rsi > now.rsi && now.close > now.slow - 9 * now.range,
      exit: ({ now }) => now.fast > now.slow && now.rsi > 70 && now.volume > now.volumes,
    }),
    { file: null },
  );

/** The same conditions on indicators of a library, which takes objects. */
const libraryStrategy = (): Strategy =>
  compileStrategy(
    defineStrategy({
      id: "library",
      indicators: { cci: cci(20), mfi: mfi(14) },
      enter: ({ now }) => now.cci < -1e9 && now.mfi < 20,
    }),
    { file: null },
  );

/** Medians of interleaved rounds; the ratio is the bare loop's time over ours: 0.2 is five times slower than bare. */
export async function benchBacktest(): Promise<BenchRow[]> {
  const { marketData, series } = await heldInMemory();
  const candles = ASSETS * SLOTS;
  const measured = [
    ["example strategy", shippedStrategy("mean-reversion")],
    ["five indicators, acting", userStrategy("acting", 27)],
    ["five indicators, never acting", userStrategy("idle", -1)],
    ["two indicators of a library", libraryStrategy()],
  ] as const;
  const decisions: number[] = [];
  const [bareMs = Number.NaN, accountedMs = Number.NaN, ...brainMs] = await medianOf(ROUNDS, [
    () => series.reduce((sum, one) => sum + bareLoop(one), 0),
    () => series.reduce((sum, one) => sum + accountedLoop(one), 0),
    ...measured.map(([, strategy], index) => async () => {
      decisions[index] = await brain(marketData, strategy);
    }),
  ]);
  const row = (name: string, tookMs: number, baseline: string, baselineMs: number): BenchRow => ({
    name,
    baseline,
    ratio: baselineMs / tookMs,
    unitsPerSecond: (candles / tookMs) * 1000,
    unit: "candles",
  });
  const bare = "bare loop: RSI and bands of every candle";
  const rows = measured.map(([name], index) => {
    const actsPct = ((100 * (decisions[index] ?? 0)) / candles).toFixed(2);
    return row(`backtest, ${name} (${actsPct} % of candles proposed)`, brainMs[index] ?? Number.NaN, bare, bareMs);
  });
  const [exampleMs = Number.NaN] = brainMs;
  return [
    ...rows,
    row("backtest, example strategy", exampleMs, "bare loop: bands when asked, stop and target", accountedMs),
  ];
}

/** Returns how many entries and exits were decided on, refused ones included. */
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
        hosts: [createLocalHost(strategy)],
        quote: "USDT",
        cash: "10000" as Money,
      },
      firstSlotMs: unixMs(END_MS - (SLOTS - 1) * timeframeMs(TIMEFRAME)),
      lastSlotMs: END_MS,
    },
    patience,
  );
  return run.account.counts().decisions;
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
