// One cell of the fault matrix: the product's adapter reads through a fault; what it gave is compared with the world.

import type { VenueCoins } from "#schemas/coin.ts";
import { DeepTraderError, ProviderError } from "#schemas/errors.ts";
import { type CandleSeries, candlesOf, type Market, openOfNewest, type Ticker } from "#schemas/market.ts";
import { MarketSymbol, unixMs } from "#schemas/units.ts";
import type { CcxtVenue } from "#toolkits/market/ccxt-venue.ts";
import { derivedKindOf } from "#toolkits/universe/derived-assets.ts";
import { createQuoteVolumeUniverse } from "#toolkits/universe/quote-volume-universe.ts";
import { type Exchange, startExchange } from "./exchange.ts";
import { type FaultCase, KIND_OF, type Outcome, type Read } from "./fault-matrix.ts";
import { createFaults } from "./faults.ts";
import { symbolOf } from "./listings.ts";
import { openClientOn } from "./open-venue.ts";
import type { Protocol } from "./protocol.ts";
import { coinOf, createWorld, listedAt, quoteAt, rowAt, type World } from "./world.ts";

const STEP_MS = 300_000;
const GRACE_MS = 3000;
const CLOSE_MS = 1_780_000_200_000;
const ROWS = 60;
const OLD_MS = 60_000;
const ACCOUNT = { key: "key", secret: "secret", password: "password" };
const options = { signal: new AbortController().signal };

export interface Bench {
  readonly protocol: Protocol;
  readonly exchange: Exchange;
  /** Sets the world's clock back for the next cell. */
  readonly clock: { nowMs: number };
  /** Requests that each read takes where nothing is wrong. */
  readonly cleanRequests: ReadonlyMap<Read, number>;
}

const START_MS = CLOSE_MS + GRACE_MS;
const symbolsOf = ({ quote }: Protocol): readonly MarketSymbol[] =>
  ["BTC", "ETH", "SOL"].map((base) => MarketSymbol.parse(`${base}/${quote}`));

/** A local exchange, and how many requests each read takes on it. */
export async function openBench(protocol: Protocol, reads: readonly Read[]): Promise<Bench> {
  const clock = { nowMs: START_MS };
  const exchange = await startExchange(
    protocol,
    createWorld({ ...protocol, now: () => clock.nowMs, account: ACCOUNT }),
    createFaults(),
  );
  const cleanRequests = new Map<Read, number>();
  const bench = { protocol, exchange, clock, cleanRequests };
  for (const read of reads) {
    const { venue, before } = await ready(bench, read);
    await perform(bench, venue, read);
    cleanRequests.set(read, exchange.requests.length - before);
  }
  return bench;
}

/** An adapter that has read what comes before this read, so that the fault meets the read itself. */
async function ready({ protocol, exchange, clock }: Bench, read: Read) {
  exchange.faults.clear();
  clock.nowMs = START_MS;
  const sleep = async (ms: number): Promise<void> => {
    clock.nowMs += ms;
  };
  const { venue, client } = await openClientOn(exchange, protocol.id, { graceMs: GRACE_MS, sleep, keys: ACCOUNT });
  if (read !== "markets") await venue.markets(options);
  if (read !== "markets" && read !== "time") await candles(protocol, venue, 1);
  return { venue, client, before: exchange.requests.length };
}

async function candles(protocol: Protocol, venue: CcxtVenue, rows = ROWS, at = 0): Promise<CandleSeries> {
  const fromMs = openOfNewest(rows, { nowMs: START_MS, timeframe: "5m", graceMs: GRACE_MS });
  const symbol = symbolsOf(protocol)[at] ?? MarketSymbol.parse("");
  return venue.candles({ symbol, timeframe: "5m", nowMs: unixMs(START_MS), fromMs }, options);
}

async function perform(bench: Bench, venue: CcxtVenue, read: Read): Promise<Outcome | string> {
  const { protocol, exchange } = bench;
  const nowMs = unixMs(START_MS);
  switch (read) {
    case "candles":
    case "time":
      return judgeSeries(exchange.world, protocol, await candles(protocol, venue));
    case "prices":
      return judgePrices(bench, await venue.tickers({ symbols: symbolsOf(protocol), nowMs }, options));
    case "ranking": {
      const universe = createQuoteVolumeUniverse({ marketData: venue, quote: protocol.quote });
      return judgeRanking(exchange.world, protocol, (await universe.topAssets({ nowMs, count: 50 }, options)).assets);
    }
    case "coins":
      return judgeCoins(exchange.world, await venue.listings.coins({ nowMs }, options));
    case "markets":
      return judgeMarkets(exchange.world, protocol, await venue.markets(options));
  }
}

const find = (world: World, symbol: string) => world.listings.find((one) => symbolOf(one) === symbol);

function judgeSeries(world: World, protocol: Protocol, series: CandleSeries): Outcome | string {
  const one = find(world, symbolsOf(protocol)[0] ?? "");
  if (one === undefined) return "no such market in the world";
  const noted = new Set(series.notes.filter((note) => note.kind !== "duplicate").map((note) => note.atMs));
  let isNoted = false;
  for (const { openMs, ...values } of candlesOf(series)) {
    const row = rowAt(world, one, openMs, openMs + STEP_MS);
    const isRight = row !== null && Object.entries(values).every(([name, value]) => row[name as "open"] === value);
    if (isRight) continue;
    if (!noted.has(openMs)) return `wrong candle at ${openMs}`;
    isNoted = true;
  }
  if (series.openMs.length === 0) return "empty";
  const have = new Set(series.openMs);
  const lastMs = series.openMs.at(-1) ?? 0;
  let inHole = false;
  for (let openMs = CLOSE_MS - ROWS * STEP_MS; openMs <= lastMs; openMs += STEP_MS) {
    if (have.has(openMs)) inHole = false;
    else if (!inHole && !noted.has(openMs)) return `missing candle at ${openMs} without a note`;
    else [inHole, isNoted] = [true, true];
  }
  if (isNoted) return "noted";
  return lastMs === CLOSE_MS - STEP_MS ? "right" : "behind";
}

function judgePrices({ exchange, protocol }: Bench, tickers: readonly Ticker[]): Outcome | string {
  const symbols = symbolsOf(protocol);
  // Tries after a wait meet the prices of then.
  const momentsMs = [...new Set(exchange.requests.map((seen) => seen.atMs))].filter((atMs) => atMs >= START_MS);
  let [isAged, isUndated] = [false, false];
  for (const { symbol, bid, ask, last, atMs } of tickers) {
    const one = find(exchange.world, symbol);
    const isRight = momentsMs.some((ms) => {
      const then = one === undefined ? null : quoteAt(exchange.world, one, ms);
      return then?.bid === bid && then.ask === ask && (then.last === last || last === (bid + ask) / 2);
    });
    if (isRight) continue;
    if (atMs !== null && atMs > START_MS - OLD_MS) return `wrong price of ${symbol}`;
    if (atMs === null) isUndated = true;
    else isAged = true;
  }
  if (tickers.length < symbols.length) return "left-out";
  if (isAged) return "aged";
  return isUndated ? "undated" : "right";
}

function judgeRanking(world: World, { quote }: Protocol, assets: readonly MarketSymbol[]): Outcome | string {
  if (assets.length === 0) return "empty";
  const expected = listedAt(world, START_MS)
    // One venue has no word for a market that is halted.
    .filter((one) => one.quote === quote && derivedKindOf(one.base) === null && one.base !== "LUNA")
    .toSorted((a, b) => b.dayTurnover - a.dayTurnover)
    .map((one) => MarketSymbol.parse(symbolOf(one)));
  const said = assets.filter((symbol) => !symbol.startsWith("LUN"));
  const first = said.find((symbol, rank) => symbol !== expected[rank]);
  return first === undefined ? "right" : `wrong ranking: ${first}`;
}

/** Contracts of each coin, and whether it can be moved. */
function judgeCoins(world: World, said: VenueCoins | null): Outcome | string {
  if (said === null) return "right";
  let isAssumed = false;
  for (const { code, networks } of said.coins) {
    const listed = coinOf(world, code).networks;
    for (const network of networks) {
      const known = listed.some(
        ({ contract }) => (contract ?? "").toLowerCase() === (network.contract ?? "").toLowerCase(),
      );
      if (network.contract !== null && !known) return `wrong contract of ${code}`;
      if (said.statesTransfers && (network.deposits === null || network.withdrawals === null)) isAssumed = true;
    }
  }
  const isWhole = ["BTC", "ETH", "SOL"].every((code) => said.coins.some((coin) => coin.code === code));
  if (!isWhole) return "coins are missing";
  return isAssumed ? "assumed" : "right";
}

function judgeMarkets(world: World, { tickMoves = false }: Protocol, markets: readonly Market[]): Outcome | string {
  if (markets.length === 0) return "empty";
  let isAssumed = false;
  for (const one of listedAt(world, START_MS)) {
    // Luna's name is another at one venue.
    if (one.base === "LUNA") continue;
    const said = markets.find((market) => market.symbol === symbolOf(one));
    if (said === undefined) return `market ${symbolOf(one)} is missing`;
    if ((tickMoves || said.tickSize === one.tickSize) && said.stepSize === one.stepSize) continue;
    if (!said.assumed) return `wrong increments of ${symbolOf(one)}`;
    isAssumed = true;
  }
  return isAssumed ? "assumed" : "right";
}

export interface CellResult {
  readonly outcome: Outcome | string;
  readonly requests: number;
  readonly mostRequests: number;
  /** Of a read after the venue's own wait is over; null where it asked for none. */
  readonly afterwards: Outcome | string | null;
}

const named = (error: unknown): string => {
  if (error instanceof ProviderError) return "ProviderError";
  if (error instanceof DeepTraderError) return error.name;
  return `crash: ${error instanceof Error ? `${error.name}: ${error.message.slice(0, 120)}` : String(error)}`;
};

/** Reads once through the fault. Where the venue told us to wait, other reads follow at once, and one when the wait is over. */
export async function runCell(bench: Bench, fault: FaultCase, read: Read): Promise<CellResult> {
  const { exchange, clock, protocol } = bench;
  const { timeoutMs, retryAfterMs } = fault;
  const { venue, client, before } = await ready(bench, read);
  if (timeoutMs !== undefined) Object.assign(client, { timeout: timeoutMs });
  const sinceMs = clock.nowMs;
  exchange.faults.add({ ...fault.rule(sinceMs), at: [KIND_OF[read]] });
  const outcome = await perform(bench, venue, read).catch(named);
  const clean = bench.cleanRequests.get(read) ?? 1;
  const made = () => exchange.requests.slice(before);
  if (retryAfterMs === undefined) {
    return { outcome, requests: made().length, mostRequests: fault.mostRequests ?? 3 * clean, afterwards: null };
  }
  for (const at of [1, 2]) await candles(protocol, venue, ROWS, at).catch(named);
  await venue.tickers({ symbols: symbolsOf(protocol), nowMs: unixMs(START_MS) }, options).catch(named);
  const inside = made().filter(({ atMs }) => atMs < sinceMs + retryAfterMs).length;
  clock.nowMs = Math.max(clock.nowMs, sinceMs + retryAfterMs + 1000);
  const afterwards = await perform(bench, venue, read).catch(named);
  // Markets and prices may be several requests that are sent together, before the first answer is there.
  const mostRequests = read === "markets" || read === "prices" ? clean : 1;
  return { outcome, requests: inside, mostRequests, afterwards };
}
