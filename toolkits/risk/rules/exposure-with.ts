// Floor 2, risk. What is held and on order of some of the markets → what one more entry would bring it to, in quote.
import { addProducts, type Money, subtract } from "#schemas/money.ts";
import type { Order } from "#schemas/order.ts";
import type { StrategyMarket } from "#schemas/portfolio.ts";
import { priceOf } from "../../portfolio/equity.ts";
import type { GateInput } from "../gate-input.ts";
import { priceOfWorkingEntry, workingEntries } from "../working.ts";

/** What an entry would bring exposure to, at the marks, of what `counts`; the working entry that has no price where it cannot be known. */
export function exposureWith(
  notional: Money,
  { portfolio, marks }: Pick<GateInput, "portfolio" | "marks">,
  counts: (of: StrategyMarket) => boolean,
): Money | Order {
  const values: (readonly [string, string | number])[] = [];
  for (const held of portfolio.positions.values()) if (counts(held)) values.push([held.quantity, priceOf(held, marks)]);
  for (const order of workingEntries(portfolio)) {
    if (!counts(order)) continue;
    const price = priceOfWorkingEntry(order, marks);
    if (price === null) return order;
    values.push([subtract(order.quantity, order.filledQuantity), price]);
  }
  return addProducts(notional, values);
}

export const notKnown = ({ symbol }: Order): string =>
  `the working entry of ${symbol} has no known price, so exposure is not known`;
