// Floor 2, portfolio. Journal events → the portfolio. The portfolio is a fold and nothing else:
// whatever the desk holds can be found again from its journal. Pure; each event copies only the map it changes.
//
// Fees are losses at the moment of their fill, so that at all times
//   cash + Σ quantity × averagePrice = startingCash + realisedPnl      (to the 30th decimal place of a division)
import type { JournalEvent } from "#schemas/journal.ts";
import { type Money, ZERO_MONEY } from "#schemas/money.ts";
import { clearDrawdown, type Portfolio } from "#schemas/portfolio.ts";
import { applyFill, withPosition } from "./fills.ts";
import { swept, takeFill, takeList, takeOrderRow } from "./order-book.ts";
import { positionOf } from "./positions.ts";
import { writeOff } from "./write-off.ts";

export interface StartingCapital {
  /** Settlement currency. */
  readonly quote: string;
  readonly cash: Money;
}

/** The portfolio before the first event. */
export const emptyPortfolio = ({ quote, cash }: StartingCapital): Portfolio => ({
  quote,
  cash,
  startingCash: cash,
  positions: new Map(),
  orders: new Map(),
  brackets: new Map(),
  lastExitMs: new Map(),
  realisedPnl: ZERO_MONEY,
  feesPaid: ZERO_MONEY,
  loss: null,
  control: "running",
  paused: new Set(),
  rules: new Map(),
  rulesMade: 0,
  recentEntries: [],
  settledThroughMs: null,
});

/** The portfolio after one event; the same object where the event changes nothing. @throws InvariantError */
export function applyEvent(portfolio: Portfolio, event: JournalEvent): Portfolio {
  switch (event.type) {
    case "run-started":
      // Rules made before the first slot hold from it on.
      return { ...emptyPortfolio(event), rules: portfolio.rules, rulesMade: portfolio.rulesMade };
    case "decision":
    case "refusal":
    case "alert":
    case "alert-delivered":
    case "looked":
    case "opinion":
    case "quarantine":
    case "learning":
    case "price-watch":
      return portfolio;
    case "order-list":
      return takeList(portfolio, event.orders);
    case "order":
      return takeOrderRow(portfolio, event);
    case "fill":
      return swept(takeFill(applyFill(portfolio, event.fill), event.fill), event.fill);
    case "dust": {
      const position = positionOf(portfolio, event);
      if (position === undefined) return portfolio;
      return swept(withPosition(portfolio, { ...position, dust: true }), event);
    }
    case "write-off":
      return swept(writeOff(portfolio, event), event);
    case "equity":
      return { ...portfolio, loss: event.loss, settledThroughMs: event.slotMs };
    case "control":
      return applyControl(portfolio, event);
    case "operator-rule":
      return applyRule(portfolio, event);
  }
}

type RuleRow = Extract<JournalEvent, { type: "operator-rule" }>;

function applyRule(portfolio: Portfolio, { ruleId, state, rule, by, words, atMs }: RuleRow): Portfolio {
  const rules = new Map(portfolio.rules);
  if (state === "removed") {
    rules.delete(ruleId);
    return { ...portfolio, rules };
  }
  rules.set(ruleId, { ruleId, rule, by, words, atMs });
  return { ...portfolio, rules, rulesMade: portfolio.rulesMade + 1 };
}

type Control = Extract<JournalEvent, { type: "control" }>;

/** A resume of the whole desk lifts every pause; one of a strategy lifts its own and nothing else. */
function applyControl(portfolio: Portfolio, { action, strategyId }: Control): Portfolio {
  if (strategyId !== null && action !== "halt") {
    const paused = new Set(portfolio.paused);
    if (action === "pause") paused.add(strategyId);
    else paused.delete(strategyId);
    return { ...portfolio, paused };
  }
  if (action === "pause") return { ...portfolio, control: "paused" };
  if (action === "halt") return { ...portfolio, control: "halted" };
  return {
    ...portfolio,
    control: "running",
    paused: new Set(),
    loss: portfolio.loss?.drawdownLatched ? clearDrawdown(portfolio.loss) : portfolio.loss,
  };
}
