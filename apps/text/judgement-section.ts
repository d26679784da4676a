// Floor 6. What judgement bought asleep came to → the report's table: what it cost beside what it was used for.
import type { JudgementReport } from "#desk/documents/judgement-report.ts";
import type { ReportSection } from "./report-section.ts";

const figure = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 1 });

/** Without rows where nothing was written. */
export function briefsSection({ briefs }: JudgementReport): ReportSection {
  const { written, answers, served, answersServed, used, answersUsed, unusedAtLeast, answersUnusedAtLeast } = briefs;
  const because = Object.entries(briefs.because)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .map(([reason, count]) => `${reason.replaceAll("-", " ")} ${figure(count)}`);
  const nothing = Object.entries(briefs.nothing).map(([end, count]) => `${end.replaceAll("-", " ")} ${figure(count)}`);
  const { tokens, questionTokens, sparedTokens, overBudget } = briefs;
  return {
    title: "briefs, and answers made ahead from them",
    columns: ["what", "written", "served", "used at least once", "never used, at least"],
    rows:
      written + answers + tokens + overBudget === 0
        ? []
        : [
            ["briefs", figure(written), `${figure(served)} times`, figure(used), figure(unusedAtLeast)],
            [
              "answers ahead",
              figure(answers),
              `${figure(answersServed)} times`,
              figure(answersUsed),
              figure(answersUnusedAtLeast),
            ],
          ],
    notes: [
      ...(because.length === 0 ? [] : [`Written because: ${because.join(", ")}.`]),
      ...(nothing.length === 0 ? [] : [`Came to nothing: ${nothing.join(", ")}.`]),
      ...(overBudget === 0 ? [] : [`Given up at DEEPTRADER_BRIEF_DAY_TOKENS: ${figure(overBudget)} times.`]),
      `They took ${figure(tokens)} tokens asleep${
        questionTokens === null
          ? "; no free-form question was asked of a model yet."
          : `; answers served ahead spared about ${figure(sparedTokens)} while a question waited, at the mean of ${figure(questionTokens)} a question.`
      }`,
    ],
  };
}
