import { describe, expect, test } from "vitest";
import { faultOf, shapeFor } from "#toolkits/market/ccxt/answer-shapes.ts";
import { TESTED_VENUES } from "#toolkits/market/ccxt/venue-facts.ts";

const shapesOf = (id: string) => TESTED_VENUES.find((venue) => venue.id === id)?.answers ?? [];
const fault = (id: string, url: string, answer: unknown, body?: string) =>
  faultOf(answer, shapeFor(shapesOf(id), { url, body }));

const KRAKEN_CANDLES = "https://api.kraken.com/0/public/OHLC?pair=XXBTZUSD&interval=5";
const KRAKEN_EMPTY = { error: [], result: { XXBTZUSD: [], last: 1_700_000_000 } };

describe("an answer of an exchange", () => {
  test.each<[string, string, string, unknown]>([
    ["no candle in this span, of kraken", "kraken", KRAKEN_CANDLES, KRAKEN_EMPTY],
    ["no candle, of okx", "okx", "/api/v5/market/candles?instId=BTC-USDT", { code: "0", msg: "", data: [] }],
    ["no candle, of okx' history", "okx", "/api/v5/market/history-candles?instId=BTC-USDT", { code: "0", data: [] }],
    ["no candle, of bybit", "bybit", "/v5/market/kline?category=spot", { retCode: 0, result: { list: [] } }],
    [
      "no candle, of coinbase",
      "coinbase",
      "/api/v3/brokerage/market/products/BTC-USD/candles?start=1",
      { candles: [] },
    ],
    [
      "one ticker that was asked for alone",
      "binance",
      "/api/v3/ticker/24hr?symbol=BTCUSDT",
      { symbol: "BTCUSDT", lastPrice: "1" },
    ],
    ["a request that the table does not know", "kraken", "/0/public/Trades", { error: [], result: {} }],
  ])("is taken for what it is where it says: %s", (_words, id, url, answer) => {
    expect(fault(id, url, answer)).toBeNull();
  });

  test.each<[string, string, string]>([
    ["candles", "kraken", KRAKEN_CANDLES],
    ["candles", "okx", "/api/v5/market/candles?instId=BTC-USDT"],
    ["candles", "bybit", "/v5/market/kline?category=spot"],
    ["candles", "coinbase", "/api/v3/brokerage/market/products/BTC-USD/candles"],
    ["candles", "kucoin", "/api/v1/market/candles?symbol=BTC-USDT"],
    ["candles", "bitget", "/api/v2/spot/market/candles?symbol=BTCUSDT"],
    ["tickers", "kraken", "/0/public/Ticker"],
    ["tickers", "binance", "/api/v3/ticker/24hr"],
    ["tickers", "coinbase", "/api/v3/brokerage/market/products"],
    ["markets", "gate", "/api/v4/spot/currency_pairs"],
    ["time", "gate", "/api/v4/spot/time"],
  ])("is not %s of %s where it is cut, empty or of another shape", (_what, id, url) => {
    for (const answer of [undefined, null, "maintenance", 7, {}, [], { data: {} }, { result: null }, { code: "0" }])
      expect([answer, fault(id, url, answer)]).toEqual([answer, expect.any(String)]);
  });

  test("with an empty list of markets or tickers is no answer: an exchange has some", () => {
    expect(fault("okx", "/api/v5/market/tickers?instType=SPOT", { code: "0", data: [] })).toContain("empty list");
    expect(fault("gate", "/api/v4/spot/tickers", [])).toContain("empty list for its tickers");
    expect(fault("kraken", "/0/public/AssetPairs", { error: [], result: {} })).toContain("markets");
  });

  test("of an exchange with one URL is told apart by what was asked", () => {
    const url = "https://api.hyperliquid.xyz/info";
    expect(fault("hyperliquid", url, [], '{"type":"candleSnapshot"}')).toBeNull();
    expect(fault("hyperliquid", url, [], '{"type":"spotMetaAndAssetCtxs"}')).toContain("tickers");
    expect(fault("hyperliquid", url, {}, '{"type":"candleSnapshot"}')).toContain("candles");
  });
});
