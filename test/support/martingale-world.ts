// Small seeded markets for tests of statistics: prices are a martingale (a position of any length has mean return 0 before costs), or
// drift up by a known amount after a candle whose volume says so. No tick, step, fee or slippage bends the mean.
import { benchConfig } from "#bench/bench-config.ts";
import type { ResearchInput } from "#scheduler/research/run-variation.ts";
import type { CandleSeries, Market } from "#schemas/market.ts";
import type { Money } from "#schemas/money.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import { type MarketSymbol, timeframeMs, type UnixMs, unixMs, type VenueId } from "#schemas/units.ts";
import { selectClosed } from "#toolkits/market/closed-candles.ts";
import type { Values } from "#toolkits/search/dimension.ts";
import { createSearch, type Search } from "#toolkits/search/search.ts";
import { compileStrategy } from "#toolkits/strategies/compile-strategy.ts";
import { defineStrategy } from "#toolkits/strategies/define-strategy.ts";
import { createLocalHost } from "#toolkits/strategies/host.ts";
import type { Strategy } from "#toolkits/strategies/strategy.ts";
import { randomFrom } from "./synthetic-market.ts";

const TIMEFRAME = "1h";
const STEP_MS = timeframeMs(TIMEFRAME);
const FIRST_MS = Date.UTC(2024, 0, 1);
/** Candles before the first slot. */
const BEFORE = 620;
/** Standard deviation of one candle's logarithmic return. */
const SIGMA = 0.01;
/** A level of volume in coins: enough that no order waits for a candle that takes it. */
const COINS = 100;
/** Candles that the drift lasts, and that a position is held. */
export const HELD_CANDLES = 4;

export interface MartingaleSettings {
  readonly seed: number;
  readonly slots: number;
  readonly markets?: number;
  /** Mean logarithmic return of each of the candles after one whose volume is over 900. Left out: 0. */
  readonly drift?: number;
  /** Candles that close after this moment are drawn from another seed. */
  readonly scrambledFromMs?: number;
  readonly strategy?: Strategy;
  readonly feeBps?: number;
}

/** Buys at a close whose volume is over a level, sells after four candles. Above 900 it meets what was planted. */
export const volumeStrategy = (min = 0, max = 990, configured = 500): Strategy =>
  compileStrategy(
    defineStrategy({
      id: "on-volume",
      parameters: { level: { default: configured, min, max, integer: true } },
      indicators: {},
      lookBack: 0,
      enter: ({ now, parameters: { level } }) => now.volume > level * COINS,
      bracket: { stopPct: 99, targetPct: null, maxHoldCandles: HELD_CANDLES },
    }),
    { file: null },
  );

export interface MartingaleWorld {
  readonly input: ResearchInput;
  readonly strategy: Strategy;
  readonly firstSlotMs: UnixMs;
  readonly lastSlotMs: UnixMs;
  readonly stepMs: number;
}

export function martingaleWorld(settings: MartingaleSettings): MartingaleWorld {
  const { slots, markets: count = 3, strategy = volumeStrategy(), feeBps = 0 } = settings;
  const symbols = Array.from({ length: count }, (_, i) => `M${i}/USDT` as MarketSymbol);
  const series = new Map(symbols.map((symbol, i) => [symbol, seriesOf(settings, symbol, i)]));
  const markets = new Map(symbols.map((symbol) => [symbol, marketOf(symbol)]));
  const config = benchConfig();
  return {
    strategy,
    stepMs: STEP_MS,
    firstSlotMs: unixMs(FIRST_MS),
    lastSlotMs: unixMs(FIRST_MS + (slots - 1) * STEP_MS),
    input: {
      config: {
        ...config,
        timeframe: TIMEFRAME,
        assets: count,
        securityPolicy: "skip",
        costs: { feeBps, slippageBps: 0, maxVolumeSharePct: 100 },
        limits: { ...config.limits, ...NO_LIMITS },
      },
      venue: {
        marketData: marketDataOf(settings, series, markets),
        security: NO_SECURITY,
        universe: { topAssets: async () => ({ assets: symbols, liquidity: new Map() }) },
        markets,
        hosts: [createLocalHost(strategy)],
        quote: "USDT",
        cash: "10000" as Money,
      },
    },
  };
}

const NO_LIMITS = {
  entryPct: 10,
  maxExposurePct: 100,
  maxEntriesPerSlot: 10,
  maxDayLossPct: 100,
  maxDrawdownPct: 100,
  maxEntriesPerCluster: 100,
  leaderFallSigmas: 100,
  cooldownCandles: 0,
};

const NO_SECURITY: ResearchInput["venue"]["security"] = {
  id: "none",
  report: async ({ nowMs }) => ({
    verdict: "not-applicable",
    reason: "no token",
    chain: null,
    contract: null,
    checks: [],
    observedAtMs: nowMs,
    validUntilMs: unixMs(nowMs + 1e12),
  }),
};

function seriesOf(settings: MartingaleSettings, symbol: MarketSymbol, index: number): CandleSeries {
  const { seed, slots, drift = 0, scrambledFromMs = Number.POSITIVE_INFINITY } = settings;
  const length = BEFORE + slots;
  const column = () => new Float64Array(length);
  const columns = {
    openMs: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  };
  let price = 100;
  let drifting = 0;
  for (let row = 0; row < length; row++) {
    const openMs = FIRST_MS + (row - BEFORE) * STEP_MS;
    const other = openMs + STEP_MS > scrambledFromMs ? 7_777_777 : 0;
    const random = randomFrom(seed * 1_000_003 + index * 15_485_863 + row * 104_729 + other);
    const open = price;
    const move = SIGMA * normalOf(random) - SIGMA ** 2 / 2 + (drifting > 0 ? drift : 0);
    price *= Math.exp(move);
    drifting -= 1;
    const volume = 1_000 * random();
    // What is bought at this close is bought at the next open, and sold four opens later.
    if (volume > 900) drifting = HELD_CANDLES;
    columns.openMs[row] = openMs;
    columns.open[row] = open;
    columns.close[row] = price;
    columns.high[row] = Math.max(open, price) * (1 + 0.001 * random());
    columns.low[row] = Math.min(open, price) * (1 - 0.001 * random());
    columns.volume[row] = volume * COINS;
  }
  const checkedThroughMs = unixMs(FIRST_MS + slots * STEP_MS);
  return { symbol, timeframe: TIMEFRAME, ...columns, notes: [], askedFromMs: unixMs(0), checkedThroughMs };
}

function normalOf(random: () => number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return radius * Math.cos(2 * Math.PI * random());
}

function marketDataOf(
  { seed, scrambledFromMs }: MartingaleSettings,
  series: ReadonlyMap<MarketSymbol, CandleSeries>,
  markets: ReadonlyMap<MarketSymbol, Market>,
): MarketData {
  return {
    venueId: `martingale:${seed}:${scrambledFromMs ?? "whole"}` as VenueId,
    venue: "martingale",
    simulated: true,
    graceMs: 0,
    markets: async () => [...markets.values()],
    candles: async ({ symbol, nowMs, fromMs }) => {
      const known = series.get(symbol);
      if (known === undefined) throw new Error(`no market ${symbol}`);
      return selectClosed(known, { nowMs, graceMs: 0, fromMs });
    },
    turnovers: async () => new Map(),
    tickers: async () => [],
  };
}

const marketOf = (symbol: MarketSymbol): Market => ({
  symbol,
  base: symbol.split("/")[0] ?? "",
  quote: "USDT",
  active: true,
  tickSize: "0.00000001",
  stepSize: "0.00000001",
  minQuantity: "0.00000001",
  maxQuantity: null,
  minNotional: "0.01",
  feeBps: null,
  buyFeeIn: "quote",
  assumed: false,
});

export const searchOf = ({ parameterSpecs: space, parameters: first }: Strategy, seed: number): Search =>
  createSearch({ kind: "random", space, first, seed, most: 100 });

/** The first values that such a search asks for. */
export function levelsAsked(strategy: Strategy, seed: number, count: number): readonly Values[] {
  const search = searchOf(strategy, seed);
  const asked: Values[] = [];
  while (asked.length < count) {
    const round = search.ask(count - asked.length);
    search.tell(round.map((values) => ({ values, objective: 0 })));
    asked.push(...round);
  }
  return asked;
}
