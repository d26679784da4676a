// A desk over any venue, with the real Khala, account and paper execution and the store in memory; what wire.ts does for the
// product, without files and processes. Opened again on the same store it is the desk after a restart.

import { definitionIdOf, topicDefinitionIdOf } from "#agents/market-analyst/assess.ts";
import { openAccount } from "#desk/account/account.ts";
import type { Desk } from "#desk/desk.ts";
import { createPlanner } from "#desk/planning/planner.ts";
import { createQuestionPriority } from "#desk/planning/question-priority.ts";
import { createUnsettledMarkets } from "#desk/run-slot/collect-reports.ts";
import { createDailyUniverse } from "#desk/run-slot/daily-universe.ts";
import { createRelationshipsKeeper } from "#desk/run-slot/relationships.ts";
import { createShadow } from "#desk/shadow/shadow.ts";
import { createAlertDesk } from "#desk/watch/watch.ts";
import { createCandleWindows } from "#memory/candle-windows.ts";
import { createKhala } from "#memory/khala.ts";
import { createSingleFlight } from "#memory/single-flight.ts";
import { createMemoryStore } from "#memory/stores/in-memory.ts";
import { createTopics } from "#memory/topics.ts";
import { createSimulatedClock, type SimulatedClock } from "#scheduler/clock.ts";
import { DeskConfig } from "#schemas/config.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Market } from "#schemas/market.ts";
import type { Money } from "#schemas/money.ts";
import type { Clock, MarketData, SecuritySource, Universe } from "#schemas/ports/market.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { Execution, Journal } from "#schemas/ports/trading.ts";
import type { CallOptions, Runs } from "#schemas/ports/work.ts";
import type { DeskId, MarketSymbol, RunId, Timeframe, UnixMs } from "#schemas/units.ts";
import { createPaperExecution } from "#toolkits/execution/paper-venue.ts";
import { countedPorts } from "#toolkits/ports/counted.ts";
import { meanReversion } from "#toolkits/strategies/mean-reversion.ts";
import type { Strategy } from "#toolkits/strategies/strategy.ts";

/** For calls that nobody aborts. */
export const patience: CallOptions = { signal: new AbortController().signal };

/** Others work in real time: waiting for them moves no simulated clock, which would then stand at a fraction of a second. */
const soon: Clock["sleep"] = async (_ms, { signal }) => {
  await new Promise((resolve) => setImmediate(resolve));
  signal.throwIfAborted();
};

export interface TestDeskParts {
  readonly venue: {
    readonly marketData: MarketData;
    readonly markets: ReadonlyMap<MarketSymbol, Market>;
    readonly universe: Universe;
    readonly security: SecuritySource;
  };
  readonly startMs: UnixMs;
  readonly timeframe?: Timeframe;
  readonly limits?: Partial<DeskConfig["limits"]>;
  readonly cash?: string;
  readonly quote?: string;
  readonly assets?: number;
  readonly strategy?: Strategy;
  /** Left out: a new store in memory. */
  readonly store?: Store;
  /** Left out: a simulated clock that stands at `startMs`. */
  readonly clock?: Clock;
  readonly runId?: string;
  readonly haltFile?: { exists: boolean };
  /** Left out: nobody is asked for a second opinion. */
  readonly opinionModels?: Desk["opinionModels"];
  readonly thinking?: Partial<DeskConfig["thinking"]>;
  readonly wrapJournal?: (journal: Journal) => Journal;
  readonly wrapRuns?: (runs: Runs) => Runs;
  readonly wrapExecution?: (execution: Execution) => Execution;
}

export interface TestDesk {
  readonly desk: Desk;
  readonly store: Store;
  readonly clock: SimulatedClock;
  /** Everything journaled so far. */
  events(): Promise<readonly JournalEvent[]>;
}

export const testConfig = (parts: Pick<TestDeskParts, "timeframe" | "limits" | "assets" | "thinking">): DeskConfig =>
  DeskConfig.parse({
    deskId: "main",
    venue: "sim",
    dataDir: null,
    exchangeUrl: null,
    seed: 1,
    assets: parts.assets ?? 50,
    timeframe: parts.timeframe ?? "5m",
    asOfMs: null,
    speed: null,
    cycles: null,
    quote: null,
    cash: null,
    securityPolicy: "recorded",
    home: "nowhere",
    databaseUrl: null,
    redisUrl: null,
    redisProtocol: 3,
    retention: {},
    model: "rules",
    modelUrl: null,
    modelTimeoutMs: 1000,
    strategyId: "mean-reversion",
    limits: parts.limits ?? {},
    thinking: parts.thinking ?? {},
    costs: {},
    driftAtr: 2,
  });

export async function openTestDesk(parts: TestDeskParts): Promise<TestDesk> {
  const config = testConfig(parts);
  const counting = countedPorts();
  const marketData = counting.port("marketData", parts.venue.marketData);
  const universe = counting.port("universe", parts.venue.universe);
  const security = counting.port("security", parts.venue.security);
  const { markets } = parts.venue;
  const store = parts.store ?? createMemoryStore();
  const simulated = createSimulatedClock(parts.startMs);
  const clock = parts.clock ?? simulated;
  const strategy = parts.strategy ?? meanReversion;
  const quote = parts.quote ?? "USDT";
  const [deskId, runId] = [config.deskId as DeskId, (parts.runId ?? "live") as RunId];
  const journal = store.journal(deskId, runId);
  const account = await openAccount(
    parts.wrapJournal?.(journal) ?? journal,
    { quote, cash: (parts.cash ?? "10000") as Money },
    patience,
  );
  const unsettled = createUnsettledMarkets();
  const real = clock.kind === "system";
  const execution = createPaperExecution({
    marketData,
    markets,
    timeframe: config.timeframe,
    costs: config.costs,
    quote,
    mode: real ? "quotes" : "next-open",
    restore: { portfolio: account.portfolio() },
    onUnsettled: unsettled.note,
  });
  const runs = store.runs(deskId, runId);
  const khala = createKhala({
    store,
    clock,
    graceMs: marketData.graceMs,
    definitionId: definitionIdOf(strategy),
    driftAtr: config.driftAtr,
  });
  const questionPriority = createQuestionPriority(() => 0);
  const planner = createPlanner({
    topics: createTopics({ store, khala, deskId, definitionId: topicDefinitionIdOf(strategy) }),
    ledger: counting.ledger(store.ledger(deskId)),
    deskId,
    venueId: marketData.venueId,
    questionPriority,
    monotonicMs: () => 0,
    // A question holds up sleep work for as long as it takes.
    sleep: () => new Promise(() => {}),
  });
  const desk: Desk = {
    config,
    deskId,
    runId,
    quote,
    clock,
    monotonicMs: () => 0,
    marketData,
    universe: createDailyUniverse(universe, config.assets),
    security,
    strategy,
    markets,
    khala,
    topics: planner.topics,
    planner,
    relationships: createRelationshipsKeeper(),
    opinionModels: parts.opinionModels ?? null,
    questionPriority,
    shadow: createShadow({ onProblem: () => {} }),
    quarantine: account.quarantined(),
    windows: real ? createCandleWindows({ store, khala, venueId: marketData.venueId }) : null,
    flight: createSingleFlight({ khala, leases: store.leases, sleep: real ? clock.sleep : soon, monotonicMs: () => 0 }),
    consolidation: store,
    account,
    alerts: createAlertDesk(account.alerts()),
    runs: parts.wrapRuns?.(runs) ?? runs,
    ledger: planner.ledger,
    execution: parts.wrapExecution?.(execution) ?? execution,
    entryStyle: real ? "limit-at-quote" : "next-open",
    askAgainForMs: real ? 30_000 : 0,
    haltFileExists: () => parts.haltFile?.exists ?? false,
    unsettled,
  };
  return {
    desk,
    store,
    clock: simulated,
    events: async () => (await journal.read({}, patience)).map((row) => row.event),
  };
}
