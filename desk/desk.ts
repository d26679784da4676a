// Floor 4. The desk: what the cycles are given. apps/wire.ts fills it in; nothing here chooses an adapter.
import type { DelegationDeps } from "#agents/market-analyst/from-scratch.ts";
import type { ModelChoice } from "#agents/models/select.ts";
import type { CandleWindows } from "#memory/candle-windows.ts";
import type { Khala } from "#memory/khala.ts";
import type { SingleFlight } from "#memory/single-flight.ts";
import type { Topics } from "#memory/topics.ts";
import type { DeskConfig } from "#schemas/config.ts";
import type { Market } from "#schemas/market.ts";
import type { Clock, MarketData, SecuritySource } from "#schemas/ports/market.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { Execution } from "#schemas/ports/trading.ts";
import type { Ledger, Runs } from "#schemas/ports/work.ts";
import type { QuestionKind } from "#schemas/question.ts";
import type { DeskId, MarketSymbol, RunId } from "#schemas/units.ts";
import type { WorkTally } from "#schemas/work.ts";
import type { Strategy } from "#toolkits/strategies/strategy.ts";
import type { Account } from "./account/account.ts";
import type { Planner } from "./planning/planner.ts";
import type { QuestionPriority } from "./planning/question-priority.ts";
import type { UnsettledMarkets } from "./run-slot/collect-reports.ts";
import type { DailyUniverse } from "./run-slot/daily-universe.ts";
import type { RelationshipsKeeper } from "./run-slot/relationships.ts";
import type { Shadow } from "./shadow/shadow.ts";
import type { AlertDesk } from "./watch/watch.ts";

export interface Desk {
  readonly config: DeskConfig;
  readonly deskId: DeskId;
  readonly runId: RunId;
  /** CollectedReports currency. */
  readonly quote: string;
  readonly clock: Clock;
  /** Durations only (law 2). */
  readonly monotonicMs: () => number;
  readonly marketData: MarketData;
  readonly universe: DailyUniverse;
  readonly security: SecuritySource;
  readonly strategy: Strategy;
  readonly markets: ReadonlyMap<MarketSymbol, Market>;
  readonly khala: Khala;
  /** Digests, questions and answers. */
  readonly topics: Topics;
  /** What moves together, by the hour. */
  readonly relationships: RelationshipsKeeper;
  /** Who gives second opinions, loaded at the first call; null: nobody is asked, and none counts. */
  readonly opinionModels: (() => Promise<readonly ModelChoice[]>) | null;
  /** Questions go before sleep work. */
  readonly questionPriority: QuestionPriority;
  /** What thinking above the sweep keeps in mind: predictor, budget, passes. `topics` and `ledger` are heard by it. */
  readonly planner: Planner;
  /** Makes a sample of the answers served again, after they were given. */
  readonly shadow: Shadow;
  /** Kinds of question whose stored answers were found wrong: they are answered live instead. */
  readonly quarantine: ReadonlySet<QuestionKind>;
  /** Null where candles cannot change any more: recorded and invented ones. */
  readonly windows: CandleWindows | null;
  readonly flight: SingleFlight;
  /** Thins history by age, once an hour. */
  readonly consolidation: Pick<Store, "consolidate">;
  readonly account: Account;
  readonly alerts: AlertDesk;
  readonly runs: Runs;
  readonly ledger: Ledger;
  readonly execution: Execution;
  /** `limit-at-quote` on a real venue, `next-open` in simulation and replay. */
  readonly entryStyle: "next-open" | "limit-at-quote";
  /** How long a venue that has not published a candle yet is asked again. */
  readonly askAgainForMs: number;
  /** HOME/halt, looked at anew at every call. */
  readonly haltFileExists: () => boolean;
  /** Paper's word on the markets that it could not read while it settled the others. */
  readonly unsettled: UnsettledMarkets;
}

/** What the analyst needs from a desk. */
export const analystDeps = (
  desk: Pick<Desk, "khala" | "strategy" | "clock" | "windows" | "flight" | "marketData" | "security">,
  tally: WorkTally,
): DelegationDeps => ({
  marketData: desk.marketData,
  security: desk.security,
  khala: desk.khala,
  strategy: desk.strategy,
  clock: desk.clock,
  windows: desk.windows,
  flight: desk.flight,
  tally,
});
