// Floor 5. The composition root: the only place where adapters are chosen and process.env is read. Everything heavy is
// imported when it is first needed.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Sharing } from "#memory/tiers/sharing.ts";
import { createSimulatedClock, monotonicMs, type SimulatedClock, systemClock } from "#scheduler/clock.ts";
import { createDailyUniverse } from "#scheduler/daily-universe.ts";
import type { Desk } from "#scheduler/desk.ts";
import { slotAt } from "#scheduler/slots.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { UnknownNameError } from "#schemas/errors.ts";
import { FULL_WARMUP_CANDLES } from "#schemas/indicator.ts";
import type { Market } from "#schemas/market.ts";
import type { Money } from "#schemas/money.ts";
import type { CallOptions, Clock, MarketData, SecuritySource, Store, Universe } from "#schemas/ports.ts";
import type { DeskId, MarketSymbol, RunId, UnixMs } from "#schemas/units.ts";
import type { Strategy } from "#toolkits/strategies/strategy.ts";

/** How long a real venue that has not published a candle yet is asked again (DESIGN §11). */
const ASK_AGAIN_MS = 30_000;

/** The process environment, with a `.env` file of the working folder read in first. */
export function readEnvironment(): Readonly<Record<string, string | undefined>> {
  if (existsSync(".env")) process.loadEnvFile(".env");
  return process.env;
}

/** What stands at the ports on the venue's side. */
export interface Venue {
  readonly marketData: MarketData;
  readonly security: SecuritySource;
  readonly universe: Universe;
  readonly quote: string;
  readonly cash: Money;
  readonly markets: ReadonlyMap<MarketSymbol, Market>;
  readonly strategy: Strategy;
  /** A simulated clock is moved by the replay driver; the system clock by nobody. */
  readonly clock: Clock | SimulatedClock;
  /** Where one-shots stand, and `start` and `backtest` begin unless told otherwise. */
  readonly standMs: UnixMs;
  readonly beginMs: UnixMs;
  /** The last slot with data; null: endless. */
  readonly lastSlotMs: UnixMs | null;
  readonly notes: readonly string[];
}

/** @throws UnknownNameError for a venue that does not exist; DataFolderError, DataFormatError for a replay folder */
export async function openVenue(config: DeskConfig, options: CallOptions): Promise<Venue> {
  const { strategyById } = await import("#toolkits/strategies/registry.ts");
  const strategy = strategyById(config.strategyId);
  if (config.venue === "sim") return simulatedVenue(config, strategy, options);
  if (config.venue === "replay") return replayVenue(config, strategy, options);
  return exchangeVenue(config, strategy, options);
}

async function simulatedVenue(config: DeskConfig, strategy: Strategy, options: CallOptions): Promise<Venue> {
  const { createSimulatedVenue } = await import("#toolkits/market/simulated-venue.ts");
  const { createSimulatedSecurity } = await import("#toolkits/security/simulated-security.ts");
  const { createSimulatedUniverse } = await import("#toolkits/universe/simulated-universe.ts");
  const { seed, assets, timeframe } = config;
  const marketData = createSimulatedVenue({ seed, assets });
  const standMs = config.asOfMs ?? slotAt(Date.now(), timeframe, marketData.graceMs);
  return {
    marketData,
    security: createSimulatedSecurity({ seed, assets }),
    universe: createSimulatedUniverse({ seed, assets }),
    ...(await settlement(config, marketData, "USDT", options)),
    strategy,
    clock: createSimulatedClock(standMs),
    standMs,
    beginMs: standMs,
    lastSlotMs: null,
    notes: [],
  };
}

async function replayVenue(config: DeskConfig, strategy: Strategy, options: CallOptions): Promise<Venue> {
  const { openReplayFolder } = await import("#toolkits/market/replay/folder.ts");
  const { createReplayVenue } = await import("#toolkits/market/replay-venue.ts");
  const { createRecordedSecurity } = await import("#toolkits/security/recorded-security.ts");
  const { createFolderUniverse } = await import("#toolkits/universe/folder-universe.ts");
  const folder = await openReplayFolder(config.dataDir ?? "", { timeframe: config.timeframe, ...options });
  const marketData = createReplayVenue(folder);
  const standMs = config.asOfMs ?? folder.lastCloseMs;
  return {
    marketData,
    security: createRecordedSecurity({ folder, policy: config.securityPolicy }),
    universe: createFolderUniverse(folder, marketData),
    ...(await settlement(config, marketData, folder.defaultQuote, options)),
    strategy,
    clock: createSimulatedClock(standMs),
    standMs,
    beginMs: config.asOfMs ?? folder.warmStartMs ?? folder.lastCloseMs,
    lastSlotMs: folder.lastCloseMs,
    notes:
      folder.warmStartMs === null
        ? [
            ...folder.notes,
            `no ${config.timeframe} market of ${folder.dir} has ${FULL_WARMUP_CANDLES} candles: none can be entered`,
          ]
        : folder.notes,
  };
}

async function exchangeVenue(config: DeskConfig, strategy: Strategy, options: CallOptions): Promise<Venue> {
  const { createCcxtVenue } = await import("#toolkits/market/ccxt-venue.ts");
  const { createUnreportedSecurity } = await import("#toolkits/security/unreported-security.ts");
  const { createQuoteVolumeUniverse } = await import("#toolkits/universe/quote-volume-universe.ts");
  const clock = systemClock();
  const apiUrl = process.env["DEEPTRADER_EXCHANGE_URL"]?.trim();
  const marketData = await createCcxtVenue({
    exchangeId: config.venue,
    now: () => clock.now(),
    sleep: (ms, callOptions) => clock.sleep(ms, callOptions),
    ...(apiUrl ? { overrides: { apiUrl } } : {}),
  });
  const money = await settlement(config, marketData, "USDT", options);
  const nowMs = clock.now();
  return {
    marketData,
    security: createUnreportedSecurity(),
    universe: createQuoteVolumeUniverse({ marketData, quote: money.quote }),
    ...money,
    strategy,
    clock,
    standMs: nowMs,
    beginMs: slotAt(nowMs, config.timeframe, marketData.graceMs),
    lastSlotMs: null,
    notes: [],
  };
}

/** Settlement currency, paper cash and the markets by symbol. */
async function settlement(
  config: DeskConfig,
  marketData: MarketData,
  usualQuote: string,
  options: CallOptions,
): Promise<Pick<Venue, "quote" | "cash" | "markets">> {
  const markets = new Map((await marketData.markets(options)).map((market) => [market.symbol, market]));
  const quote = config.quote ?? usualQuote;
  const quotes = [...new Set([...markets.values()].map((market) => market.quote))].sort();
  if (!quotes.includes(quote)) {
    throw new UnknownNameError({
      was: `No market at ${marketData.venue} is quoted in ${quote}.`,
      expected: `one of ${quotes.slice(0, 12).join(", ")}`,
      remedy: "Choose one of them with --quote.",
    });
  }
  const cash = config.cash ?? ((quote === "BTC" ? "1" : "10000") as Money);
  return { quote, cash, markets };
}

/** Which run a command belongs to (DESIGN §11). */
export type RunChoice = "new" | "once" | "latest";

export interface OpenDesk {
  readonly desk: Desk;
  readonly store: Store;
  readonly venue: Venue;
  /** For the provider's key, which is looked up under the provider's own variable name and kept nowhere else. */
  readonly env: Readonly<Record<string, string | undefined>>;
  close(): Promise<void>;
}

/**
 * Opens store, Khala and book over a venue. @throws HomeLockedError, StoreError
 */
export async function openDesk(
  config: DeskConfig,
  venue: Venue,
  choice: RunChoice,
  options: CallOptions & { readonly owner: string; readonly onNote?: (text: string) => void },
): Promise<OpenDesk> {
  const { openStore } = await import("#memory/stores/open.ts");
  const { createKhala } = await import("#memory/khala.ts");
  const { createCandleWindows } = await import("#memory/candle-windows.ts");
  const { createSingleFlight } = await import("#memory/single-flight.ts");
  const { definitionIdOf } = await import("#agents/market-analyst/assess.ts");
  const { createPaperExecution } = await import("#toolkits/execution/paper.ts");
  const { openBook } = await import("#scheduler/book.ts");
  const { openSharing } = await import("#memory/tiers/sharing.ts");
  const { createUnsettledMarkets } = await import("#scheduler/cycles/settle.ts");
  const store = await openStore(
    config.databaseUrl === null
      ? { kind: "pglite", home: config.home, owner: options.owner }
      : { kind: "postgres", url: config.databaseUrl, owner: options.owner },
    options,
  );
  let sharing: Sharing | null = null;
  try {
    const { marketData, clock, strategy } = venue;
    sharing = await openSharing({ ...config, monotonicMs }, options);
    const runId = await chooseRun(store, config.deskId, clock, choice, options);
    const journal = store.journal(config.deskId, runId);
    const book = await openBook(journal, { quote: venue.quote, cash: venue.cash }, options);
    const real = clock.kind === "system";
    const unsettled = createUnsettledMarkets();
    const khala = createKhala({
      store,
      clock,
      graceMs: marketData.graceMs,
      definitionId: definitionIdOf(strategy),
      driftAtr: config.driftAtr,
      bus: sharing.bus,
      cache: sharing.cache,
      monotonicMs,
      onRefused: (error) => options.onNote?.(error.message),
    });
    const desk: Desk = {
      config,
      deskId: config.deskId,
      runId,
      quote: venue.quote,
      clock,
      monotonicMs,
      marketData,
      universe: createDailyUniverse(venue.universe, config.assets),
      security: venue.security,
      strategy,
      markets: venue.markets,
      khala,
      windows: real ? createCandleWindows({ store, khala, venueId: marketData.venueId }) : null,
      flight: createSingleFlight({
        khala,
        leases: store.leases,
        // Others work in real time, whatever clock this desk runs on.
        sleep: systemClock().sleep,
        monotonicMs,
        bus: sharing.bus,
      }),
      consolidation: store,
      book,
      runs: store.runs(config.deskId, runId),
      ledger: store.ledger(config.deskId),
      execution: createPaperExecution({
        marketData,
        markets: venue.markets,
        timeframe: config.timeframe,
        costs: config.costs,
        quote: venue.quote,
        mode: real ? "quotes" : "next-open",
        restore: { portfolio: book.portfolio() },
        onUnsettled: unsettled.note,
      }),
      entryStyle: real ? "limit-at-quote" : "next-open",
      askAgainForMs: real ? ASK_AGAIN_MS : 0,
      haltFileExists: () => existsSync(haltFile(config)),
      unsettled,
    };
    if (choice !== "latest" && book.portfolio().settledThroughMs === null) await beginRun(desk, venue, options);
    const shared = sharing;
    const close = async (): Promise<void> => {
      await shared.close();
      await store.close();
    };
    return { desk, store, venue, env: process.env, close };
  } catch (error) {
    await sharing?.close();
    await store.close();
    throw error;
  }
}

/** HOME/halt: while it exists the desk sends nothing. */
export const haltFile = (config: Pick<DeskConfig, "home">): string => join(config.home, "halt");

async function chooseRun(
  store: Store,
  deskId: DeskId,
  clock: Clock,
  choice: RunChoice,
  options: CallOptions,
): Promise<RunId> {
  if (clock.kind === "system") return "live" as RunId;
  if (choice === "new") return `sim-${Date.now().toString(36)}-${process.pid}` as RunId;
  if (choice === "latest") return (await store.latestRun(deskId, options)) ?? ("once" as RunId);
  return "once" as RunId;
}

/** The first row of a run says what it trades with. Journaled once, whoever asks. */
async function beginRun(desk: Desk, venue: Venue, options: CallOptions): Promise<void> {
  await desk.book.append(
    [
      {
        type: "run-started",
        atMs: desk.clock.now(),
        cash: venue.cash,
        quote: venue.quote,
        venueId: desk.marketData.venueId,
        strategyId: desk.strategy.id,
        timeframe: desk.config.timeframe,
        securityPolicy: desk.config.securityPolicy,
      },
    ],
    options,
  );
}

/** The slot a one-shot stands in. */
export const currentSlot = (desk: Pick<Desk, "clock" | "config" | "marketData">): UnixMs =>
  slotAt(desk.clock.now(), desk.config.timeframe, desk.marketData.graceMs);
