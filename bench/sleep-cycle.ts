// Bench. What sleep time costs and what it saves: one sleep cycle against the indicator arithmetic alone, its cost per
// asset as the assets grow, and the manager's look into Khala against the from-scratch work that it spares, over a local
// HTTP venue that answers as fast as this machine can.
import { ANALYSIS_DEFINITION_ID } from "#agents/market-analyst/assess.ts";
import { type AnalystDeps, analyseFromScratch } from "#agents/market-analyst/from-scratch.ts";
import { sweepMarkets } from "#agents/market-analyst/sleep-time.ts";
import { createKhala } from "#memory/khala.ts";
import { createMarketViews } from "#memory/market-views.ts";
import { createReadings } from "#memory/readings.ts";
import { createSimulatedClock } from "#scheduler/clock.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import type { Store } from "#schemas/ports/memory.ts";
import { withoutReadings } from "#schemas/reading.ts";
import { type MarketSymbol, timeframeMs, type UnixMs, unixMs, VenueId } from "#schemas/units.ts";
import { WorkTally } from "#schemas/work.ts";
import { computeSnapshot } from "#toolkits/indicators/snapshot.ts";
import { gridMsOf, windowAt } from "#toolkits/indicators/window.ts";
import { createCcxtVenue } from "#toolkits/market/ccxt-venue.ts";
import { selectClosed } from "#toolkits/market/closed-candles.ts";
import { createSimulatedVenue } from "#toolkits/market/simulated-venue.ts";
import { createSimulatedSecurity } from "#toolkits/security/simulated-security.ts";
import { createLocalHost } from "#toolkits/strategies/host.ts";
import { shippedStrategy } from "#toolkits/strategies/registry.ts";
import { type BenchRow, medianOf } from "./rows.ts";
import { startBinanceServer } from "./support/binance-server.ts";
import { openPgliteInMemory } from "./support/pglite-in-memory.ts";

const SEED = 7;
const TIMEFRAME = "5m";
const NOW_MS = unixMs(Date.UTC(2025, 0, 1));
const ROUNDS = 7;
/** Sweeps over the few assets timed together. */
const REPEATS = 20;
const FEW = 50;
const MANY = 2_000;
/** Recalls timed together: one alone is below the timer's grain. */
const RECALLS = 2_000;
const patience = { signal: new AbortController().signal };

export async function benchSleepCycle(): Promise<BenchRow[]> {
  const store = await openPgliteInMemory("bench");
  const few = await prepare(store, FEW, (ROUNDS + 1) * REPEATS);
  const many = await prepare(store, MANY, ROUNDS + 1);
  const [bareMs = Number.NaN, writesMs = Number.NaN, sweepsMs = Number.NaN, manyMs = Number.NaN] = await medianOf(
    ROUNDS,
    [() => repeat(few.arithmetic), () => repeat(few.write), () => repeat(few.sweep), many.sweep],
  );
  const fewMs = sweepsMs / REPEATS;
  return [
    {
      name: `sleep cycle over ${FEW} assets`,
      baseline: "indicators of the same windows and the store's write",
      ratio: (bareMs + writesMs) / sweepsMs,
      unitsPerSecond: (FEW / fewMs) * 1000,
      unit: "assets",
    },
    {
      name: `an asset of ${MANY.toLocaleString("en-US")} in a sleep cycle`,
      baseline: `an asset of ${FEW}`,
      ratio: fewMs / FEW / (manyMs / MANY),
      unitsPerSecond: (MANY / manyMs) * 1000,
      unit: "assets",
    },
    await benchRecall(store),
  ];
}

async function repeat(work: () => unknown): Promise<void> {
  for (let n = 0; n < REPEATS; n++) await work();
}

/** A sleep cycle's work without scheduler and ledger, each time at the next close: candles in memory, the embedded store. */
async function prepare(store: Store, assets: number, sweeps: number) {
  const marketData = await heldInMemory(assets, sweeps);
  const symbols = (await marketData.markets(patience)).map((market) => market.symbol);
  const windows = await Promise.all(
    symbols.map(async (symbol) => {
      const request = { symbol, timeframe: TIMEFRAME, nowMs: NOW_MS, fromMs: gridMsOf(NOW_MS, TIMEFRAME) } as const;
      return windowAt(await marketData.candles(request, patience), NOW_MS);
    }),
  );
  const closes = () => {
    let close = 0;
    return (): UnixMs => unixMs(NOW_MS + close++ * timeframeMs(TIMEFRAME));
  };
  const [sweepAt, writeAt] = [closes(), closes()];
  const sweep = () => {
    const nowMs = sweepAt();
    const deps = depsOver({ store, marketData, assets, nowMs });
    return sweepMarkets(deps, { symbols, timeframe: TIMEFRAME, nowMs, origin: "sleep" }, patience);
  };
  const outcomes = [...(await sweep()).values()];
  const records = outcomes.flatMap((outcome) =>
    outcome.status === "analysed" ? [withoutReadings(outcome.analysis)] : [],
  );
  // Beside what the sweeps write.
  const venueId = VenueId.parse(`sim:written-${assets}`);
  const write = () => {
    const asOfMs = writeAt();
    const id = asOfMs.toString(16).padStart(16, "0");
    const next = records.map((record, n) => ({
      ...record,
      venueId,
      id: `${id}${n.toString(16).padStart(16, "0")}`,
      asOfMs,
      computedAtMs: asOfMs,
      checkedThroughMs: asOfMs,
    }));
    return depsOver({ store, marketData, assets, nowMs: asOfMs }).khala.rememberMany(next, patience);
  };
  return {
    // The sum is returned so that no engine may leave the work out.
    arithmetic: (): number => {
      let sum = 0;
      for (const window of windows) if (window !== null) sum += computeSnapshot(window).rsiWilder ?? 0;
      return sum;
    },
    write,
    sweep,
  };
}

/** The manager's check before it delegates, against what it would delegate. */
async function benchRecall(store: Store): Promise<BenchRow> {
  const simulated = await heldInMemory(1, 1);
  const [market] = await simulated.markets(patience);
  if (market === undefined) throw new Error("the simulated venue has a market");
  const { symbol } = market;
  const server = await startBinanceServer({ candles: simulated.candles, nowMs: () => NOW_MS, symbols: [symbol] });
  try {
    const marketData = await createCcxtVenue({
      exchangeId: "binance",
      now: () => NOW_MS,
      sleep: async () => undefined,
      overrides: { apiUrl: server.url },
    });
    const nowMs = unixMs(NOW_MS + marketData.graceMs);
    const deps = depsOver({ store, marketData, assets: 1, nowMs });
    const request = { symbol, timeframe: TIMEFRAME, nowMs, origin: "test-time" } as const;
    const outcome = await analyseFromScratch(deps, request, patience);
    if (outcome.status !== "analysed") throw new Error(`the local venue has no candle of ${symbol}`);
    await deps.khala.remember(withoutReadings(outcome.analysis), patience);
    const key = { venueId: marketData.venueId, symbol, timeframe: TIMEFRAME } as const;
    const [scratchMs = Number.NaN, recallsMs = Number.NaN] = await medianOf(ROUNDS, [
      () => analyseFromScratch(deps, request, patience),
      async () => {
        for (let n = 0; n < RECALLS; n++) await deps.khala.recall(key, { nowMs }, patience);
      },
    ]);
    return {
      name: "look into Khala before delegating",
      baseline: "from scratch over local HTTP",
      ratio: scratchMs / (recallsMs / RECALLS),
      unitsPerSecond: (RECALLS / recallsMs) * 1000,
      unit: "recalls",
    };
  } finally {
    await server.close();
  }
}

const STRATEGY = shippedStrategy("mean-reversion");

interface DepsParts {
  readonly store: Store;
  readonly marketData: MarketData;
  readonly assets: number;
  readonly nowMs: UnixMs;
}

function depsOver({ store, marketData, assets, nowMs }: DepsParts): AnalystDeps {
  const clock = createSimulatedClock(nowMs);
  const rules = { graceMs: marketData.graceMs, definitionId: ANALYSIS_DEFINITION_ID, driftAtr: 2 };
  const khala = createKhala({ store, clock, ...rules });
  const readings = createReadings({ store });
  return {
    marketData,
    security: createSimulatedSecurity({ seed: SEED, assets }),
    khala,
    readings,
    views: createMarketViews({ khala, readings, strategies: () => [STRATEGY] }),
    strategies: [createLocalHost(STRATEGY)],
    markets: new Map(),
    clock,
    tally: new WorkTally(),
    windows: null,
  };
}

/** Making prices is not what is measured. */
async function heldInMemory(assets: number, closes: number): Promise<MarketData> {
  const venue = createSimulatedVenue({ seed: SEED, assets });
  const held = new Map<MarketSymbol, Awaited<ReturnType<MarketData["candles"]>>>();
  for (const { symbol } of await venue.markets(patience)) {
    const nowMs = unixMs(NOW_MS + closes * timeframeMs(TIMEFRAME));
    const request = { symbol, timeframe: TIMEFRAME, nowMs, fromMs: gridMsOf(NOW_MS, TIMEFRAME) } as const;
    held.set(symbol, await venue.candles(request, patience));
  }
  return {
    ...venue,
    candles: async (request, options) => {
      const series = held.get(request.symbol);
      if (series === undefined) return venue.candles(request, options);
      return selectClosed(series, { ...request, graceMs: 0 });
    },
  };
}
