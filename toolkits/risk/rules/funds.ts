// Floor 2, risk. Entry rules on money: exposure and cash, in decimals.
import { add, compare, type Money, percent, roundToIncrement, subtract, toNumber, ZERO_MONEY } from "#schemas/money.ts";
import { valueOfPosition } from "../../portfolio/equity.ts";
import { costOfEntry, reserved, valueOfWorkingEntry, workingEntries } from "../working.ts";
import { type Rule, shown } from "./rule.ts";

/** Amounts in a reason: eight decimals, against the entry. */
const SHOWN = "0.00000001";

export const exposure: Rule = (context) => {
  const { draft, portfolio, marks, equity, limits } = context;
  if (draft.status !== "sized") return "there is no sized entry";
  let total = draft.notional;
  for (const held of portfolio.positions.values()) total = add(total, valueOfPosition(held, marks));
  for (const order of workingEntries(portfolio)) {
    const value = valueOfWorkingEntry(order, marks);
    if (value === null) return `the working entry of ${order.symbol} has no known price, so exposure is not known`;
    total = add(total, value);
  }
  if (compare(total, percent(equity, limits.maxExposurePct)) <= 0) return null;
  const sharePct = (toNumber(total) / toNumber(equity)) * 100;
  return `exposure ${shown(sharePct)} % would exceed the limit of ${limits.maxExposurePct} %`;
};

export const cash: Rule = (context) => {
  const { draft, portfolio, costs, market, quote } = context;
  if (draft.status !== "sized" || market === null) return "there is no sized entry";
  const needed = costOfEntry(draft.notional, draft, market, costs);
  let held: Money = ZERO_MONEY;
  for (const order of workingEntries(portfolio)) {
    const value = reserved(order, context);
    if (value === null)
      return `the working entry of ${order.symbol} has no known price or market, so free cash is not known`;
    held = add(held, value);
  }
  const free = subtract(portfolio.cash, held);
  if (compare(needed, free) <= 0) return null;
  return `needs ${roundToIncrement(needed, SHOWN, "up")} ${quote} with costs; ${roundToIncrement(free, SHOWN, "down")} is free`;
};
