// A desk over any venue, with the real Khala, account and paper execution and the store in memory; what wire.ts does for the
// product, without files and processes. Opened again on the same store it is the desk after a restart.

import { assembleDesk, type DeskParts } from "#desk/assemble-desk.ts";
import type { Desk } from "#desk/desk.ts";
import { createSimulatedClock, type SimulatedClock } from "#scheduler/clock.ts";
import { DeskConfig, type EntryStyle } from "#schemas/config.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Market } from "#schemas/market.ts";
import type { Money } from "#schemas/money.ts";
import type { Clock, MarketData, NewsSource, SecuritySource, Universe } from "#schemas/ports/market.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { Execution, Journal } from "#schemas/ports/trading.ts";
import type { CallOptions, Runs } from "#schemas/ports/work.ts";
import type { StrategyTerms } from "#schemas/strategy-terms.ts";
import type { DeskId, MarketSymbol, RunId, Timeframe, UnixMs } from "#schemas/units.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import type { VenueOrders } from "#toolkits/execution/live/venue-orders.ts";
import { countedPorts } from "#toolkits/ports/counted.ts";
import type { Observers } from "#toolkits/ports/observed.ts";
import { createLocalHost, type StrategyHost } from "#toolkits/strategies/host.ts";
import { shippedStrategy } from "#toolkits/strategies/registry.ts";
import type { Strategy } from "#toolkits/strategies/strategy.ts";
import { alone } from "./account.ts";

/** For calls that nobody aborts. */
export const patience: CallOptions = { signal: new AbortController().signal };

/** Others work in real time: waiting for them moves no simulated clock, which would then stand at a fraction of a second. */
export const soon: Clock["sleep"] = async (_ms, { signal }) => {
  await new Promise((resolve) => setImmediate(resolve));
  signal.throwIfAborted();
};

export interface TestDeskParts {
  readonly venue: {
    readonly marketData: MarketData;
    readonly markets: ReadonlyMap<MarketSymbol, Market>;
    readonly refreshMarkets?: NonNullable<Desk["refreshMarkets"]>;
    readonly universe: Universe;
    readonly security: SecuritySource;
  };
  readonly startMs: UnixMs;
  readonly timeframe?: Timeframe;
  readonly limits?: Partial<DeskConfig["limits"]>;
  readonly markets?: Partial<DeskConfig["markets"]>;
  /** Left out: next open in simulation, limit at the quote on a real clock. */
  readonly entryStyle?: EntryStyle;
  /** Left out: entries wait for nobody. */
  readonly approve?: DeskConfig["approve"];
  readonly cash?: string;
  readonly quote?: string;
  readonly assets?: number;
  /** In the desk's order; left out: the example strategy alone. */
  readonly strategies?: readonly (Strategy | StrategyHost)[];
  /** Of equity, percent, in the same order; left out: equal ones. */
  readonly shares?: readonly number[];
  /** Left out: each on the desk's terms, with its share. */
  readonly terms?: ReadonlyMap<string, StrategyTerms>;
  /** Left out: a new store in memory. */
  readonly store?: Store;
  /** Left out: a simulated clock that stands at `startMs`. */
  readonly clock?: Clock;
  readonly runId?: string;
  /** Left out: `main`. */
  readonly deskId?: string;
  /** Waits for other processes; left out: a system clock's own, else until the next turn. */
  readonly sleep?: Clock["sleep"];
  /** How long another process is believed to be asking the venue, ms. */
  readonly claimMs?: number;
  /** As `DeskParts` has it. */
  readonly askOthers?: DeskParts["askOthers"];
  /** The network address that it says it asks from; left out: none. */
  readonly address?: string;
  readonly haltFile?: { exists: boolean };
  /** Left out: every read is waited for. */
  readonly tooLong?: NonNullable<Desk["tooLong"]>;
  /** Left out: no time passes. */
  readonly monotonicMs?: () => number;
  /** Left out: nobody judges asleep. */
  readonly sleepModels?: Desk["sleepModels"];
  readonly thinking?: Partial<DeskConfig["thinking"]>;
  /** As the setting names it; left out: none, and no tokens can be set. */
  readonly sleepModel?: string;
  /** Feeds of news; left out: none is read. */
  readonly news?: readonly NewsSource[];
  readonly wrapJournal?: (journal: Journal) => Journal;
  readonly wrapRuns?: (runs: Runs) => Runs;
  readonly wrapExecution?: (execution: Execution) => Execution;
  /** Where orders are sent; left out: they are matched on paper. */
  readonly orders?: VenueOrders;
}

export interface TestDesk {
  readonly desk: Desk;
  readonly store: Store;
  readonly clock: SimulatedClock;
  /** Of its ports and its ledger. */
  readonly observers: Observers;
  /** Everything journaled so far. */
  events(): Promise<readonly JournalEvent[]>;
}

/** Where each runs: in this thread, unless a host of the test's own is given. */
export const hostsOf = (strategies: NonNullable<TestDeskParts["strategies"]>): readonly StrategyHost[] =>
  strategies.map((one) => ("info" in one ? one : createLocalHost(one)));

const exampleAlone = () => [shippedStrategy("mean-reversion")];

export const testConfig = (
  parts: Pick<
    TestDeskParts,
    | "timeframe"
    | "limits"
    | "markets"
    | "assets"
    | "thinking"
    | "sleepModel"
    | "entryStyle"
    | "approve"
    | "strategies"
    | "shares"
    | "deskId"
    | "address"
  >,
): DeskConfig =>
  DeskConfig.parse({
    deskId: parts.deskId ?? "main",
    venue: "sim",
    dataDir: null,
    exchangeUrl: null,
    address: parts.address ?? null,
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
    modelTimeoutMs: 600_000,
    limits: parts.limits ?? {},
    markets: parts.markets ?? {},
    entryStyle: parts.entryStyle ?? null,
    approve: parts.approve ?? "none",
    thinking: parts.thinking ?? {},
    sleepModel: parts.sleepModel ?? null,
    strategies: (parts.strategies ?? exampleAlone()).map((one, i) => {
      const sharePct = parts.shares?.[i];
      return { use: "info" in one ? one.info.id : one.id, ...(sharePct === undefined ? {} : { sharePct }) };
    }),
    costs: {},
    driftAtr: 2,
  });

export async function openTestDesk(parts: TestDeskParts): Promise<TestDesk> {
  const config: DeskConfig =
    parts.orders === undefined ? testConfig(parts) : { ...testConfig(parts), mode: "live", sandbox: true };
  const store = parts.store ?? createMemoryStore();
  const simulated = createSimulatedClock(parts.startMs);
  const clock = parts.clock ?? simulated;
  const [deskId, runId] = [config.deskId as DeskId, (parts.runId ?? "live") as RunId];
  const counting = countedPorts();
  const writer = await store.openAccount(deskId, alone);
  const journal = writer.journal(runId);
  const runs = writer.runs(runId);
  const assembled = await assembleDesk(
    {
      config,
      runId,
      venue: {
        ...parts.venue,
        marketData: counting.port("marketData", parts.venue.marketData),
        universe: counting.port("universe", parts.venue.universe),
        security: counting.port("security", parts.venue.security),
        counting,
        clock,
        hosts: hostsOf(parts.strategies ?? exampleAlone()),
        quote: parts.quote ?? "USDT",
        cash: (parts.cash ?? "10000") as Money,
        ...(parts.orders === undefined ? {} : { orders: parts.orders }),
      },
      store,
      journal: parts.wrapJournal?.(journal) ?? journal,
      runs: parts.wrapRuns?.(runs) ?? runs,
      monotonicMs: parts.monotonicMs ?? (() => 0),
      sleep: parts.sleep ?? (clock.kind === "system" ? clock.sleep : soon),
      ...(parts.claimMs === undefined ? {} : { claimMs: parts.claimMs }),
      ...(parts.askOthers === undefined ? {} : { askOthers: parts.askOthers }),
      sleepModels: parts.sleepModels ?? null,
      haltFileExists: () => parts.haltFile?.exists ?? false,
      onNote: () => {},
      ...(parts.news === undefined ? {} : { news: { sources: parts.news.map((one) => counting.port("news", one)) } }),
      ...(parts.tooLong === undefined ? {} : { tooLong: parts.tooLong }),
      ...(parts.wrapExecution === undefined ? {} : { wrapExecution: parts.wrapExecution }),
    },
    patience,
  );
  const desk: Desk = { ...assembled, strategies: parts.terms ?? assembled.strategies };
  return {
    desk,
    store,
    clock: simulated,
    observers: counting.observers,
    events: async () => (await journal.read({}, patience)).map((row) => row.event),
  };
}
