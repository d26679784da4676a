// Floor 5. Analyses of a backtest: columns of candles a market, moved through time slot by slot. Each strategy has said of a block
// of rows where it would enter; only there, and where something is held, is anything more worked out.
import type { Candidate } from "#agents/deep-trader-manager/decide.ts";
import type { Account } from "#desk/account/account.ts";
import type { SleepReport } from "#desk/documents/sleep-report.ts";
import {
  createDailyUniverse,
  type DailyUniverse,
  UNKNOWN_UNIVERSE,
  type UniverseOfDay,
} from "#desk/run-slot/daily-universe.ts";
import { heldPosition } from "#desk/run-slot/held-exits.ts";
import type { AnalysisSource, SlotAnalyses } from "#desk/run-slot/slot-desk.ts";
import type { Candle, CandleSeries } from "#schemas/market.ts";
import { PLANNED } from "#schemas/plan.ts";
import { type Portfolio, type Position, positionKey } from "#schemas/portfolio.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import type { Answered, CallOptions } from "#schemas/ports/work.ts";
import type { SecurityReport } from "#schemas/security.ts";
import {
  type MarketSymbol,
  splitSymbol,
  startOfDay,
  type Timeframe,
  timeframeMs,
  type UnixMs,
  unixMs,
} from "#schemas/units.ts";
import { gridMsOf } from "#toolkits/indicators/window.ts";
import { selectClosed } from "#toolkits/market/closed-candles.ts";
import { type CandleScreen, readScreened } from "#toolkits/market/screen-candles.ts";
import { returnsFromMs } from "#toolkits/relationships/returns.ts";
import { soldByRule } from "#toolkits/risk/operator-rules/judge.ts";
import { largestWarmup, type Strategy } from "#toolkits/strategies/strategy.ts";
import { analysedAsleep, candidateOf, signalAt } from "./backtest-candidates.ts";
import { type BacktestInput, strategiesOf } from "./backtest-input.ts";
import { BacktestRelationships } from "./backtest-relationships.ts";
import { agreedBy, lastCloseBy, moveOn, nextAt, type Track, trackAt } from "./backtest-track.ts";

/** A market that a strategy would enter at this slot. */
interface Look {
  readonly track: Track;
  readonly rule: number;
}

/** A market to judge at this slot: what the strategy holds of it; null: it would enter. */
interface Asked extends Look {
  readonly position: Position | null;
}

/** What is held, dust included, and where: `rule` is negative where its strategy is not of this run. */
interface Held extends Look {
  readonly position: Position;
}

/** What a strategy holds of a market, and whether the desk sells it whatever the strategy says. */
interface Standing {
  readonly position: Position | null;
  readonly sold: boolean;
}

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
  /** Candles of the timeframe above, of markets that were debated. */
  readonly #above = new Map<MarketSymbol, CandleSeries>();
  readonly #strategies: readonly Strategy[];
  readonly #screen: CandleScreen;
  /** The same tracks as an array: the hot loop runs over it. */
  #list: Track[] = [];
  #looked: Look[] = [];
  #heldOf: Portfolio["positions"] | null = null;
  #heldNow: readonly Held[] = [];
  #day = -1;
  /** Some candle of some market was in doubt at its close, and agreed by the next. */
  #hasLate = false;
  #slotMs = unixMs(0);
  #today: UniverseOfDay = UNKNOWN_UNIVERSE;

  constructor(input: BacktestInput, account: Account) {
    this.#input = input;
    this.#account = account;
    this.#strategies = strategiesOf(input.venue);
    const { marketData, markets } = input.venue;
    const isListed = (symbol: MarketSymbol): boolean => markets.has(symbol);
    this.#screen = { graceMs: marketData.graceMs, isListed, verdicts: null, tickers: null };
    this.#universe = createDailyUniverse(input.venue.universe, input.config);
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

  /** How markets stand to each other at the slot. */
  related(slotMs: UnixMs) {
    return {
      relationships: this.#relationships.current(),
      leaderHourSigmas: this.#relationships.leaderHourSigmas(slotMs, this.#today, this.#account.portfolio()),
    };
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

  /** Candles in doubt that those of the slot to come agree with, by market: they are matched first. */
  agreedBy(openMs: UnixMs): ReadonlyMap<MarketSymbol, Candle> {
    if (!this.#hasLate) return NONE_AGREED;
    const agreed = this.#list.map((track) => [track.symbol, agreedBy(track, openMs)] as const);
    return new Map(agreed.filter((entry): entry is [MarketSymbol, Candle] => entry[1] !== null));
  }

  /** Moves every track on by one slot, and notes what would be entered. */
  prepare(slotMs: UnixMs, options: CallOptions): Answered<void> {
    if (startOfDay(slotMs) !== this.#day) return this.#beginDay(slotMs, options).then(() => this.#pass(slotMs));
    this.#pass(slotMs);
  }

  #pass(slotMs: UnixMs): void {
    this.#relationships.pass(slotMs, this.#today, this.#account.portfolio());
    if (this.#looked.length > 0) this.#looked = [];
    const stepMs = timeframeMs(this.#input.config.timeframe);
    const openMs = slotMs - stepMs;
    const n = openMs / stepMs;
    for (const track of this.#list) {
      this.candles += moveOn(track, openMs);
      if (!track.present) continue;
      if (track.inUniverse && n >= track.quietBefore) this.#look(track, n);
    }
    this.#slotMs = slotMs;
  }

  /** Notes which strategies would enter at candle `n`, and until when none will. */
  #look(track: Track, n: number): void {
    let quietBefore = Number.POSITIVE_INFINITY;
    for (const [index, rule] of track.rules.entries()) {
      if (rule.mayEnter(n)) this.#looked.push({ track, rule: index });
      quietBefore = Math.min(quietBefore, rule.quietBefore(n + 1));
    }
    track.quietBefore = quietBefore;
  }

  report(): SleepReport {
    return { ...NOTHING_TO_REPORT, slot: this.#slotMs };
  }

  recall(slotMs: UnixMs, options: CallOptions): Answered<SlotAnalyses> {
    for (const { track } of this.#held()) this.#mark(track);
    const asked = this.#asked();
    if (asked.length === 0) return this.#analyses(slotMs, NO_CANDIDATES);
    const { security } = this.#input.venue;
    const reports = asked.map(({ track: { symbol } }) => security.report({ symbol, nowMs: slotMs }, options));
    const made = (known: readonly SecurityReport[]) => this.#analyses(slotMs, this.#candidates(slotMs, asked, known));
    // Reports are nearly always at hand: then the slot waits for nothing.
    return areAtHand(reports) ? made(reports) : Promise.all(reports).then(made);
  }

  #analyses(slotMs: UnixMs, candidates: readonly Candidate[]): SlotAnalyses {
    return {
      candidates,
      // A strategy that fails ends its backtest.
      unread: [],
      marks: this.marks,
      liquidity: this.#today.liquidity,
      relationships: () => this.#relationships.current(),
      leaderHourSigmas: () => this.#relationships.leaderHourSigmas(slotMs, this.#today, this.#account.portfolio()),
    };
  }

  /** Recorded candles are never late. */
  late(): null {
    return null;
  }

  counted<T>(work: () => Answered<T>): Answered<T> {
    return work();
  }

  finish(): void {}

  #mark({ series, symbol, cursor }: Track): void {
    const close = series.close[cursor - 1];
    if (close !== undefined) this.marks.set(symbol, close);
  }

  /** Found once for as long as the positions are the same. */
  #held(): readonly Held[] {
    const { positions } = this.#account.portfolio();
    if (this.#heldOf === positions) return this.#heldNow;
    this.#heldOf = positions;
    this.#heldNow = [...positions.values()].flatMap((position) => {
      const track = this.#tracks.get(position.symbol);
      const rule = this.#strategies.findIndex(({ id }) => id === position.strategyId);
      return track === undefined ? [] : [{ track, rule, position }];
    });
    return this.#heldNow;
  }

  /** What is held, and what would be entered and is not held. */
  #asked(): readonly Asked[] {
    const { positions, plans } = this.#account.portfolio();
    if (this.#looked.length === 0 && positions.size === 0 && plans.size === 0) return NOTHING_ASKED;
    const asked: Asked[] = [];
    for (const held of this.#held()) {
      // Its market may have no candle now.
      if (!held.position.dust && held.rule >= 0 && held.track.present) asked.push(held);
    }
    for (const { track, rule } of this.#looked) {
      const strategyId = this.#strategies[rule]?.id ?? "";
      const position = positions.get(positionKey({ strategyId, symbol: track.symbol }));
      if (position === undefined || position.dust) asked.push({ track, rule, position: null });
    }
    if (plans.size > 0) asked.push(...this.#planned());
    return asked;
  }

  /** Markets for which a plan waits: whether its condition closes is judged where decisions are made. */
  #planned(): readonly Asked[] {
    const { positions, plans } = this.#account.portfolio();
    const rule = this.#strategies.findIndex(({ id }) => id === PLANNED);
    return [...plans].flatMap(([key, { symbol }]) => {
      const track = this.#tracks.get(symbol);
      const isHeld = positions.get(key)?.dust === false;
      return rule < 0 || isHeld || !track?.present || !track.inUniverse ? [] : [{ track, rule, position: null }];
    });
  }

  /** What would be entered, and what is held and left; `reports` in the order of `asked`. */
  #candidates(slotMs: UnixMs, asked: readonly Asked[], reports: readonly SecurityReport[]): readonly Candidate[] {
    const portfolio = this.#account.portfolio();
    const { timeframe } = this.#input.config;
    const candidates: Candidate[] = [];
    for (let i = 0; i < asked.length; i++) {
      const [one, report] = [asked[i], reports[i]];
      if (one === undefined || report === undefined) continue;
      const { track, rule, position } = one;
      // Kept, where neither rule of its strategy leaves it nor the desk sells it: by its token, or by a rule of the operator's.
      const sold =
        position !== null &&
        (report.verdict === "block" || soldByRule(portfolio, position, { slotMs, timeframe }) !== null);
      if (position !== null && !sold && !this.#mayLeave(track, rule, slotMs)) continue;
      const candidate = this.#candidate(track, rule, { position, sold }, slotMs, report);
      if (candidate !== null) candidates.push(candidate);
    }
    return candidates;
  }

  #mayLeave(track: Track, rule: number, slotMs: UnixMs): boolean {
    if (this.#strategies[rule]?.hasExitHeld === true) return true;
    return track.rules[rule]?.exits(slotMs / timeframeMs(this.#input.config.timeframe) - 1) !== null;
  }

  /** Null where nothing is to be done, or the market's analyses are not there. */
  #candidate(track: Track, rule: number, { position, sold }: Standing, slotMs: UnixMs, report: SecurityReport) {
    const rules = track.rules[rule];
    const price = track.series.close[track.cursor - 1];
    if (rules === undefined || price === undefined) return null;
    const { timeframe } = this.#input.config;
    this.marks.set(track.symbol, price);
    const held = position === null ? null : heldPosition(position, price, slotMs, timeframe);
    const signal = signalAt(rules, slotMs / timeframeMs(timeframe) - 1, held);
    if (signal.action === "hold" && !sold && rules.strategy.id !== PLANNED) return null;
    const analysis = analysedAsleep(this.#input.venue.marketData, track.series, slotMs, report);
    return analysis === null ? null : candidateOf(analysis, rules.strategy.id, signal);
  }

  /** The day's universe; markets new to it are loaded and brought up to the slot before. */
  async #beginDay(slotMs: UnixMs, options: CallOptions): Promise<void> {
    const { config } = this.#input;
    this.#day = startOfDay(slotMs);
    this.#today = await this.#universe.at(slotMs, options);
    for (const track of this.#list) track.inUniverse = false;
    for (const symbol of this.#today.assets) {
      const known = this.#tracks.get(symbol);
      if (known !== undefined) known.inUniverse = true;
      else this.#tracks.set(symbol, await this.#load(symbol, slotMs - timeframeMs(config.timeframe), options));
    }
    this.#list = [...this.#tracks.values()];
    this.#heldOf = null;
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
    const series = all.get(base);
    if (series === undefined) throw new Error(`${symbol} has no ${base} candles.`);
    return trackAt(this.#strategies, all, series, openMs);
  }

  async #loadSeries(symbol: MarketSymbol, timeframe: Timeframe, options: CallOptions): Promise<CandleSeries> {
    const { venue, config, firstSlotMs, lastSlotMs } = this.#input;
    const rows = largestWarmup(this.#strategies, timeframe === config.timeframe ? null : timeframe);
    const gridMs = gridMsOf(Math.floor(firstSlotMs / timeframeMs(timeframe)) * timeframeMs(timeframe), timeframe, rows);
    const fromMs = unixMs(Math.min(gridMs, returnsFromMs(firstSlotMs, timeframe)));
    const request = { symbol, timeframe, nowMs: lastSlotMs, fromMs };
    return readScreened(venue.marketData.candles, request, this.#screen, options);
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

const NONE_AGREED: ReadonlyMap<MarketSymbol, Candle> = new Map();
const NO_CANDIDATES: readonly Candidate[] = [];
const NOTHING_ASKED: readonly Asked[] = [];

const areAtHand = (reports: readonly Answered<SecurityReport>[]): reports is readonly SecurityReport[] =>
  !reports.some((report) => report instanceof Promise);

const NOTHING_TO_REPORT: Omit<SleepReport, "slot"> = {
  analysed: 0,
  skipped: [],
  failed: [],
  unusable: {},
  problems: [],
  durationMs: 0,
  repeated: false,
};
