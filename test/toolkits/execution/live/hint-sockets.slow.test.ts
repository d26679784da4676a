// The unmodified private sockets of ccxt on local servers of four venues' protocols: what happens to an order is hinted at, whatever becomes
// of the words, and the place that is connected to is the one that orders go to.
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { unixMs } from "#schemas/units.ts";
import { keyFor } from "#test/exchanges/trading/keys.ts";
import { openTrader } from "#test/exchanges/trading/open-trader.ts";
import { openOrderSocket } from "#test/exchanges/trading/order-socket.ts";
import { ORDER_SOCKETS } from "#test/exchanges/trading/order-socket-protocols.ts";
import { hintVenueOf, openHintSocket } from "#toolkits/execution/live/hint-socket.ts";
import { HINT_VENUES, type HintVenue } from "#toolkits/execution/live/hint-venues.ts";
import type { SignedCall } from "#toolkits/execution/live/http-call.ts";
import { TRIED_VENUES } from "#toolkits/execution/live/tried-venues.ts";
import { openCcxtClient } from "#toolkits/market/ccxt/client.ts";

type Venue = keyof typeof ORDER_SOCKETS;
const VENUES = Object.keys(ORDER_SOCKETS) as readonly Venue[];

let ended = new AbortController();
const opened: (() => unknown)[] = [];
afterEach(async () => {
  ended.abort();
  ended = new AbortController();
  for (const close of opened.splice(0).reverse()) await close();
});

/** Loopback takes what time it takes: turns of the event loop until something is so. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await turn(undefined, { signal: ended.signal });
}

async function open(venueId: Venue, { keyIsWrong = false } = {}) {
  const waiting: (() => void)[] = [];
  const sleep = (_: number, options?: { readonly signal?: AbortSignal }) =>
    new Promise<void>((resolve, reject) => {
      options?.signal?.addEventListener("abort", () => reject(options.signal?.reason), { once: true });
      waiting.push(resolve);
    });
  const trader = await openTrader(venueId, { sleep });
  const { server, world } = trader.exchange;
  const account = world.account ?? { key: "", secret: "", password: "" };
  const socket = openOrderSocket({
    server,
    protocol: ORDER_SOCKETS[venueId],
    account: keyIsWrong ? { ...account, key: "another" } : account,
    trading: trader.account,
    now: trader.now,
  });
  const { hints } = trader.orders;
  if (hints === undefined) throw new Error(`${venueId} has no socket`);
  let told = 0;
  const faults: string[] = [];
  const stop = new AbortController();
  const watching = hints.watch(
    {
      onHint() {
        told += 1;
      },
      onFault: (was) => void faults.push(was),
    },
    { signal: stop.signal },
  );
  const end = async (): Promise<void> => {
    stop.abort();
    await watching;
  };
  opened.push(
    () => trader.close(),
    () => socket.close(),
    end,
  );
  const rest = (limitPrice: string) =>
    trader.account.place({
      clientId: null,
      symbol: trader.symbol,
      side: "buy",
      quantity: "0.01",
      type: "limit",
      limitPrice,
    });
  return {
    trader,
    socket,
    hints,
    faults,
    end,
    rest,
    told: () => told,
    wake() {
      for (const go of waiting.splice(0)) go();
    },
  };
}

describe.each(VENUES)("the order socket of %s", (venueId) => {
  it("hints at whatever happens to an order, however its words come, and connects again when it was cut", async () => {
    const { trader, socket, hints, faults, end, rest, told, wake } = await open(venueId);
    const asked = trader.exchange.requests.length;
    const all = venueId === "okx" ? 2 : 1;
    await until(() => hints.state.heardAtMs !== null);
    expect([socket.connections, socket.subscribed, hints.state.problem]).toEqual([all, all, ""]);
    /** What happens, and the hint that it must give. */
    const hinted = async (happens: () => unknown): Promise<void> => {
      const before = told();
      happens();
      await until(() => told() > before);
    };
    const price = Number(trader.account.priceOf(trader.symbol));
    const under = (share: number): string => String(Math.floor(price * share));
    await hinted(() => rest(under(0.9)));
    const [order] = trader.account.orders;
    if (order === undefined) throw new Error("nothing rests");
    await hinted(() => trader.account.fill(order, "0.004"));
    socket.copies = 5;
    await hinted(() => trader.account.fill(order, "0.006"));
    socket.copies = 1;
    // A stop, where it lies in a book of its own, too.
    await hinted(() =>
      trader.account.place({
        clientId: "0123456789abcdef0123456789abcdef",
        symbol: trader.symbol,
        side: "sell",
        quantity: trader.account.free(trader.base).slice(0, 6),
        type: "stop",
        triggerPrice: under(0.8),
      }),
    );
    await hinted(() => trader.account.setPrice(trader.symbol, under(0.79)));
    socket.holdsBack = true;
    const late = rest(under(0.5));
    if (typeof late === "string") throw new Error(late);
    trader.account.cancel(late);
    await hinted(() => socket.release());
    // Nobody's words, and an order of nobody.
    const stands = socket.connections;
    for (const text of [
      "",
      "{",
      "[]",
      "null",
      "true",
      '{"e":1,"topic":7,"arg":[],"channel":null}',
      "x".repeat(100_000),
    ])
      socket.say(text);
    await hinted(() => rest(under(0.5)));
    // A flood is one hint or many, and keeps nothing.
    socket.copies = 300;
    await hinted(() => rest(under(0.5)));
    socket.copies = 1;
    await until(() => hints.state.problem === "" && socket.subscribed === all);
    expect(socket.connections).toBe(stands);
    // Silence is no break.
    socket.copies = 0;
    rest(under(0.5));
    expect(hints.state.heardAtMs).not.toBeNull();
    socket.copies = 1;
    await hinted(() => socket.cut());
    await until(() => hints.state.heardAtMs === null && socket.standing === 0);
    await hinted(async () => wake());
    await until(() => socket.subscribed === all);
    await hinted(() => rest(under(0.5)));
    expect(faults).toEqual([]);
    // Kraken's token is all that it asks for over HTTP, with the number of the request after the one before.
    expect(trader.exchange.requests.length - asked).toBe(venueId === "kraken" ? 2 : 0);
    await trader.orders.balances({ signal: ended.signal });
    await end();
    await until(() => socket.standing === 0);
  });

  it("that lets the key not in is said once, and asked again later", async () => {
    const { hints, faults, socket, wake } = await open(venueId, { keyIsWrong: venueId !== "kraken" });
    if (venueId === "kraken") socket.ignoresLogins = true;
    const before = socket.connections;
    for (let each = 0; each < 3; each += 1) {
      await until(() => socket.standing > 0);
      if (venueId === "kraken") wake();
      await until(() => socket.standing === 0 && hints.state.heardAtMs === null);
      wake();
    }
    await until(() => socket.connections > before);
    expect(faults).toEqual(
      venueId === "kraken"
        ? []
        : [expect.stringMatching(new RegExp(`^The order socket of ${venueId} cannot be had: `))],
    );
  });
});

describe.each([
  ["binance", '{"subscriptionId":0,"event":{"e":"eventStreamTerminated","E":1780000203000}}'],
  ["okx", '{"event":"notice","code":"64008","msg":"The connection will soon be closed for a service upgrade."}'],
] as const)("the order socket of %s", (venueId, farewell) => {
  it("is made anew where the venue says that it tells nothing more", async () => {
    const { socket, hints, told, wake } = await open(venueId);
    await until(() => hints.state.heardAtMs !== null);
    const [before, connections] = [told(), socket.connections];
    socket.say(farewell);
    await until(() => socket.standing === 0 && told() > before);
    wake();
    await until(() => hints.state.heardAtMs !== null);
    expect(socket.connections).toBe(2 * connections);
  });
});

it("leaves no connection where it is ended while it is made", async () => {
  for (const venueId of VENUES) {
    const { socket, end } = await open(venueId);
    await end();
    await until(() => socket.standing === 0);
  }
});

it("keeps fifty orders of ccxt's at most, and none once they were hinted at", async () => {
  const { trader, socket, rest } = await open("binance");
  const venue = hintVenueOf("binance");
  if (venue === null) throw new Error("no such venue");
  const now = trader.now;
  const { keys } = keyFor("binance");
  const client = await openCcxtClient({
    exchangeId: "binance",
    apiUrl: trader.exchange.url,
    now,
    sleep: async () => {},
  });
  await client.loadMarkets(true);
  const kept: { orders?: unknown[] }[] = [];
  const watched: HintVenue = {
    ...venue,
    streams(watching) {
      kept.push(watching as { orders?: unknown[] });
      return venue.streams(watching);
    },
  };
  const hear = { onHeard() {}, onUnread() {}, onSubscribed() {}, onEnd() {} };
  const unasked: SignedCall = async () => ({ type: "not-sent", reason: "nothing is asked" });
  const parts = { client, call: unasked, keys, sandbox: false, apiUrl: trader.exchange.url, now };
  const own = await openHintSocket(watched, parts, hear, { signal: ended.signal });
  const [next] = own.streams;
  const word = next?.();
  await until(() => socket.subscribed === 2);
  const price = String(Math.floor(Number(trader.account.priceOf(trader.symbol)) * 0.5));
  for (let each = 0; each < 120; each += 1) {
    const order = rest(price);
    if (typeof order !== "string") trader.account.cancel(order);
  }
  await word;
  await until(() => kept[0]?.orders?.length === 50);
  own.forget();
  expect(kept[0]?.orders).toHaveLength(0);
  own.drop();
});

/** Where a desk's sockets would connect to. */
async function targetsOf(exchangeId: Venue, sandbox: boolean): Promise<readonly string[]> {
  const now = () => unixMs(1_780_000_000_000);
  const keys = { key: "k", secret: "dGVzdA==", password: "p" };
  const client = await openCcxtClient({ exchangeId, sandbox, keys, now, sleep: async () => {} });
  Object.assign(client, { markets: {}, markets_by_id: {} });
  const venue = hintVenueOf(exchangeId);
  if (venue === null) throw new Error("no such venue");
  const json = { result: { token: "t", expires: 900 } };
  const call: SignedCall = async () => ({ type: "answer", sentMs: now(), status: 200, body: "", json });
  const targets: string[] = [];
  const unconnected = {
    client(url: string): never {
      targets.push(url);
      throw new Error("not connected");
    },
  };
  let streams: readonly (() => Promise<unknown>)[] = [];
  const taken: HintVenue = {
    ...venue,
    streams: (watching) => {
      streams = venue.streams(watching).map((next) => {
        return () => {
          Object.assign(watching, unconnected);
          return next();
        };
      });
      return streams;
    },
  };
  const hear = { onHeard() {}, onUnread() {}, onSubscribed() {}, onEnd() {} };
  await openHintSocket(taken, { client, call, keys, sandbox, now }, hear, { signal: ended.signal });
  await Promise.allSettled(streams.map((next) => next()));
  return [...new Set(targets)];
}

it("connects in a sandbox to the sandbox, and with money to the venue", async () => {
  expect({
    binance: [await targetsOf("binance", true), await targetsOf("binance", false)],
    okx: [await targetsOf("okx", true), await targetsOf("okx", false)],
    bybit: [await targetsOf("bybit", true), await targetsOf("bybit", false)],
    kraken: await targetsOf("kraken", false),
  }).toEqual({
    binance: [["wss://ws-api.testnet.binance.vision/ws-api/v3"], ["wss://ws-api.binance.com:443/ws-api/v3"]],
    okx: [
      ["private", "business"].map((path) => `wss://wspap.okx.com:8443/ws/v5/${path}?brokerId=9999`),
      ["private", "business"].map((path) => `wss://ws.okx.com:8443/ws/v5/${path}`),
    ],
    bybit: [["wss://stream-testnet.bybit.com/v5/private"], ["wss://stream.bybit.com/v5/private"]],
    kraken: ["wss://ws-auth.kraken.com"],
  });
  await expect(targetsOf("kraken", true)).rejects.toThrow("no sandbox");
});

it("is that of every venue whose stream is followed, and the others say that they are asked", () => {
  expect(Object.keys(HINT_VENUES).sort()).toEqual([...VENUES].sort());
  expect(Object.keys(TRIED_VENUES).filter((id) => hintVenueOf(id) === null)).toEqual(["coinbase"]);
});
