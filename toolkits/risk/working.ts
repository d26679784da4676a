// Floor 2, risk. What positions and working entries are worth and tie up, in quote.
import type { Costs } from "#schemas/config.ts";
import type { Market } from "#schemas/market.ts";
import { add, bps, decimalFromNumber, type Money, multiply, subtract } from "#schemas/money.ts";
import { isWorking, type Order } from "#schemas/order.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import { type MarketSymbol, splitSymbol } from "#schemas/units.ts";
import { type Marks, markOf } from "../portfolio/equity.ts";
import { cashOfBuy } from "../portfolio/fees.ts";

type Markets = ReadonlyMap<MarketSymbol, Market>;

export const workingEntries = (portfolio: Portfolio): readonly Order[] =>
  [...portfolio.orders.values()].filter((order) => order.role === "entry" && isWorking(order));

/** Base assets with an open position (dust is none) or a working entry. */
export function basesTaken(portfolio: Portfolio): ReadonlyMap<string, "held" | "on order"> {
  const taken = new Map<string, "held" | "on order">();
  for (const order of workingEntries(portfolio)) taken.set(splitSymbol(order.symbol).base, "on order");
  for (const held of portfolio.positions.values()) if (!held.dust) taken.set(held.base, "held");
  return taken;
}

/** Unfilled quantity at its limit, or at the mark for a market order; null where neither is known. */
export function valueOfWorkingEntry(order: Order, marks: Marks): Money | null {
  const mark = markOf(order.symbol, marks);
  const price = order.limitPrice ?? (mark === undefined ? null : decimalFromNumber(mark));
  return price === null ? null : (multiply(subtract(order.quantity, order.filledQuantity), price) as Money);
}

/** Cash that a buy may take: notional, slippage on it where it is a market order, and a fee in quote on both. */
export function costOfEntry(
  notional: Money,
  { limitPrice }: Pick<Order, "limitPrice">,
  market: Market,
  costs: Costs,
): Money {
  const paid = limitPrice === null ? add<string>(notional, bps(notional, costs.slippageBps)) : notional;
  return cashOfBuy(paid, market, costs);
}

/** Cash that a working entry ties up; null where its price or its market is not known. */
export function reserved(
  order: Order,
  { marks, markets, costs }: { readonly marks: Marks; readonly markets: Markets; readonly costs: Costs },
): Money | null {
  const value = valueOfWorkingEntry(order, marks);
  const market = markets.get(order.symbol);
  return value === null || market === undefined ? null : costOfEntry(value, order, market, costs);
}
