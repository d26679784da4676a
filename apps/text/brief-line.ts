// Floor 6. What a pass of briefs came to → one line.
import type { BriefReport } from "#desk/documents/brief-report.ts";

export function briefLine(r: BriefReport): string {
  const said: readonly (readonly [number, string])[] = [
    [r.written, "written"],
    [r.answers, r.answers === 1 ? "answer made ahead" : "answers made ahead"],
    [r.nothingStands, "did not stand up to the facts"],
    [r.rejected, "rejected as unreadable"],
    [r.failed, "without an answer"],
    [r.overBudget, "not asked for: the tokens let out by now are spent (DEEPTRADER_BRIEF_DAY_TOKENS)"],
    [r.left, "left for the next slot"],
  ];
  return `  briefs: ${said.flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`])).join(", ")}`;
}

/** Whether there is anything to say. */
export const hasBriefs = ({ considered, answers, overBudget }: BriefReport): boolean =>
  considered + answers + overBudget > 0;
