// Floor 5. Analyses of a backtest, slot by slot, from the tracks of its markets. Each strategy has said of a block of rows where it would
// enter; only there, and where something is held, is anything more worked out.
import type { Candidate } from "#agents/deep-trader-manager/decide.ts";
import type { Account } from "#desk/account/account.ts";
import type { SleepReport } from "#desk/documents/sleep-report.ts";
import { heldPosition } from "#desk/run-slot/held-exits.ts";
import type { AnalysisSource, SlotAnalyses } from "#desk/run-slot/slot-desk.ts";
import { PLANNED } from "#schemas/plan.ts";
import { type Portfolio, type Position, positionKey } from "#schemas/portfolio.ts";
import type { Answered, CallOptions } from "#schemas/ports/work.ts";
import type { SecurityReport } from "#schemas/security.ts";
import { type MarketSymbol, type Timeframe, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { soldByRule } from "#toolkits/risk/operator-rules/judge.ts";
import type { Strategy } from "#toolkits/strategies/strategy.ts";
import { analysedAsleep, candidateOf, signalAt } from "./backtest-candidates.ts";
import { type BacktestInput, strategiesOf } from "./backtest-input.ts";
import { BacktestRelationships } from "./backtest-relationships.ts";
import type { Track } from "./backtest-track.ts";
import { BacktestTracks } from "./backtest-tracks.ts";

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

type Holder = Pick<Account, "portfolio">;

export class BacktestAnalyses implements AnalysisSource {
  /** Newest known close of every market that is or was held. */
  readonly marks = new Map<MarketSymbol, number>();
  readonly tracks: BacktestTracks;
  readonly #input: BacktestInput;
  readonly #account: Holder;
  readonly #relationships: BacktestRelationships;
  readonly #strategies: readonly Strategy[];
  #looked: Look[] = [];
  /** No market of the universe is entered before this candle, by number. */
  #quietBefore = 0;
  #heldOf: Portfolio["positions"] | null = null;
  #heldNow: readonly Held[] = [];
  #slotMs = unixMs(0);

  /** @param shared with those that move its tracks on; left out: it moves its own */
  constructor(input: BacktestInput, account: Holder, shared?: BacktestAnalyses) {
    this.#input = input;
    this.#account = account;
    this.#strategies = strategiesOf(input.venue);
    this.tracks = shared?.tracks ?? new BacktestTracks(input);
    const seriesOf = (symbol: MarketSymbol) => this.tracks.of(symbol)?.series;
    this.#relationships =
      shared === undefined ? new BacktestRelationships(input.config.timeframe, seriesOf) : shared.#relationships;
  }

  /** Candles that went through the brain. */
  get candles(): number {
    return this.tracks.shown();
  }

  get timeframe(): Timeframe {
    return this.#input.config.timeframe;
  }

  /** The same candles for another account: what it holds is judged, and nothing is entered. */
  heldBy(account: Holder): BacktestAnalyses {
    return new BacktestAnalyses(this.#input, account, this);
  }

  /** How markets stand to each other at the slot. */
  related(slotMs: UnixMs) {
    return {
      relationships: this.#relationships.current(),
      leaderHourSigmas: this.#relationships.leaderHourSigmas(slotMs, this.tracks.today, this.#account.portfolio()),
    };
  }

  /** Moves every track on by one slot, and notes what would be entered. */
  prepare(slotMs: UnixMs, options: CallOptions): Answered<void> {
    if (!this.tracks.isNewDay(slotMs)) return this.#pass(slotMs);
    return this.tracks.beginDay(slotMs, options).then(() => {
      // What is held may be of a market that has only now been loaded.
      this.#heldOf = null;
      this.#quietBefore = 0;
      this.#pass(slotMs);
    });
  }

  #pass(slotMs: UnixMs): void {
    this.#relationships.pass(slotMs, this.tracks.today, this.#account.portfolio());
    if (this.#looked.length > 0) this.#looked = [];
    const stepMs = timeframeMs(this.#input.config.timeframe);
    const openMs = slotMs - stepMs;
    this.tracks.moveOn(openMs);
    this.#slotMs = slotMs;
    const n = openMs / stepMs;
    if (n < this.#quietBefore) return;
    let quietBefore = Number.POSITIVE_INFINITY;
    for (const track of this.tracks.list) {
      if (!track.inUniverse) continue;
      if (n >= track.quietBefore && track.present) this.#look(track, n);
      quietBefore = Math.min(quietBefore, track.quietBefore);
    }
    this.#quietBefore = quietBefore;
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

  /** Nothing of a backtest is remembered. */
  cite(): void {}
  settle(): void {}

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
      liquidity: this.tracks.today.liquidity,
      relationships: () => this.#relationships.current(),
      leaderHourSigmas: () =>
        this.#relationships.leaderHourSigmas(slotMs, this.tracks.today, this.#account.portfolio()),
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
      const track = this.tracks.of(position.symbol);
      const rule = this.#strategies.findIndex(({ id }) => id === position.strategyId);
      return track === null ? [] : [{ track, rule, position }];
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
      const track = this.tracks.of(symbol);
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
}

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
