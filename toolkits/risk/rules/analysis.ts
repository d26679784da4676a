// Floor 2, risk. Entry rules on what the decision was made on: freshness, warm-up, token security, price.
import { compare, decimalFromNumber, isPositive, type Price } from "#schemas/money.ts";
import { mayEnter } from "#schemas/security.ts";
import { toIso } from "#schemas/units.ts";
import { stopPriceOf } from "../bracket.ts";
import type { Rule } from "./rule.ts";

export const analysisFresh: Rule = ({ analysis, freshness, decision }) => {
  if (freshness !== "fresh") return `the analysis is not fresh: ${freshness}`;
  if (analysis === null) return "there is no analysis";
  const cited =
    analysis.id === decision.analysisId &&
    analysis.symbol === decision.symbol &&
    analysis.timeframe === decision.timeframe &&
    analysis.asOfMs === decision.asOfMs;
  return cited ? null : `the decision cites analysis ${decision.analysisId}; at hand is ${analysis.id}`;
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

/** The entry must be expressible: a limit for a real venue, and a stop of at least a tick below the price. */
export const entryPrice: Rule = ({ decision, draft, entryStyle, limits, market }) => {
  if (draft.status !== "sized" || market === null) return "there is no sized entry";
  if (entryStyle === "limit-at-quote" && draft.limitPrice === null) return "no ATR, so the entry has no price limit";
  const at = draft.limitPrice ?? (decimalFromNumber(decision.price) as Price);
  if (!isPositive(at)) return `the price limit rounds to ${at} at tick ${market.tickSize}`;
  const stop = stopPriceOf(at, limits.stopPct, market.tickSize);
  return compare(stop, at) < 0
    ? null
    : `a stop ${limits.stopPct} % below ${at} cannot be expressed at tick ${market.tickSize}`;
};
