// Floor 6. Which venue → what stands at the ports on its side: prices, security, universe, clock, settlement. Each is imported
// when it is chosen.

import type { VenuePorts } from "#desk/assemble-desk.ts";
import { formatTime } from "#desk/documents/format.ts";
import { slotAt } from "#desk/slots.ts";
import { createSimulatedClock, type SimulatedClock, systemClock } from "#scheduler/clock.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { ConfigError, DataFolderError, UnknownNameError } from "#schemas/errors.ts";
import { FULL_WARMUP_CANDLES } from "#schemas/indicator.ts";
import type { Market } from "#schemas/market.ts";
import { fitsPattern } from "#schemas/market-patterns.ts";
import { type Money, ZERO_MONEY } from "#schemas/money.ts";
import type { Clock, MarketData } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { simScenariosOf } from "#schemas/sim-scenario.ts";
import {
  type MarketSymbol,
  splitSymbol,
  type Timeframe,
  timeframeMs,
  toIso,
  type UnixMs,
  unixMs,
  VenueId,
} from "#schemas/units.ts";
import type { VenueOrders } from "#toolkits/execution/live/venue-orders.ts";
import type { FolderMarket } from "#toolkits/market/replay/describe-folder.ts";
import { calendarText, type SessionCalendar } from "#toolkits/market/sessions/session-calendar.ts";
import type { SimulatedVenue } from "#toolkits/market/simulated-venue.ts";
import { type CountedPorts, countedPorts } from "#toolkits/ports/counted.ts";
import type { StrategyHost } from "#toolkits/strategies/host.ts";
import { needRowsOf, type StrategyInfo } from "#toolkits/strategies/strategy.ts";

import type { Env } from "./coin-ports.ts";
import type { OpenExchange, UsualMoney } from "./exchange.ts";
import type { StrategyOptions } from "./strategies.ts";

/** A venue's ports, and where its time begins and ends. */
export interface Venue extends VenuePorts {
  readonly counting: CountedPorts;
  /** A simulated clock is moved by the replay driver; the system clock moves by itself. */
  readonly clock: Clock | SimulatedClock;
  /** Where one-shots stand, and `start` and `backtest` begin unless told otherwise. */
  readonly standMs: UnixMs;
  readonly beginMs: UnixMs;
  /** The last slot with data; null: endless. */
  readonly lastSlotMs: UnixMs | null;
  /** Open of the first candle that there is, in the settlement currency; left out: not known. */
  readonly firstCandleMs?: UnixMs;
  readonly notes: readonly string[];
  /** Replay: what the folder holds, market by market. */
  readonly folder?: readonly FolderMarket[];
  /** What is known of an exchange beside its ports. */
  readonly exchange?: Pick<OpenExchange, "adapter" | "mostAssets">;
  /** Gives back what was opened beside the ports; left out: nothing was. */
  readonly close?: () => Promise<void>;
  /** An exchange: when it listed the markets that are known of it; null: never on this home. */
  readonly marketsHeardMs?: () => UnixMs | null;
}

/** Where the markets of an exchange come from: it lists them, or this home has kept them and the exchange is asked for none, or where none are kept. */
export type MarketsFrom = "exchange" | "home" | "home-first";

export interface VenueOptions extends StrategyOptions {
  /** Strategies that are open already; left out: those of the configuration are opened. */
  readonly hosts?: readonly StrategyHost[];
  /** Of a folder: candles shorter than the timeframe that are read as well. */
  readonly detail?: Timeframe;
  /** Candles over a socket where the exchange has one: for a desk that stays open. */
  readonly streams?: boolean;
  /** Network addresses that an exchange's candles are read from; left out: this one alone. */
  readonly addresses?: number;
  /** Where the keys of sources and of the exchange stand; left out: all are asked without one. */
  readonly env?: Env;
  /** Left out: `exchange`. Folders and the simulation are read in any case: nobody is waited for. */
  readonly marketsFrom?: MarketsFrom;
  /** False: a live account is not looked at, and needs no key; nothing can be sent. Left out: true. */
  readonly withOrders?: boolean;
}

/** @throws UnknownNameError for a venue that does not exist; DataFolderError, DataFormatError for a replay folder */
export async function openVenue(config: DeskConfig, options: VenueOptions): Promise<Venue> {
  const { openStrategies } = await import("./strategies.ts");
  const venue = await venueOf(config, options.hosts ?? (await openStrategies(config, options)), options);
  return { ...venue, notes: [...venue.notes, ...patternNotes(config, venue)] };
}

function venueOf(config: DeskConfig, hosts: readonly StrategyHost[], options: VenueOptions): Promise<Venue> {
  if (config.venue === "sim") return simulatedVenue(config, hosts, options);
  if (config.venue === "replay") return replayVenue(config, hosts, options);
  return exchangeVenue(config, hosts, options);
}

/** Such a pattern is a slip of the hand: without a word of it the desk would stand idle. To exclude what is not there is no harm. */
const patternNotes = ({ markets: { include } }: DeskConfig, { markets, marketData }: Venue): readonly string[] =>
  include
    .filter((pattern) => markets.size > 0 && ![...markets.keys()].some((symbol) => fitsPattern(pattern, symbol)))
    .map((pattern) => `markets.include ${pattern} fits no market of ${marketData.venue}`);

async function simulatedVenue(
  config: DeskConfig,
  hosts: readonly StrategyHost[],
  options: CallOptions,
): Promise<Venue> {
  const { createSimulatedVenue } = await import("#toolkits/market/simulated-venue.ts");
  const { createSimulatedSecurity } = await import("#toolkits/security/simulated-security.ts");
  const { createSimulatedUniverse } = await import("#toolkits/universe/simulated-universe.ts");
  const { FIRST_DAY_MS } = await import("#toolkits/market/simulated/price-days.ts");
  const { seed, assets, timeframe } = config;
  const scenarios = simScenariosOf(config.scenario);
  const counting = countedPorts();
  const simulated = createSimulatedVenue({ seed, assets, scenarios });
  const marketData = counting.port("marketData", simulated);
  const standMs = config.asOfMs ?? slotAt(Date.now(), timeframe, marketData.graceMs);
  return {
    marketData,
    security: counting.port("security", createSimulatedSecurity({ seed, assets, scenarios })),
    universe: counting.port("universe", createSimulatedUniverse({ seed, assets })),
    ...(await settlement(config, marketData, recordedMoney("USDT"), options)),
    ...(scenarios.length === 0 ? {} : listedNow(simulated, standMs)),
    hosts,
    clock: createSimulatedClock(standMs),
    standMs,
    beginMs: standMs,
    lastSlotMs: null,
    firstCandleMs: unixMs(FIRST_DAY_MS),
    notes: scenarios.length === 0 ? [] : [`Scenario ${scenarios.join(", ")}: it is made to happen, not found.`],
    counting,
  };
}

/** In a scenario a market may leave the list while the desk runs. */
function listedNow(venue: SimulatedVenue, standMs: UnixMs): Pick<Venue, "markets" | "refreshMarkets"> {
  const markets = new Map<MarketSymbol, Market>();
  const refresh = (nowMs: UnixMs): void => {
    markets.clear();
    for (const market of venue.listedAt(nowMs)) markets.set(market.symbol, market);
  };
  refresh(standMs);
  return { markets, refreshMarkets: async ({ nowMs }) => refresh(nowMs) };
}

async function replayVenue(
  config: DeskConfig,
  hosts: readonly StrategyHost[],
  { detail, ...options }: Pick<VenueOptions, "detail"> & CallOptions,
): Promise<Venue> {
  const { describeFolder, folderNotes } = await import("#toolkits/market/replay/describe-folder.ts");
  const { openReplayFolder } = await import("#toolkits/market/replay/folder.ts");
  const { createReplayVenue } = await import("#toolkits/market/replay-venue.ts");
  const { createRecordedSecurity } = await import("#toolkits/security/recorded-security.ts");
  const { createFolderUniverse, survivorNote } = await import("#toolkits/universe/folder-universe.ts");
  const infos = hosts.map(({ info }) => info);
  const higher = [...new Set(infos.flatMap(({ timeframes }) => timeframes))];
  const folder = await openReplayFolder(config.dataDir ?? "", {
    timeframe: config.timeframe,
    higher,
    ...(detail === undefined ? {} : { finer: detail }),
    signal: options.signal,
  });
  const counting = countedPorts();
  const marketData = counting.port("marketData", createReplayVenue(folder));
  const quote = config.quote ?? folder.defaultQuote;
  const money = await settlement(config, marketData, recordedMoney(quote), options);
  const needs = needsOf(infos, config.timeframe);
  const real = (atMs: UnixMs): UnixMs => folder.calendar?.toReal(atMs, "close") ?? atMs;
  const { warmStartMs: allWarmMs, lastCloseMs: endMs } = folder.range(quote, needs);
  const lastCloseMs = real(endMs);
  // Where a strategy is never warm, the others begin without it.
  const warmMs = allWarmMs ?? folder.range(quote).warmStartMs;
  const warmStartMs = warmMs === null ? null : real(warmMs);
  const standMs = config.asOfMs ?? lastCloseMs;
  const described = describeFolder(folder, quote);
  const beginMs = config.asOfMs ?? warmStartMs ?? lastCloseMs;
  const opens = described.flatMap(({ symbol, fromMs }) => (splitSymbol(symbol).quote === quote ? (fromMs ?? []) : []));
  const survivors = survivorNote(folder, quote, folder.calendar?.toGrid(beginMs) ?? beginMs);
  // One candle may be missing there, which is what an analysis then says.
  if (standMs > lastCloseMs + timeframeMs(config.timeframe)) throw beyondData(standMs, lastCloseMs);
  return {
    marketData,
    security: counting.port("security", createRecordedSecurity({ folder, policy: config.securityPolicy })),
    universe: counting.port("universe", createFolderUniverse(folder, marketData, quote)),
    ...money,
    hosts,
    clock: createSimulatedClock(standMs),
    standMs,
    beginMs,
    lastSlotMs: lastCloseMs,
    firstCandleMs: unixMs(Math.min(...opens)),
    ...(folder.calendar === null ? {} : { calendar: folder.calendar }),
    notes: [
      ...calendarNotes(folder.calendar, infos),
      ...folder.notes,
      ...folderNotes(described),
      ...(survivors === null ? [] : [survivors]),
      ...(allWarmMs === null
        ? [
            `no market in ${quote} has ${needsText(needs)}: ${warmStartMs === null ? "none can be entered" : "not every strategy can enter"}`,
          ]
        : []),
    ],
    folder: described,
    counting,
  };
}

/** What a folder with sessions is, and what a shortened warm-up costs. */
function calendarNotes(calendar: SessionCalendar | null, strategies: readonly StrategyInfo[]): readonly string[] {
  if (calendar === null) return [];
  const { warmupSessions: from } = calendar;
  const needs = strategies.map((strategy) => needRowsOf(strategy, null));
  const most = Math.max(FULL_WARMUP_CANDLES, ...needs);
  return [
    calendarText(calendar),
    ...(from === null || from >= most
      ? []
      : [
          `entries from ${from} sessions on (markets.json), where ${most} are usual: values with a long memory, such as RSI and ATR, still hang on where the candles begin`,
        ]),
  ];
}

/** Candles that every strategy needs, by timeframe, the base one first. */
const needsOf = (strategies: readonly StrategyInfo[], base: Timeframe): ReadonlyMap<Timeframe, number> => {
  const needs = new Map<Timeframe, number>([[base, FULL_WARMUP_CANDLES]]);
  for (const strategy of strategies) {
    for (const timeframe of [base, ...strategy.timeframes]) {
      const need = needRowsOf(strategy, timeframe === base ? null : timeframe);
      needs.set(timeframe, Math.max(need, needs.get(timeframe) ?? 0));
    }
  }
  return needs;
};

/** `250 candles`, or `250 candles of 5m and 281 of 1h`. */
const needsText = (needs: ReadonlyMap<Timeframe, number>): string =>
  [...needs].map(([timeframe, rows], i) => `${rows}${i === 0 ? " candles" : ""} of ${timeframe}`).join(" and ");

/** A moment after the last recorded close, where nothing can be decided. */
export const beyondData = (asOfMs: number, lastCloseMs: number): DataFolderError =>
  new DataFolderError({
    was: `--as-of ${toIso(asOfMs)} lies beyond the folder's candles, which end at ${formatTime(lastCloseMs)} UTC.`,
    remedy: "Choose an earlier --as-of.",
  });

/** Where its markets are kept its client is opened at the first read: what needs no word of the exchange does not wait for one. */
async function exchangeVenue(
  config: DeskConfig,
  hosts: readonly StrategyHost[],
  { marketsFrom = "exchange", withOrders = true, env = {}, ...options }: VenueOptions,
): Promise<Venue> {
  const { exchangeName, openBudgets } = await import("./budgets.ts");
  const { exchangeKeys, openCoinPorts } = await import("./coin-ports.ts");
  const { openExchange, unnamedNote, usualMoney } = await import("./exchange.ts");
  const { GRACE_MS } = await import("#toolkits/market/ccxt-venue.ts");
  const { lazyListings, lazyMarketData } = await import("#toolkits/market/lazy-market-data.ts");
  const { createUnreportedSecurity } = await import("#toolkits/security/unreported-security.ts");
  const { createQuoteVolumeUniverse } = await import("#toolkits/universe/quote-volume-universe.ts");
  const { exchangeMarkets } = await import("./exchange-markets.ts");
  const { readKeptMarkets } = await import("./kept-markets.ts");
  const clock = systemClock();
  const counting = countedPorts();
  const budgets = await openBudgets(config, () => clock.now());
  const kept = marketsFrom === "exchange" ? null : await readKeptMarkets(config.home, config.venue);
  let opened: Promise<OpenExchange> | null = null;
  const budgetOf = () => budgets.of(exchangeName(config));
  const open = (): Promise<OpenExchange> => {
    const budget = budgetOf();
    opened ??= openExchange(config, hosts, clock, { ...options, budget, keys: exchangeKeys(env) }).catch(
      (error: unknown) => {
        opened = null;
        throw error;
      },
    );
    return opened;
  };
  /** Null on paper, and for what only looks. */
  const ordersOf = async (): Promise<VenueOrders | null> => {
    if (config.mode === "paper" || exchange === null || !withOrders) return null;
    const { openOrders } = await import("./exchange.ts");
    return openOrders(config, clock, { ...options, budget: budgetOf(), keys: exchangeKeys(env) });
  };
  const close = async (): Promise<void> => {
    await (await opened?.catch(() => null))?.close();
    await budgets.close();
  };
  const identity = { venueId: VenueId.parse(config.venue), venue: config.venue, simulated: false, graceMs: GRACE_MS };
  // That there is such an exchange is known of one that has listed its markets; else its client says so, and asks nothing.
  const exchange =
    kept === null ? await open().catch((error: unknown) => budgets.close().then(() => Promise.reject(error))) : null;
  const adapter = exchange?.adapter ?? lazyMarketData(identity, async () => (await open()).adapter);
  const marketData = counting.port("marketData", adapter);
  const listed = exchangeMarkets({ home: config.home, marketData, clock }, kept);
  const markets = listed.bySymbol;
  const notes = [...(exchange?.notes ?? [])];
  let money: Pick<Venue, "quote" | "cash">;
  try {
    if (exchange !== null && marketsFrom !== "home") {
      await listed.refresh(options);
      notes.push(...(await unnamedNote(exchange, options)));
    }
    const usual = usualMoney(config.venue, new Set([...markets.values()].map(({ quote }) => quote)));
    money = settled(config, { venue: config.venue, markets, usual });
  } catch (error) {
    await close();
    throw error;
  }
  const nowMs = clock.now();
  const orders = await ordersOf().catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return {
    marketData,
    ...(orders === null ? {} : { orders }),
    security: counting.port("security", createUnreportedSecurity()),
    universe: counting.port("universe", createQuoteVolumeUniverse({ marketData, quote: money.quote })),
    coins: await openCoinPorts(config, {
      env,
      clock,
      budgets,
      listings: lazyListings(async () => (await open()).adapter.listings),
      counting,
    }),
    ...money,
    ...(exchange === null ? {} : { mostAssets: exchange.mostAssets, exchange }),
    markets,
    refreshMarkets: (_now, callOptions) => listed.refresh(callOptions),
    marketsHeardMs: listed.heardMs,
    hosts,
    clock,
    standMs: nowMs,
    beginMs: slotAt(nowMs, config.timeframe, marketData.graceMs),
    lastSlotMs: null,
    notes,
    counting,
    close,
  };
}

/** Of simulation and replay: 10,000 of whatever it is counted in, or 1 BTC. */
const recordedMoney = (quote: string): UsualMoney => ({
  quote,
  cash: (counted) => (counted === "BTC" ? "1" : "10000") as Money,
});

/** Settlement currency, paper cash and the markets by symbol. */
async function settlement(config: DeskConfig, marketData: MarketData, usual: UsualMoney, options: CallOptions) {
  const markets = new Map((await marketData.markets(options)).map((market) => [market.symbol, market]));
  return { ...settled(config, { venue: marketData.venue, markets, usual }), markets };
}

interface Settling extends Pick<Venue, "markets"> {
  readonly venue: string;
  readonly usual: UsualMoney;
}

/** Of no market nothing is known: the currency is then taken as it was asked for. @throws UnknownNameError, ConfigError */
function settled(config: DeskConfig, { venue, markets, usual }: Settling): Pick<Venue, "quote" | "cash"> {
  const quote = config.quote ?? usual.quote;
  const quotes = [...new Set([...markets.values()].map((market) => market.quote))].sort();
  if (markets.size > 0 && !quotes.includes(quote)) {
    throw new UnknownNameError({
      was: `No market at ${venue} is quoted in ${quote}.`,
      expected: `one of ${quotes.slice(0, 12).join(", ")}`,
      remedy: "Choose one of them with --quote.",
    });
  }
  // How much of an account is a live desk's nobody guesses: its journal says it, or whoever begins one.
  const cash = config.cash ?? (config.mode === "live" ? ZERO_MONEY : usual.cash(quote));
  if (cash === null) {
    throw new ConfigError({
      was: `How much ${quote} the desk begins with is not known.`,
      remedy: "Give its paper cash with --cash N.",
    });
  }
  return { quote, cash };
}
