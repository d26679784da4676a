// Floor 2, risk. What is held and on order of some of the markets → what one more entry would bring it to, in quote.
import { add, type Money } from "#schemas/money.ts";
import type { Order } from "#schemas/order.ts";
import type { StrategyMarket } from "#schemas/portfolio.ts";
import { valueOfPosition } from "../../portfolio/equity.ts";
import type { GateInput } from "../gate-input.ts";
import { valueOfWorkingEntry, workingEntries } from "../working.ts";

/** What an entry would bring exposure to, at the marks, of what `counts`; the working entry that has no price where it cannot be known. */
export function exposureWith(
  notional: Money,
  { portfolio, marks }: Pick<GateInput, "portfolio" | "marks">,
  counts: (of: StrategyMarket) => boolean,
): Money | Order {
  let total = notional;
  for (const held of portfolio.positions.values()) if (counts(held)) total = add(total, valueOfPosition(held, marks));
  for (const order of workingEntries(portfolio)) {
    if (!counts(order)) continue;
    const value = valueOfWorkingEntry(order, marks);
    if (value === null) return order;
    total = add(total, value);
  }
  return total;
}

export const notKnown = ({ symbol }: Order): string =>
  `the working entry of ${symbol} has no known price, so exposure is not known`;
