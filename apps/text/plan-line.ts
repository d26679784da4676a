// Floor 6. What a pass of plans came to → one line.
import { formatTime } from "#desk/documents/format.ts";
import type { PlanReport } from "#desk/documents/plan-report.ts";
import { MAX_PLANS } from "#desk/judgement/plan-candidates.ts";

/** Null: there is nothing to say. */
export function plansLine(r: PlanReport): string | null {
  const said: readonly (readonly [number, string])[] = [
    [r.made, "made"],
    [r.none, "without a plan"],
    ...Object.entries(r.faults).map(([fault, count]) => [count, `refused by the check: ${fault}`] as const),
    [r.rejected, "rejected as unreadable"],
    [r.failed, "without an answer"],
    [r.overBudget, "not asked for the token budget"],
    [r.left, `left out (at most ${MAX_PLANS} a slot, and only before the close)`],
    [r.withdrawn, "withdrawn"],
  ];
  const parts = said.flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`]));
  return parts.length === 0 ? null : `  plans after ${formatTime(r.slot)} UTC: ${parts.join(", ")}`;
}
