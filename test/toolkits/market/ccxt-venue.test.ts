import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  DataFormatError,
  ProviderError,
  ProviderRefusedError,
  UnknownNameError,
  VenuePausedError,
} from "#schemas/errors.ts";
import { openOfNewest } from "#schemas/market.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import type { Answered } from "#schemas/ports/work.ts";
import { MarketSymbol, type Timeframe, type UnixMs, unixMs } from "#schemas/units.ts";
import { binance } from "#test/exchanges/binance.ts";
import { type Exchange, startExchange } from "#test/exchanges/exchange.ts";
import type { FaultRule } from "#test/exchanges/faults.ts";
import { listing, symbolOf } from "#test/exchanges/listings.ts";
import { createWorld, rowAt } from "#test/exchanges/world.ts";
import { type CcxtClient, openCcxtClient } from "#toolkits/market/ccxt/client.ts";
import { parseSpotMarkets } from "#toolkits/market/ccxt/spot-markets.ts";
import { parseTickers } from "#toolkits/market/ccxt/tickers.ts";
import { createCcxtVenue } from "#toolkits/market/ccxt-venue.ts";

const STEP_MS = 300_000;
const GRACE_MS = 3000;
const CLOSE_MS = 1_700_000_100_000;
const NOW_MS = unixMs(CLOSE_MS + GRACE_MS);
const { signal } = new AbortController();
const btc = listing("BTC", "USDT", 64_000);
const listings = [btc, listing("ETH", "USDT", 3100), listing("LUNA", "USDT", 0.41, { halted: true })];
const [symbol, second, halted] = listings.map((one) => MarketSymbol.parse(symbolOf(one))) as [
  MarketSymbol,
  MarketSymbol,
  MarketSymbol,
];

let server: Exchange;
let client: CcxtClient;
/** From the next request on. */
const fail = (fault: FaultRule["fault"], times?: number): void =>
  server.faults.add({ fault, ...(times === undefined ? {} : { times }) });
/** Waits that the venue asked for between its tries. */
let waits: number[];
/** The machine's clock, which the waits move. */
let nowMs: UnixMs;
const waited = async (ms: number): Promise<void> => {
  waits.push(ms);
  nowMs = unixMs(nowMs + ms);
};

beforeAll(async () => {
  server = await startExchange(binance, createWorld({ ...binance, now: () => NOW_MS, listings }));
});
afterAll(() => server.close());

beforeEach(async () => {
  waits = [];
  nowMs = NOW_MS;
  client = await openCcxtClient({ exchangeId: "binance", apiUrl: server.url, now: () => nowMs, sleep: waited });
  // Loopback needs no rate limit, and the suite no waiting.
  Object.assign(client, { enableRateLimit: false });
  server.faults.clear();
  server.world.events.length = 0;
});

const openVenue = (): Promise<MarketData> =>
  createCcxtVenue({
    exchangeId: "binance",
    exchange: client,
    now: () => nowMs,
    sleep: waited,
    graceMs: GRACE_MS,
  });

/** A venue whose markets and clock offset are read already, so that a fault meets the next call. */
async function warmVenue(): Promise<MarketData> {
  const venue = await openVenue();
  await candles(venue, 1);
  return venue;
}

const candles = (
  venue: MarketData,
  count: number,
  { nowMs = NOW_MS, timeframe = "5m" }: { readonly nowMs?: number; readonly timeframe?: Timeframe } = {},
) => {
  const fromMs = openOfNewest(count, { nowMs, timeframe, graceMs: GRACE_MS });
  return venue.candles({ symbol, timeframe, nowMs: unixMs(nowMs), fromMs }, { signal });
};

const thrown = (asked: Answered<unknown>): Promise<unknown> =>
  Promise.resolve(asked).then(
    () => undefined,
    (error: unknown) => error,
  );

const openTimes = (count: number, lastOpenMs = CLOSE_MS - STEP_MS): number[] =>
  Array.from({ length: count }, (_, row) => lastOpenMs - (count - 1 - row) * STEP_MS);

describe("candles of an exchange", () => {
  test("are those of the source, without the one that is still forming", async () => {
    const series = await candles(await openVenue(), 60);
    const rows = openTimes(60).map((openMs) => rowAt(server.world, btc, openMs, openMs + STEP_MS));
    expect(series.openMs.at(-1)).toBe(CLOSE_MS - STEP_MS);
    for (const column of ["open", "high", "low", "close", "volume"] as const) {
      expect([...series[column]]).toEqual(rows.map((row) => row?.[column]));
    }
  });

  test("need one call for a window that fits a page", async () => {
    const venue = await warmVenue();
    const before = server.requests.length;
    expect((await candles(venue, 500)).openMs).toHaveLength(500);
    expect(server.requests.slice(before)).toHaveLength(1);
    expect(server.requests.at(-1)?.target).toContain("limit=501");
  });

  test("come page by page where the window is longer than a page, without a seam", async () => {
    const series = await candles(await openVenue(), 2300);
    expect([...series.openMs]).toEqual(openTimes(2300));
    expect(series.notes).toEqual([]);
  });

  test("are complete also where the exchange gives shorter pages than ccxt knows", async () => {
    const venue = await warmVenue();
    fail({ kind: "short-pages", rows: 40 });
    expect([...(await candles(venue, 100)).openMs]).toEqual(openTimes(100));
  });

  test("are noted where some are missing", async () => {
    const venue = await warmVenue();
    for (const back of [3, 4, 5, 9]) {
      const fromMs = CLOSE_MS - back * STEP_MS;
      server.world.events.push({ kind: "hole", symbol, fromMs, toMs: fromMs + STEP_MS });
    }
    const series = await candles(venue, 50);
    expect(series.openMs).toHaveLength(46);
    expect(series.notes.map((note) => note.kind)).toEqual(["hole", "hole"]);
  });

  /** An exchange with its own idea of a page, of candles numbered from `CLOSE_MS` backwards. */
  async function odd(
    page: (sinceMs: number, limit: number, openMs: readonly number[]) => readonly number[],
    rows: number,
  ) {
    const markets = await client.loadMarkets(false);
    const times = openTimes(rows);
    const asked: number[] = [];
    const fetchOHLCV = async (_symbol: string, _timeframe: string, sinceMs: number, limit: number) => {
      asked.push((CLOSE_MS - sinceMs) / STEP_MS);
      return page(sinceMs, limit, times).map((openMs) => [openMs, 1, 1, 1, 1, 1]);
    };
    const exchange = Object.create(client, {
      loadMarkets: { value: async () => markets },
      fetchTime: { value: async () => NOW_MS },
      // Not in the table: its pages are as ccxt states them.
      id: { value: "elsewhere" },
      features: { value: { spot: { fetchOHLCV: { limit: 100 } } } },
      fetchOHLCV: { value: fetchOHLCV },
    }) as CcxtClient;
    const venue = await createCcxtVenue({ exchangeId: "binance", exchange, now: () => NOW_MS, sleep: async () => {} });
    return { venue, asked };
  }
  const since = (sinceMs: number, openMs: readonly number[]) => openMs.filter((at) => at >= sinceMs);

  test("are known to be all of a young market, which begins after what was asked for", async () => {
    const { venue, asked } = await odd((sinceMs, limit, all) => since(sinceMs, all).slice(0, limit), 30);
    const series = await candles(venue, 80);
    expect([...series.openMs]).toEqual(openTimes(30));
    expect(series.askedFromMs).toBe(CLOSE_MS - 80 * STEP_MS);
    // The part before its first candle is asked for once more, alone.
    expect(asked).toEqual([80, 80]);
  });

  test("of an exchange that has only the newest hundred are known from there on only", async () => {
    const { venue } = await odd((sinceMs, limit, all) => since(sinceMs, all.slice(-100)).slice(0, limit), 300);
    const series = await candles(venue, 250);
    expect([...series.openMs]).toEqual(openTimes(100));
    expect(series.askedFromMs).toBe(CLOSE_MS - 100 * STEP_MS);
    expect((await candles(venue, 100)).askedFromMs).toBe(CLOSE_MS - 100 * STEP_MS);
  });

  test("are complete also where pages are cut at their beginning", async () => {
    const { venue } = await odd((sinceMs, limit, all) => since(sinceMs, all).slice(0, limit).slice(-40), 300);
    const series = await candles(venue, 250);
    expect([...series.openMs]).toEqual(openTimes(250));
    expect(series.askedFromMs).toBe(CLOSE_MS - 250 * STEP_MS);
  });

  test("after a hole of whole pages are found also where a page is a span of time", async () => {
    const { venue } = await odd((sinceMs, limit, all) => {
      const there = all.filter((at) => at < CLOSE_MS - 290 * STEP_MS || at >= CLOSE_MS - 20 * STEP_MS);
      return there.filter((at) => at >= sinceMs && at < sinceMs + limit * STEP_MS);
    }, 300);
    const series = await candles(venue, 300);
    expect([...series.openMs]).toEqual([...openTimes(300).slice(0, 10), ...openTimes(20)]);
  });

  test("do not contain one that the venue publishes late until it is there", async () => {
    const venue = await warmVenue();
    fail({ kind: "late", lateMs: 10_000 });
    const series = await candles(venue, 20);
    expect([...series.openMs]).toEqual(openTimes(19, CLOSE_MS - 2 * STEP_MS));
    server.faults.clear();
    expect((await candles(venue, 20)).openMs.at(-1)).toBe(CLOSE_MS - STEP_MS);
  });

  test("that come twice are taken once, with a note", async () => {
    const venue = await warmVenue();
    fail({ kind: "duplicates" });
    const series = await candles(venue, 30);
    expect([...series.openMs]).toEqual(openTimes(30));
    expect(series.notes.every((note) => note.kind === "duplicate")).toBe(true);
  });

  test.each<[string, (row: unknown[]) => unknown]>([
    ["text for a price", (row) => row.with(4, "cheap")],
    ["a price of zero", (row) => row.with(3, "0")],
    ["a negative volume", (row) => row.with(5, "-1")],
    ["a low above its close", (row) => row.with(3, String(Number(row[2]) * 2))],
    ["no time", (row) => row.with(0, null)],
    ["too few fields", (row) => row.slice(0, 3)],
  ])("are refused for %s, though ccxt passes them on", async (_hazard, malform) => {
    const venue = await warmVenue();
    fail({ kind: "rows-changed", by: malform });
    const error = await thrown(candles(venue, 20));
    expect(error).toBeInstanceOf(DataFormatError);
    expect(String(error)).toMatch(/binance \S+ 5m row \d+/);
  });

  test("are refused where two answers of one candle differ", async () => {
    const venue = await warmVenue();
    fail({ kind: "duplicates" });
    let toggle = 0;
    fail({ kind: "rows-changed", by: (row) => (toggle++ % 2 === 0 ? row : row.with(5, "12345")) });
    expect(await thrown(candles(venue, 20))).toBeInstanceOf(DataFormatError);
  });

  test("of a forming candle that makes no sense do no harm", async () => {
    const venue = await warmVenue();
    fail({ kind: "rows-changed", by: (row) => (row[0] === CLOSE_MS ? row.with(4, "?") : row) });
    expect((await candles(venue, 20)).openMs).toHaveLength(20);
  });

  test("are not asked for in a timeframe that the exchange does not have", async () => {
    const { "1h": _, ...timeframes } = client.timeframes ?? {};
    const exchange = Object.create(client, { timeframes: { value: timeframes } }) as CcxtClient;
    const venue = await createCcxtVenue({ exchangeId: "binance", exchange, now: () => NOW_MS, sleep: async () => {} });
    const before = server.requests.length;
    const error = await thrown(candles(venue, 20, { timeframe: "1h" }));
    expect(error).toBeInstanceOf(UnknownNameError);
    expect(String(error)).toContain("one of 1m, 5m, 15m, 4h, 1d");
    expect(server.requests).toHaveLength(before);
  });
});

describe("the clock of an exchange", () => {
  test("behind ours holds a candle back until the exchange has closed it too", async () => {
    fail({ kind: "clock", offsetMs: -5000 });
    const venue = await openVenue();
    const series = await candles(venue, 20);
    expect(series.openMs.at(-1)).toBe(CLOSE_MS - 2 * STEP_MS);
    expect(series.checkedThroughMs).toBe(NOW_MS - 5000);
    expect((await candles(venue, 20, { nowMs: NOW_MS + 5000 })).openMs.at(-1)).toBe(CLOSE_MS - STEP_MS);
  });

  test("ahead of ours shows nothing from after our now", async () => {
    fail({ kind: "clock", offsetMs: 5000 });
    const series = await candles(await openVenue(), 20, { nowMs: NOW_MS - 1 });
    expect(series.openMs.at(-1)).toBe(CLOSE_MS - 2 * STEP_MS);
  });

  test.each([-31_000, 31_000])("%d ms away is refused: one of the two is wrong", async (offsetMs) => {
    fail({ kind: "clock", offsetMs });
    const error = await thrown(candles(await openVenue(), 20));
    expect(error).toBeInstanceOf(ProviderRefusedError);
    expect(String(error)).toMatch(
      /clock of binance stands 31 s (ahead of|behind) this machine's.*Set this machine's clock/,
    );
  });
});

describe("an exchange that fails", () => {
  test.each([500, 503])("with %d twice is asked a third time, after growing waits", async (status) => {
    const venue = await warmVenue();
    fail({ kind: "status", status }, 2);
    expect((await candles(venue, 20)).openMs).toHaveLength(20);
    expect(waits).toEqual([500, 2000]);
  });

  test("for good is given up after three tries", async () => {
    const venue = await warmVenue();
    fail({ kind: "status", status: 500 });
    const before = server.requests.length;
    const error = await thrown(candles(venue, 20));
    expect(error).toBeInstanceOf(ProviderError);
    expect(String(error)).toContain("binance answered with HTTP 500");
    expect(server.requests).toHaveLength(before + 3);
  });

  test("with 451 is not asked again: it said no", async () => {
    const venue = await warmVenue();
    fail({ kind: "status", status: 451 });
    const before = server.requests.length;
    expect(await thrown(candles(venue, 20))).toBeInstanceOf(ProviderRefusedError);
    expect(server.requests).toHaveLength(before + 1);
    expect(waits).toEqual([]);
  });

  test.each([
    [429, 60_000, "too many requests"],
    [418, 120_000, "banned this address for a while"],
    [403, 300_000, "its firewall turned this address away"],
  ])("with %d is asked nothing at all for %d ms, whichever market is meant", async (status, restMs, words) => {
    const venue = await warmVenue();
    fail({ kind: "status", status }, 1);
    const before = server.requests.length;
    const error = await thrown(candles(venue, 20));
    expect(error).toMatchObject({ name: "VenuePausedError", untilMs: NOW_MS + restMs });
    expect(String(error)).toContain(words);
    nowMs = unixMs(NOW_MS + restMs - 5000);
    expect(await thrown(venue.tickers({ symbols: [second], nowMs }, { signal }))).toBeInstanceOf(VenuePausedError);
    expect(server.requests).toHaveLength(before + 1);
    nowMs = unixMs(NOW_MS + restMs);
    expect((await candles(venue, 20)).openMs).toHaveLength(20);
  });

  test.each([
    ["a text", '"maintenance"', ProviderError],
    ["no JSON", "<html>busy</html>", ProviderError],
    ["null", "null", ProviderError],
    ["rows of something else", '[["a","b"]]', DataFormatError],
  ])("by sending %s in place of candles is not a market without candles", async (_hazard, body, expected) => {
    const venue = await warmVenue();
    fail({ kind: "body", body });
    expect(await thrown(candles(venue, 20))).toBeInstanceOf(expected);
  });

  test.each(["<html>busy</html>", '"maintenance"'])("by sending %s in place of prices says so", async (body) => {
    const venue = await warmVenue();
    fail({ kind: "body", body });
    expect(await thrown(venue.tickers({ symbols: [symbol], nowMs: NOW_MS }, { signal }))).toBeInstanceOf(ProviderError);
  });

  test("while its markets are loaded is asked anew at the next call", async () => {
    const venue = await openVenue();
    fail({ kind: "status", status: 500 });
    expect(await thrown(venue.markets({ signal }))).toBeInstanceOf(ProviderError);
    server.faults.clear();
    nowMs = unixMs(nowMs + 5000);
    expect(await venue.markets({ signal })).toHaveLength(3);
  });

  test("by never answering is left at the deadline, and not asked again by the same read", async () => {
    const markets = await client.loadMarkets(false);
    const calls: string[] = [];
    const never = (name: string) => {
      calls.push(name);
      return new Promise(() => {});
    };
    const exchange = Object.create(client, {
      loadMarkets: { value: async () => markets },
      fetchTime: { value: async () => NOW_MS },
      fetchOHLCV: { value: never },
    }) as CcxtClient;
    const sleep = async () => {};
    const venue = await createCcxtVenue({ exchangeId: "binance", exchange, now: () => NOW_MS, sleep, deadlineMs: 10 });
    const error = await thrown(candles(venue, 20));
    expect(error).toBeInstanceOf(ProviderError);
    expect(String(error)).toContain("within 210 ms");
    expect(calls).toEqual([symbol]);
  });

  test("by never answering does not keep a caller who leaves", async () => {
    const venue = await warmVenue();
    fail({ kind: "hang" });
    const controller = new AbortController();
    const reason = new Error("the operator left");
    const request = { symbol, timeframe: "5m", nowMs: NOW_MS, fromMs: unixMs(CLOSE_MS - 20 * STEP_MS) } as const;
    const work = thrown(venue.candles(request, { signal: controller.signal }));
    await wait(0);
    controller.abort(reason);
    expect(await work).toBe(reason);
  });
});

describe("tickers and markets of an exchange", () => {
  test("say what was traded of each market, also of one that has no bid and ask", async () => {
    const venue = await openVenue();
    server.world.events.push({ kind: "unquoted", symbol });
    const turnovers = await venue.turnovers({ nowMs: NOW_MS }, { signal });
    expect([...turnovers.keys()].sort()).toEqual((await venue.markets({ signal })).map((market) => market.symbol));
    expect(turnovers.get(symbol)).toBeGreaterThan(0);
  });

  test("leave out what has no bid and ask, what is not asked for and what is not listed", async () => {
    const venue = await openVenue();
    const unlisted = MarketSymbol.parse("NOSUCHCOIN/USDT");
    const symbols = [symbol, unlisted, second];
    server.world.events.push({ kind: "unquoted", symbol });
    const tickers = await venue.tickers({ symbols, nowMs: NOW_MS }, { signal });
    expect(tickers.map((ticker) => ticker.symbol)).toEqual([second]);
    expect(tickers[0]?.quoteVolume).toBeGreaterThan(0);
  });

  test("of the others are read when one of the symbols has gone", async () => {
    const venue = await openVenue();
    const symbols = (await venue.markets({ signal })).filter(({ active }) => active).map((market) => market.symbol);
    server.world.events.push({ kind: "delisted", symbol, atMs: NOW_MS });
    const tickers = await venue.tickers({ symbols, nowMs: NOW_MS }, { signal });
    expect(tickers.map((ticker) => ticker.symbol)).toEqual(symbols.filter((one) => one !== symbol));
    expect(tickers.length).toBeGreaterThan(0);
    expect(waits).toEqual([]);
    const alone = await thrown(venue.tickers({ symbols: [symbol], nowMs: NOW_MS }, { signal }));
    expect(alone).toBeInstanceOf(UnknownNameError);
  });

  test("carry no time where the exchange stamps none: an unknown age is not 0", () => {
    const quote = { bid: 1, ask: 2, last: 1.5 };
    const stamped = (timestamp: unknown) =>
      parseTickers({ [symbol]: { ...quote, timestamp } }, [symbol], { readMs: NOW_MS, offsetMs: 500, exchangeId: "x" });
    for (const none of [undefined, null, "none", 0]) expect(stamped(none)).toMatchObject([{ atMs: null }]);
    expect(stamped(NOW_MS - 1000)).toMatchObject([{ atMs: NOW_MS - 1500 }]);
    expect(stamped(NOW_MS + 9000)).toMatchObject([{ atMs: NOW_MS }]);
  });

  test("carry the exchange's increments as decimals, its fee, and whether the market trades", async () => {
    const markets = await (await openVenue()).markets({ signal });
    expect(markets.find((market) => market.symbol === symbol)).toMatchObject({
      active: true,
      tickSize: "1",
      stepSize: "0.000001",
      minNotional: "5",
      feeBps: 10,
      buyFeeIn: "base",
      assumed: false,
    });
    expect(markets.find((market) => market.symbol === halted)?.active).toBe(false);
  });

  test("carry the narrower of the exchange's bounds for any order and for market orders", () => {
    const listed = { symbol, base: "A", quote: "B", spot: true, precision: {} };
    const bounds = (limits: object) => {
      const [market] = parseSpotMarkets({ one: { ...listed, limits } }, 4, {
        id: "x",
        buyFeeIn: null,
        marks: [],
      }).markets;
      return [market?.minQuantity, market?.maxQuantity];
    };
    const amount = { min: 0.001, max: 9000 };
    expect(bounds({ amount, market: { min: 0, max: 120.5 } })).toEqual(["0.001", "120.5"]);
    expect(bounds({ amount })).toEqual(["0.001", "9000"]);
    expect(bounds({ amount: { min: 100 }, market: { min: 150, max: 0 } })).toEqual(["150", null]);
    expect(bounds({})).toEqual(["0", null]);
  });

  test("and the clock are read once for many callers at the same time", async () => {
    const venue = await openVenue();
    const before = server.requests.length;
    await Promise.all(Array.from({ length: 5 }, () => candles(venue, 5)));
    const paths = server.requests.slice(before).filter(({ kinds }) => !kinds.includes("candles"));
    expect(paths.map(({ target }) => target.split("?")[0])).toEqual(["/api/v3/exchangeInfo", "/api/v3/time"]);
  });
});

test("an exchange that ccxt does not know is refused, with the nearest names", async () => {
  const error = await thrown(createCcxtVenue({ exchangeId: "binnance", now: () => NOW_MS, sleep: async () => {} }));
  expect(error).toBeInstanceOf(UnknownNameError);
  expect(String(error)).toMatch(/"binnance" is no venue.*nearest: binance/);
});
