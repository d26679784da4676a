// Floor 4. The journal's rows → every plan, newest first, and what became of it. Pure; nothing is derived that no row says.
import { z } from "zod";
import { RiskRule } from "#schemas/decision.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import { PLANNED, Plan } from "#schemas/plan.ts";
import { type PositionKey, positionKey } from "#schemas/portfolio.ts";
import { UnixMs } from "#schemas/units.ts";

export const PlanView = z.object({
  plan: Plan,
  state: z
    .enum(["holds", "used", "expired", "withdrawn", "replaced"])
    .describe("`holds`: it waits; `replaced`: a newer plan of its market came"),
  why: z.string().describe("of a withdrawn one; else empty"),
  endedAtMs: UnixMs.nullable().describe("null while it holds"),
  clientOrderId: z.string().nullable().describe("the entry that used it up; null: none did"),
  refused: z
    .array(z.object({ rule: RiskRule, reason: z.string(), asOfMs: UnixMs }).readonly())
    .readonly()
    .describe("closes at which it would have entered and the gate said no, oldest first"),
});
export type PlanView = Readonly<z.infer<typeof PlanView>>;

interface Open {
  view: PlanView;
}

/** What becomes of plans is told by. */
export const PLAN_TYPES: readonly JournalEvent["type"][] = ["plan", "refusal", "order-list", "equity"];

/** @param events of these types, in order · @param nowMs what has expired by then */
export function planHistory(events: readonly JournalEvent[], nowMs: UnixMs): readonly PlanView[] {
  const all: Open[] = [];
  const standing = new Map<PositionKey, Open>();
  const end = (key: PositionKey, how: Partial<PlanView>) => {
    const open = standing.get(key);
    if (open === undefined) return;
    open.view = { ...open.view, ...how };
    standing.delete(key);
  };
  for (const event of events) {
    if (event.type === "plan") {
      const key = positionKey(event.plan);
      if (event.state === "withdrawn") {
        if (standing.get(key)?.view.plan.planId === event.plan.planId)
          end(key, { state: "withdrawn", why: event.why, endedAtMs: event.atMs });
        continue;
      }
      end(key, { state: "replaced", endedAtMs: event.atMs });
      const view = {
        plan: event.plan,
        state: "holds",
        why: "",
        endedAtMs: null,
        clientOrderId: null,
        refused: [],
      } as const;
      const open: Open = { view };
      all.push(open);
      standing.set(key, open);
    } else if (event.type === "refusal" && event.refusal.strategyId === PLANNED && event.refusal.action === "enter") {
      const open = standing.get(positionKey(event.refusal));
      const { rule, reason, asOfMs } = event.refusal;
      if (open !== undefined) open.view = { ...open.view, refused: [...open.view.refused, { rule, reason, asOfMs }] };
    } else if (event.type === "order-list") {
      for (const order of event.orders) {
        if (order.role !== "entry" || order.strategyId !== PLANNED) continue;
        end(positionKey(order), { state: "used", endedAtMs: event.atMs, clientOrderId: order.clientOrderId });
      }
    } else if (event.type === "equity") expire(standing, end, event.slotMs);
  }
  expire(standing, end, nowMs);
  return all.map(({ view }) => view).toReversed();
}

function expire(
  standing: ReadonlyMap<PositionKey, Open>,
  end: (key: PositionKey, how: Partial<PlanView>) => void,
  slotMs: UnixMs,
): void {
  for (const [key, { view }] of [...standing]) {
    const { expiresAtMs } = view.plan;
    if (expiresAtMs <= slotMs) end(key, { state: "expired", endedAtMs: expiresAtMs });
  }
}
