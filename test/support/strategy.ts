// The strategy of tests that are about one alone: the id, its key in a market, its terms.
import { RiskLimits } from "#schemas/config.ts";
import { FIRST_STRATEGY_ID } from "#schemas/order.ts";
import { type PositionKey, positionKey } from "#schemas/portfolio.ts";
import type { StrategyTerms } from "#schemas/strategy-terms.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { deskTerms } from "#toolkits/risk/strategy-terms.ts";

export const STRATEGY = FIRST_STRATEGY_ID;

/** Where its position in a market stands. */
export const ofMarket = (symbol: string, strategyId = STRATEGY): PositionKey =>
  positionKey({ strategyId, symbol: symbol as MarketSymbol });

export const TERMS: StrategyTerms = deskTerms(RiskLimits.parse({}), "next-open");
