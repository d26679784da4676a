// The unmodified socket clients of ccxt on local servers of three venues' protocols: each word arrives, and what breaks is said.
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import type { Candle } from "#schemas/market.ts";
import { MarketSymbol, unixMs } from "#schemas/units.ts";
import {
  binanceSocket,
  bybitSocket,
  type CandleSocket,
  okxSocket,
  openCandleSocket,
} from "#test/exchanges/candle-socket.ts";
import { type Exchange, startExchange } from "#test/exchanges/exchange.ts";
import { usualListings } from "#test/exchanges/listings.ts";
import { protocolOf } from "#test/exchanges/venues.ts";
import { createWorld } from "#test/exchanges/world.ts";
import { openCcxtClient } from "#toolkits/market/ccxt/client.ts";
import { TESTED_VENUES } from "#toolkits/market/ccxt/venue-facts.ts";
import { createCcxtCandleFeed } from "#toolkits/market/streams/ccxt-candle-feed.ts";
import { openSocketClient } from "#toolkits/market/streams/open-socket-client.ts";

const VENUES = [
  ["binance", binanceSocket],
  ["okx", okxSocket],
  ["bybit", bybitSocket],
] as const;
const LENGTH_MS = 300_000;
const OPEN_MS = 1_700_000_100_000;
const [BTC, ETH, SOL] = ["BTC/USDT", "ETH/USDT", "SOL/USDT"].map((name) => MarketSymbol.parse(name)) as [
  MarketSymbol,
  MarketSymbol,
  MarketSymbol,
];
const word = (n: number, volume: number): Candle => ({
  openMs: OPEN_MS + n * LENGTH_MS,
  open: 100,
  high: 104,
  low: 99,
  close: 103,
  volume,
});

/** Loopback takes what time it takes: turns of the event loop until something is so. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await turn(undefined, { signal: ended.signal });
}

let ended = new AbortController();
const opened: (() => Promise<unknown> | undefined)[] = [];
afterEach(async () => {
  ended.abort();
  ended = new AbortController();
  for (const close of opened.splice(0).reverse()) await close();
});

/** With its markets read, as the desk has it when it opens the socket. */
async function loadedClient(exchangeId: string, apiUrl: string) {
  const now = () => unixMs(OPEN_MS);
  const client = await openCcxtClient({ exchangeId, apiUrl, now, sleep: () => Promise.resolve() });
  await client.loadMarkets(true);
  return client;
}

async function feedOf([id, protocol]: (typeof VENUES)[number]) {
  const rest = protocolOf(id);
  const world = createWorld({ now: () => OPEN_MS, ...rest, listings: usualListings(rest) });
  const exchange: Exchange = await startExchange(rest, world);
  const socket: CandleSocket = openCandleSocket(exchange.server, protocol);
  const client = await openSocketClient(await loadedClient(id, exchange.url), exchange.url);
  if (client === null) throw new Error(`${id} has no socket`);
  const told: [string, string, Candle][] = [];
  const waits: number[] = [];
  const faults: string[] = [];
  let breaks = 0;
  const feed = createCcxtCandleFeed(
    { client, sleep: async (ms) => void waits.push(ms) },
    {
      onCandles: (symbol, timeframe, candles) => {
        for (const candle of candles) told.push([symbol, timeframe, candle]);
      },
      onBreak: () => {
        breaks += 1;
      },
      onFault: (was) => void faults.push(was),
    },
  );
  opened.push(
    () => exchange.close(),
    async () => socket.close(),
    () => feed.close(),
  );
  const subscribed = (...symbols: readonly MarketSymbol[]) =>
    until(() => symbols.every((symbol) => socket.names.has(protocol.nameOf(symbol, LENGTH_MS))));
  const left = (symbol: MarketSymbol) => until(() => !socket.names.has(protocol.nameOf(symbol, LENGTH_MS)));
  return { feed, socket, told, waits, faults, subscribed, left, breaks: () => breaks };
}

describe.each(VENUES)("the candle feed of %s", (...venue) => {
  it("tells every word of every market over one connection", async () => {
    const { feed, socket, told, subscribed } = await feedOf(venue);
    for (const symbol of [BTC, ETH]) feed.watch(symbol, "5m");
    await subscribed(BTC, ETH);
    for (let volume = 1; volume <= 20; volume++)
      for (const symbol of [BTC, ETH]) socket.tell(symbol, LENGTH_MS, word(0, volume));
    await until(() => [BTC, ETH].every((symbol) => told.some(([of, , { volume }]) => of === symbol && volume === 20)));
    for (const symbol of [BTC, ETH]) {
      const own = told.filter(([of]) => of === symbol);
      expect(own.map(([, timeframe, candle]) => [timeframe, candle])).toEqual(
        Array.from({ length: 20 }, (_, i) => ["5m", word(0, i + 1)]),
      );
    }
    // A market that is watched later comes over the same connection.
    feed.watch(SOL, "5m");
    await subscribed(SOL);
    socket.tell(SOL, LENGTH_MS, word(0, 7));
    await until(() => told.some(([of]) => of === SOL));
    expect(socket.connections).toBe(1);
  });

  it("says that the connection broke, connects again, and goes on", async () => {
    const { feed, socket, told, waits, subscribed, breaks } = await feedOf(venue);
    feed.watch(BTC, "5m");
    await subscribed(BTC);
    socket.tell(BTC, LENGTH_MS, word(0, 1));
    await until(() => told.length > 0);
    socket.cut();
    await until(() => breaks() > 0);
    await subscribed(BTC);
    socket.tell(BTC, LENGTH_MS, word(1, 2));
    await until(() => told.some(([, , candle]) => candle.openMs === OPEN_MS + LENGTH_MS));
    expect(socket.connections).toBe(2);
    expect(waits[0]).toBe(1000);
  });

  it("leaves a market, and tells the others over the same connection as if nothing had been", async () => {
    const { feed, socket, told, faults, subscribed, left, breaks } = await feedOf(venue);
    for (const symbol of [BTC, ETH]) feed.watch(symbol, "5m");
    await subscribed(BTC, ETH);
    for (const symbol of [BTC, ETH]) socket.tell(symbol, LENGTH_MS, word(0, 1));
    await until(() => told.length === 2);
    // One that has told nothing yet is not listened to, whatever comes.
    feed.watch(SOL, "5m");
    await subscribed(SOL);
    for (const symbol of [SOL, ETH]) feed.unwatch(symbol, "5m");
    await left(ETH);
    for (let volume = 2; volume <= 5; volume++)
      for (const symbol of [SOL, BTC]) socket.tell(symbol, LENGTH_MS, word(0, volume));
    await until(() => told.some(([of, , { volume }]) => of === BTC && volume === 5));
    expect(told.map(([of]) => of)).not.toContain(SOL);
    feed.watch(ETH, "5m");
    await subscribed(ETH);
    socket.tell(ETH, LENGTH_MS, word(1, 1));
    await until(() => told.some(([of, , { openMs }]) => of === ETH && openMs > OPEN_MS));
    // Taken up again before the exchange has said that it is left.
    feed.unwatch(ETH, "5m");
    feed.watch(ETH, "5m");
    await left(ETH);
    await subscribed(ETH);
    socket.tell(ETH, LENGTH_MS, word(2, 1));
    await until(() => told.some(([of, , { openMs }]) => of === ETH && openMs > OPEN_MS + LENGTH_MS));
    expect([socket.connections, breaks(), faults]).toEqual([1, 0, []]);
  });

  it("takes a word that is no candle for a break", async () => {
    const { feed, socket, told, faults, subscribed, breaks } = await feedOf(venue);
    feed.watch(BTC, "5m");
    await subscribed(BTC);
    socket.tell(BTC, LENGTH_MS, { ...word(0, 1), close: Number.NaN });
    await until(() => breaks() > 0);
    expect(told).toEqual([]);
    socket.tell(BTC, LENGTH_MS, { ...word(0, 2), close: Number.NaN });
    await until(() => breaks() > 1);
    expect(faults).toEqual(["It tells candles that are none."]);
  });

  it("tells nothing after it was closed, and leaves no connection", async () => {
    const { feed, socket, subscribed } = await feedOf(venue);
    feed.watch(BTC, "5m");
    await subscribed(BTC);
    await feed.close();
    feed.watch(ETH, "5m");
    await until(() => socket.standing === 0);
  });
});

it("is not offered where ccxt has none", async () => {
  const rest = protocolOf("kraken");
  const exchange = await startExchange(
    rest,
    createWorld({ now: () => OPEN_MS, ...rest, listings: usualListings(rest) }),
  );
  opened.push(() => exchange.close());
  expect(await openSocketClient(await loadedClient("kraken", exchange.url), exchange.url)).toBeNull();
});

it("is said of the exchanges of the table for which it is", async () => {
  expect(TESTED_VENUES.filter(({ candles }) => candles.streams).map(({ id }) => id)).toEqual(VENUES.map(([id]) => id));
});
