// Floor 2, risk. Entry rules on what is held and waited for: one position per base asset, cooldown, number of positions.
import { splitSymbol, timeframeMs } from "#schemas/units.ts";
import { basesTaken } from "../working.ts";
import type { Rule } from "./rule.ts";

export const alreadyOpen: Rule = (context) => {
  const { base } = splitSymbol(context.decision.symbol);
  const how = basesTaken(context.portfolio).get(base);
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
  const open = basesTaken(context.portfolio).size;
  return open < context.limits.maxOpenPositions
    ? null
    : `${open} positions open or on order; the limit is ${context.limits.maxOpenPositions}`;
};
