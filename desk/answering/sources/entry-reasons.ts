// Floor 4. Journal rows → why each entry was made: the decision behind its order. What the journal has no decision of has no
// reason here.
import type { JournalRow } from "#schemas/journal.ts";
import type { ClosedTrade } from "#schemas/portfolio.ts";

/** Label of such a fact. */
export const ENTRY_BECAUSE = "why it was bought, as decided then";

interface Reason {
  readonly decisionId: string;
  readonly text: string;
}

export interface EntryReasons {
  /** By the order of its first fill. */
  of(trade: Pick<ClosedTrade, "strategyId" | "symbol" | "entryMs">): Reason | null;
  ofOrder(clientOrderId: string): Reason | null;
}

export function entryReasonsOf(rows: readonly JournalRow[]): EntryReasons {
  const decisions = new Map<string, string>();
  const decisionOfOrder = new Map<string, string>();
  const orderOfTrade = new Map<string, string>();
  for (const { event } of rows) {
    if (event.type === "decision") decisions.set(event.decision.decisionId, event.decision.reason);
    if (event.type === "order-list")
      for (const { clientOrderId, decisionId } of event.orders) decisionOfOrder.set(clientOrderId, decisionId);
    if (event.type === "fill" && event.fill.role === "entry")
      orderOfTrade.set(keyOf({ ...event.fill, entryMs: event.fill.atMs }), event.fill.clientOrderId);
  }
  const ofOrder = (clientOrderId: string): Reason | null => {
    const decisionId = decisionOfOrder.get(clientOrderId);
    const text = decisionId === undefined ? undefined : decisions.get(decisionId);
    return decisionId === undefined || text === undefined || text === "" ? null : { decisionId, text };
  };
  return {
    ofOrder,
    of: (trade) => {
      const order = orderOfTrade.get(keyOf(trade));
      return order === undefined ? null : ofOrder(order);
    },
  };
}

const keyOf = ({ strategyId, symbol, entryMs }: Pick<ClosedTrade, "strategyId" | "symbol" | "entryMs">): string =>
  `${strategyId} ${symbol} ${entryMs}`;
