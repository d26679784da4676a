// Floor 4. The desk in five parts. A function names the parts that it uses; assemble-desk.ts makes all of them, for every
// driver, test and measurement alike.
import type { DelegationDeps } from "#agents/market-analyst/from-scratch.ts";
import type { PatienceOptions } from "#agents/market-analyst/sleep-time.ts";
import type { ModelChoice } from "#agents/models/select.ts";
import type { CandleWindows } from "#memory/candle-windows.ts";
import type { Khala } from "#memory/khala.ts";
import type { MarketViews } from "#memory/market-views.ts";
import type { Readings } from "#memory/readings.ts";
import type { SingleFlight } from "#memory/single-flight.ts";
import type { Topics } from "#memory/topics.ts";
import type { DeskConfig } from "#schemas/config.ts";
import type { Market } from "#schemas/market.ts";
import type { Clock, MarketData, SecuritySource } from "#schemas/ports/market.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { Execution } from "#schemas/ports/trading.ts";
import type { CallOptions, Ledger, Runs } from "#schemas/ports/work.ts";
import type { QuarantineKind } from "#schemas/question.ts";
import type { MarketView } from "#schemas/reading.ts";
import type { StrategyTerms } from "#schemas/strategy-terms.ts";
import type { DeskId, MarketSymbol, RunId, UnixMs } from "#schemas/units.ts";
import type { WorkTally } from "#schemas/work.ts";
import type { OrderHints } from "#toolkits/execution/live/order-hints.ts";
import type { VenueOrders } from "#toolkits/execution/live/venue-orders.ts";
import type { StrategyHost } from "#toolkits/strategies/host.ts";
import type { Account } from "./account/account.ts";
import type { EquityCurve } from "./account/equity-curve.ts";
import type { TradeMarks } from "./account/trade-marks.ts";
import type { VenueBook } from "./account/venue-book.ts";
import type { ProposalBook } from "./acts/proposal-book.ts";
import type { JournalTally } from "./documents/journal-tally.ts";
import type { DebateBook } from "./judgement/debate-book.ts";
import type { DebateChecks } from "./judgement/debate-checks.ts";
import type { TradeLessons } from "./judgement/trade-lessons.ts";
import type { BesideLive } from "./live/paper-beside.ts";
import type { Reconciliation } from "./live/reconciliation.ts";
import type { NewsBook } from "./news/news-book.ts";
import type { Planner } from "./planning/planner.ts";
import type { QuestionPriority } from "./planning/question-priority.ts";
import type { DailyUniverse } from "./run-slot/daily-universe.ts";
import type { RelationshipsKeeper } from "./run-slot/relationships-keeper.ts";
import type { SilentMarkets } from "./run-slot/silent-markets.ts";
import type { VenueReports } from "./run-slot/venue-reports.ts";
import type { TokenBook } from "./security/token-book.ts";
import type { Served } from "./shadow/served.ts";
import type { AlertDesk } from "./watch/alert-desk.ts";

/** Who the desk is, by which settings it works, and what time it is there. */
export interface DeskIdentity {
  readonly config: DeskConfig;
  readonly deskId: DeskId;
  readonly runId: RunId;
  /** Settlement currency. */
  readonly quote: string;
  readonly clock: Clock;
  /** Durations only (law 2). */
  readonly monotonicMs: () => number;
  /** HOME/halt, looked at anew at every call. */
  readonly haltFileExists: () => boolean;
}

/** What it sees of the world, and the rule that it trades by. */
export interface DeskMarket {
  readonly marketData: MarketData;
  readonly universe: DailyUniverse;
  readonly security: SecuritySource;
  /** What `security` answers from, and what asks for it asleep; null: it is asked of nobody but itself. */
  readonly tokens: TokenBook | null;
  /** What feeds have said; null: none is configured, or the clock is a simulated one. */
  readonly news: NewsBook | null;
  /** Where its strategies run, in the order of the configuration. */
  readonly hosts: readonly StrategyHost[];
  readonly markets: ReadonlyMap<MarketSymbol, Market>;
  /** Brings `markets` up to date in place; null: the venue's do not change. @throws ProviderError */
  readonly refreshMarkets: ((at: { readonly nowMs: UnixMs }, options: CallOptions) => Promise<void>) | null;
  /** Which of them are not waited for any more. */
  readonly silent: SilentMarkets;
  /** Null where candles cannot change any more: recorded and invented ones. */
  readonly windows: CandleWindows | null;
  /** How long a venue that has not published a candle yet is asked again, ms. */
  readonly askAgainForMs: number;
  /** Resolves when a read that hangs is waited for no longer and its market counts as late; null: reads are waited for. */
  readonly tooLong: ((options: PatienceOptions) => Promise<void>) | null;
}

/** What it remembers. */
export interface DeskMemory {
  readonly khala: Khala;
  /** What its strategies say of the analyses. */
  readonly readings: Readings;
  /** Both beside each other: what is shown and answered from. */
  readonly views: MarketViews;
  /** Digests, questions, answers, conversations and thoughts. */
  readonly topics: Topics;
  /** What moves together, by the hour. */
  readonly relationships: RelationshipsKeeper;
  readonly flight: SingleFlight<MarketView>;
  /** Thins history by age, once an hour. */
  readonly consolidation: Pick<Store, "consolidate">;
  readonly runs: Runs;
  readonly ledger: Ledger;
}

/** What it holds, and how its orders go out. */
export interface DeskTrading {
  readonly account: Account;
  /** Equity of the run, thinned. */
  readonly equityCurve: EquityCurve;
  /** Orders by what became of them, refusals, alerts. */
  readonly tally: JournalTally;
  /** Every fill of the run, and why. */
  readonly tradeMarks: TradeMarks;
  readonly alerts: AlertDesk;
  /** Something is held on a real venue and cannot be followed: alert `blind`. */
  readonly isBlind: () => boolean;
  /** What was expected of each closed trade, and what came. */
  readonly tradeLessons: TradeLessons;
  /** What was proposed, and how that ended. */
  readonly proposals: ProposalBook;
  readonly execution: Execution;
  /** The venue's account beside the journal's; null on paper. */
  readonly reconciliation: Reconciliation | null;
  /** The venue's own socket, which makes the desk ask sooner; null: it is only asked. */
  readonly orderHints: OrderHints | null;
  /** What paper would have got for what is sent there; null on paper. */
  readonly besideLive: BesideLive | null;
  /** What can be asked there beside it; null on paper. */
  readonly venueOrders: Pick<VenueOrders, "open" | "balances" | "trades"> | null;
  /** What is kept of that account; empty on paper. */
  readonly venueBook: VenueBook;
  /** Which strategies may enter, and on what terms; by id, in the order of the configuration. */
  readonly strategies: ReadonlyMap<string, StrategyTerms>;
  /** How far the venue's reports were read, and what it could not read. */
  readonly venueReports: VenueReports;
}

/** What it thinks ahead, and how that is checked. */
export interface DeskPlanning {
  /** Who debates, loaded at the first call; null: none is asked, and no debate counts. */
  readonly sleepModels: (() => Promise<readonly ModelChoice[]>) | null;
  /** Questions go before sleep work. */
  readonly questionPriority: QuestionPriority;
  /** Predictor, budget and notes of thinking above the sweep. `topics` and `ledger` are heard by it. */
  readonly planner: Planner;
  /** Makes a sample of the answers served again, after they were given. */
  readonly shadow: Shadow;
  /** Kinds of which something stored was found wrong: such questions are answered live, debates are neither bought nor used. */
  readonly quarantine: ReadonlySet<QuarantineKind>;
  /** What came of the debates so far, and what is still open. */
  readonly debates: DebateBook;
  /** Looks at a sample of the debates that were used or shown. */
  readonly debateChecks: DebateChecks;
}

export interface Desk extends DeskIdentity, DeskMarket, DeskMemory, DeskTrading, DeskPlanning {}

export interface Shadow {
  /** Takes note of an answer, and queues a check where one is due; never throws and is not waited for. */
  served(desk: Desk, served: Served): void;
  /** Resolves when what has been queued by now is done. */
  idle(): Promise<void>;
  /** Drops what waits, and resolves when the check under way has ended. */
  close(): Promise<void>;
}

/** What the analyst needs from a desk. */
export const analystDeps = (desk: DeskIdentity & DeskMarket & DeskMemory, tally: WorkTally): DelegationDeps => ({
  marketData: desk.marketData,
  security: desk.security,
  khala: desk.khala,
  readings: desk.readings,
  views: desk.views,
  strategies: desk.hosts,
  markets: desk.markets,
  clock: desk.clock,
  windows: desk.windows,
  flight: desk.flight,
  tally,
});
