// Seeded markets in memory that show a desk everything it may meet: holes, candles without volume, jumps, markets that
// begin late, end early or were never whole, tokens that turn bad, reports that expire. Every value is a pure function of
// the seed and the candle's number, so a past can be kept while its future is scrambled.
import { type CandleSeries, type Market, openOfNewest, type Ticker } from "#schemas/market.ts";
import type { MarketData, SecuritySource, Universe } from "#schemas/ports/market.ts";
import type { SecurityReport, SecurityVerdict } from "#schemas/security.ts";
import type { VenueId } from "#schemas/units.ts";
import {
  DAY_MS,
  type MarketSymbol,
  splitSymbol,
  type Timeframe,
  timeframeMs,
  type UnixMs,
  unixMs,
} from "#schemas/units.ts";
import { selectClosed } from "#toolkits/market/closed-candles.ts";

/** A stream of numbers in [0, 1) from a seed (mulberry32, public domain). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** How one market behaves; probabilities are per candle. */
export interface MarketShape {
  readonly symbol: MarketSymbol;
  /** Candles before the first slot; fewer than 250 are a partial warm-up. */
  readonly before: number;
  /** First and last candle it trades in, counted from the first slot; null: always. */
  readonly begins: number | null;
  readonly ends: number | null;
  readonly volatility: number;
  readonly hole: number;
  readonly noVolume: number;
  readonly jump: number;
  /** Close before its first candle; null: something of its own. */
  readonly price: number | null;
  /** Share of everybody's move in its own, 0-1; left out: 0.6. */
  readonly common?: number;
  /** The candle of this number closes at so many times what it would have. */
  readonly crash?: { readonly at: number; readonly ratio: number };
  /** Share of candles that the feed gives ten times, a tenth or 1.6 times what they were; left out: none. */
  readonly ticks?: number;
  readonly market: Partial<Market>;
}

export interface SyntheticSettings {
  readonly seed: number;
  readonly timeframe: Timeframe;
  readonly firstSlotMs: UnixMs;
  readonly slots: number;
  readonly shapes: readonly MarketShape[];
  /** Candles that close after this moment are drawn from another seed: the scrambled future. */
  readonly scrambledFromMs?: number;
}

export const FIRST_SLOT_MS = unixMs(Date.UTC(2024, 2, 1, 20, 0));

/** Markets with one peculiarity each; some can never be entered, one says what the settlement currency is worth. */
export function assortedShapes(timeframe: Timeframe = "5m"): readonly MarketShape[] {
  const plain = (symbol: string, change: Partial<MarketShape> = {}): MarketShape => ({
    symbol: symbol as MarketSymbol,
    before: 520,
    begins: null,
    ends: null,
    volatility: timeframe === "5m" ? 0.006 : 0.01,
    hole: 0.004,
    noVolume: 0.02,
    jump: 0.002,
    price: null,
    market: {},
    ...change,
  });
  return [
    plain("AAA/USDT"),
    plain("BBB/USDT", { hole: 0.03, market: { buyFeeIn: "base" } }),
    plain("CCC/USDT", { before: 60 }),
    plain("DDD/USDT", { begins: 40, hole: 0 }),
    plain("EEE/USDT", { ends: 220 }),
    plain("FFF/USDT", { noVolume: 0.3, jump: 0.01 }),
    plain("GGG/BTC"),
    plain("HHH/USDT", { market: { active: false } }),
    plain("III/USDT", { market: { minNotional: "1500" } }),
    plain("JJJ/USDT"),
    plain("KKK/USDT"),
    plain("LLL/USDT"),
    plain("USDT/USDC", { price: 1, volatility: 0.0007, jump: 0 }),
  ];
}

/**
 * Markets that move together, the most liquid of which falls by some five daily standard deviations in candle `crashAt`,
 * and the others by much less; two that go their own way, and the settlement currency.
 */
export function kindredShapes(crashAt: number, timeframe: Timeframe = "5m"): readonly MarketShape[] {
  const volatility = timeframe === "5m" ? 0.002 : 0.006;
  const dayVolatility = volatility * Math.sqrt(Math.max(1, DAY_MS / timeframeMs(timeframe)));
  const kin = (symbol: string, change: Partial<MarketShape> = {}): MarketShape => ({
    symbol: symbol as MarketSymbol,
    before: 520,
    begins: null,
    ends: null,
    volatility,
    hole: 0.003,
    noVolume: 0.01,
    jump: 0,
    price: null,
    common: 0.96,
    crash: { at: crashAt, ratio: Math.exp(-6 * volatility) },
    market: {},
    ...change,
  });
  return [
    kin("KIN1/USDT"),
    kin("KIN2/USDT"),
    kin("KIN5/USDT"),
    kin("KIN3/USDT", { before: 60 }),
    kin("LEAD/USDT", { price: 5000, hole: 0.01, crash: { at: crashAt, ratio: Math.exp(-5 * dayVolatility) } }),
    kin("KIN4/USDT", { begins: 30, hole: 0.02 }),
    kin("KIN6/USDT"),
    kin("ODD1/USDT", { common: 0.1 }),
    kin("ODD2/USDT", { common: 0.1 }),
    kin("USDT/USDC", { price: 1, volatility: 0.0003, common: 0, crash: { at: crashAt, ratio: 1 } }),
  ];
}

export interface SyntheticMarket {
  readonly marketData: MarketData;
  readonly markets: ReadonlyMap<MarketSymbol, Market>;
  readonly universe: Universe;
  readonly security: SecuritySource;
  readonly series: ReadonlyMap<MarketSymbol, CandleSeries>;
  readonly settings: SyntheticSettings;
  readonly lastSlotMs: UnixMs;
}

export function createSyntheticMarket(settings: SyntheticSettings): SyntheticMarket {
  const { timeframe, firstSlotMs, slots } = settings;
  const series = new Map(settings.shapes.map((shape) => [shape.symbol, makeSeries(settings, shape)]));
  const markets = new Map(settings.shapes.map((shape) => [shape.symbol, makeMarket(shape)]));
  const higher = new Map<string, CandleSeries>();
  /** A walk of its own: nothing holds the timeframes of a market together but their times. */
  const higherOf = (symbol: MarketSymbol, asked: Timeframe): CandleSeries => {
    const shape = settings.shapes.find((one) => one.symbol === symbol);
    if (shape === undefined) throw new Error(`the synthetic venue has no ${symbol}`);
    const known = higher.get(`${symbol} ${asked}`) ?? makeSeries(higherSettings(settings, asked), shape);
    higher.set(`${symbol} ${asked}`, known);
    return known;
  };
  const marketData: MarketData = {
    venueId: `synthetic:${settings.seed}:${settings.scrambledFromMs ?? "whole"}` as VenueId,
    venue: "synthetic",
    simulated: true,
    graceMs: 0,
    markets: async () => [...markets.values()],
    candles: async ({ symbol, timeframe: asked, nowMs, fromMs }, { signal }) => {
      signal.throwIfAborted();
      const of = asked === timeframe ? seriesOf(series, symbol) : higherOf(symbol, asked);
      return selectClosed(of, { nowMs, graceMs: 0, fromMs });
    },
    turnovers: async ({ nowMs }) =>
      new Map(
        [...series.keys()].flatMap((symbol) => {
          const ticker = tickerOf(seriesOf(series, symbol), nowMs);
          return ticker === null ? [] : [[symbol, ticker.quoteVolume ?? 0] as const];
        }),
      ),
    tickers: async ({ symbols, nowMs }) =>
      symbols.flatMap((symbol) => {
        const ticker = tickerOf(seriesOf(series, symbol), nowMs);
        return ticker === null ? [] : [ticker];
      }),
  };
  return {
    marketData,
    markets,
    series,
    settings,
    universe: createUniverse(marketData, [...series.keys()]),
    security: createSecurity(settings),
    lastSlotMs: unixMs(firstSlotMs + (slots - 1) * timeframeMs(timeframe)),
  };
}

function higherSettings(settings: SyntheticSettings, timeframe: Timeframe): SyntheticSettings {
  const ratio = timeframeMs(timeframe) / timeframeMs(settings.timeframe);
  const firstSlotMs = unixMs(Math.floor(settings.firstSlotMs / timeframeMs(timeframe)) * timeframeMs(timeframe));
  return { ...settings, timeframe, firstSlotMs, slots: Math.ceil(settings.slots / ratio) };
}

function seriesOf(all: ReadonlyMap<MarketSymbol, CandleSeries>, symbol: MarketSymbol): CandleSeries {
  const series = all.get(symbol);
  if (series === undefined) throw new Error(`the synthetic venue has no ${symbol}`);
  return series;
}

const numberOf = (text: string): number => [...text].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % 1e9;

function makeSeries(settings: SyntheticSettings, shape: MarketShape): CandleSeries {
  const { timeframe, firstSlotMs, slots, seed } = settings;
  const stepMs = timeframeMs(timeframe);
  // The candle that closes at the first slot is number -1.
  const first = -Math.max(shape.before, 0);
  const rows: number[][] = [];
  let price = shape.price ?? 1 + (numberOf(shape.symbol) % 97);
  for (let number = first; number < slots; number++) {
    const openMs = firstSlotMs + number * stepMs;
    // A longer candle that is not over yet belongs to the future.
    const scrambled = settings.scrambledFromMs !== undefined && openMs + stepMs > settings.scrambledFromMs;
    const random = randomFrom(seed * 7919 + numberOf(shape.symbol) + number * 104_729 + (scrambled ? 1_000_003 : 0));
    // Half of a move is everybody's, so that several markets ask for a place in the same slot.
    const common = randomFrom(seed * 7919 + number * 104_729 + (scrambled ? 1_000_003 : 0));
    const { common: share = 0.6 } = shape;
    const normal = share * normalFrom(common) + Math.sqrt(1 - share ** 2) * normalFrom(random);
    const jumped = random() < shape.jump ? (random() < 0.5 ? 0.82 : 1.22) : 1;
    const open = price * (1 + (random() - 0.5) * shape.volatility * 0.3);
    const crashed = shape.crash?.at === number ? shape.crash.ratio : 1;
    const close = Math.max(1e-3, open * Math.exp(shape.volatility * normal) * jumped * crashed);
    const high = Math.max(open, close) * (1 + random() * shape.volatility * 0.6);
    const low = Math.min(open, close) * (1 - random() * shape.volatility * 0.6);
    const volume = random() < shape.noVolume ? 0 : 1_000 * random();
    const trades = (shape.begins === null || number >= shape.begins) && (shape.ends === null || number < shape.ends);
    const present = number === first || (trades && random() >= shape.hole);
    // The price walks on in a hole, as it does elsewhere in the world.
    price = close;
    const bad = badTick(shape, randomFrom(seed * 31_337 + numberOf(shape.symbol) + number * 104_729));
    if (trades && present)
      rows.push([openMs, open, Math.max(high, close * bad), Math.min(low, close * bad), close * bad, volume]);
  }
  const column = (index: number): Float64Array => Float64Array.from(rows, (row) => row[index] ?? Number.NaN);
  return {
    symbol: shape.symbol,
    timeframe,
    openMs: column(0),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(5),
    notes: [],
    askedFromMs: unixMs(0),
    checkedThroughMs: unixMs(firstSlotMs + slots * stepMs),
  };
}

const badTick = ({ ticks = 0 }: MarketShape, random: () => number): number =>
  random() < ticks ? ([10, 0.1, 1.6][Math.floor(3 * random())] ?? 1) : 1;

/** Box and Muller 1958. */
const normalFrom = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());

function makeMarket(shape: MarketShape): Market {
  const { base, quote } = splitSymbol(shape.symbol);
  return {
    symbol: shape.symbol,
    base,
    quote,
    active: true,
    tickSize: "0.00001",
    stepSize: "0.0001",
    minQuantity: "0",
    maxQuantity: null,
    minNotional: "5",
    feeBps: null,
    buyFeeIn: "quote",
    assumed: true,
    ...shape.market,
  };
}

function tickerOf(series: CandleSeries, nowMs: number): Ticker | null {
  const { timeframe } = series;
  const fromMs = openOfNewest(DAY_MS / timeframeMs(timeframe), { nowMs, timeframe, graceMs: 0 });
  const day = selectClosed(series, { nowMs: unixMs(nowMs), graceMs: 0, fromMs });
  const last = day.close.at(-1);
  if (last === undefined) return null;
  const quoteVolume = day.close.reduce((sum, close, row) => sum + close * (day.volume[row] ?? 0), 0);
  return { symbol: series.symbol, atMs: nowMs, bid: last * 0.9995, ask: last * 1.0005, last, quoteVolume };
}

/** All markets by the value traded before `nowMs`, each UTC day without one of them. */
function createUniverse(marketData: MarketData, symbols: readonly MarketSymbol[]): Universe {
  return {
    topAssets: async ({ nowMs, count }, options) => {
      const absent = symbols[Math.floor(nowMs / DAY_MS) % symbols.length];
      const liquidity = await marketData.turnovers({ nowMs }, options);
      const ranked = symbols
        .filter((symbol) => symbol !== absent)
        .toSorted((a, b) => (liquidity.get(b) ?? 0) - (liquidity.get(a) ?? 0));
      return { assets: ranked.slice(0, count), liquidity };
    },
  };
}

const VERDICTS: readonly SecurityVerdict[] = [
  "clear",
  "clear",
  "clear",
  "caution",
  "not-applicable",
  "unknown",
  "block",
];

/** A token's verdict changes every six hours; one in eight reports has expired when it is given. */
function createSecurity({ seed }: SyntheticSettings): SecuritySource {
  const PERIOD_MS = DAY_MS / 4;
  return {
    id: "synthetic",
    report: async ({ symbol, nowMs }) => {
      const period = Math.floor(nowMs / PERIOD_MS);
      const random = randomFrom(seed * 31 + numberOf(symbol) + period * 7717);
      const verdict = VERDICTS[Math.floor(random() * VERDICTS.length)] ?? "unknown";
      const expired = random() < 0.125;
      return reportOf(verdict, period * PERIOD_MS, expired ? period * PERIOD_MS + 1 : (period + 1) * PERIOD_MS);
    },
  };
}

export const reportOf = (verdict: SecurityVerdict, observedAtMs: number, validUntilMs: number): SecurityReport => ({
  verdict,
  reason: `invented: ${verdict}`,
  chain: null,
  contract: null,
  checks: [],
  observedAtMs,
  validUntilMs,
});
