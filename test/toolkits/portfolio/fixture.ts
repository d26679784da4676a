// Fills of one market as journal events.
import type { JournalEvent } from "#schemas/journal.ts";
import { type Money, multiply, type Price, type Quantity } from "#schemas/money.ts";
import type { Fill } from "#schemas/order.ts";
import { makeFill } from "../../memory/fixtures.ts";

type FillEvent = Extract<JournalEvent, { type: "fill" }>;

const fill = (quantityText: string, priceText: string, over: Partial<Fill>): FillEvent => {
  const quantity = quantityText as Quantity;
  const price = priceText as Price;
  const whole = makeFill({ ...over, quantity, price, notional: multiply(quantity, price) as Money });
  return { type: "fill", atMs: whole.atMs, fill: whole };
};

export const buy = (quantity: string, price: string, over: Partial<Fill> = {}): FillEvent =>
  fill(quantity, price, { fee: "0", ...over });
export const sell = (quantity: string, price: string, over: Partial<Fill> = {}): FillEvent =>
  fill(quantity, price, { side: "sell", role: "exit", fee: "0", ...over });
