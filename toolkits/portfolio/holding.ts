// Floor 2, portfolio. What is held of one market and what it cost, fill by fill: average cost, realised profit. Pure.

import { QUOTIENT_PLACES } from "#schemas/decimal-arithmetic.ts";
import {
  add,
  divide,
  isPositive,
  type Money,
  multiply,
  type Price,
  type Quantity,
  subtract,
  ZERO_QUANTITY,
} from "#schemas/money.ts";
import type { Fill } from "#schemas/order.ts";
import type { FillEffect } from "./fill-effect.ts";

export interface Holding {
  readonly quantity: Quantity;
  /** What a coin of it cost, fees apart, in quote. */
  readonly averagePrice: Price;
}

export interface HoldingChange extends Holding {
  /** Profit that became certain, in quote: fees of every kind are losses at once, coins leave at what they cost. */
  readonly realised: Money;
}

export const NOTHING_HELD: Holding = { quantity: ZERO_QUANTITY, averagePrice: "0" as Price };

/** So that at all times the cash gained is what was realised, less what the coins gained have cost. */
export function holdingAfter(held: Holding, fill: Fill, { cash, coins }: FillEffect): HoldingChange {
  const quantity = add(held.quantity, coins);
  if (fill.side === "sell") {
    const { averagePrice } = held;
    return { quantity, averagePrice, realised: add(cash, multiply(coins, averagePrice) as Money) };
  }
  const value = multiply(coins, fill.price) as Money;
  return { quantity, averagePrice: averageAfter(held, quantity, value, fill), realised: add(cash, value) };
}

function averageAfter(held: Holding, quantity: Quantity, value: Money, { price }: Fill): Price {
  if (!isPositive(quantity)) return price;
  // Nothing was held: what the division would give, up to the places that it keeps.
  if (held.quantity === ZERO_QUANTITY && price.length <= QUOTIENT_PLACES) return add(price, "0" as Price);
  return divide(add(costOf(held), value), quantity) as Price;
}

/** A rest of an earlier trade that a new one takes over: at the price of its first fill, as if it was sold to it. */
export const takenOver = (held: Holding, price: Price): HoldingChange => ({
  quantity: held.quantity,
  averagePrice: price,
  realised: multiply(held.quantity, subtract(price, held.averagePrice)) as Money,
});

const costOf = (held: Holding): Money => multiply(held.quantity, held.averagePrice) as Money;
