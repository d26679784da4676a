// Floor 5. The backtest driver: the brain in a plain loop over recorded slots. The same snapshot, assess, decide, gate and
// settle as the live cycles; only the I/O around them is missing. A cheap screen skips the slots in which nothing can
// happen; wherever something may, the true window is computed, so the journal is byte for byte the live one.
import { type Candidate, type DeciderSettings, decideSlot } from "#agents/deep-trader-manager/decide.ts";
import { assess, closeOf, readWindow } from "#agents/market-analyst/assess.ts";
import { Fold } from "#desk/account/account.ts";
import type { DailyUniverse, UniverseOfDay } from "#desk/run-slot/daily-universe.ts";
import { quoteOffParPct } from "#desk/run-slot/quote-peg.ts";
import { WINDOW_CANDLES } from "#schemas/indicator.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Money } from "#schemas/money.ts";
import type { Opinion } from "#schemas/opinion.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { MarketData, SecuritySource } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { DAY_MS, type MarketSymbol, type Timeframe, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { matchSlot } from "#toolkits/execution/match-candle.ts";
import { windowAt } from "#toolkits/indicators/window.ts";
import { equityNumber, equityOf } from "#toolkits/portfolio/equity.ts";
import { advanceLoss } from "#toolkits/risk/loss-meter.ts";
import { mustLook, type Strategy } from "#toolkits/strategies/strategy.ts";
import { type BacktestOpinionSettings, BacktestOpinions } from "./backtest-opinions.ts";
import { BacktestRelationships } from "./backtest-relationships.ts";
import { candleAt, lastCloseBy, type Track, warmTrack } from "./backtest-track.ts";

export interface BacktestInput {
  readonly settings: DeciderSettings;
  readonly strategy: Strategy;
  readonly marketData: MarketData;
  readonly security: SecuritySource;
  readonly universe: DailyUniverse;
  readonly timeframe: Timeframe;
  readonly cash: Money;
  readonly firstSlotMs: UnixMs;
  /** Inclusive. */
  readonly lastSlotMs: UnixMs;
  /** Second opinions; left out: none is asked for. */
  readonly opinions?: BacktestOpinionSettings;
}

export interface BacktestRun {
  readonly fold: Fold;
  readonly slots: number;
  /** Candles that went through the brain. */
  readonly candles: number;
  /** Equal-weight return of every market of the first day's universe that has a price at both ends; null: none has. */
  readonly buyAndHoldPct: number | null;
  readonly finalEquity: Money;
}

export interface BacktestOptions extends CallOptions {
  readonly onProgress?: (done: number, of: number) => void;
  /** Hears every event of the journal, in order. */
  readonly onEvent?: (event: JournalEvent) => void;
}

export async function runBacktest(input: BacktestInput, options: BacktestOptions): Promise<BacktestRun> {
  return new Backtest(input, options).run();
}

/** Slots between two looks at the abort signal and the progress line. */
const BREATH_SLOTS = 2048;

class Backtest {
  readonly #input: BacktestInput;
  readonly #options: BacktestOptions;
  readonly #tracks = new Map<MarketSymbol, Track>();
  /** The same tracks as an array: the hot loop runs over it. */
  #list: Track[] = [];
  readonly #fold: Fold;
  readonly #marks = new Map<MarketSymbol, number>();
  readonly #relationships: BacktestRelationships;
  readonly #opinions: BacktestOpinions | null;
  #universe: UniverseOfDay = { assets: [], liquidity: new Map(), problem: null };
  #day = -1;
  #candles = 0;

  constructor(input: BacktestInput, options: BacktestOptions) {
    this.#input = input;
    this.#options = options;
    this.#fold = new Fold({ quote: input.settings.quote, cash: input.cash });
    this.#opinions = input.opinions === undefined ? null : new BacktestOpinions(input, input.opinions);
    this.#relationships = new BacktestRelationships(input.timeframe, (symbol) => this.#tracks.get(symbol)?.series);
  }

  async run(): Promise<BacktestRun> {
    const { firstSlotMs, lastSlotMs, timeframe } = this.#input;
    const stepMs = timeframeMs(timeframe);
    const slots = Math.max(0, Math.floor((lastSlotMs - firstSlotMs) / stepMs) + 1);
    for (let done = 0; done < slots; done++) {
      const slotMs = unixMs(firstSlotMs + done * stepMs);
      if (Math.floor(slotMs / DAY_MS) !== this.#day) await this.#beginDay(slotMs);
      if (done % BREATH_SLOTS === 0) await this.#breathe(done, slots);
      await this.#slot(slotMs, stepMs);
      if (this.#opinions !== null && slotMs < lastSlotMs) await this.#buyOpinions(this.#opinions, slotMs);
    }
    this.#options.onProgress?.(slots, slots);
    return {
      fold: this.#fold,
      slots,
      candles: this.#candles,
      buyAndHoldPct: this.#buyAndHold(),
      finalEquity: equityOf(this.#fold.portfolio, this.#marks),
    };
  }

  /** The three steps of a slot: settle, read, decide. Awaits only where something is held or may be done. */
  async #slot(slotMs: UnixMs, stepMs: number): Promise<void> {
    const fold = this.#fold;
    if (fold.portfolio.orders.size > 0) this.#settle(slotMs, stepMs);
    this.#relationships.pass(slotMs, this.#universe, fold.portfolio);

    const looked: Track[] = [];
    const openMs = slotMs - stepMs;
    const { positions } = fold.portfolio;
    for (const track of this.#list) {
      this.#show(track, openMs);
      if (!track.present) continue;
      const held = positions.has(track.symbol);
      if ((held || track.inUniverse) && mustLook(this.#input.strategy, track.stream, held)) looked.push(track);
    }
    for (const symbol of positions.keys()) this.#mark(symbol);

    const equity = equityNumber(fold.portfolio, this.#marks);
    const loss = advanceLoss(fold.portfolio.loss, { slotMs, equity }, this.#input.settings.limits);
    fold.portfolio = { ...fold.portfolio, loss, settledThroughMs: slotMs };
    fold.statistics.mark(slotMs, equity);

    if (looked.length === 0 && positions.size === 0) return;
    const candidates = await this.#candidates(looked, slotMs);
    if (candidates.length > 0) await this.#decide(candidates, slotMs);
  }

  async #buyOpinions(opinions: BacktestOpinions, slotMs: UnixMs): Promise<void> {
    const { portfolio } = this.#fold;
    const keep = (opinion: Opinion): void => this.#take({ type: "opinion", atMs: slotMs, opinion });
    await opinions.pass({ slotMs, tracks: this.#list, portfolio }, keep, this.#options);
  }

  /** Moves a track on by one slot of the grid. */
  #show(track: Track, openMs: number): void {
    const { series, stream } = track;
    track.present = series.openMs[track.cursor] === openMs;
    if (track.present) {
      stream.push(series.close[track.cursor] ?? Number.NaN, false);
      track.cursor += 1;
      this.#candles += 1;
    } else if (track.cursor > 0) stream.push(0, true);
  }

  #settle(slotMs: UnixMs, stepMs: number): void {
    const { settings, timeframe } = this.#input;
    const events = matchSlot({
      portfolio: this.#fold.portfolio,
      openMs: unixMs(slotMs - stepMs),
      timeframe,
      markets: settings.markets,
      costs: settings.costs,
      // The candle that closes at this slot is the next one the track has not shown yet.
      candleOf: (symbol) => {
        const track = this.#tracks.get(symbol);
        return track === undefined ? null : candleAt(track.series, track.cursor, slotMs - stepMs);
      },
    });
    for (const event of events) this.#take(event);
  }

  #take(event: JournalEvent): void {
    this.#fold.take(event);
    this.#options.onEvent?.(event);
  }

  #mark(symbol: MarketSymbol): void {
    const track = this.#tracks.get(symbol);
    const close = track?.series.close[track.cursor - 1];
    if (close !== undefined) this.#marks.set(symbol, close);
  }

  /** The true analyses of the markets that may act, and of held tokens that have turned. */
  async #candidates(looked: readonly Track[], slotMs: UnixMs): Promise<readonly Candidate[]> {
    const { positions } = this.#fold.portfolio;
    const candidates: Candidate[] = [];
    const seen = new Set<MarketSymbol>();
    for (const track of looked) {
      const candidate = await this.#candidate(track, slotMs, positions);
      seen.add(track.symbol);
      if (candidate !== null) candidates.push(candidate);
    }
    for (const symbol of positions.keys()) {
      const track = this.#tracks.get(symbol);
      if (track === undefined || !track.present || seen.has(symbol)) continue;
      const report = await this.#input.security.report({ symbol, nowMs: slotMs }, this.#options);
      if (report.verdict !== "block") continue;
      const candidate = await this.#candidate(track, slotMs, positions);
      if (candidate !== null) candidates.push(candidate);
    }
    return candidates;
  }

  async #candidate(track: Track, slotMs: UnixMs, positions: Portfolio["positions"]): Promise<Candidate | null> {
    const { marketData, security, strategy } = this.#input;
    const window = windowAt(track.series, slotMs);
    if (window === null) return null;
    const read = readWindow(window, strategy);
    const position = positions.get(track.symbol);
    const held = position !== undefined && !position.dust;
    if (!held && read.signal.action !== "enter") return null;
    const report = await security.report({ symbol: track.symbol, nowMs: slotMs }, this.#options);
    if (held && read.signal.action !== "exit" && report.verdict !== "block") return null;
    this.#marks.set(track.symbol, closeOf(window));
    const analysis = assess(
      {
        venueId: marketData.venueId,
        venue: marketData.venue,
        simulated: marketData.simulated,
        window,
        security: report,
        strategy,
        origin: "sleep",
        computedAtMs: slotMs,
        checkedThroughMs: slotMs,
      },
      read,
    );
    return { analysis, freshness: "fresh", path: "recalled" };
  }

  async #decide(candidates: readonly Candidate[], slotMs: UnixMs): Promise<void> {
    const { portfolio } = this.#fold;
    const { settings, marketData } = this.#input;
    // Both bind entries only, so an exit need not wait for them.
    const enters = candidates.some(({ analysis }) => analysis.signal.action === "enter");
    const relationships = enters ? this.#relationships.current() : null;
    const outcome = decideSlot(settings, {
      slotMs,
      nowMs: slotMs,
      late: false,
      haltFile: false,
      candidates,
      portfolio,
      equity: equityOf(portfolio, this.#marks),
      marks: this.#marks,
      liquidity: this.#universe.liquidity,
      quoteOffParPct: await quoteOffParPct({ ...settings, marketData }, slotMs, this.#options),
      relationships,
      leaderHourSigmas: enters ? this.#relationships.leaderHourSigmas(slotMs, this.#universe, portfolio) : null,
      opinions: this.#opinions?.current() ?? NO_OPINIONS,
      alreadyDecided: NONE,
    });
    for (const event of outcome.events) {
      this.#take(event);
      if (event.type === "order") this.#take(acknowledged(event));
    }
  }

  /** The day's universe; markets new to it are loaded and their streams brought up to the slot before. */
  async #beginDay(slotMs: UnixMs): Promise<void> {
    const { universe, timeframe, firstSlotMs, lastSlotMs, marketData } = this.#input;
    this.#day = Math.floor(slotMs / DAY_MS);
    this.#universe = await universe.at(slotMs, this.#options);
    for (const track of this.#list) track.inUniverse = false;
    for (const symbol of this.#universe.assets) {
      const known = this.#tracks.get(symbol);
      if (known !== undefined) known.inUniverse = true;
      else {
        const count = Math.ceil((lastSlotMs - firstSlotMs) / timeframeMs(timeframe)) + 1 + WINDOW_CANDLES;
        const series = await marketData.candles({ symbol, timeframe, nowMs: lastSlotMs, count }, this.#options);
        const track = warmTrack(series, slotMs - timeframeMs(timeframe));
        this.#tracks.set(symbol, track);
      }
    }
    this.#list = [...this.#tracks.values()];
  }

  async #breathe(done: number, of: number): Promise<void> {
    this.#options.signal.throwIfAborted();
    this.#options.onProgress?.(done, of);
    // Lets signals and the progress line through.
    await new Promise<void>((resolve) => setImmediate(resolve));
  }

  #buyAndHold(): number | null {
    const { firstSlotMs, lastSlotMs, timeframe } = this.#input;
    const returns: number[] = [];
    for (const { series } of this.#list) {
      const from = lastCloseBy(series, firstSlotMs - timeframeMs(timeframe));
      const to = lastCloseBy(series, lastSlotMs - timeframeMs(timeframe));
      if (from !== null && to !== null) returns.push(to / from - 1);
    }
    return returns.length === 0 ? null : (returns.reduce((sum, r) => sum + r, 0) / returns.length) * 100;
  }
}

const NONE: ReadonlySet<string> = new Set();

/** What the paper venue answers to a submit: the order is open. It is not part of the canonical journal. */
const acknowledged = (event: Extract<JournalEvent, { type: "order" }>): JournalEvent => ({
  ...event,
  order: { ...event.order, status: "open" },
});

const NO_OPINIONS: ReadonlyMap<MarketSymbol, Opinion> = new Map();
