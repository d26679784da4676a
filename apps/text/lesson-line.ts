// Floor 6. What the week's pass over lessons came to → one line.
import type { LessonReport } from "#desk/documents/lesson-report.ts";

const ENDS: Readonly<Record<LessonReport["status"], string>> = {
  given: "",
  "nothing-new": "no trade has ended since the last list",
  "nothing-stands": "nothing that was written stands up to the facts",
  rejected: "rejected as unreadable",
  failed: "no model answered",
  "over-budget": "not asked for the token budget (DEEPTRADER_LESSON_WEEK_TOKENS)",
  aborted: "ended before it was done",
};

export function lessonLine({ status, dated, lessons, version, dropped }: LessonReport): string {
  const fallen = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  const left = fallen === 0 ? "" : `, ${fallen} left out`;
  const end = status === "given" ? `${lessons} in version ${version}` : ENDS[status];
  return `  lessons of ${dated} closed trades: ${end}${left}`;
}
