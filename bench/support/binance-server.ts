// A venue on loopback that speaks as much of Binance's public spot REST as a ranking and reads of candles take, over any source of candles, so
// that the unmodified ccxt client is part of what is measured. Shapes: https://developers.binance.com/docs/binance-spot-api-docs/rest-api

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { CandleSeries } from "#schemas/market.ts";
import { openOfNewest } from "#schemas/market.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import { type MarketSymbol, splitSymbol, Timeframe, timeframeMs, unixMs } from "#schemas/units.ts";

export interface BinanceServer {
  readonly url: string;
  /** Requests that came. */
  readonly asked: number;
  /** From now on it takes requests and answers none. */
  hang(): void;
  close(): Promise<void>;
}

export interface BinanceServerInput {
  /** Closed candles at any moment. */
  readonly candles: Pick<MarketData, "candles">["candles"];
  readonly nowMs: () => number;
  readonly symbols: readonly MarketSymbol[];
}

const MOST_ROWS = 1000;
const nativeId = (symbol: MarketSymbol): string => symbol.replace("/", "");
const options = { signal: new AbortController().signal };

const marketInfo = (symbol: MarketSymbol) => {
  const { base, quote } = splitSymbol(symbol);
  return {
    symbol: nativeId(symbol),
    status: "TRADING",
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

/** Starts the venue on a free port of 127.0.0.1. */
export async function startBinanceServer(input: BinanceServerInput): Promise<BinanceServer> {
  async function klines(query: URLSearchParams): Promise<unknown> {
    const symbol = input.symbols.find((one) => nativeId(one) === query.get("symbol"));
    if (symbol === undefined) throw new Error(`no market ${query.get("symbol")}`);
    const timeframe = Timeframe.parse(query.get("interval"));
    const nowMs = unixMs(input.nowMs());
    const newestMs = openOfNewest(MOST_ROWS, { nowMs, timeframe, graceMs: 0 });
    const fromMs = unixMs(Number(query.get("startTime") ?? newestMs));
    const rows = await input.candles({ symbol, timeframe, nowMs, fromMs }, options);
    const limit = Math.min(MOST_ROWS, Number(query.get("limit") ?? "500"));
    return Array.from(rows.openMs, (_, index) => klineRow(rows, index)).slice(0, limit);
  }

  /** What a ranking needs: 24 h of 5m candles. */
  async function ticker(symbol: MarketSymbol): Promise<unknown> {
    const nowMs = unixMs(input.nowMs());
    const fromMs = openOfNewest(288, { nowMs, timeframe: "5m", graceMs: 0 });
    const day = await input.candles({ symbol, timeframe: "5m", nowMs, fromMs }, options);
    const quoteVolume = day.close.reduce((sum, close, row) => sum + close * (day.volume[row] ?? 0), 0);
    const price = String(day.close.at(-1) ?? 0);
    const prices = { lastPrice: price, bidPrice: price, askPrice: price };
    return { symbol: nativeId(symbol), ...prices, quoteVolume: String(quoteVolume), closeTime: nowMs };
  }

  async function route({ pathname, searchParams }: URL): Promise<unknown> {
    switch (pathname) {
      case "/api/v3/exchangeInfo":
        return { timezone: "UTC", serverTime: input.nowMs(), symbols: input.symbols.map(marketInfo) };
      case "/api/v3/time":
        return { serverTime: input.nowMs() };
      case "/api/v3/klines":
        return klines(searchParams);
      case "/api/v3/ticker/24hr":
        return Promise.all(input.symbols.map(ticker));
      default:
        throw new Error(`no such path ${pathname}`);
    }
  }

  let asked = 0;
  let hangs = false;
  const server = createServer((request, response) => {
    asked += 1;
    if (hangs) return;
    route(new URL(request.url ?? "/", "http://loopback")).then(
      (body) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    get asked() {
      return asked;
    },
    hang() {
      hangs = true;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
