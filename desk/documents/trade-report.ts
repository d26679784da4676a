// Floor 4. What the decision cycle of a slot did; what `trade` prints. Read from the journal, so that a slot taken up again
// reports what its interrupted run did.
import { z } from "zod";
import { Decision, Refusal } from "#schemas/decision.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { Money } from "#schemas/money.ts";
import { type Order, OrderSummary, StrategyIdOfRow } from "#schemas/order.ts";
import { UnixMs } from "#schemas/units.ts";
import type { DeskTrading } from "../desk.ts";
import { ordersOf } from "./orders-of.ts";

export const TradeReport = z.object({
  slot: UnixMs,
  decisions: z
    .array(
      Decision.pick({ symbol: true, action: true, reason: true, analysisId: true, path: true })
        .extend({ strategyId: StrategyIdOfRow })
        .readonly(),
    )
    .readonly(),
  refusals: z.array(Refusal.pick({ strategyId: true, symbol: true, rule: true, reason: true }).readonly()).readonly(),
  orders: z.array(OrderSummary.readonly()).readonly(),
  equity: Money,
  problems: z.array(z.string()).readonly().describe("what went wrong, for people"),
  repeated: z.boolean().default(false),
});
export type TradeReport = z.infer<typeof TradeReport>;

/** What is not in the journal. */
export interface HeldBack {
  /** Holds are counted, not journaled. */
  readonly holds: Decision[];
  readonly problems: string[];
}

export function reportOf(
  { account }: Pick<DeskTrading, "account">,
  slotMs: UnixMs,
  { holds, problems }: HeldBack,
): TradeReport {
  const events = account.newestSlot();
  const [mark] = events;
  const equity = mark?.type === "equity" ? mark.equity : account.portfolio().cash;
  const isOfSlot = mark?.type === "equity" && mark.slotMs === slotMs;
  const did = isOfSlot && (events.length > 1 || holds.length > 0) ? whatWasDone(events, holds) : NOTHING_DONE;
  return { slot: slotMs, ...did, equity, problems, repeated: false };
}

type Done = Pick<TradeReport, "decisions" | "refusals" | "orders">;

const NOTHING_DONE: Done = { decisions: [], refusals: [], orders: [] };

/** What the journal says of a slot, from its equity row on. */
function whatWasDone(events: readonly JournalEvent[], holds: readonly Decision[]): Done {
  const decided = events.flatMap((event) => (event.type === "decision" ? [event.decision] : []));
  const latest = new Map(events.flatMap(ordersOf).map((order) => [order.clientOrderId, order]));
  const ids = new Set(decided.map((decision) => decision.decisionId));
  return {
    decisions: [...decided, ...holds].map(decisionLine),
    refusals: events.flatMap((event) => {
      if (event.type !== "refusal") return [];
      const { strategyId, symbol, rule, reason } = event.refusal;
      return [{ strategyId, symbol, rule, reason }];
    }),
    orders: [...latest.values()].filter((order) => order.parentId === null && ids.has(order.decisionId)).map(summaryOf),
  };
}

const summaryOf = (order: Order): TradeReport["orders"][number] => ({
  clientOrderId: order.clientOrderId,
  strategyId: order.strategyId,
  symbol: order.symbol,
  side: order.side,
  quantity: order.quantity,
  status: order.status,
  statusReason: order.statusReason,
});

const decisionLine = ({ strategyId, symbol, action, reason, analysisId, path }: Decision) => ({
  strategyId,
  symbol,
  action,
  reason,
  analysisId,
  path,
});
