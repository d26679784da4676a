// A venue on loopback that speaks the public spot REST of Binance over any source of candles, so that the unmodified ccxt
// client runs against it. Shapes: https://developers.binance.com/docs/binance-spot-api-docs/rest-api

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { CandleSeries } from "#schemas/market.ts";
import { openOfNewest } from "#schemas/market.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import { type MarketSymbol, splitSymbol, Timeframe, timeframeMs, unixMs } from "#schemas/units.ts";

/** What goes wrong, until it is set back. All off at the start. */
export interface BinanceFaults {
  /** Answers every request with this status: 429, 418, 451, 500 … */
  status: number | null;
  /** Requests that get `status`; null: all of them. Counts down. */
  statusTimes: number | null;
  /** Sends this instead of every body, with status 200. */
  body: string | null;
  /** Takes the request and never answers. */
  hang: boolean;
  /** A candle is published this long after its close. */
  publishedLateMs: number;
  /** Venue clock minus `nowMs`. */
  clockOffsetMs: number;
  /** Every kline row comes twice. */
  duplicateRows: boolean;
  /** Open times that the venue has no candle for. */
  readonly missingOpenMs: Set<number>;
  /** Changes a kline row before it is sent. */
  malformRow: ((row: unknown[]) => unknown) | null;
  /** Most rows of one klines answer, whatever `limit` says. */
  pageRows: number;
  /** Symbols whose ticker has no bid and ask. */
  readonly unpriced: Set<string>;
  /** Symbols that have no ticker any more, though the list of markets was read before. */
  readonly gone: Set<string>;
}

export interface BinanceServer {
  readonly url: string;
  readonly faults: BinanceFaults;
  /** `METHOD path?query`, in order of arrival. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

export interface BinanceServerInput {
  /** Closed candles at any moment; the forming candle is made up from the last close. */
  readonly candles: Pick<MarketData, "candles">["candles"];
  readonly nowMs: () => number;
  readonly symbols: readonly MarketSymbol[];
  /** Listed, but not trading. */
  readonly halted?: readonly MarketSymbol[];
}

const DAY_MS = 86_400_000;
const BINANCE_PAGE_ROWS = 1000;
/** Bounds the work of one request that starts far back. */
const MAX_ROWS_MADE = 20_000;
const HALF_SPREAD = 0.0001;
const nativeId = (symbol: MarketSymbol): string => symbol.replace("/", "");
const options = { signal: new AbortController().signal };

const marketInfo = (symbol: MarketSymbol, halted: boolean) => {
  const { base, quote } = splitSymbol(symbol);
  return {
    symbol: nativeId(symbol),
    status: halted ? "BREAK" : "TRADING",
    baseAsset: base,
    baseAssetPrecision: 8,
    quoteAsset: quote,
    quotePrecision: 8,
    quoteAssetPrecision: 8,
    orderTypes: ["LIMIT", "MARKET"],
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    permissions: [],
    permissionSets: [["SPOT"]],
    filters: [
      { filterType: "PRICE_FILTER", minPrice: "0.00000001", maxPrice: "1000000.00000000", tickSize: "0.00000001" },
      { filterType: "LOT_SIZE", minQty: "0.00010000", maxQty: "9000000.00000000", stepSize: "0.00010000" },
      { filterType: "NOTIONAL", minNotional: "5.00000000", applyMinToMarket: true, maxNotional: "9000000.00000000" },
    ],
  };
};

const klineRow = (series: CandleSeries, index: number): unknown[] => {
  const openMs = series.openMs[index] ?? 0;
  const text = (column: Float64Array): string => String(column[index]);
  const quoteVolume = (series.close[index] ?? 0) * (series.volume[index] ?? 0);
  const closeMs = openMs + timeframeMs(series.timeframe) - 1;
  const prices = [text(series.open), text(series.high), text(series.low), text(series.close), text(series.volume)];
  return [openMs, ...prices, closeMs, String(quoteVolume), 10, "0", "0", "0"];
};

/** The candle under way at `nowMs`: one price so far, a fifth of which is gone again. A client must never use it. */
const formingRow = (series: CandleSeries, openMs: number): unknown[] => {
  const close = series.close.at(-1) ?? 1;
  const lengthMs = timeframeMs(series.timeframe);
  return [openMs, close, close, close * 0.8, close * 0.8, 1, openMs + lengthMs - 1, "1", 1, "0", "0", "0"].map(
    (cell, at) => (at >= 1 && at <= 5 ? String(cell) : cell),
  );
};

/** Starts the venue on a free port of 127.0.0.1. */
export async function startBinanceServer(input: BinanceServerInput): Promise<BinanceServer> {
  const requests: string[] = [];
  const listed = [...input.symbols, ...(input.halted ?? [])];
  const faults: BinanceFaults = {
    status: null,
    statusTimes: null,
    body: null,
    hang: false,
    publishedLateMs: 0,
    clockOffsetMs: 0,
    duplicateRows: false,
    missingOpenMs: new Set(),
    malformRow: null,
    pageRows: BINANCE_PAGE_ROWS,
    unpriced: new Set(),
    gone: new Set(),
  };
  const venueNowMs = (): number => input.nowMs() + faults.clockOffsetMs;
  const find = (id: string | null): MarketSymbol | undefined => listed.find((symbol) => nativeId(symbol) === id);

  async function klines(query: URLSearchParams): Promise<unknown> {
    const symbol = find(query.get("symbol"));
    if (symbol === undefined) return { code: -1121, msg: "Invalid symbol." };
    const timeframe = Timeframe.parse(query.get("interval"));
    const lengthMs = timeframeMs(timeframe);
    const nowMs = unixMs(venueNowMs());
    const limit = Math.min(Number(query.get("limit") ?? "500"), faults.pageRows);
    const sinceMs = Number(query.get("startTime") ?? "0");
    const rowsMade = query.has("startTime") ? Math.min(MAX_ROWS_MADE, Math.ceil((nowMs - sinceMs) / lengthMs)) : limit;
    const fromMs = openOfNewest(rowsMade, { nowMs, timeframe, graceMs: 0 });
    const all = await input.candles({ symbol, timeframe, nowMs, fromMs }, options);
    const rows = Array.from(all.openMs, (_, index) => klineRow(all, index));
    const formingMs = Math.floor(nowMs / lengthMs) * lengthMs;
    if (rows.length > 0) rows.push(formingRow(all, formingMs));
    const served = rows
      .filter(([openMs]) => Number(openMs) >= sinceMs && !faults.missingOpenMs.has(Number(openMs)))
      .filter(([openMs]) => Number(openMs) === formingMs || Number(openMs) + lengthMs + faults.publishedLateMs <= nowMs)
      .flatMap((row) => (faults.duplicateRows ? [row, row] : [row]));
    const page = query.has("startTime") ? served.slice(0, limit) : served.slice(-limit);
    return page.map((row) => faults.malformRow?.(row) ?? row);
  }

  async function ticker(symbol: MarketSymbol): Promise<unknown> {
    const nowMs = unixMs(venueNowMs());
    const fromMs = unixMs(Math.max(0, Math.floor((nowMs - DAY_MS) / 300_000) * 300_000));
    const day = await input.candles({ symbol, timeframe: "5m", nowMs, fromMs }, options);
    const last = day.close.at(-1);
    const priced = last !== undefined && !faults.unpriced.has(symbol);
    const quoteVolume = day.close.reduce((sum, close, at) => sum + close * (day.volume[at] ?? 0), 0);
    return {
      symbol: nativeId(symbol),
      lastPrice: String(last ?? 0),
      bidPrice: priced ? String(last * (1 - HALF_SPREAD)) : "0.00000000",
      askPrice: priced ? String(last * (1 + HALF_SPREAD)) : "0.00000000",
      openPrice: String(day.open[0] ?? 0),
      highPrice: String(last ?? 0),
      lowPrice: String(last ?? 0),
      volume: String(day.volume.reduce((sum, volume) => sum + volume, 0)),
      quoteVolume: String(quoteVolume),
      openTime: nowMs - DAY_MS,
      closeTime: nowMs,
      count: 100,
    };
  }

  async function tickers(query: URLSearchParams): Promise<unknown> {
    const names = query.get("symbols");
    const there = listed.filter((symbol) => !faults.gone.has(symbol));
    const ids = names === null ? there.map(nativeId) : (JSON.parse(names) as string[]);
    const asked = ids.map((id) => there.find((symbol) => nativeId(symbol) === id));
    if (asked.some((symbol) => symbol === undefined)) return { code: -1121, msg: "Invalid symbol." };
    return Promise.all(asked.filter((symbol) => symbol !== undefined).map(ticker));
  }

  async function route(url: URL): Promise<unknown> {
    switch (url.pathname) {
      case "/api/v3/exchangeInfo": {
        const halted = new Set(input.halted ?? []);
        return {
          timezone: "UTC",
          serverTime: venueNowMs(),
          symbols: listed.map((one) => marketInfo(one, halted.has(one))),
        };
      }
      case "/api/v3/time":
        return { serverTime: venueNowMs() };
      case "/api/v3/klines":
        return klines(url.searchParams);
      case "/api/v3/ticker/24hr":
        return tickers(url.searchParams);
      default:
        return { code: -1, msg: `no such path ${url.pathname}` };
    }
  }

  function faultStatus(): number | null {
    if (faults.status === null || faults.statusTimes === 0) return null;
    if (faults.statusTimes !== null) faults.statusTimes -= 1;
    return faults.status;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    requests.push(`${request.method} ${request.url}`);
    if (faults.hang) return;
    const status = faultStatus();
    const send = (code: number, body: string) =>
      response.writeHead(code, { "content-type": "application/json" }).end(body);
    if (status !== null) return void send(status, JSON.stringify({ code: -1, msg: "as told" }));
    if (faults.body !== null) return void send(200, faults.body);
    const result = await route(new URL(request.url ?? "/", "http://loopback"));
    const refused = typeof result === "object" && result !== null && "code" in result;
    send(refused ? 400 : 200, JSON.stringify(result));
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    faults,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
