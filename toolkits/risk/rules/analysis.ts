// Floor 2, risk. Entry rules on what the decision was made on: freshness, warm-up, token security, price.
import { cites } from "#schemas/decision.ts";
import { add, bps, compare, decimalFromNumber, isPositive, roundPrice } from "#schemas/money.ts";
import { mayEnter } from "#schemas/security.ts";
import { toIso } from "#schemas/units.ts";
import { slippageBpsOf } from "../../portfolio/fees.ts";
import { stopPriceOf } from "../bracket.ts";
import type { Rule } from "./rule.ts";

export const analysisFresh: Rule = ({ analysis, freshness, decision }) => {
  if (freshness !== "fresh") return `the analysis is not fresh: ${freshness}`;
  if (analysis === null) return "there is no analysis";
  const isCited =
    analysis.symbol === decision.symbol &&
    analysis.timeframe === decision.timeframe &&
    analysis.asOfMs === decision.asOfMs &&
    cites(decision, analysis);
  return isCited ? null : `the decision cites analysis ${decision.analysisId}; at hand is ${analysis.id}`;
};

export const warmUp: Rule = ({ analysis }) => {
  const warmup = analysis?.indicators.warmup ?? "insufficient";
  return warmup === "full"
    ? null
    : `warm-up is ${warmup} with ${analysis?.indicators.candles ?? 0} candles; entries need full`;
};

export const security: Rule = ({ analysis, nowMs }) => {
  if (analysis === null) return "there is no security report";
  const { verdict, reason, validUntilMs } = analysis.security;
  if (!mayEnter(verdict)) return `token security is ${verdict}: ${reason}`;
  return nowMs < validUntilMs ? null : `the security report expired at ${toIso(validUntilMs)}`;
};

/**
 * The entry must be expressible: a limit for a real venue, and a stop below the present price. Where a tick is a large part
 * of the price, slippage rounded up to the next tick would put the stop of the fill at or above the market.
 */
export const entryPrice: Rule = ({ decision, terms, costs, market }, draft) => {
  if (draft.status !== "sized" || market === null || terms === null) return "there is no sized entry";
  if (terms.entryStyle === "limit-at-quote" && draft.limitPrice === null)
    return "no ATR, so the entry has no price limit";
  const price = decimalFromNumber(decision.price);
  const worst =
    draft.limitPrice ??
    roundPrice(add<string>(price, bps(price, slippageBpsOf(market, costs))), market.tickSize, "buy");
  if (!isPositive(worst)) return `the price limit rounds to ${worst} at tick ${market.tickSize}`;
  const stop = stopPriceOf(worst, terms.bracket.stopPct, market.tickSize);
  return compare(stop, price) < 0
    ? null
    : `filled at ${worst} its stop would be ${stop}, not below the price of ${price}: the tick of ${market.tickSize} is too coarse`;
};
