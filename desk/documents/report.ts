// Floor 4. The ledger → the document of `report`: hits, misses, work and waste, nothing asserted (law 13). Pure.
import { z } from "zod";
import { daySpendOf, LedgerSummary, summarise } from "#memory/ledger-summary.ts";
import { SLEEP_BUDGETS, type SleepBudget, type ThinkingPolicy } from "#schemas/config.ts";
import { ShownEdge } from "#schemas/edge.ts";
import { QuarantineKind } from "#schemas/question.ts";
import { DeskRulePrices } from "#schemas/rule-prices.ts";
import { Count, DAY_MS, startOfDay } from "#schemas/units.ts";
import type { LedgerEntry } from "#schemas/work.ts";
import { DebatesReport } from "../judgement/scores.ts";
import { AccountReport } from "./account-report.ts";
import { Bill } from "./bill.ts";
import { JournalCounts } from "./journal-tally.ts";
import { JudgementReport, judgementReportOf } from "./judgement-report.ts";
import { LeftOut } from "./left-out.ts";

const SleepBudgetToday = z.object({
  kind: z.enum(SLEEP_BUDGETS.map(({ kind }) => kind)),
  per: z.enum(SLEEP_BUDGETS.map(({ per }) => per)),
  tokens: Count.describe("the budget"),
  tokensSpent: Count.describe("today"),
});
export type SleepBudgetToday = Readonly<z.infer<typeof SleepBudgetToday>>;

const BudgetToday = z.object({
  units: z.number().describe("work units that thinking ahead may spend"),
  unitsSpent: z.number().describe("work units"),
  tokens: Count.describe("model tokens of sleep, all kinds that have a day's budget together"),
  tokensSpent: Count,
  questionTokens: Count.describe("model tokens that questions may spend"),
  questionTokensSpent: Count,
  byKind: z
    .array(SleepBudgetToday.readonly())
    .readonly()
    .describe("tokens of sleep by what they buy; those of lessons are of a week"),
});

export const ReportDocument = LedgerSummary.extend({
  desk: z.string().describe("id of the desk"),
  model: z.string().describe("of questions, as the setting names it"),
  nowMs: z.number().describe("the desk's clock; UTC epoch ms"),
  fromMs: z.number().nullable().describe("first ledger entry, UTC epoch ms; null where there is none"),
  toMs: z.number().nullable().describe("last ledger entry, UTC epoch ms; null where there is none"),
  budgetToday: BudgetToday.readonly().describe("of the UTC day of the desk's clock"),
  quarantined: z
    .array(QuarantineKind)
    .readonly()
    .describe("kinds of question, `brief` or `debate`, under quarantine now"),
  quarantines: Count.describe("quarantines that this run has begun"),
  bill: Bill.readonly().describe("what the last 24 hours of models cost at a known price"),
  account: AccountReport.readonly(),
  judgement: JudgementReport.extend({ debates: DebatesReport.readonly() })
    .readonly()
    .describe("what was bought of models asleep, and what came of it"),
  edges: z
    .array(ShownEdge)
    .readonly()
    .describe("what testing the strategies again asleep has found; those not tested yet are left out"),
  notRevalidated: z
    .array(z.string())
    .readonly()
    .describe("strategies that are not tested again asleep: they come from files, and run in threads of their own"),
  rulePrices: DeskRulePrices.nullable().describe(
    "what each rule of the gate has saved or cost; null: it was not asked for (`--rule-prices`)",
  ),
  leftOut: LeftOut.describe("markets that nothing may be entered on, and what the risk gate refused"),
  journal: JournalCounts.readonly().describe("by the journal of this run"),
});
export type ReportDocument = Readonly<z.infer<typeof ReportDocument>>;

/** What of a report follows from the ledger, the clock and the settings alone. */
export function reportOf(
  entries: readonly LedgerEntry[],
  {
    nowMs,
    thinking,
  }: {
    readonly nowMs: number;
    readonly thinking: Pick<ThinkingPolicy, "dayUnits" | "dayQuestionTokens" | SleepBudget["budget"]>;
  },
): Omit<
  ReportDocument,
  | "desk"
  | "model"
  | "quarantined"
  | "quarantines"
  | "bill"
  | "account"
  | "judgement"
  | "edges"
  | "notRevalidated"
  | "rulePrices"
  | "leftOut"
  | "journal"
> & { readonly judgement: JudgementReport } {
  const dayMs = startOfDay(nowMs);
  const today = entries.filter(({ atMs }) => atMs >= dayMs && atMs < dayMs + DAY_MS);
  const spent = daySpendOf(today);
  const byKind = SLEEP_BUDGETS.map(({ kind, per, budget }) => ({
    kind,
    per,
    tokens: thinking[budget],
    tokensSpent: spent.tokensByJob[kind] ?? 0,
  }));
  const times = entries.map(({ atMs }) => atMs);
  return {
    ...summarise(entries),
    judgement: judgementReportOf(entries),
    nowMs,
    fromMs: times.length === 0 ? null : times.reduce((a, b) => Math.min(a, b)),
    toMs: times.length === 0 ? null : times.reduce((a, b) => Math.max(a, b)),
    budgetToday: {
      units: thinking.dayUnits,
      unitsSpent: spent.units,
      tokens: byKind.filter(({ per }) => per === "day").reduce((sum, { tokens }) => sum + tokens, 0),
      tokensSpent: spent.tokens,
      questionTokens: thinking.dayQuestionTokens,
      questionTokensSpent: spent.questionTokens,
      byKind,
    },
  };
}
