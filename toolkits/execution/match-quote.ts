// Floor 2, execution. A market or limit order and the bid and ask read after it was submitted in; its fill out.
import type { Ticker } from "#schemas/market.ts";
import { compare, decimalFromNumber, roundPrice } from "#schemas/money.ts";
import type { Order } from "#schemas/order.ts";
import { type Timeframe, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { judgeQuote, type QuoteReference } from "../market/judge-quote.ts";
import type { ChildrenFrom, MatchingEngine } from "./matching-engine.ts";

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
 * Buys at the ask, sells at the bid, for the whole quantity. Without a price that can be trusted an entry is rejected and
 * an exit stays open. A limit entry below the ask stays open until it expires.
 * @returns why an exit waits; null where it does not
 */
export function fillAtQuote(
  book: MatchingEngine,
  order: Order,
  quote: {
    readonly ticker: Ticker | undefined;
    readonly reference: QuoteReference | null;
    readonly nowMs: UnixMs;
    readonly timeframe: Timeframe;
    readonly tickSize: string;
  },
): string | null {
  const { nowMs, timeframe, tickSize } = quote;
  if (order.expiresAtMs !== null && nowMs >= order.expiresAtMs) {
    book.end(order, "expired", "no price within its limit in time", order.expiresAtMs);
    return null;
  }
  const judged = judgeQuote({ ...quote, side: order.side });
  if (judged.status === "no-price") {
    if (order.side === "sell") return judged.reason;
    book.end(order, "rejected", judged.reason, nowMs);
    return null;
  }
  const span = { available: null, atMs: nowMs, spanMs: nowMs };
  if (order.side === "sell") {
    const price = roundPrice(decimalFromNumber(judged.price), tickSize, "sell");
    book.sell(order, { ...span, price, basis: "bid" }, "cancel");
    return null;
  }
  const price = roundPrice(decimalFromNumber(judged.price), tickSize, "buy");
  if (order.limitPrice !== null && compare(price, order.limitPrice) > 0) return null;
  book.buy(order, { ...span, price, basis: "ask" }, childrenAround(nowMs, timeframe));
  return null;
}
