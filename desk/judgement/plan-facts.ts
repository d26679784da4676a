// Floor 4. One market's view, what the desk holds of it and what binds an entry → the facts that a plan may rest on. Equal in live and
// backtest, so that a recorded plan is found again: no amount of the desk's money and no clock is among them.

import type { NewFact } from "#agents/deep-trader-manager/talk/fact-source.ts";
import type { DeskStrategy } from "#memory/said-of.ts";
import type { RiskLimits } from "#schemas/config.ts";
import { plainLine } from "#schemas/plain-line.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { MarketView } from "#schemas/reading.ts";
import { positionsIn } from "#toolkits/portfolio/positions.ts";
import { PLAN_BOUNDS } from "#toolkits/risk/plan-check.ts";
import { placesTaken } from "#toolkits/risk/working.ts";
import { factsOf, marketFactsOf } from "../answering/sources/make-facts.ts";
import { analysisFacts, sayingFacts } from "../answering/sources/market-facts.ts";

export interface PlanFactsInput {
  readonly view: MarketView;
  readonly strategies: readonly DeskStrategy[];
  readonly portfolio: Portfolio;
  readonly limits: RiskLimits;
}

export const planFacts = ({ view, strategies, portfolio, limits }: PlanFactsInput): readonly NewFact[] =>
  [
    ...analysisFacts(view),
    ...sayingFacts(view, strategies),
    ...heldFacts(view, portfolio),
    ...limitFacts(limits, portfolio),
  ].map(oneLine);

/** What other strategies hold of the market: `planned` holds nothing where it is asked to plan. */
function heldFacts({ symbol, asOfMs }: MarketView, portfolio: Portfolio): NewFact[] {
  return positionsIn(portfolio, symbol)
    .filter(({ dust }) => !dust)
    .flatMap(({ strategyId, averagePrice, stopPrice, targetPrice }) => {
      const { price } = marketFactsOf(symbol, { asOfMs, recordId: "account", strategyId });
      return [
        price("entry", averagePrice, "held by this strategy: average entry price"),
        ...(stopPrice === null ? [] : [price("stop", stopPrice, "its stop")]),
        ...(targetPrice === null ? [] : [price("target", targetPrice, "its target")]),
      ];
    });
}

function limitFacts(limits: RiskLimits, portfolio: Portfolio): NewFact[] {
  const { pct, count } = factsOf({ recordId: "config" });
  return [
    pct("limit", limits.stopPct, "most that a plan's stop may lie under its level"),
    pct("limit", limits.targetPct * PLAN_BOUNDS.mostTargets, "most that a plan's target may lie over its level"),
    pct("limit", PLAN_BOUNDS.leastDistancePct, "least of both"),
    count("limit", PLAN_BOUNDS.mostLevelAtr, "ATR that a plan's level may lie from the price at most"),
    count("limit", limits.maxOpenPositions, "most open positions of the desk"),
    count("count-positions", placesTaken(portfolio).length, "of these places, open or on order"),
  ];
}

/** Words of strangers may stand in any text: each is one line in quotes, cut. */
const oneLine = (fact: NewFact): NewFact =>
  typeof fact.value === "string" && fact.unit === "text" && fact.kind === "reason"
    ? { ...fact, value: JSON.stringify(plainLine(fact.value)) }
    : fact;
