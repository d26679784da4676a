// A whole journal at once, through the product's folds that take one event after another.
import type { JournalEvent } from "#schemas/journal.ts";
import type { ClosedTrade, Portfolio } from "#schemas/portfolio.ts";
import { applyEvent, emptyPortfolio, type StartingCapital } from "#toolkits/portfolio/portfolio.ts";
import { TradeFold } from "#toolkits/portfolio/trades.ts";

export const foldPortfolio = (events: Iterable<JournalEvent>, start: StartingCapital): Portfolio =>
  [...events].reduce(applyEvent, emptyPortfolio(start));

/** In the order in which they ended. */
export function closedTrades(events: Iterable<JournalEvent>): ClosedTrade[] {
  const fold = new TradeFold();
  for (const event of events) fold.take(event);
  return [...fold.closed()];
}
