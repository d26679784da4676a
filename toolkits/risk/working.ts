// Floor 2, risk. What positions and working entries are worth and tie up, in quote.
import type { Costs } from "#schemas/config.ts";
import type { Market } from "#schemas/market.ts";
import { add, bps, decimalFromNumber, type Money, multiply, type Price, subtract } from "#schemas/money.ts";
import { isWorking, type Order } from "#schemas/order.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import { type MarketSymbol, splitSymbol } from "#schemas/units.ts";
import { type Marks, markOf } from "../portfolio/equity.ts";
import { cashOfBuy, slippageBpsOf } from "../portfolio/fees.ts";

type Markets = ReadonlyMap<MarketSymbol, Market>;

export function workingEntries({ orders }: Pick<Portfolio, "orders">): readonly Order[] {
  const entries: Order[] = [];
  for (const order of orders.values()) if (order.role === "entry" && isWorking(order)) entries.push(order);
  return entries;
}

/** A base asset that a strategy holds (dust is not held) or has a working entry of. */
export interface Place {
  readonly strategyId: string;
  readonly base: string;
  readonly how: "held" | "on order";
}

/** One a strategy and base asset. Three rules ask, and orders and positions are the same ones slot after slot. */
export function placesTaken({ orders, positions }: Held): readonly Place[] {
  if (newest?.orders !== orders || newest.positions !== positions) {
    newest = { orders, positions, places: findPlaces({ orders, positions }) };
  }
  return newest.places;
}

type Held = Pick<Portfolio, "orders" | "positions">;

let newest: (Held & { readonly places: readonly Place[] }) | null = null;

function findPlaces(portfolio: Held): readonly Place[] {
  const places: Place[] = [];
  const take = (strategyId: string, base: string, how: Place["how"]): void => {
    const known = places.findIndex((place) => place.base === base && place.strategyId === strategyId);
    if (known < 0) places.push({ strategyId, base, how });
    else places[known] = { strategyId, base, how };
  };
  for (const { strategyId, symbol } of workingEntries(portfolio))
    take(strategyId, splitSymbol(symbol).base, "on order");
  for (const { strategyId, base, dust } of portfolio.positions.values()) if (!dust) take(strategyId, base, "held");
  return places;
}

/** Base assets that one strategy holds or has on order. */
export const basesTaken = (portfolio: Portfolio, strategyId: string): ReadonlyMap<string, Place["how"]> =>
  new Map(placesTaken(portfolio).flatMap((p) => (p.strategyId === strategyId ? [[p.base, p.how]] : [])));

/** Its limit, or the mark for a market order; null where neither is known. */
export const priceOfWorkingEntry = ({ limitPrice, symbol }: Order, marks: Marks): Price | number | null =>
  limitPrice ?? markOf(symbol, marks) ?? null;

/** Unfilled quantity at its price; null where that is not known. */
function valueOfWorkingEntry(order: Order, marks: Marks): Money | null {
  const known = priceOfWorkingEntry(order, marks);
  const price = typeof known === "number" ? decimalFromNumber(known) : known;
  return price === null ? null : (multiply(subtract(order.quantity, order.filledQuantity), price) as Money);
}

/** Cash that a buy may take: notional, slippage on it where it is a market order, and a fee in quote on both. */
export function costOfEntry(
  notional: Money,
  { limitPrice }: Pick<Order, "limitPrice">,
  market: Market,
  costs: Costs,
): Money {
  const paid = limitPrice === null ? add<string>(notional, bps(notional, slippageBpsOf(market, costs))) : notional;
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
