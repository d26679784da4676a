// Floor 4. Adapters in, a desk out: the one place where a desk is put together, for the product, tests and measurements.
import { ANALYSIS_DEFINITION_ID, topicDefinitionIdOf } from "#agents/market-analyst/assess.ts";
import { createCandleWindows } from "#memory/candle-windows.ts";
import { createKhala, type Khala } from "#memory/khala.ts";
import { createMarketViews } from "#memory/market-views.ts";
import { createReadings, voidCorrected } from "#memory/readings.ts";
import { SharedAnswers } from "#memory/shared-answers.ts";
import { type CandleClose, shareCandles } from "#memory/shared-candles.ts";
import { sharePrices } from "#memory/shared-prices.ts";
import { createSingleFlight } from "#memory/single-flight.ts";
import { createTopics } from "#memory/topics.ts";
import type { DeskConfig } from "#schemas/config.ts";
import type { Market } from "#schemas/market.ts";
import type { Money } from "#schemas/money.ts";
import type {
  Clock,
  MarketData,
  RankingSource,
  SecuritySource,
  TokenSource,
  Universe,
  VenueListings,
} from "#schemas/ports/market.ts";
import type { Bus, HotCache, Store } from "#schemas/ports/memory.ts";
import type { Execution, Journal } from "#schemas/ports/trading.ts";
import type { CallOptions, Runs } from "#schemas/ports/work.ts";
import { type DeskId, type MarketSymbol, type RunId, timeframeMs } from "#schemas/units.ts";
import { LiveExecution } from "#toolkits/execution/live/live-execution.ts";
import { notConnectedExecution } from "#toolkits/execution/live/not-connected.ts";
import type { VenueOrders } from "#toolkits/execution/live/venue-orders.ts";
import { createPaperExecution } from "#toolkits/execution/paper-venue.ts";
import { screenedMarketData } from "#toolkits/market/screen-candles.ts";
import type { SessionCalendar } from "#toolkits/market/sessions/session-calendar.ts";
import type { CountedPorts } from "#toolkits/ports/counted.ts";
import { strategyTerms } from "#toolkits/risk/strategy-terms.ts";
import type { StrategyHost } from "#toolkits/strategies/host.ts";
import { createCoinBook } from "#toolkits/universe/coin-book.ts";
import { createMarketCapUniverse } from "#toolkits/universe/market-cap-universe.ts";
import { ownAccount } from "./account/account.ts";
import type { Desk, DeskMarket, DeskPlanning, DeskTrading } from "./desk.ts";
import { createDeskBooks, type DeskBooks } from "./desk-books.ts";
import { DebateChecks } from "./judgement/debate-checks.ts";
import { BesideLive } from "./live/paper-beside.ts";
import { Reconciliation } from "./live/reconciliation.ts";
import { coinIdIn } from "./news/coin-id.ts";
import { NewsBook, type NewsParts } from "./news/news-book.ts";
import { oncePerKind } from "./once-per-kind.ts";
import { createPlanner } from "./planning/planner.ts";
import { createQuestionPriority } from "./planning/question-priority.ts";
import { createDailyUniverse } from "./run-slot/daily-universe.ts";
import { createRelationshipsKeeper } from "./run-slot/relationships-keeper.ts";
import { SilentMarkets } from "./run-slot/silent-markets.ts";
import { createVenueReports } from "./run-slot/venue-reports.ts";
import { screenedWindows, screenOf } from "./screened-venue.ts";
import { TokenBook } from "./security/token-book.ts";
import { createShadow } from "./shadow/shadow.ts";
import type { AlertDesk } from "./watch/alert-desk.ts";
import { isBlind } from "./watch/watch-held.ts";

/** How long a real venue that has not published a candle yet is asked again (DESIGN §11). */
const ASK_AGAIN_MS = 30_000;

/** Who is asked, asleep, what the venue's coins are. */
export interface CoinPorts {
  /** In the order in which they are asked. */
  readonly rankings: readonly RankingSource[];
  readonly listings: VenueListings;
  readonly tokenSources: readonly TokenSource[];
}

/** What stands at the ports on the venue's side, every call counted (toolkits/ports). */
export interface VenuePorts {
  readonly marketData: MarketData;
  readonly security: SecuritySource;
  readonly universe: Universe;
  /** Where they stand, the desk judges coins by what they say, and `universe` ranks only where no ranking was had; left out: `security` and `universe` say it all. */
  readonly coins?: CoinPorts;
  /** Counts the calls of all of these into the ledger (law 13). */
  readonly counting: Pick<CountedPorts, "ledger">;
  readonly markets: ReadonlyMap<MarketSymbol, Market>;
  /** Brings `markets` up to date; left out: they do not change. */
  readonly refreshMarkets?: NonNullable<DeskMarket["refreshMarkets"]>;
  /** Where the strategies run, in the order of the configuration, which names them. */
  readonly hosts: readonly StrategyHost[];
  readonly clock: Clock;
  /** Settlement currency. */
  readonly quote: string;
  readonly cash: Money;
  /**
   * Its sessions: prices, rankings and token records then stand on their grid, and only a backtest runs it; left out: it trades
   * without a break.
   */
  readonly calendar?: SessionCalendar;
  /** Where orders are sent; left out: they are matched on paper. */
  readonly orders?: VenueOrders;
  /** Markets that the venue can be asked about before entries are over, at most; left out: any number. */
  readonly mostAssets?: number;
}

export interface DeskParts {
  readonly config: DeskConfig;
  readonly runId: RunId;
  readonly venue: VenuePorts;
  readonly store: Store;
  readonly journal: Journal;
  /** What was read of that journal before the account was this process's own; left out: nothing. */
  readonly books?: DeskBooks;
  readonly runs: Runs;
  /** Between processes; left out: this process is alone. */
  readonly bus?: Bus;
  readonly cache?: HotCache;
  readonly monotonicMs: () => number;
  /** As `AccountWriter.leftMs`; left out: no other process can take the account. */
  readonly leftMs?: () => number;
  /** Real time, for waiting on other processes and on questions, whatever clock the desk runs on. */
  readonly sleep: Clock["sleep"];
  readonly sleepModels: DeskPlanning["sleepModels"];
  readonly haltFileExists: () => boolean;
  /** Feeds of news, every call counted; left out: none is read. */
  readonly news?: Pick<NewsParts, "sources"> & Partial<Pick<NewsParts, "coinIdOf">>;
  /** What is worth a line for people, and ends nothing. */
  readonly onNote: (text: string) => void;
  /** How long another process is believed to be asking the venue, ms: what a request takes there, with its turn; left out: some seconds. */
  readonly claimMs?: number;
  /** Asks others to read the candles of a close beside this process, which finds them where it would look for another desk's; left out: nobody is asked. */
  readonly askOthers?: (close: CandleClose) => void;
  /** Ends the waiting for a read that hangs; left out: every read is waited for. */
  readonly tooLong?: NonNullable<DeskMarket["tooLong"]>;
  /** Another way to the venue than paper trading, or one that fails on purpose. */
  readonly wrapExecution?: (paper: Execution) => Execution;
}

/** Reads the account's journal and puts the parts together. @throws StoreError, InvariantError */
export async function assembleDesk(parts: DeskParts, options: CallOptions): Promise<Desk> {
  const { config, runId, venue, store, bus, runs, monotonicMs, sleep, sleepModels, haltFileExists, onNote } = parts;
  const { quote, clock, markets, hosts } = venue;
  const { venueId } = venue.marketData;
  const raw = sharedMarketData(parts);
  const screen = screenOf({ ...venue, marketData: raw }, store.candles, isReal(parts));
  const marketData = screenedMarketData(raw, screen);
  const deskId = config.deskId as DeskId;
  const books = parts.books ?? createDeskBooks(config, venue);
  const silent = new SilentMarkets();
  const trading = await tradingOf({ ...parts, venue: { ...venue, marketData } }, { books, silent }, options);
  const khala = khalaOf(parts);
  const readings = createReadings({ store, onRefused: oncePerKind((error) => onNote(error.message)) });
  const views = createMarketViews({ khala, readings, strategies: () => running(hosts) });
  const questionPriority = createQuestionPriority(monotonicMs);
  const planner = createPlanner({
    topics: createTopics({ store, khala, deskId, definitionId: () => topicDefinitionIdOf(hosts) }),
    ledger: venue.counting.ledger(store.ledger(deskId)),
    deskId,
    venueId,
    questionPriority,
    monotonicMs,
    sleep,
  });
  const coins = await coinsOf(parts, { khala, marketData }, options);
  const flightParts = { khala: views, leases: store.leases, sleep, monotonicMs };
  return {
    config,
    deskId,
    runId,
    quote,
    clock,
    monotonicMs,
    haltFileExists,
    marketData,
    universe: createDailyUniverse(coins.universe, {
      ...config,
      assets: Math.min(config.assets, venue.mostAssets ?? Number.POSITIVE_INFINITY),
    }),
    security: coins.security,
    tokens: coins.tokens,
    news: await newsOf(parts, coins.tokens, options),
    hosts,
    markets,
    silent,
    refreshMarkets: venue.refreshMarkets ?? null,
    windows: isReal(parts)
      ? screenedWindows(
          createCandleWindows({ store, khala, venueId, onCorrected: voidCorrected(readings, () => running(hosts)) }),
          { raw, screened: marketData },
          screen,
        )
      : null,
    askAgainForMs: isReal(parts) ? ASK_AGAIN_MS : 0,
    tooLong: parts.tooLong ?? null,
    khala,
    readings,
    views,
    // What is recorded through the planner's topics and ledger is heard by it.
    topics: planner.topics,
    ledger: planner.ledger,
    relationships: createRelationshipsKeeper(),
    flight: createSingleFlight(bus === undefined ? flightParts : { ...flightParts, bus }),
    consolidation: store,
    runs,
    ...trading,
    sleepModels,
    questionPriority,
    planner,
    shadow: createShadow({ onProblem: onNote }),
    quarantine: books.quarantine.kinds,
    debates: books.debates,
    debateChecks: new DebateChecks(config.thinking.shadowEvery),
  };
}

/** Why nothing is sent, where another process may have taken the account by now. */
const NOT_SURE = "this process has not been able to say that it lives for too long, and another may have the account";

const running = (hosts: readonly StrategyHost[]) => hosts.filter(({ fault }) => fault === null).map(({ info }) => info);

const isReal = ({ venue }: Pick<DeskParts, "venue">): boolean => venue.clock.kind === "system";

/** What a request to a venue takes at most, where its pace is not known. */
const CLAIM_MS = 2_500;
/** A desk that has said nothing for so long beyond its timeframe is believed to be gone. */
const GONE_AFTER_MS = 60_000;

/** Of a real venue on a store of several processes: what one of them is told, the others are told. */
function sharedMarketData(parts: DeskParts): MarketData {
  const { venue, store, sleep, monotonicMs, config, askOthers, claimMs = CLAIM_MS } = parts;
  const { marketData } = venue;
  if (!isReal({ venue }) || store.kind !== "postgres") return marketData;
  const shared = new SharedAnswers({
    store: store.answers,
    venueId: marketData.venueId,
    address: config.address,
    isHelped: askOthers !== undefined,
    claimMs,
    presentMs: 1.5 * timeframeMs(config.timeframe) + GONE_AFTER_MS,
    sleep,
    monotonicMs,
  });
  return {
    ...marketData,
    candles: shareCandles(marketData, shared, askOthers),
    tickers: sharePrices(marketData, shared),
  };
}

async function tradingOf(
  parts: DeskParts,
  { books, silent }: { readonly books: DeskBooks; readonly silent: SilentMarkets },
  options: CallOptions,
): Promise<DeskTrading> {
  const { config, venue, journal, wrapExecution = (paper) => paper } = parts;
  const { marketData, markets } = venue;
  const { fold, alerts: log, watches, proposals, tradeLessons, equityCurve, tradeMarks, venueBook, tally } = books;
  const entryStyle = config.entryStyle ?? (isReal(parts) ? "limit-at-quote" : "next-open");
  const account = await ownAccount(journal, fold, options);
  const { orders } = venue;
  const { portfolio, hasFill } = account;
  const paper = (): Execution =>
    createPaperExecution({
      marketData,
      markets,
      timeframe: config.timeframe,
      costs: config.costs,
      fillsAt: isReal(parts) ? "quote" : "next-open",
      restore: { portfolio: portfolio() },
      isGivenUp: silent.has,
      ...(parts.tooLong === undefined ? {} : { tooLong: parts.tooLong }),
    });
  const besideLive =
    orders === undefined ? null : new BesideLive({ account, marketData, markets, config, clock: venue.clock });
  const live = (): Execution =>
    orders === undefined || besideLive === null
      ? notConnectedExecution()
      : new LiveExecution({
          ...{ orders, portfolio, hasFill, now: () => venue.clock.now() },
          monotonicMs: parts.monotonicMs,
          barred: () => ((parts.leftMs?.() ?? 1) > 0 ? null : NOT_SURE),
          onSending: besideLive.sending,
        });
  const execution = config.mode === "live" ? live() : paper();
  const alerts: AlertDesk = { log, watches, memory: null, prices: new Map() };
  return {
    account,
    equityCurve,
    tradeMarks,
    tally,
    alerts,
    // Recorded and invented candles have gaps of their own, which a backtest goes over as well.
    isBlind: () => isReal(parts) && isBlind(alerts.memory),
    proposals,
    tradeLessons,
    execution: wrapExecution(execution),
    orderHints: orders?.hints ?? null,
    reconciliation: orders === undefined ? null : new Reconciliation(orders, account, venueBook.differences, markets),
    besideLive,
    venueOrders: orders ?? null,
    venueBook,
    strategies: strategyTerms(venue.hosts, config, entryStyle),
    venueReports: createVenueReports(),
  };
}

const sharedIn = ({ snapshots, leases, kind }: Store) => (kind === "postgres" ? { snapshots, leases } : { snapshots });

/** What is kept is known at once: a one-shot reads no feed. */
async function newsOf(
  { news, venue, config, store, onNote }: DeskParts,
  tokens: TokenBook | null,
  options: CallOptions,
): Promise<NewsBook | null> {
  if (news === undefined) return null;
  const { clock } = venue;
  const { everyMs } = config.news;
  const coinIdOf = (ticker: string): string | null => coinIdIn(tokens?.book.newest() ?? null, ticker);
  const book = new NewsBook({ coinIdOf, ...news, ...sharedIn(store), clock, everyMs, onNote });
  await book.load(options);
  return book;
}

/** Where nobody is asked what coins are, the venue's own security and universe stand. */
async function coinsOf(
  { venue, store, monotonicMs }: DeskParts,
  { khala, marketData }: { readonly khala: Khala; readonly marketData: MarketData },
  options: CallOptions,
): Promise<Pick<Desk, "security" | "tokens"> & Pick<VenuePorts, "universe">> {
  const { coins, security, universe, clock, quote } = venue;
  if (coins === undefined) return { security, universe, tokens: null };
  const { rankings, listings, tokenSources: sources } = coins;
  const { snapshots, leases } = store;
  const book = createCoinBook({ rankings, venue: marketData, listings, ...sharedIn(store) });
  const tokens = new TokenBook({ book, sources, room: khala, snapshots, leases, clock, monotonicMs });
  await tokens.open(options);
  return {
    security: tokens.security,
    universe: createMarketCapUniverse({ book, marketData, quote, fallback: universe }),
    tokens,
  };
}

const khalaOf = ({ config, venue, store, bus, cache, monotonicMs, onNote }: DeskParts): Khala =>
  createKhala({
    store,
    clock: venue.clock,
    graceMs: venue.marketData.graceMs,
    definitionId: ANALYSIS_DEFINITION_ID,
    driftAtr: config.driftAtr,
    monotonicMs,
    onRefused: oncePerKind((error) => onNote(error.message)),
    ...(bus === undefined ? {} : { bus }),
    ...(cache === undefined ? {} : { cache }),
  });
