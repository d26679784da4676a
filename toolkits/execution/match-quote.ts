// Floor 2, execution. A market or limit order and the bid and ask read after it was submitted in; its fill out.
import { compare, decimalFromNumber, type Price, roundPrice } from "#schemas/money.ts";
import type { Order } from "#schemas/order.ts";
import type { UnixMs } from "#schemas/units.ts";
import { judgeQuote } from "../market/judge-quote.ts";
import type { MatchingEngine } from "./matching-engine.ts";
import type { Quote } from "./paper-feed.ts";

/** Entries and exits meet the quote; a bracket's orders wait for closed candles. */
export const meetsQuote = (order: Order): boolean => order.role === "entry" || order.role === "exit";

type PriceAtQuote =
  | { readonly status: "fills"; readonly price: Price; readonly basis: "ask" | "bid" }
  /** The quote is no price that can be trusted. */
  | { readonly status: "no-price"; readonly reason: string }
  | { readonly status: "beyond-limit"; readonly price: Price };

/** Buys at the ask, sells at the bid, on the tick; a sale takes what is bid, whatever its limit. */
export function priceAtQuote(
  { side, limitPrice }: Pick<Order, "side" | "limitPrice">,
  quote: Quote & { readonly nowMs: UnixMs; readonly tickSize: string },
): PriceAtQuote {
  const judged = judgeQuote({ ...quote, side });
  if (judged.status === "no-price") return judged;
  const price = roundPrice(decimalFromNumber(judged.price), quote.tickSize, side);
  if (side === "sell") return { status: "fills", price, basis: "bid" };
  if (limitPrice !== null && compare(price, limitPrice) > 0) return { status: "beyond-limit", price };
  return { status: "fills", price, basis: "ask" };
}

/**
 * Fills the whole quantity. Without a price that can be trusted nothing happens. A limit entry below the ask stays open until
 * it expires.
 * @returns why it has no price; null where it has one
 */
export function fillAtQuote(
  engine: MatchingEngine,
  order: Order,
  quote: Quote & { readonly nowMs: UnixMs; readonly tickSize: string },
): string | null {
  const { nowMs } = quote;
  if (order.expiresAtMs !== null && nowMs >= order.expiresAtMs) {
    engine.end(order, "expired", "no price within its limit in time", order.expiresAtMs);
    return null;
  }
  const met = priceAtQuote(order, quote);
  if (met.status === "no-price") return met.reason;
  if (met.status === "beyond-limit") return null;
  const terms = { price: met.price, available: null, basis: met.basis, atMs: nowMs, spanMs: nowMs };
  if (order.side === "sell") engine.sell(order, terms, nowMs);
  else engine.buy(order, terms);
  return null;
}
