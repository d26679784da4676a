// Floor 5. Analyses of a backtest: one column a market, moved through time slot by slot. A cheap screen passes over the slots
// in which nothing can happen; wherever something may, the true window is computed, as the analyst does.
import type { Candidate } from "#agents/deep-trader-manager/decide.ts";
import { closeOf, readWindow } from "#agents/market-analyst/assess.ts";
import { readingOfAnalysis } from "#agents/market-analyst/reading-of-analysis.ts";
import type { Account } from "#desk/account/account.ts";
import type { SleepReport } from "#desk/documents/sleep-report.ts";
import { createDailyUniverse, type DailyUniverse, type UniverseOfDay } from "#desk/run-slot/daily-universe.ts";
import type { AnalysisSource, SlotAnalyses } from "#desk/run-slot/slot-desk.ts";
import { WINDOW_CANDLES } from "#schemas/indicator.ts";
import { type Candle, type CandleSeries, candleAt } from "#schemas/market.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { type MarketSymbol, splitSymbol, startOfDay, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { windowAt } from "#toolkits/indicators/window.ts";
import { selectClosed } from "#toolkits/market/closed-candles.ts";
import { marketsHeld, positionOf } from "#toolkits/portfolio/positions.ts";
import { mustLook } from "#toolkits/strategies/strategy.ts";
import type { BacktestInput } from "./backtest-input.ts";
import { BacktestRelationships } from "./backtest-relationships.ts";
import { assessedAsleep, lastCloseBy, type Track, warmTrack } from "./backtest-track.ts";

export class BacktestAnalyses implements AnalysisSource {
  /** Newest known close of every market that is or was held. */
  readonly marks = new Map<MarketSymbol, number>();
  /** Candles that went through the brain. */
  candles = 0;
  readonly #input: BacktestInput;
  readonly #account: Account;
  readonly #universe: DailyUniverse;
  readonly #relationships: BacktestRelationships;
  readonly #tracks = new Map<MarketSymbol, Track>();
  /** The same tracks as an array: the hot loop runs over it. */
  #list: Track[] = [];
  #looked: Track[] = [];
  #day = -1;
  #slotMs = unixMs(0);
  #today: UniverseOfDay = { assets: [], liquidity: new Map(), problem: null };

  constructor(input: BacktestInput, account: Account) {
    this.#input = input;
    this.#account = account;
    this.#universe = createDailyUniverse(input.venue.universe, input.config.assets);
    const seriesOf = (symbol: MarketSymbol) => this.#tracks.get(symbol)?.series;
    this.#relationships = new BacktestRelationships(input.config.timeframe, seriesOf);
  }

  /** The candles of a market that was in the universe of some day; null: it never was. */
  seriesOf(symbol: MarketSymbol): CandleSeries | null {
    return this.#tracks.get(symbol)?.series ?? null;
  }

  tracks(): readonly Track[] {
    return this.#list;
  }

  /** The venue's prices, from the columns at hand where a market has one. */
  get marketData(): MarketData {
    const { marketData } = this.#input.venue;
    return {
      ...marketData,
      candles: async (request, options) => {
        const series = this.#tracks.get(request.symbol)?.series;
        if (series === undefined) return marketData.candles(request, options);
        return selectClosed(series, { nowMs: request.nowMs, graceMs: marketData.graceMs, count: request.count });
      },
    };
  }

  /** A market's candle that closes at the slot to come, before the tracks have moved on. */
  candleAt(symbol: MarketSymbol, openMs: UnixMs): Candle | null {
    const track = this.#tracks.get(symbol);
    return track?.series.openMs[track.cursor] === openMs ? candleAt(track.series, track.cursor) : null;
  }

  /** Moves every track on by one slot, and notes those in which the strategy may act. */
  async prepare(slotMs: UnixMs, options: CallOptions): Promise<void> {
    const { strategy } = this.#input.venue;
    if (startOfDay(slotMs) !== this.#day) await this.#beginDay(slotMs, options);
    const portfolio = this.#account.portfolio();
    this.#relationships.pass(slotMs, this.#today, portfolio);
    this.#looked = [];
    const markets = marketsHeld(portfolio);
    const openMs = slotMs - timeframeMs(this.#input.config.timeframe);
    for (const track of this.#list) {
      this.#show(track, openMs);
      if (!track.present) continue;
      const held = markets.has(track.symbol);
      if ((held || track.inUniverse) && mustLook(strategy, track.stream, held)) this.#looked.push(track);
    }
    this.#slotMs = slotMs;
  }

  report(): SleepReport {
    return { ...NOTHING_TO_REPORT, slot: this.#slotMs };
  }

  async recall(slotMs: UnixMs, options: CallOptions): Promise<SlotAnalyses> {
    for (const symbol of marketsHeld(this.#account.portfolio())) this.#mark(symbol);
    return {
      candidates: await this.#candidates(slotMs, options),
      marks: this.marks,
      liquidity: this.#today.liquidity,
      relationships: () => this.#relationships.current(),
      leaderHourSigmas: () => this.#relationships.leaderHourSigmas(slotMs, this.#today, this.#account.portfolio()),
    };
  }

  /** Recorded candles are never late. */
  async *late(): AsyncGenerator<SlotAnalyses, void, undefined> {}

  counted<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }

  async finish(): Promise<void> {}

  /** Moves a track on by one slot of the grid. */
  #show(track: Track, openMs: number): void {
    const { series, stream } = track;
    track.present = series.openMs[track.cursor] === openMs;
    if (track.present) {
      stream.push(series.close[track.cursor] ?? Number.NaN, false);
      track.cursor += 1;
      this.candles += 1;
    } else if (track.cursor > 0) stream.push(0, true);
  }

  #mark(symbol: MarketSymbol): void {
    const track = this.#tracks.get(symbol);
    const close = track?.series.close[track.cursor - 1];
    if (close !== undefined) this.marks.set(symbol, close);
  }

  /** The true analyses of the markets that may act, and of held tokens that have turned. */
  async #candidates(slotMs: UnixMs, options: CallOptions): Promise<readonly Candidate[]> {
    const held = marketsHeld(this.#account.portfolio());
    if (this.#looked.length === 0 && held.size === 0) return NO_CANDIDATES;
    const tracks = [...this.#looked];
    for (const symbol of held) {
      const track = this.#tracks.get(symbol);
      if (track === undefined || !track.present || this.#looked.includes(track)) continue;
      const report = await this.#input.venue.security.report({ symbol, nowMs: slotMs }, options);
      if (report.verdict === "block") tracks.push(track);
    }
    const candidates: Candidate[] = [];
    for (const track of tracks) {
      const candidate = await this.#candidate(track, slotMs, options);
      if (candidate !== null) candidates.push(candidate);
    }
    return candidates;
  }

  async #candidate(track: Track, slotMs: UnixMs, options: CallOptions): Promise<Candidate | null> {
    const { security, strategy } = this.#input.venue;
    const window = windowAt(track.series, slotMs);
    if (window === null) return null;
    const read = readWindow(window, strategy);
    const position = positionOf(this.#account.portfolio(), { strategyId: strategy.id, symbol: track.symbol });
    const held = position !== undefined && !position.dust;
    if (!held && read.signal.action !== "enter") return null;
    const report = await security.report({ symbol: track.symbol, nowMs: slotMs }, options);
    if (held && read.signal.action !== "exit" && report.verdict !== "block") return null;
    this.marks.set(track.symbol, closeOf(window));
    const analysis = assessedAsleep(this.#input.venue, { slotMs, window, security: report }, read);
    return { analysis, reading: readingOfAnalysis(analysis, strategy), freshness: "fresh", path: "recalled" };
  }

  /** The day's universe; markets new to it are loaded and their streams brought up to the slot before. */
  async #beginDay(slotMs: UnixMs, options: CallOptions): Promise<void> {
    const { venue, config, firstSlotMs, lastSlotMs } = this.#input;
    const stepMs = timeframeMs(config.timeframe);
    this.#day = startOfDay(slotMs);
    this.#today = await this.#universe.at(slotMs, options);
    for (const track of this.#list) track.inUniverse = false;
    for (const symbol of this.#today.assets) {
      const known = this.#tracks.get(symbol);
      if (known !== undefined) {
        known.inUniverse = true;
        continue;
      }
      const count = Math.ceil((lastSlotMs - firstSlotMs) / stepMs) + 1 + WINDOW_CANDLES;
      const request = { symbol, timeframe: config.timeframe, nowMs: lastSlotMs, count };
      const series = await venue.marketData.candles(request, options);
      this.#tracks.set(symbol, warmTrack(series, slotMs - stepMs));
    }
    this.#list = [...this.#tracks.values()];
  }

  /** Equal weights over every market of the settlement currency that has a price at both ends, percent; null: none has. */
  buyAndHoldPct(): number | null {
    const { config, venue, firstSlotMs, lastSlotMs } = this.#input;
    const stepMs = timeframeMs(config.timeframe);
    const returns: number[] = [];
    for (const { series } of this.#list) {
      if (splitSymbol(series.symbol).quote !== venue.quote) continue;
      const from = lastCloseBy(series, firstSlotMs - stepMs);
      const to = lastCloseBy(series, lastSlotMs - stepMs);
      if (from !== null && to !== null) returns.push(to / from - 1);
    }
    return returns.length === 0 ? null : (returns.reduce((sum, r) => sum + r, 0) / returns.length) * 100;
  }
}

const NO_CANDIDATES: readonly Candidate[] = [];

const NOTHING_TO_REPORT: Omit<SleepReport, "slot"> = {
  analysed: 0,
  skipped: [],
  failed: [],
  unusable: {},
  problems: [],
  durationMs: 0,
  repeated: false,
};
