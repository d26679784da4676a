// Floor 6. What a pass of debates came to → one line.

import type { DebateReport } from "#desk/documents/debate-report.ts";
import { formatTime } from "#desk/documents/format.ts";
import { MAX_DEBATES } from "#desk/judgement/debates.ts";

export function debateLine(r: DebateReport): string {
  const said: readonly (readonly [number, string])[] = [
    [r.agree, "agree"],
    [r.shrink, "shrink"],
    [r.veto, "veto"],
    [r.rejected, "rejected as unreadable"],
    [r.failed, "without an answer"],
    [r.overBudget, "not held for the token budget"],
    [r.left, `left out (at most ${MAX_DEBATES} a slot, and only before the close)`],
  ];
  const parts = said.flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`]));
  const markets = r.considered === 1 ? "1 market" : `${r.considered} markets`;
  return `  debates for ${formatTime(r.forAsOfMs)} UTC on ${markets}: ${parts.join(", ")}`;
}
