// Floor 2. A quantity and a price → what the market's filters leave of it, and why they would refuse it.
import type { Market } from "#schemas/market.ts";
import { compare, isPositive, minOf, multiply, type Quantity, roundQuantity } from "#schemas/money.ts";

type Filters = Pick<Market, "base" | "quote" | "stepSize" | "minQuantity" | "maxQuantity" | "minNotional">;

/** The quantity of one order: rounded down to the step, at most the market's maximum. What is above takes another order. */
export function orderQuantity(wanted: string, { stepSize, maxQuantity }: Filters): Quantity {
  return roundQuantity(maxQuantity === null ? wanted : minOf(wanted, maxQuantity), stepSize);
}

/**
 * Why the venue would refuse an order of this size, with the figures; null: it takes it. `price` in quote per base.
 * @param minNotional least order value, in quote; the market's own, or one with room
 */
export function sizeRefusal(
  market: Filters,
  quantity: string,
  price: string,
  minNotional: string = market.minNotional,
): string | null {
  const { base, quote, stepSize, minQuantity, maxQuantity } = market;
  if (!isPositive(quantity)) return `nothing is left at the market's step of ${stepSize} ${base}`;
  if (compare(quantity, minQuantity) < 0)
    return `${quantity} ${base} is below the market's minimum of ${minQuantity} ${base}`;
  if (maxQuantity !== null && compare(quantity, maxQuantity) > 0) {
    return `${quantity} ${base} is above the market's maximum of ${maxQuantity} ${base}`;
  }
  const notional = multiply(quantity, price);
  if (compare(notional, minNotional) >= 0) return null;
  return `${quantity} ${base} is worth ${notional} ${quote}, below the market's minimum of ${minNotional} ${quote}`;
}
