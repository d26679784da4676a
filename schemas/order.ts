// Floor 1. Orders and fills, decimal throughout.
import { z } from "zod";
import { hashOf } from "./hash.ts";
import { Decimal, Money, Price, Quantity } from "./money.ts";
import { MarketSymbol, UnixMs } from "./units.ts";

export const Side = z.enum(["buy", "sell"]);
export type Side = z.infer<typeof Side>;

/** `market` next open or bid/ask · `limit` at the price or better · `stop` market once touched · `target` limit above. */
export const OrderKind = z.enum(["market", "limit", "stop", "target"]);
export type OrderKind = z.infer<typeof OrderKind>;

/** `intended` is journaled before anything is sent (law 6); an ambiguous outcome stays there until the venue was asked. */
export const OrderStatus = z.enum(["intended", "open", "filled", "canceled", "expired", "rejected"]);
export type OrderStatus = z.infer<typeof OrderStatus>;

export const Order = z.object({
  /** 32 lower-case hex digits, a pure function of the decision id (children: of the parent's). */
  clientOrderId: z.string().regex(/^[0-9a-f]{32}$/),
  decisionId: z.string(),
  /** The entry whose fill this stop or target protects. */
  parentId: z.string().nullable(),
  symbol: MarketSymbol,
  side: Side,
  kind: OrderKind,
  role: z.enum(["entry", "exit", "stop", "target"]),
  quantity: Quantity,
  filledQuantity: Quantity,
  /** Limit and target: the price or better. */
  limitPrice: Price.nullable(),
  /** Stop: the price whose touch releases a market order. */
  triggerPrice: Price.nullable(),
  /** A stop that was touched but only partly filled: the rest is a market order. */
  triggered: z.boolean(),
  /** Entries: where the resting stop and target go, in percent from the fill price. */
  bracket: z.object({ stopPct: z.number().positive(), targetPct: z.number().positive() }).nullable(),
  createdAtMs: UnixMs,
  /** Open time of the first candle that may fill it. */
  workingFromMs: UnixMs,
  /** An entry that finds no candle by then expires; null rests. */
  expiresAtMs: UnixMs.nullable(),
  status: OrderStatus,
  /** Why it ended as it did; empty while it works. */
  statusReason: z.string(),
});
export type Order = z.infer<typeof Order>;

export const Fill = z.object({
  fillId: z.string(),
  clientOrderId: z.string(),
  symbol: MarketSymbol,
  side: Side,
  role: Order.shape.role,
  quantity: Quantity,
  price: Price,
  /** quantity × price before the fee, in quote. */
  notional: Money,
  fee: Decimal,
  feeCurrency: z.string(),
  atMs: UnixMs,
  /** How the price was found: `next-open`, `stop`, `stop-gap`, `limit`, `target`, `ask`, `bid`. */
  basis: z.string(),
});
export type Fill = z.infer<typeof Fill>;

/** The order's id is fixed by its decision: 32 lower-case hex digits, accepted by every venue we know of. */
export const clientOrderIdOf = (decisionId: string): string => decisionId.slice(0, 32);

/** Resting children have ids of their own, fixed by parent and role. */
export const childOrderId = (parentClientOrderId: string, role: "stop" | "target"): string =>
  hashOf([parentClientOrderId, role]);

/** True while the venue may still fill it. */
export const isWorking = (order: Order): boolean => order.status === "open" || order.status === "intended";
