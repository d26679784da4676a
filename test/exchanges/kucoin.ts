// KuCoin spot. https://www.kucoin.com/docs-new/rest/spot-trading/market-data/get-klines : startAt inclusive, endAt exclusive, in seconds,
// newest first as [time, open, close, high, low, volume, turnover], at most 1500; the fees of a market stand in the tickers,
// so that the list of markets needs them too; one stamp for all tickers.

import { isMarked, type ListedCoin, networkNames } from "./coins.ts";
import type { Listing } from "./listings.ts";
import { findBy, joined, lengths, numberOf, ok, type Protocol, textOf } from "./protocol.ts";
import type { View } from "./view.ts";

const MOST_ROWS = 1500;
const idOf = joined("-");
const lengthOf = lengths("1min 5min 15min 1hour 4hour 1day");

const data = (value: unknown) => ok({ code: "200000", data: value });
const refused = (code: string, msg: string) => ({ status: 200, body: { code, msg } });
const UNKNOWN = refused("900001", "The trading pair does not exist");

const chainName = networkNames({
  "1": "ERC20",
  "56": "BEP20",
  "137": "Polygon POS",
  "42161": "ARBITRUM",
  "10": "OPTIMISM",
  "8453": "Base",
  "43114": "AVAX C-Chain",
  solana: "SOL",
  tron: "TRC20",
  ton: "TON",
});
const chainId = networkNames({
  "1": "eth",
  "56": "bsc",
  "137": "matic",
  "42161": "arbitrum",
  "10": "optimism",
  "8453": "base",
  "43114": "avaxc",
  solana: "sol",
  tron: "trx",
  ton: "ton",
});

/** https://www.kucoin.com/docs-new/rest/spot-trading/market-data/get-all-currencies */
const currency = (coin: ListedCoin) => ({
  currency: coin.code,
  name: coin.code,
  fullName: coin.name,
  precision: 8,
  confirms: null,
  contractAddress: null,
  isMarginEnabled: false,
  isDebitEnabled: false,
  chains:
    coin.networks.length === 0
      ? null
      : coin.networks.map((network) => ({
          chainName: chainName(coin, network),
          withdrawalMinSize: "0.1",
          depositMinSize: null,
          withdrawFeeRate: "0",
          withdrawalMinFee: "0.1",
          isWithdrawEnabled: network.withdrawals,
          isDepositEnabled: network.deposits,
          confirms: 12,
          preConfirms: 12,
          contractAddress: network.contract ?? "",
          withdrawPrecision: 8,
          maxWithdraw: null,
          maxDeposit: null,
          needTag: false,
          chainId: chainId(coin, network).toLowerCase(),
        })),
});

const market = (one: Listing, view: View) => ({
  symbol: idOf(one),
  name: idOf(one),
  baseCurrency: one.base,
  quoteCurrency: one.quote,
  feeCurrency: one.quote,
  market: "USDS",
  baseMinSize: one.minQuantity,
  quoteMinSize: "0.1",
  baseMaxSize: "10000000000",
  quoteMaxSize: "99999999",
  baseIncrement: one.stepSize,
  quoteIncrement: "0.000001",
  priceIncrement: one.tickSize,
  priceLimitRate: "0.1",
  minFunds: "0.1",
  isMarginEnabled: false,
  enableTrading: !one.halted,
  st: isMarked(view.coin(one.base), "monitoring"),
});

const moves = ({ last, open }: { readonly last: number; readonly open: number }) => ({
  changeRate: textOf(Number(((last - open) / open).toFixed(4))),
  changePrice: textOf(Number((last - open).toPrecision(6))),
});

function ticker(one: Listing, view: View): unknown {
  const said = view.quote(one);
  return {
    symbol: idOf(one),
    symbolName: idOf(one),
    buy: said.bid === null ? null : textOf(said.bid),
    bestBidSize: "0.2",
    sell: said.ask === null ? null : textOf(said.ask),
    bestAskSize: "0.3",
    ...moves(said),
    high: textOf(said.high),
    low: textOf(said.low),
    vol: said.volume === null ? null : textOf(said.volume),
    volValue: said.turnover === null ? null : textOf(said.turnover),
    last: textOf(said.last),
    averagePrice: textOf(said.last),
    takerFeeRate: "0.001",
    makerFeeRate: "0.001",
    takerCoefficient: "1",
    makerCoefficient: "1",
  };
}

function stats(one: Listing, view: View) {
  const said = view.quote(one);
  const { symbol, buy, sell, high, low, vol, volValue, last, averagePrice } = ticker(one, view) as Record<
    string,
    unknown
  >;
  return { time: said.atMs, symbol, buy, sell, ...moves(said), high, low, vol, volValue, last, averagePrice };
}

function candles(query: URLSearchParams, view: View) {
  const one = findBy(view, idOf, query.get("symbol"));
  if (one === undefined) return refused("400100", "This pair is not provided at present");
  const lengthMs = lengthOf(query.get("type"));
  if (lengthMs === undefined) return refused("400100", "Incorrect candlestick type");
  const endMs = numberOf(query, "endAt", 0) * 1000;
  const rows = view.page(one, {
    lengthMs,
    fromMs: numberOf(query, "startAt", 0) * 1000,
    toMs: endMs === 0 ? view.nowMs : endMs - 1,
    limit: MOST_ROWS,
    keep: "newest",
  });
  return data(
    rows
      .toReversed()
      .map((row) => [
        String(row.openMs / 1000),
        ...[row.open, row.close, row.high, row.low, row.volume, row.turnover].map((each) => textOf(each)),
      ]),
  );
}

const CONTRACT = {
  symbol: "XBTUSDTM",
  rootSymbol: "USDT",
  type: "FFWCSX",
  expireDate: null,
  baseCurrency: "XBT",
  quoteCurrency: "USDT",
  settleCurrency: "USDT",
  maxOrderQty: 1_000_000,
  lotSize: 1,
  tickSize: 0.1,
  multiplier: 0.001,
  makerFeeRate: 0.0002,
  takerFeeRate: 0.0006,
  isInverse: false,
  status: "Open",
  maxLeverage: 125,
};

export const kucoin: Protocol = {
  id: "kucoin",
  quote: "USDT",
  otherQuotes: ["USDC", "BTC"],
  nonAscii: true,
  kindsOf({ path }) {
    if (path.endsWith("/market/candles")) return ["candles"];
    if (path.endsWith("/allTickers")) return ["markets", "tickers"];
    if (path.includes("/market/")) return ["tickers"];
    if (path.endsWith("/currencies")) return ["markets", "coins"];
    return path.endsWith("/timestamp") ? ["time"] : ["markets"];
  },
  answer({ path, query }, view) {
    switch (path) {
      case "/api/v1/symbols":
      case "/api/v2/symbols":
        return data(view.listings.map((one) => market(one, view)));
      case "/api/v3/currencies":
        return data(view.coins.map(currency));
      case "/api/v1/contracts/active":
        return data([CONTRACT]);
      case "/api/v1/timestamp":
        return data(view.nowMs);
      case "/api/v1/market/candles":
        return candles(query, view);
      case "/api/v1/market/allTickers": {
        // The stamp is of the answer, but for prices that stand still.
        const time = Math.max(0, ...view.listings.map((one) => view.quote(one).atMs));
        return data({ time, ticker: view.listings.map((one) => ticker(one, view)) });
      }
      case "/api/v1/market/stats": {
        const one = findBy(view, idOf, query.get("symbol"));
        return one === undefined ? UNKNOWN : data(stats(one, view));
      }
      default: {
        const one = findBy(view, idOf, query.get("symbol"));
        if (!path.startsWith("/api/v1/market/orderbook/level2_"))
          return { status: 404, body: { code: "404", msg: "Not Found" } };
        if (one === undefined) return UNKNOWN;
        const { bid, ask, atMs } = view.quote(one);
        const side = (price: number | null) => (price === null ? [] : [[textOf(price), "0.5"]]);
        return data({ time: atMs, sequence: "1", bids: side(bid), asks: side(ask) });
      }
    }
  },
};
