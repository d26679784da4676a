// Floor 1. A shock of the leading market, and what it would do to what is held.
import { z } from "zod";
import { Decimal, Money, Price, Quantity } from "./money.ts";
import { OrderRole } from "./order.ts";
import { Count, MarketSymbol, Percent } from "./units.ts";

/** The longest path: a day. */
export const MOST_STRESS_MINUTES = 1440;

export const Shock = z
  .object({
    movePct: Percent.gt(-100).lte(100).describe("of the leader's price, from now to the end; negative for a fall"),
    minutes: z.int().min(1).max(MOST_STRESS_MINUTES).describe("in which it moves, in equal steps, a candle a minute"),
    gapPct: Percent.describe(
      "of the move, what comes at once at the first open; 0: nothing, the whole move: all of it",
    ),
  })
  .refine(({ movePct, gapPct }) => gapPct === 0 || (gapPct / movePct >= 0 && gapPct / movePct <= 1), {
    error: "the gap is a part of the move: between 0 and it",
    path: ["gapPct"],
  });
export type Shock = Readonly<z.infer<typeof Shock>>;

export const StressFill = z.object({
  minute: Count.describe("of the path, by which it has filled: 1 is the first; 0: at the first open"),
  role: OrderRole,
  basis: z.string().describe("how the price was found: `stop`, `stop-gap`, `take-profit`, `next-open`"),
  quantity: Quantity,
  price: Price.describe("slippage taken off"),
  fee: Decimal.describe("in the quote currency"),
});
export type StressFill = Readonly<z.infer<typeof StressFill>>;

export const StressedPosition = z.object({
  strategyId: z.string(),
  symbol: MarketSymbol,
  quantity: Quantity.describe("held before"),
  price: z.number().nullable().describe("before; null: not known, and the position is left as it is"),
  beta: z.number().nullable().describe("to the leader; null: not known, and 1 is assumed"),
  betaRows: Count.nullable().describe("returns that the beta is made from; null: not known"),
  movePct: Percent.nullable().describe("of its price by the end; null: no price is known"),
  endPrice: z.number().nullable().describe("likewise"),
  stopPrice: Price.nullable().describe("the highest stop that rests at the venue now; null: none rests"),
  fills: z.array(StressFill).describe("of its resting orders, in their order; empty: none is reached"),
  left: Quantity.describe("still held at the end, marked at the end's price"),
  change: Money.describe("of what it is worth, fees taken off"),
  changePct: Percent.describe("the same, of equity"),
});
export type StressedPosition = Readonly<z.infer<typeof StressedPosition>>;

/** Sums over positions; what was not stopped counts at the end's price. */
export const StressTotal = z.object({
  change: Money.describe("of equity"),
  changePct: Percent.describe("of equity"),
  equityAfter: Money,
  stopsHit: Count.describe("positions that a stop sells, whole or in part"),
  leftOpen: Count.describe("positions of which something is held at the end"),
});
export type StressTotal = Readonly<z.infer<typeof StressTotal>>;
