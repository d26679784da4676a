// Floor 2, execution. A market or limit order and the bid and ask read after it was submitted in; its fill out.
import { compare, decimalFromNumber, roundPrice } from "#schemas/money.ts";
import type { Order } from "#schemas/order.ts";
import type { UnixMs } from "#schemas/units.ts";
import { judgeQuote } from "../market/judge-quote.ts";
import type { MatchingEngine } from "./matching-engine.ts";
import type { Quote } from "./paper-feed.ts";

/** Entries and exits meet the quote; a bracket's orders wait for closed candles. */
export const meetsQuote = (order: Order): boolean => order.role === "entry" || order.role === "exit";

/**
 * Buys at the ask, sells at the bid, for the whole quantity. Without a price that can be trusted nothing happens. A limit
 * entry below the ask stays open until it expires.
 * @returns why it has no price; null where it has one
 */
export function fillAtQuote(
  engine: MatchingEngine,
  order: Order,
  quote: Quote & { readonly nowMs: UnixMs; readonly tickSize: string },
): string | null {
  const { nowMs, tickSize } = quote;
  if (order.expiresAtMs !== null && nowMs >= order.expiresAtMs) {
    engine.end(order, "expired", "no price within its limit in time", order.expiresAtMs);
    return null;
  }
  const judged = judgeQuote({ ...quote, side: order.side });
  if (judged.status === "no-price") return judged.reason;
  const span = { available: null, atMs: nowMs, spanMs: nowMs };
  if (order.side === "sell") {
    const price = roundPrice(decimalFromNumber(judged.price), tickSize, "sell");
    engine.sell(order, { ...span, price, basis: "bid" }, nowMs);
    return null;
  }
  const price = roundPrice(decimalFromNumber(judged.price), tickSize, "buy");
  if (order.limitPrice !== null && compare(price, order.limitPrice) > 0) return null;
  engine.buy(order, { ...span, price, basis: "ask" });
  return null;
}
