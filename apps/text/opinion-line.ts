// Floor 6. What a pass of second opinions came to → one line.

import { formatTime } from "#desk/documents/format.ts";
import type { OpinionReport } from "#desk/documents/opinion-report.ts";
import { MAX_OPINIONS } from "#desk/opinions/opinions.ts";

export function opinionLine(r: OpinionReport): string {
  const said: readonly (readonly [number, string])[] = [
    [r.agree, "agree"],
    [r.shrink, "shrink"],
    [r.veto, "veto"],
    [r.rejected, "rejected as unreadable"],
    [r.failed, "without an answer"],
    [r.overBudget, "not asked for the token budget"],
    [r.left, `left out (at most ${MAX_OPINIONS} a slot, and only before the close)`],
  ];
  const parts = said.flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`]));
  const markets = r.considered === 1 ? "1 market" : `${r.considered} markets`;
  return `  second opinions for ${formatTime(r.forAsOfMs)} UTC on ${markets}: ${parts.join(", ")}`;
}
