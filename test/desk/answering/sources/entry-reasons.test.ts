import { expect, it } from "vitest";
import { entryReasonsOf } from "#desk/answering/sources/entry-reasons.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { makeFill, makeOrder } from "../../../memory/fixtures.ts";

const ENTRY = "a".repeat(32);
const EXIT = "b".repeat(32);

/** One decision, its order, and two fills of one moment: the exit of the trade before, and the entry of this one. */
function journal(reason: string): readonly { seq: number; eventId: string; event: JournalEvent }[] {
  const order = makeOrder({ clientOrderId: ENTRY, decisionId: "d1" });
  const { symbol, strategyId, createdAtMs: atMs } = order;
  const decided = {
    decisionId: "d1",
    symbol,
    strategyId,
    reason,
    timeframe: "5m",
    asOfMs: atMs,
    action: "enter",
  } as const;
  const fill = { symbol, strategyId, atMs };
  const events: readonly JournalEvent[] = [
    { type: "decision", atMs, decision: { ...decided, strength: 1, analysisId: "a", price: 1, path: "recalled" } },
    { type: "order-list", atMs, orders: [order] },
    { type: "fill", atMs, fill: makeFill({ ...fill, clientOrderId: ENTRY, role: "entry", side: "buy" }) },
    { type: "fill", atMs, fill: makeFill({ ...fill, clientOrderId: EXIT, role: "exit", side: "sell" }) },
  ];
  return events.map((event, at) => ({ seq: at + 1, eventId: `e${at}`, event }));
}

it("finds the decision behind an entry, also where an exit filled at the same moment", () => {
  const rows = journal("RSI is low");
  const { symbol, strategyId, createdAtMs } = makeOrder();
  const reasons = entryReasonsOf(rows);
  expect(reasons.of({ symbol, strategyId, entryMs: createdAtMs })).toEqual({ decisionId: "d1", text: "RSI is low" });
  expect(reasons.ofOrder(EXIT)).toBeNull();
});

it("has no reason where the journal has none", () => {
  const { symbol, strategyId, createdAtMs } = makeOrder();
  expect(entryReasonsOf(journal("")).of({ symbol, strategyId, entryMs: createdAtMs })).toBeNull();
  expect(entryReasonsOf([]).of({ symbol, strategyId, entryMs: createdAtMs })).toBeNull();
});
