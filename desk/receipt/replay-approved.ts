// Floor 4. The order list of an entry that waited for the operator → what the receipt says of it: the gate's second look, at the prices
// of that second, is kept by no record; that the list is the one he was shown, or a smaller one, is.
import type { JournalEvent } from "#schemas/journal.ts";
import { compare } from "#schemas/money.ts";
import { orderListOf } from "#toolkits/execution/bracket-orders.ts";
import type { ProposalBook } from "../acts/proposal-book.ts";
import { orderDifference } from "./replay-decision.ts";
import type { RowVerdict } from "./replay-order.ts";

/** Null: the row is no such entry. */
export function replayApproved(
  proposals: ProposalBook,
  row: Extract<JournalEvent, { type: "order" | "order-list" }>,
): RowVerdict | null {
  const [entry] = row.type === "order-list" ? row.orders : [];
  if (row.type !== "order-list" || entry?.role !== "entry") return null;
  const known = proposals.entryOf(entry.decisionId);
  if (known === null || known.end?.outcome !== "approved") return null;
  const { order } = known.act;
  const named = `entry of ${entry.symbol}`;
  if (compare(entry.quantity, order.quantity) > 0)
    return { cause: "unexplained", text: `${named}: ${order.quantity} was approved, ${entry.quantity} ordered` };
  const { createdAtMs, quantity } = entry;
  const difference = orderDifference(row.orders, orderListOf({ ...order, createdAtMs, quantity }));
  if (difference !== null) return { cause: "unexplained", text: `${named}: ${difference}` };
  return { cause: "person", text: `${named}: sent on the word of ${known.end.by}, replayed by nobody` };
}
