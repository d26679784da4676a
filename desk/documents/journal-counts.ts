// Floor 4. The journal of a run → what became of its orders, and what it told of: a part of `report`. Pure.
import { z } from "zod";
import { AlertKind } from "#schemas/alert.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { OrderStatus } from "#schemas/order.ts";
import { Count } from "#schemas/units.ts";
import { ordersOf } from "./trade-report.ts";

export const JournalCounts = z.object({
  ordersByStatus: z
    .partialRecord(OrderStatus, Count)
    .describe("orders of the run, stops and targets among them, by what they are now"),
  alertsByKind: z.partialRecord(AlertKind, Count),
});
export type JournalCounts = Readonly<z.infer<typeof JournalCounts>>;

export function journalCountsOf(events: readonly JournalEvent[]): JournalCounts {
  const newest = new Map(events.flatMap(ordersOf).map(({ clientOrderId, status }) => [clientOrderId, status]));
  const alerts = events.flatMap((event) => (event.type === "alert" ? [event.alert.kind] : []));
  return { ordersByStatus: countsOf([...newest.values()]), alertsByKind: countsOf(alerts) };
}

function countsOf<Name extends string>(names: readonly Name[]): Readonly<Partial<Record<Name, number>>> {
  const counts: Partial<Record<Name, number>> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
