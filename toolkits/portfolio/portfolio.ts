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
  settledThroughMs: null,
});

interface Step {
  readonly before: Portfolio;
  readonly event: JournalEvent;
  readonly after: Portfolio;
}

/** The newest steps: reconciliation takes them to see what follows, then the account takes the same ones once they are journaled. */
const newest: Step[] = [];
let next = 0;
/** More events than one slot of a full desk has. */
const STEPS_KEPT = 64;

/** The portfolio after one event; the same object where the event changes nothing. @throws InvariantError */
export function applyEvent(before: Portfolio, event: JournalEvent): Portfolio {
  for (const step of newest) if (step.event === event && step.before === before) return step.after;
  const after = applied(before, event);
  if (after !== before) {
    newest[next] = { before, event, after };
    next = (next + 1) % STEPS_KEPT;
  }
  return after;
}

function applied(portfolio: Portfolio, event: JournalEvent): Portfolio {
  switch (event.type) {
    case "run-started":
      return emptyPortfolio(event);
    case "decision":
    case "refusal":
    case "alert":
    case "alert-delivered":
    case "looked":
    case "opinion":
    case "quarantine":
    case "learning":
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
  }
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
