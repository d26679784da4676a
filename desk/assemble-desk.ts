// Floor 4. Adapters in, a desk out: the one place where a desk is put together, for the product, tests and measurements.
import { definitionIdOf, topicDefinitionIdOf } from "#agents/market-analyst/assess.ts";
import { createCandleWindows } from "#memory/candle-windows.ts";
import { createKhala } from "#memory/khala.ts";
import { createSingleFlight } from "#memory/single-flight.ts";
import { createTopics } from "#memory/topics.ts";
import type { DeskConfig } from "#schemas/config.ts";
import type { Market } from "#schemas/market.ts";
import type { Money } from "#schemas/money.ts";
import type { Clock, MarketData, SecuritySource, Universe } from "#schemas/ports/market.ts";
import type { Bus, HotCache, Store } from "#schemas/ports/memory.ts";
import type { Execution, Journal } from "#schemas/ports/trading.ts";
import type { CallOptions, Runs } from "#schemas/ports/work.ts";
import type { DeskId, MarketSymbol, RunId } from "#schemas/units.ts";
import { createPaperExecution } from "#toolkits/execution/paper-venue.ts";
import type { CountedPorts } from "#toolkits/ports/counted.ts";
import type { Strategy } from "#toolkits/strategies/strategy.ts";
import { openAccount } from "./account/account.ts";
import type { Desk, DeskIdentity, DeskMarket, DeskMemory, DeskPlanning, DeskTrading } from "./desk.ts";
import { createPlanner } from "./planning/planner.ts";
import { createQuestionPriority } from "./planning/question-priority.ts";
import { createDailyUniverse } from "./run-slot/daily-universe.ts";
import { createRelationshipsKeeper } from "./run-slot/relationships-keeper.ts";
import { createVenueReports } from "./run-slot/venue-reports.ts";
import { Quarantine } from "./shadow/quarantine.ts";
import { createShadow } from "./shadow/shadow.ts";
import { AlertLog } from "./watch/log.ts";

/** How long a real venue that has not published a candle yet is asked again (DESIGN §11). */
const ASK_AGAIN_MS = 30_000;

/** What stands at the ports on the venue's side, every call counted (toolkits/ports). */
export interface VenuePorts {
  readonly marketData: MarketData;
  readonly security: SecuritySource;
  readonly universe: Universe;
  /** Counts the calls of these three into the ledger (law 13). */
  readonly counting: Pick<CountedPorts, "ledger">;
  readonly markets: ReadonlyMap<MarketSymbol, Market>;
  readonly strategy: Strategy;
  readonly clock: Clock;
  /** Settlement currency. */
  readonly quote: string;
  readonly cash: Money;
}

export interface DeskParts {
  readonly config: DeskConfig;
  readonly runId: RunId;
  readonly venue: VenuePorts;
  readonly store: Store;
  readonly journal: Journal;
  readonly runs: Runs;
  /** Between processes; left out: this process is alone. */
  readonly bus?: Bus;
  readonly cache?: HotCache;
  readonly monotonicMs: () => number;
  /** Real time, for waiting on other processes and on questions, whatever clock the desk runs on. */
  readonly sleep: Clock["sleep"];
  readonly opinionModels: DeskPlanning["opinionModels"];
  readonly haltFileExists: () => boolean;
  /** What is worth a line for people, and ends nothing. */
  readonly onNote: (text: string) => void;
  /** Ends the waiting for a read that hangs; left out: every read is waited for. */
  readonly tooLong?: NonNullable<DeskMarket["tooLong"]>;
  /** Another way to the venue than paper trading, or one that fails on purpose. */
  readonly wrapExecution?: (paper: Execution) => Execution;
}

/** Reads the account's journal and puts the parts together. @throws StoreError, InvariantError */
export async function assembleDesk(parts: DeskParts, options: CallOptions): Promise<Desk> {
  const identity = identityOf(parts);
  const market = marketOf(parts);
  const alertLog = new AlertLog();
  const quarantine = new Quarantine();
  const trading = await tradingOf(parts, { alertLog, quarantine }, options);
  const memory = memoryOf(parts);
  const planning = planningOf(parts, memory, quarantine);
  const windows = isReal(parts)
    ? createCandleWindows({ store: parts.store, khala: memory.khala, venueId: market.marketData.venueId })
    : null;
  // What is recorded through the planner's ledger and topics is heard by it.
  const { topics, ledger } = planning.planner;
  return { ...identity, ...market, ...memory, ...trading, ...planning, windows, topics, ledger };
}

const isReal = ({ venue }: Pick<DeskParts, "venue">): boolean => venue.clock.kind === "system";

const identityOf = ({ config, runId, venue, monotonicMs, haltFileExists }: DeskParts): DeskIdentity => ({
  config,
  deskId: config.deskId as DeskId,
  runId,
  quote: venue.quote,
  clock: venue.clock,
  monotonicMs,
  haltFileExists,
});

const marketOf = (parts: DeskParts): Omit<DeskMarket, "windows"> => ({
  marketData: parts.venue.marketData,
  universe: createDailyUniverse(parts.venue.universe, parts.config.assets),
  security: parts.venue.security,
  strategy: parts.venue.strategy,
  markets: parts.venue.markets,
  askAgainForMs: isReal(parts) ? ASK_AGAIN_MS : 0,
  tooLong: parts.tooLong ?? null,
});

async function tradingOf(
  parts: DeskParts,
  { alertLog, quarantine }: { readonly alertLog: AlertLog; readonly quarantine: Quarantine },
  options: CallOptions,
): Promise<DeskTrading> {
  const { config, venue, journal, wrapExecution = (paper) => paper } = parts;
  const { quote, cash, marketData, markets } = venue;
  const account = await openAccount(journal, { quote, cash, readers: [alertLog, quarantine] }, options);
  const paper = createPaperExecution({
    marketData,
    markets,
    timeframe: config.timeframe,
    costs: config.costs,
    fillsAt: isReal(parts) ? "quote" : "next-open",
    restore: { portfolio: account.portfolio() },
  });
  return {
    account,
    alerts: { log: alertLog, memory: null },
    execution: wrapExecution(paper),
    entryStyle: config.entryStyle ?? (isReal(parts) ? "limit-at-quote" : "next-open"),
    venueReports: createVenueReports(),
  };
}

function memoryOf(parts: DeskParts): Omit<DeskMemory, "topics" | "ledger"> {
  const { config, venue, store, bus, cache, monotonicMs, sleep, onNote } = parts;
  const khala = createKhala({
    store,
    clock: venue.clock,
    graceMs: venue.marketData.graceMs,
    definitionId: definitionIdOf(venue.strategy),
    driftAtr: config.driftAtr,
    monotonicMs,
    onRefused: (error) => onNote(error.message),
    ...(bus === undefined ? {} : { bus }),
    ...(cache === undefined ? {} : { cache }),
  });
  return {
    khala,
    relationships: createRelationshipsKeeper(),
    flight: createSingleFlight({
      khala,
      leases: store.leases,
      sleep,
      monotonicMs,
      ...(bus === undefined ? {} : { bus }),
    }),
    consolidation: store,
    runs: parts.runs,
  };
}

function planningOf(
  { config, venue, store, monotonicMs, sleep, opinionModels, onNote }: DeskParts,
  { khala }: Pick<DeskMemory, "khala">,
  quarantine: Quarantine,
): DeskPlanning {
  const deskId = config.deskId as DeskId;
  const questionPriority = createQuestionPriority(monotonicMs);
  const planner = createPlanner({
    topics: createTopics({ store, khala, deskId, definitionId: topicDefinitionIdOf(venue.strategy) }),
    ledger: venue.counting.ledger(store.ledger(deskId)),
    deskId,
    venueId: venue.marketData.venueId,
    questionPriority,
    monotonicMs,
    sleep,
  });
  const shadow = createShadow({ onProblem: onNote });
  return { opinionModels, questionPriority, planner, shadow, quarantine: quarantine.kinds };
}
