// Floor 2. A seed → a venue: prices that are invented, and a pure function of seed, symbol and time, whenever the desk was
// started and whichever window is asked. It has no planted edge; everything it feeds is marked simulated (law 10).
import { LRUCache } from "lru-cache";
import { UnknownNameError } from "#schemas/errors.ts";
import {
  type CandleSeries,
  candleColumns,
  type Market,
  newestClosed,
  openOfNewest,
  type Ticker,
} from "#schemas/market.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { SimScenario } from "#schemas/sim-scenario.ts";
import {
  DAY_MS,
  type MarketSymbol,
  type Timeframe,
  timeframeMs,
  type UnixMs,
  unixMs,
  VenueId,
} from "#schemas/units.ts";
import { namesPhrase } from "./nearest-names.ts";
import { type SimulatedAsset, simulatedAssets } from "./simulated/assets.ts";
import { getOrMake } from "./simulated/get-or-make.ts";
import { dayTurnoverUsd, halfSpreadRatio, marketOf, roundingOf } from "./simulated/market-rules.ts";
import { aggregate, type DayColumns, minuteCandles, minutePath } from "./simulated/minute-candles.ts";
import { createPricePlans, FIRST_DAY_MS } from "./simulated/price-days.ts";
import { openStream } from "./simulated/random.ts";
import { aggregateSparse, bendDay } from "./simulated/scenarios/bend-day.ts";
import { effectsOf, type ScenarioEffects } from "./simulated/scenarios/effects.ts";
import { jumpClock } from "./simulated/scenarios/jump-clock.ts";
import { PEG_SYMBOL, pegMarket, pegSeries, pegTicker } from "./simulated/scenarios/peg-market.ts";

/** Days of candles kept, all timeframes together: a third of a gigabyte serves 5,000 assets at 5m. */
const KEPT_BYTES = 320 * 1024 * 1024;
/** Days of the market factor kept, 11.5 KB each. */
const KEPT_MARKET_DAYS = 1024;
const COLUMNS = ["open", "high", "low", "close", "volume"] as const;

const columnBytes = (columns: DayColumns): number => columns.open.byteLength * COLUMNS.length;

/** Whole days of candles of one seed, made when asked for and kept while there is room. */
function createCandleDays(seed: number, effects: ScenarioEffects | null) {
  const planOf = createPricePlans(seed, effects?.climate);
  const marketPaths = new LRUCache<number, Float64Array>({ max: KEPT_MARKET_DAYS });
  const days = new LRUCache<string, DayColumns>({ maxSize: KEPT_BYTES, sizeCalculation: columnBytes });

  const makeDay = (asset: SimulatedAsset, timeframe: Timeframe, day: number): DayColumns => {
    const plan = planOf(asset, day);
    const marketPath = getOrMake(marketPaths, day, () =>
      minutePath(openStream([seed, "market", "path", day]), plan.market.volatility, plan.market.move),
    );
    const rounding = roundingOf(asset);
    const dayVolume = dayTurnoverUsd(asset) / plan.open;
    const clock = effects?.jumps === true ? jumpClock : undefined;
    const minutes = minuteCandles({ seed, base: asset.base, day }, plan, marketPath, dayVolume, rounding, clock);
    const each = timeframeMs(timeframe) / timeframeMs("1m");
    if (effects === null) return aggregate(minutes, each, rounding.volumeDecimals);
    const bent = bendDay(minutes, { symbol: asset.symbol, dayStartMs: FIRST_DAY_MS + day * DAY_MS, rounding }, effects);
    return aggregateSparse(bent, each, rounding.volumeDecimals);
  };

  return (asset: SimulatedAsset, timeframe: Timeframe, day: number): DayColumns =>
    getOrMake(days, `${asset.base}/${timeframe}/${day}`, () => makeDay(asset, timeframe, day));
}

type CandleDays = ReturnType<typeof createCandleDays>;

/** The candles from `fromMs` on that are closed at `nowMs`: parts of the days that the window touches, side by side. */
function readWindow(
  candleDays: CandleDays,
  asset: SimulatedAsset,
  { timeframe, nowMs, fromMs }: { readonly timeframe: Timeframe; readonly nowMs: UnixMs; readonly fromMs: number },
): CandleSeries {
  const lengthMs = timeframeMs(timeframe);
  const endMs = newestClosed(nowMs, timeframe, 0);
  const startMs = Math.max(FIRST_DAY_MS, Math.ceil(fromMs / lengthMs) * lengthMs);
  const length = Math.max(0, (endMs - startMs) / lengthMs);
  const column = () => new Float64Array(length);
  const openMs = column().map((_, row) => startMs + row * lengthMs);
  const columns = { open: column(), high: column(), low: column(), close: column(), volume: column() };

  const rowsPerDay = DAY_MS / lengthMs;
  let row = 0;
  while (row < length) {
    const sinceFirstMs = startMs + row * lengthMs - FIRST_DAY_MS;
    const day = Math.floor(sinceFirstMs / DAY_MS);
    const from = (sinceFirstMs - day * DAY_MS) / lengthMs;
    const to = Math.min(rowsPerDay, from + length - row);
    const source = candleDays(asset, timeframe, day);
    for (const name of COLUMNS) columns[name].set(source[name].subarray(from, to), row);
    row += to - from;
  }
  const asked = { askedFromMs: unixMs(fromMs), checkedThroughMs: nowMs };
  return withoutAbsent({ symbol: asset.symbol, timeframe, openMs, ...columns, notes: [], ...asked });
}

/** The rows that are there: in some scenarios minutes have no candle. */
function withoutAbsent(series: CandleSeries): CandleSeries {
  if (!series.open.some(Number.isNaN)) return series;
  const there = [...series.open.keys()].filter((row) => !Number.isNaN(series.open[row] ?? Number.NaN));
  const columns = candleColumns((name) => Float64Array.from(there, (row) => series[name][row] ?? Number.NaN));
  return { ...series, ...columns };
}

/** Price at the last completed minute, a spread around it, and the value traded in the last 24 closed hours. */
function readTicker(
  candleDays: CandleDays,
  asset: SimulatedAsset,
  nowMs: UnixMs,
  effects: ScenarioEffects | null,
): Ticker | null {
  const read = (rows: number, timeframe: Timeframe): CandleSeries =>
    readWindow(candleDays, asset, { timeframe, nowMs, fromMs: openOfNewest(rows, { nowMs, timeframe, graceMs: 0 }) });
  const newest = read(effects === null ? 1 : QUOTED_MINUTES, "1m");
  const last = newest.close.at(-1);
  if (last === undefined) return null;
  // A venue that stands still goes on quoting what it last knew, under the time of that.
  const atMs = effects?.isFrozen(nowMs) === true ? unixMs((newest.openMs.at(-1) ?? 0) + timeframeMs("1m")) : nowMs;
  const hours = read(24, "1h");
  const tradedUsdt = hours.close.reduce((sum, close, row) => sum + close * (hours.volume[row] ?? 0), 0);
  const tick = 10 ** -roundingOf(asset).priceDecimals;
  const spreadRatio = halfSpreadRatio(asset) * (effects?.spreadRatio ?? 1);
  const halfSpread = Math.max(1, Math.round((last * spreadRatio) / tick));
  const priceAt = (ticks: number) => Number((ticks * tick).toFixed(roundingOf(asset).priceDecimals));
  const lastTicks = Math.round(last / tick);
  return {
    symbol: asset.symbol,
    atMs,
    bid: priceAt(Math.max(1, lastTicks - halfSpread)),
    ask: priceAt(lastTicks + halfSpread),
    last,
    quoteVolume: Math.round(tradedUsdt),
  };
}

/** Minutes in which a last price is looked for where some have no candle. */
const QUOTED_MINUTES = 180;

export interface SimulatedVenueSettings {
  readonly seed: number;
  readonly assets: number;
  /** In the order of the list; left out: none. */
  readonly scenarios?: readonly SimScenario[];
}

export interface SimulatedVenue extends MarketData {
  /** The markets at a moment: in a scenario one may leave the list, and come back. */
  listedAt(nowMs: UnixMs): readonly Market[];
}

/**
 * The simulated venue: the top `assets` markets of a seed, all against USDT. `seed` is a non-negative integer.
 * Prices start at 2015-01-01; before that there are no candles and no tickers.
 */
export function createSimulatedVenue({ seed, assets, scenarios = [] }: SimulatedVenueSettings): SimulatedVenue {
  const effects = scenarios.length === 0 ? null : effectsOf(seed, scenarios);
  const listed = new Map<MarketSymbol, SimulatedAsset>(
    simulatedAssets(seed, assets).map((asset) => [asset.symbol, asset]),
  );
  const pegs = effects?.depegs === true ? [pegMarket] : [];
  const markets = Object.freeze([...[...listed.values()].map(marketOf), ...pegs]);
  const candleDays = createCandleDays(seed, effects);
  // A candle that is wrong is the candles' fault: bid and ask are right.
  const rightDays = effects === null ? candleDays : createCandleDays(seed, { ...effects, mispricedBy: () => 1 });

  const find = (symbol: MarketSymbol): SimulatedAsset => {
    const asset = listed.get(symbol);
    if (asset !== undefined) return asset;
    throw new UnknownNameError({
      was: `The simulated venue has no market ${symbol}.`,
      expected: `one of its ${listed.size} markets, such as ${namesPhrase(symbol, [...listed.keys()], 5)}`,
      remedy: "Correct the symbol, or list more markets with --assets.",
    });
  };

  return {
    venueId: VenueId.parse([`sim:${seed}`, ...(scenarios.length === 0 ? [] : [scenarios.join("+")])].join(":")),
    venue: "sim",
    simulated: true,
    graceMs: 0,
    async markets({ signal }: CallOptions) {
      signal.throwIfAborted();
      return markets;
    },
    listedAt: (nowMs) => (effects === null ? markets : markets.filter(({ symbol }) => effects.isListed(symbol, nowMs))),
    async candles(request, { signal }) {
      signal.throwIfAborted();
      if (pegs.length > 0 && request.symbol === PEG_SYMBOL) return pegSeries(request);
      return readWindow(candleDays, find(request.symbol), request);
    },
    async turnovers({ nowMs }, { signal }) {
      signal.throwIfAborted();
      return new Map(
        [...listed.values()].flatMap((asset) => {
          const traded = readTicker(candleDays, asset, nowMs, effects)?.quoteVolume;
          return traded == null ? [] : [[asset.symbol, traded] as const];
        }),
      );
    },
    async tickers({ symbols, nowMs }, { signal }) {
      signal.throwIfAborted();
      return symbols
        .map((symbol) => {
          if (pegs.length > 0 && symbol === PEG_SYMBOL) return pegTicker(nowMs);
          const asset = listed.get(symbol);
          const isListed = effects?.isListed(symbol, nowMs) ?? true;
          return asset === undefined || !isListed ? null : readTicker(rightDays, asset, nowMs, effects);
        })
        .filter((ticker) => ticker !== null);
    },
  };
}
