// Floor 2, risk. Where the resting stop and target of an entry go.
import type { RiskLimits } from "#schemas/config.ts";
import { add, maxOf, multiply, type Price, percent, roundPrice, subtract } from "#schemas/money.ts";
import type { Bracket } from "#schemas/order.ts";

/** The desk's own bracket: a stop and one target, both from the limits. */
export const bracketOf = ({ stopPct, targetPct }: Pick<RiskLimits, "stopPct" | "targetPct">): Bracket => ({
  stopPct,
  takeProfit: [{ afterMs: 0, gainPct: targetPct }],
  trailing: [],
  maxHoldMs: null,
});

/**
 * `stopPct` below the price, rounded down to the tick (a seller receives less) but never below one tick: a stop at 0
 * would protect nothing.
 */
export const stopPriceOf = (price: Price, stopPct: number, tickSize: string): Price =>
  maxOf(roundPrice(multiply(price, subtract("1", percent("1", stopPct))), tickSize, "sell"), tickSize as Price);

/**
 * `targetPct` above the price, rounded up to the tick: it never gives away part of the gain that was asked for. At least one
 * tick: −100 % sells at any price.
 */
export const targetPriceOf = (price: Price, targetPct: number, tickSize: string): Price =>
  maxOf(roundPrice(multiply(price, add<string>("1", percent("1", targetPct))), tickSize, "buy"), tickSize as Price);
