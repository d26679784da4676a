// Floor 1. What paper would have got for an order that was sent to a venue, by the quote of the moment it was sent.
import { z } from "zod";
import { Price } from "./money.ts";
import { OrderRole, Side } from "./order.ts";
import { MarketSymbol } from "./units.ts";

export const PaperBeside = z.object({
  clientOrderId: z.string().describe("of the order that was sent"),
  symbol: MarketSymbol,
  role: OrderRole,
  side: Side,
  bid: Price.nullable().describe("null: there was no market that can be trusted"),
  ask: Price.nullable().describe("likewise"),
  price: Price.nullable().describe("at which paper fills it whole; null: it does not"),
  reason: z.string().describe("why paper does not fill it; empty: it does"),
});
export type PaperBeside = z.infer<typeof PaperBeside>;
