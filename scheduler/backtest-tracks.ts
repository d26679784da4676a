// Floor 5. The markets of a backtest, each a column of candles that is loaded on the first day that it is in the universe, and moved through
// time slot by slot.
import {
  createDailyUniverse,
  type DailyUniverse,
  UNKNOWN_UNIVERSE,
  type UniverseOfDay,
} from "#desk/run-slot/daily-universe.ts";
import type { Candle, CandleSeries } from "#schemas/market.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import {
  type MarketSymbol,
  splitSymbol,
  startOfDay,
  type Timeframe,
  timeframeMs,
  type UnixMs,
  unixMs,
} from "#schemas/units.ts";
import type { WithinUntil } from "#toolkits/execution/simulated-exchange.ts";
import { gridMsOf } from "#toolkits/indicators/window.ts";
import { selectClosed } from "#toolkits/market/closed-candles.ts";
import { type CandleScreen, readScreened } from "#toolkits/market/screen-candles.ts";
import { returnsFromMs } from "#toolkits/relationships/returns.ts";
import { largestWarmup, type Strategy } from "#toolkits/strategies/strategy.ts";
import { type BacktestInput, strategiesOf } from "./backtest-input.ts";
import { agreedBy, lastCloseBy, nextAt, type Passed, Track, withinUntil } from "./backtest-track.ts";

export class BacktestTracks {
  /** The hot loop runs over it. */
  list: readonly Track[] = [];
  /** Of the day of the newest slot. */
  today: UniverseOfDay = UNKNOWN_UNIVERSE;
  readonly #input: BacktestInput;
  readonly #universe: DailyUniverse;
  readonly #tracks = new Map<MarketSymbol, Track>();
  /** Shorter candles, where they are wanted. */
  readonly #details = new Map<MarketSymbol, CandleSeries>();
  /** Candles of the timeframe above, of markets that were debated. */
  readonly #above = new Map<MarketSymbol, CandleSeries>();
  readonly #strategies: readonly Strategy[];
  readonly #screen: CandleScreen;
  readonly #passed: Passed;
  /** Of `list`, those that have to be moved on slot by slot. */
  #uneven: readonly Track[] = [];
  #day = -1;
  /** Some candle of some market was in doubt at its close, and agreed by the next. */
  #hasLate = false;

  constructor(input: BacktestInput) {
    this.#input = input;
    this.#strategies = strategiesOf(input.venue);
    const { marketData, markets } = input.venue;
    const isListed = (symbol: MarketSymbol): boolean => markets.has(symbol);
    this.#screen = { graceMs: marketData.graceMs, isListed, verdicts: null, tickers: null };
    this.#universe = createDailyUniverse(input.venue.universe, input.config);
    this.#passed = { openMs: input.firstSlotMs - 2 * timeframeMs(input.config.timeframe) };
  }

  /** Moves all by the slot of the candles that open at `openMs`; to be told of every slot, after `beginDay`. */
  moveOn(openMs: number): void {
    this.#passed.openMs = openMs;
    for (const track of this.#uneven) track.moveOn(openMs);
  }

  /** Candles shown so far, of all markets. */
  shown(): number {
    return this.list.reduce((sum, track) => sum + track.shown, 0);
  }

  /** Null: it was in the universe of no day yet. */
  of(symbol: MarketSymbol): Track | null {
    return this.#tracks.get(symbol) ?? null;
  }

  /** The candles of a market that was in the universe of some day; null: it never was. */
  seriesOf(symbol: MarketSymbol): CandleSeries | null {
    return this.#tracks.get(symbol)?.series ?? null;
  }

  /** The shorter candles of a market; null: none are wanted, or it was in the universe of no day yet. */
  detailOf(symbol: MarketSymbol): CandleSeries | null {
    return this.#details.get(symbol) ?? null;
  }

  /** The candles of a market in a timeframe that no strategy need read, loaded when they are asked for first; null: it has none. */
  async seriesIn(symbol: MarketSymbol, timeframe: Timeframe, options: CallOptions): Promise<CandleSeries | null> {
    const track = this.#tracks.get(symbol);
    if (track === undefined) return null;
    const known = track.allSeries.get(timeframe) ?? this.#above.get(symbol);
    if (known !== undefined) return known;
    const series = await this.#loadSeries(symbol, timeframe, options);
    this.#above.set(symbol, series);
    return series;
  }

  /** The venue's prices, from the columns at hand where a market has one. */
  get marketData(): MarketData {
    const { marketData } = this.#input.venue;
    return {
      ...marketData,
      candles: async (request, options) => {
        const series = this.#tracks.get(request.symbol)?.series;
        if (series === undefined) return marketData.candles(request, options);
        const { nowMs, fromMs } = request;
        return selectClosed(series, { nowMs, graceMs: marketData.graceMs, fromMs });
      },
    };
  }

  /** A market's candle that closes at the slot to come, before the tracks have moved on. */
  candleAt(symbol: MarketSymbol, openMs: UnixMs): Candle | null {
    const track = this.#tracks.get(symbol);
    return track === undefined ? null : nextAt(track, openMs);
  }

  /** For the paper venue, which reads the candles that may touch an order itself. */
  readonly withinUntil: WithinUntil = (range, openMs) => {
    const series = this.#tracks.get(range.symbol)?.series;
    return series === undefined ? openMs : withinUntil(series, range, openMs);
  };

  /** Candles in doubt that those of the slot to come agree with, by market: they are matched first. */
  agreedBy(openMs: UnixMs): ReadonlyMap<MarketSymbol, Candle> {
    if (!this.#hasLate) return NONE_AGREED;
    const agreed = this.list.map((track) => [track.symbol, agreedBy(track, openMs)] as const);
    return new Map(agreed.filter((entry): entry is [MarketSymbol, Candle] => entry[1] !== null));
  }

  isNewDay(slotMs: UnixMs): boolean {
    return startOfDay(slotMs) !== this.#day;
  }

  /** The day's universe; markets new to it are loaded and brought up to the slot before. */
  async beginDay(slotMs: UnixMs, options: CallOptions): Promise<void> {
    const { config } = this.#input;
    this.#day = startOfDay(slotMs);
    this.today = await this.#universe.at(slotMs, options);
    for (const track of this.list) track.inUniverse = false;
    for (const symbol of this.today.assets) {
      const known = this.#tracks.get(symbol);
      if (known !== undefined) known.inUniverse = true;
      else this.#tracks.set(symbol, await this.#load(symbol, slotMs - timeframeMs(config.timeframe), options));
    }
    this.list = [...this.#tracks.values()];
    this.#uneven = this.list.filter(({ isEven }) => !isEven);
  }

  /** A market's candles of the whole run, in every timeframe that is read. */
  async #load(symbol: MarketSymbol, openMs: number, options: CallOptions): Promise<Track> {
    const { timeframe: base } = this.#input.config;
    const higher = new Set(this.#strategies.flatMap(({ timeframes }) => timeframes));
    const all = new Map<Timeframe, CandleSeries>();
    for (const timeframe of [base, ...higher]) {
      const series = await this.#loadSeries(symbol, timeframe, options);
      if (series.agreedLate !== undefined) this.#hasLate = true;
      all.set(timeframe, series);
    }
    await this.#loadDetail(symbol, options);
    const series = all.get(base);
    if (series === undefined) throw new Error(`${symbol} has no ${base} candles.`);
    const kept = this.#input.memo?.columns ?? null;
    return new Track({ strategies: this.#strategies, allSeries: all, series, openMs, passed: this.#passed, kept });
  }

  /** As the venue has them: what is wrong with one shows in that it does not add up. */
  async #loadDetail(symbol: MarketSymbol, options: CallOptions): Promise<void> {
    const { venue, config, detail, firstSlotMs, lastSlotMs } = this.#input;
    if (detail === undefined) return;
    const fromMs = unixMs(firstSlotMs - timeframeMs(config.timeframe));
    const request = { symbol, timeframe: detail, nowMs: lastSlotMs, fromMs };
    this.#details.set(symbol, await venue.marketData.candles(request, options));
  }

  async #loadSeries(symbol: MarketSymbol, timeframe: Timeframe, options: CallOptions): Promise<CandleSeries> {
    const { venue, config, firstSlotMs, lastSlotMs } = this.#input;
    const rows = largestWarmup(this.#strategies, timeframe === config.timeframe ? null : timeframe);
    const gridMs = gridMsOf(Math.floor(firstSlotMs / timeframeMs(timeframe)) * timeframeMs(timeframe), timeframe, rows);
    const fromMs = unixMs(Math.min(gridMs, returnsFromMs(firstSlotMs, timeframe)));
    const request = { symbol, timeframe, nowMs: lastSlotMs, fromMs };
    const read = async () => readScreened(venue.marketData.candles, request, this.#screen, options);
    const { memo } = this.#input;
    return memo === undefined ? read() : memo.series(`${symbol} ${timeframe} ${lastSlotMs} ${fromMs}`, read);
  }

  /** Equal weights over every market of the settlement currency that has a price at both ends, percent; null: none has. */
  buyAndHoldPct(): number | null {
    const { config, venue, firstSlotMs, lastSlotMs } = this.#input;
    const stepMs = timeframeMs(config.timeframe);
    const returns: number[] = [];
    for (const { series } of this.list) {
      if (splitSymbol(series.symbol).quote !== venue.quote) continue;
      const from = lastCloseBy(series, firstSlotMs - stepMs);
      const to = lastCloseBy(series, lastSlotMs - stepMs);
      if (from !== null && to !== null) returns.push(to / from - 1);
    }
    return returns.length === 0 ? null : (returns.reduce((sum, r) => sum + r, 0) / returns.length) * 100;
  }
}

const NONE_AGREED: ReadonlyMap<MarketSymbol, Candle> = new Map();
