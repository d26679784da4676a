// Floor 2, execution. A market or limit order and the bid and ask read after it was submitted in; its fill out.
import type { Ticker } from "#schemas/market.ts";
import { compare, decimalFromNumber, roundPrice } from "#schemas/money.ts";
import type { Order } from "#schemas/order.ts";
import { type Timeframe, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import type { ChildrenFrom, MatchingEngine } from "./matching-engine.ts";

/** A price older than this fills nothing. */
const MAX_QUOTE_AGE_MS = 10_000;

/** Entries and exits meet the quote; stops and targets wait for closed candles. */
export const meetsQuote = (order: Order): boolean => order.role === "entry" || order.role === "exit";

/**
 * Children of a fill inside a running candle: the stop is judged by the whole candle, the target from the next on. Where
 * the candle cannot tell what came before the fill, it speaks against us.
 */
function childrenAround(atMs: UnixMs, timeframe: Timeframe): ChildrenFrom {
  const lengthMs = timeframeMs(timeframe);
  const openMs = Math.floor(atMs / lengthMs) * lengthMs;
  return { stopMs: unixMs(openMs), targetMs: unixMs(openMs + lengthMs) };
}

/**
 * Buys at the ask, sells at the bid, for the whole quantity. Without a price at most 10 s old an entry is rejected, an
 * exit stays open. A limit entry below the ask stays open until it expires.
 */
export function fillAtQuote(
  book: MatchingEngine,
  order: Order,
  quote: {
    readonly ticker: Ticker | undefined;
    readonly nowMs: UnixMs;
    readonly timeframe: Timeframe;
    readonly tickSize: string;
  },
): void {
  const { ticker, nowMs, timeframe, tickSize } = quote;
  if (order.expiresAtMs !== null && nowMs >= order.expiresAtMs) {
    book.end(order, "expired", "no price within its limit in time", order.expiresAtMs);
    return;
  }
  const ageMs = ticker === undefined ? Number.POSITIVE_INFINITY : nowMs - ticker.atMs;
  if (ticker === undefined || ageMs > MAX_QUOTE_AGE_MS) {
    if (order.side === "sell") return;
    const was = ticker === undefined ? "there is no bid and ask" : `bid and ask are ${ageMs} ms old`;
    book.end(order, "rejected", `${was}; the limit is ${MAX_QUOTE_AGE_MS} ms`, nowMs);
    return;
  }
  const span = { available: null, atMs: nowMs, spanMs: nowMs };
  if (order.side === "sell") {
    const price = roundPrice(decimalFromNumber(ticker.bid), tickSize, "sell");
    book.sell(order, { ...span, price, basis: "bid" }, "cancel");
    return;
  }
  const price = roundPrice(decimalFromNumber(ticker.ask), tickSize, "buy");
  if (order.limitPrice !== null && compare(price, order.limitPrice) > 0) return;
  book.buy(order, { ...span, price, basis: "ask" }, childrenAround(nowMs, timeframe));
}
