// Floor 2, live execution. The purchases that a stop was placed for, found among a market's trades. Pure.
import {
  add,
  compare,
  divide,
  multiply,
  type Price,
  type Quantity,
  roundQuantity,
  subtract,
  ZERO_QUANTITY,
} from "#schemas/money.ts";
import { splitSymbol, type UnixMs } from "#schemas/units.ts";
import type { VenueTrade } from "./venue-orders.ts";

export interface Bought {
  /** Average before fees, in quote. */
  readonly price: Price;
  /** Of the first. */
  readonly atMs: UnixMs;
}

/**
 * The newest orders that bought, without a sale after any of them, whose coins after fees come to exactly what the stop is for. Null where
 * the trades do not say so: others trade in the account as well, and a guess would be somebody's profit.
 * @param trades of one market, oldest first
 */
export function boughtFor(
  trades: readonly VenueTrade[],
  { quantity, stepSize }: { readonly quantity: Quantity; readonly stepSize: string },
): Bought | null {
  let coins: string = ZERO_QUANTITY;
  let amount: string = ZERO_QUANTITY;
  let value = "0";
  for (const order of Map.groupBy(trades.toReversed(), ({ venueOrderId }) => venueOrderId).values()) {
    for (const trade of order) {
      if (trade.side === "sell") return null;
      const isCoinFee = trade.feeCurrency === splitSymbol(trade.symbol).base;
      amount = add(amount, trade.quantity);
      coins = add(coins, isCoinFee ? subtract<string>(trade.quantity, trade.fee) : trade.quantity);
      value = add(value, multiply(trade.quantity, trade.price));
    }
    const left = compare(roundQuantity(coins, stepSize), quantity);
    if (left > 0) return null;
    const first = order.at(-1);
    if (left === 0 && first !== undefined) return { price: divide(value, amount) as Price, atMs: first.atMs };
  }
  return null;
}
