// Floor 4. A row of an order or a fill, and the account before it → the same worked out again by the functions that made it.
import { canonicalJson } from "#schemas/hash.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { compare, multiply, subtract } from "#schemas/money.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import { isAdopted } from "#toolkits/execution/adoption.ts";
import { type BracketContext, childrenForFills, dueChildren } from "#toolkits/execution/bracket-orders.ts";
import { applyOrderEvent, isAllowed } from "#toolkits/execution/order-state.ts";
import { feeOf } from "#toolkits/portfolio/fees.ts";
import type { Desk } from "../desk.ts";
import type { ReceiptCause } from "../documents/receipt-report.ts";
import { orderDifference } from "./replay-decision.ts";

export interface RowVerdict {
  readonly cause: ReceiptCause | null;
  readonly text: string;
}

const SAME: RowVerdict = { cause: null, text: "" };
const differs = (text: string): RowVerdict => ({ cause: "unexplained", text });

/** Arithmetic of a fill: what it fills, what it is worth, and on paper its fee. */
export function replayFill(
  { markets, config, execution }: Pick<Desk, "markets" | "config" | "execution">,
  portfolio: Portfolio,
  { fill }: Extract<JournalEvent, { type: "fill" }>,
): RowVerdict {
  const { symbol, side, role, quantity, price, notional, strategyId, fee, feeCurrency, left } = fill;
  const order = portfolio.orders.get(fill.clientOrderId);
  const named = `fill of ${quantity} ${symbol}`;
  if (order === undefined) return differs(`${named}: no order of the journal waits for it`);
  if (order.symbol !== symbol || order.side !== side || order.role !== role || order.strategyId !== strategyId)
    return differs(`${named}: it is not of the order that it names`);
  const rest = subtract(order.quantity, order.filledQuantity);
  if (compare(quantity, rest) > 0) return differs(`${named}: ${rest} was left of its order`);
  if (left !== undefined && compare(left, subtract(rest, quantity)) !== 0)
    return differs(`${named}: ${left} left in the journal, ${subtract(rest, quantity)} again`);
  const worth = multiply(quantity, price);
  if (compare(worth, notional) !== 0) return differs(`${named}: worth ${notional} in the journal, ${worth} again`);
  const market = markets.get(symbol);
  // A venue's own fee is its word.
  if (execution.kind !== "paper" || market === undefined) return SAME;
  const again = feeOf(market, config.costs, { side, quantity, price });
  if (again.feeCurrency === feeCurrency && compare(again.fee, fee) === 0) return SAME;
  return {
    cause: "settings-changed",
    text: `${named}: fee ${fee} ${feeCurrency} in the journal, ${again.fee} ${again.feeCurrency} again`,
  };
}

/** Rows of orders that no decision stands before: what happened to one, and what protects a position. */
export class OrderReplay {
  readonly #context: Pick<BracketContext, "markets" | "timeframe">;
  /** What follows from the fills so far, and has not been met in the journal. */
  #due: readonly JournalEvent[] = [];

  constructor({ markets, config }: Pick<Desk, "markets" | "config">) {
    this.#context = { markets, timeframe: config.timeframe };
  }

  row(portfolio: Portfolio, row: Extract<JournalEvent, { type: "order" | "order-list" }>): RowVerdict {
    if (row.type === "order-list") return this.#list(portfolio, row);
    const { order, event } = row;
    const before = portfolio.orders.get(order.clientOrderId);
    const named = `${order.role} of ${order.symbol}`;
    if (before === undefined) return differs(`${named}: no list of the journal has it`);
    // Of an earlier version: what had happened is not said.
    if (event === undefined) return SAME;
    if (!isAllowed(before, event.type)) return differs(`${named}: ${event.type} after ${before.status} cannot be`);
    const difference = orderDifference([order], [applyOrderEvent(before, event)]);
    if (difference !== null) return differs(`${named}: ${difference}`);
    if (event.type !== "priced" || this.#follows(portfolio, row)) return SAME;
    return differs(`${named}: quantity and price do not follow from its entry's fills`);
  }

  #list(portfolio: Portfolio, row: Extract<JournalEvent, { type: "order-list" }>): RowVerdict {
    const [order] = row.orders;
    if (order !== undefined && isAdopted(order) && (order.role === "entry" || order.generation === 0)) {
      return { cause: "input-not-kept", text: `${order.role} of ${order.symbol}: taken over by hand from the venue` };
    }
    if (order === undefined || this.#follows(portfolio, row)) return SAME;
    const stop = [...portfolio.orders.values()].findLast(
      ({ parentId, role }) => parentId === order.parentId && role === "stop-loss",
    );
    const isRaised =
      order.role === "stop-loss" &&
      order.triggerPrice !== null &&
      compare(order.triggerPrice, stop?.triggerPrice ?? "0") > 0;
    const named = `${order.role} of ${order.symbol}`;
    if (isRaised)
      return { cause: "input-not-kept", text: `${named}: raised by a high or by hand, which no record keeps` };
    return differs(`${named}: it does not follow from the journal before it`);
  }

  #follows(portfolio: Portfolio, row: JournalEvent): boolean {
    if (this.#take(row)) return true;
    const context = { ...this.#context, nowMs: row.atMs };
    this.#due = [...childrenForFills(portfolio, context), ...dueChildren(portfolio, context)];
    return this.#take(row);
  }

  #take(row: JournalEvent): boolean {
    const text = canonicalJson(row);
    const found = this.#due.find((event) => canonicalJson(event) === text);
    this.#due = this.#due.filter((event) => event !== found);
    return found !== undefined;
  }
}
