// Floor 2, risk. Entry rules on money: exposure and cash, in decimals.
import { add, compare, type Money, percent, roundToIncrement, subtract, toNumber, ZERO_MONEY } from "#schemas/money.ts";
import { shareOf } from "../size.ts";
import { costOfEntry, reserved, workingEntries } from "../working.ts";
import { exposureWith, notKnown } from "./exposure-with.ts";
import { type Rule, shown } from "./rule.ts";

/** Amounts in a reason: eight decimals, against the entry. */
const SHOWN = "0.00000001";

/** Of all strategies together. */
export const exposure: Rule = (input, draft) => {
  const { equity, limits } = input;
  if (draft.status !== "sized") return "there is no sized entry";
  const total = exposureWith(draft.notional, input, () => true);
  if (typeof total === "object") return notKnown(total);
  if (compare(total, percent(equity, limits.maxExposurePct)) <= 0) return null;
  const sharePct = (toNumber(total) / toNumber(equity)) * 100;
  return `exposure ${shown(sharePct)} % would exceed the limit of ${limits.maxExposurePct} %`;
};

/** Of one strategy, against its own share of equity. */
export const strategyShare: Rule = (input, draft) => {
  const { equity, limits, terms, decision } = input;
  if (draft.status !== "sized" || terms === null) return "there is no sized entry";
  // A strategy that has all of equity is bound by `exposure` already.
  if (terms.sharePct === 100) return null;
  const total = exposureWith(draft.notional, input, ({ strategyId }) => strategyId === decision.strategyId);
  if (typeof total === "object") return notKnown(total);
  const share = shareOf(equity, terms);
  if (compare(total, percent(share, limits.maxExposurePct)) <= 0) return null;
  const pct = (toNumber(total) / toNumber(share)) * 100;
  return `exposure of ${decision.strategyId} would be ${shown(pct)} % of its ${shown(terms.sharePct)} % of equity; the limit is ${limits.maxExposurePct} %`;
};

export const cash: Rule = (input, draft) => {
  const { portfolio, costs, market, quote } = input;
  if (draft.status !== "sized" || market === null) return "there is no sized entry";
  const needed = costOfEntry(draft.notional, draft, market, costs);
  let held: Money = ZERO_MONEY;
  for (const order of workingEntries(portfolio)) {
    const value = reserved(order, input);
    if (value === null)
      return `the working entry of ${order.symbol} has no known price or market, so free cash is not known`;
    held = add(held, value);
  }
  const free = subtract(portfolio.cash, held);
  if (compare(needed, free) <= 0) return null;
  return `needs ${roundToIncrement(needed, SHOWN, "up")} ${quote} with costs; ${roundToIncrement(free, SHOWN, "down")} is free`;
};
