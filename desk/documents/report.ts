// Floor 4. The ledger → the document of `report`: hits, misses, work and waste, nothing asserted (law 13). Pure.
import { daySpendOf, type LedgerSummary, summarise } from "#memory/ledger-summary.ts";
import { SLEEP_BUDGETS, type SleepBudget, type ThinkingPolicy } from "#schemas/config.ts";
import type { QuarantineKind } from "#schemas/question.ts";
import { DAY_MS, startOfDay } from "#schemas/units.ts";
import type { LedgerEntry } from "#schemas/work.ts";
import type { DebatesReport } from "../judgement/scores.ts";
import type { AccountReport } from "./account-report.ts";
import type { Bill } from "./bill.ts";
import type { JournalCounts } from "./journal-counts.ts";
import { type JudgementReport, judgementReportOf } from "./judgement-report.ts";
import type { LeftOut } from "./left-out.ts";

export interface SleepBudgetToday {
  readonly kind: SleepBudget["kind"];
  readonly per: SleepBudget["per"];
  readonly tokens: number;
  /** Today. */
  readonly tokensSpent: number;
}

export interface ReportDocument extends LedgerSummary {
  readonly desk: string;
  readonly model: string;
  readonly nowMs: number;
  /** First and last ledger entry; null where there is none. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** Of the UTC day of the desk's clock. `tokens`: of sleep, all kinds that have a day's budget together. */
  readonly budgetToday: {
    readonly units: number;
    readonly unitsSpent: number;
    readonly tokens: number;
    readonly tokensSpent: number;
    readonly questionTokens: number;
    readonly questionTokensSpent: number;
    /** Tokens of sleep by what they buy; those of lessons are of a week. */
    readonly byKind: readonly SleepBudgetToday[];
  };
  /** Kinds (of question, or `debate`) under quarantine now, and how many quarantines this run has begun. */
  readonly quarantined: readonly QuarantineKind[];
  readonly quarantines: number;
  /** What the last 24 hours of models cost at a known price. */
  readonly bill: Bill;
  readonly account: AccountReport;
  /** What was bought of models asleep, and what came of it. */
  readonly judgement: JudgementReport & { readonly debates: DebatesReport };
  /** Markets that nothing may be entered on, and what the risk gate refused. */
  readonly leftOut: LeftOut;
  /** By the journal of this run. */
  readonly journal: JournalCounts;
}

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
  "desk" | "model" | "quarantined" | "quarantines" | "bill" | "account" | "judgement" | "leftOut" | "journal"
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
