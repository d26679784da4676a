// Floor 2, execution. A simulated exchange and an account that are both at hand: one slot matched, and what it reports
// answered at once. The same steps as desk/run-slot/collect-reports.ts takes with a venue that is asked over a port.
import type { JournalEvent } from "#schemas/journal.ts";
import type { Candle } from "#schemas/market.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import { type BracketContext, dueChildren, hasTimedBracket } from "./bracket-orders.ts";
import { nextCommand, reconcile } from "./reconcile.ts";
import type { SimulatedExchange } from "./simulated-exchange.ts";

export interface AccountAtHand {
  portfolio(): Portfolio;
  /** Journals events; the portfolio is moved on when it returns. */
  take(events: readonly JournalEvent[]): void;
}

/**
 * Matches the candles that opened at `openMs` and does what the clock asks of the brackets. Call it with `context.nowMs` at
 * the slot that those candles end with.
 */
export function matchSlot(
  exchange: SimulatedExchange,
  account: AccountAtHand,
  slot: { readonly openMs: UnixMs; readonly candleOf: (symbol: MarketSymbol) => Candle | null },
  context: BracketContext,
): void {
  for (let waits = true; waits; ) {
    waits = exchange.advance(slot.openMs, slot.candleOf);
    account.take(reconcile(account.portfolio(), exchange.takeReports(), context));
    sendOrders(exchange, account, context);
  }
  if (!hasTimedBracket(account.portfolio())) return;
  account.take(dueChildren(account.portfolio(), context));
  sendOrders(exchange, account, context);
}

/** Sends and cancels what the journal says is to be sent and canceled. */
export function sendOrders(exchange: SimulatedExchange, account: AccountAtHand, context: BracketContext): void {
  const now = { nowMs: context.nowMs, halted: false, tried: NONE };
  for (let next = nextCommand(account.portfolio(), now); next !== null; next = nextCommand(account.portfolio(), now)) {
    if (next.do === "submit") exchange.submit(next.order, context.nowMs);
    else if (next.do === "cancel") exchange.cancel(next.order.clientOrderId, next.reason, context.nowMs);
    else if (next.do === "journal") account.take([next.event]);
    account.take(reconcile(account.portfolio(), exchange.takeReports(), context));
  }
}

const NONE: ReadonlySet<string> = new Set();
