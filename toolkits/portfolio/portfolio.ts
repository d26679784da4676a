// Floor 2, portfolio. Journal events → the portfolio. The portfolio is a fold and nothing else:
// whatever the desk holds can be found again from its journal. Pure; each event copies only the map it changes.
//
// Fees are losses at the moment of their fill, so that at all times
//   cash + Σ quantity × averagePrice = startingCash + realisedPnl      (to the 30th decimal place of a division)
import type { JournalEvent } from "#schemas/journal.ts";
import { type Money, ZERO_MONEY } from "#schemas/money.ts";
import { isWorking, type Order } from "#schemas/order.ts";
import { clearDrawdown, type Portfolio } from "#schemas/portfolio.ts";
import { applyFill, protectionOf, withPosition } from "./fills.ts";

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
  lastExitMs: new Map(),
  realisedPnl: ZERO_MONEY,
  feesPaid: ZERO_MONEY,
  loss: null,
  control: "running",
  settledThroughMs: null,
});

/** @throws InvariantError where the journal sells what is not held */
export function foldPortfolio(events: Iterable<JournalEvent>, start: StartingCapital): Portfolio {
  let portfolio = emptyPortfolio(start);
  for (const event of events) portfolio = applyEvent(portfolio, event);
  return portfolio;
}

/** The portfolio after one event; the same object where the event changes nothing. @throws InvariantError */
export function applyEvent(portfolio: Portfolio, event: JournalEvent): Portfolio {
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
    case "order":
      return applyOrder(portfolio, event.order);
    case "fill":
      return applyFill(portfolio, event.fill);
    case "dust": {
      const position = portfolio.positions.get(event.symbol);
      return position === undefined ? portfolio : withPosition(portfolio, { ...position, dust: true });
    }
    case "equity":
      return { ...portfolio, loss: event.loss, settledThroughMs: event.slotMs };
    case "control":
      return applyControl(portfolio, event.action);
  }
}

function applyOrder(portfolio: Portfolio, order: Order): Portfolio {
  const known = portfolio.orders.has(order.clientOrderId);
  if (!known && !isWorking(order)) return portfolio;
  const orders = new Map(portfolio.orders);
  if (isWorking(order)) orders.set(order.clientOrderId, order);
  else orders.delete(order.clientOrderId);
  const next = { ...portfolio, orders };
  const position = portfolio.positions.get(order.symbol);
  if (position === undefined || (order.role !== "stop" && order.role !== "target")) return next;
  return withPosition(next, { ...position, ...protectionOf(next, order.symbol) });
}

function applyControl(portfolio: Portfolio, action: "pause" | "resume" | "halt"): Portfolio {
  if (action === "pause") return { ...portfolio, control: "paused" };
  if (action === "halt") return { ...portfolio, control: "halted" };
  return {
    ...portfolio,
    control: "running",
    loss: portfolio.loss?.drawdownLatched ? clearDrawdown(portfolio.loss) : portfolio.loss,
  };
}
