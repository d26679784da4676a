// Floor 2, risk. What positions and working entries are worth and tie up, in quote.
import type { Costs } from "#schemas/config.ts";
import { add, bps, type DecimalText, decimalFromNumber, type Money, multiply, subtract } from "#schemas/money.ts";
import { isWorking, type Order } from "#schemas/order.ts";
import type { Portfolio, Position } from "#schemas/portfolio.ts";
import { type MarketSymbol, splitSymbol } from "#schemas/units.ts";
import { isPrice } from "./draft.ts";

type Marks = ReadonlyMap<MarketSymbol, number>;

const markOf = (symbol: MarketSymbol, marks: Marks): DecimalText | null => {
  const mark = marks.get(symbol);
  return mark !== undefined && isPrice(mark) ? decimalFromNumber(mark) : null;
};

export const workingEntries = (portfolio: Portfolio): readonly Order[] =>
  [...portfolio.orders.values()].filter((order) => order.role === "entry" && isWorking(order));

/** Base assets with an open position (dust is none) or a working entry. */
export function basesTaken(portfolio: Portfolio): ReadonlyMap<string, "held" | "on order"> {
  const taken = new Map<string, "held" | "on order">();
  for (const order of workingEntries(portfolio)) taken.set(splitSymbol(order.symbol).base, "on order");
  for (const held of portfolio.positions.values()) if (!held.dust) taken.set(held.base, "held");
  return taken;
}

/** At the newest mark; at the average price where none is known. */
export const positionValue = (position: Position, marks: Marks): Money =>
  multiply(position.quantity, markOf(position.symbol, marks) ?? position.averagePrice) as Money;

/** Unfilled quantity at its limit, or at the mark for a market order; null where neither is known. */
export function valueOfWorkingEntry(order: Order, marks: Marks): Money | null {
  const price = order.limitPrice ?? markOf(order.symbol, marks);
  return price === null ? null : (multiply(subtract(order.quantity, order.filledQuantity), price) as Money);
}

/** What a buy may cost in quote: notional, slippage on it, and the fee on both. */
export function costOfEntry(notional: Money, feeBps: number, slippageBps: number): Money {
  const paid = add<string>(notional, bps(notional, slippageBps));
  return add<string>(paid, bps(paid, feeBps)) as Money;
}

/** Cash that a working entry ties up, with the desk's stated costs; null where its price is not known. */
export function reserved(order: Order, marks: Marks, costs: Costs): Money | null {
  const value = valueOfWorkingEntry(order, marks);
  return value === null ? null : costOfEntry(value, costs.feeBps, order.limitPrice === null ? costs.slippageBps : 0);
}
