// Floor 2, risk. Entry rules on what is held and waited for: one position per base asset, cooldown, number of positions.
import { splitSymbol, timeframeMs } from "#schemas/units.ts";
import { workingEntries } from "../working.ts";
import type { Rule, RuleContext } from "./rule.ts";

/** Base assets with an open position (dust is none) or a working entry. */
function basesTaken({ portfolio }: RuleContext): ReadonlyMap<string, "held" | "on order"> {
  const taken = new Map<string, "held" | "on order">();
  for (const order of workingEntries(portfolio)) taken.set(splitSymbol(order.symbol).base, "on order");
  for (const held of portfolio.positions.values()) if (!held.dust) taken.set(held.base, "held");
  return taken;
}

export const alreadyOpen: Rule = (context) => {
  const { base } = splitSymbol(context.decision.symbol);
  const how = basesTaken(context).get(base);
  return how === undefined ? null : `${base} is already ${how}; one open position per asset`;
};

export const cooldown: Rule = ({ portfolio, decision, slotMs, limits }) => {
  const lastMs = portfolio.lastExitMs.get(decision.symbol);
  if (lastMs === undefined) return null;
  const candles = Math.floor((slotMs - lastMs) / timeframeMs(decision.timeframe));
  return candles >= limits.cooldownCandles
    ? null
    : `${candles} candles since the last exit; the cooldown is ${limits.cooldownCandles}`;
};

export const maxPositions: Rule = (context) => {
  const open = basesTaken(context).size;
  return open < context.limits.maxOpenPositions
    ? null
    : `${open} positions open or on order; the limit is ${context.limits.maxOpenPositions}`;
};
