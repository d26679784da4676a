// Floor 6, metrics. What models were asked, what it cost, what of the budgets is left, as `report` has it from the ledger.
import type { Work } from "#schemas/work.ts";
import { type Figures, NEWEST_THOUGHTS } from "./figures.ts";
import { amountOf, byName, type FigureRow, labelled, one, type Sample } from "./metric.ts";

type Row = FigureRow<Figures>;

const ofJobs = ({ report }: Figures, amount: (work: Work) => number, more: Sample["labels"] = {}): readonly Sample[] =>
  Object.entries(report.workByJob).flatMap(([job, work]) => {
    const value = amount(work);
    return value === 0 ? [] : labelled({ task: job, ...more }, value);
  });

const MODELS: readonly Row[] = [
  {
    name: "deeptrader_model_calls_total",
    type: "counter",
    unit: "calls",
    labels: ["task"],
    meaning: "Calls of models, tries after a failure among them, by what they were for.",
    from: "report: workByJob.*.modelCalls",
    read: (figures) => ofJobs(figures, ({ modelCalls }) => modelCalls),
  },
  {
    name: "deeptrader_model_tokens_total",
    type: "counter",
    unit: "tokens",
    labels: ["task", "direction"],
    meaning: "Tokens sent (in) and written (out).",
    from: "report: workByJob.*.inputTokens, .outputTokens",
    read: (figures) => [
      ...ofJobs(figures, ({ inputTokens }) => inputTokens, { direction: "in" }),
      ...ofJobs(figures, ({ outputTokens }) => outputTokens, { direction: "out" }),
    ],
  },
  {
    name: "deeptrader_model_estimated_tokens_total",
    type: "counter",
    unit: "tokens",
    labels: ["task"],
    meaning: "Of the tokens those estimated from the texts, because the provider did not say.",
    from: "report: workByJob.*.estimatedTokens",
    read: (figures) => ofJobs(figures, ({ estimatedTokens }) => estimatedTokens),
  },
  {
    name: "deeptrader_model_day_cost_usd",
    type: "gauge",
    unit: "USD",
    labels: ["task", "model"],
    meaning: "Cost of the last 24 hours; only of models whose price is known.",
    from: "report: bill.rows[].usd",
    read: ({ report }) =>
      report.bill.rows.flatMap(({ job, model, usd }) => labelled({ task: job, model }, amountOf(usd))),
  },
  {
    name: "deeptrader_dropped_sentences",
    type: "gauge",
    unit: "sentences",
    labels: [],
    meaning: `Sentences that the fact check left out of the newest ${NEWEST_THOUGHTS} answers of models.`,
    from: "thoughts list: thoughts[].leftOut",
    read: ({ droppedSentences }) => one(droppedSentences),
  },
];

const BUDGETS: readonly Row[] = [
  {
    name: "deeptrader_budget_tokens",
    type: "gauge",
    unit: "tokens",
    labels: ["kind", "per"],
    meaning: "Model tokens that may be spent a day, or a week: on questions, and asleep by what they buy.",
    from: "report: budgetToday.byKind[].tokens, .questionTokens",
    read: ({ report: { budgetToday } }) => [
      ...labelled({ kind: "question", per: "day" }, budgetToday.questionTokens),
      ...budgetToday.byKind.flatMap(({ kind, per, tokens }) => labelled({ kind, per }, tokens)),
    ],
  },
  {
    name: "deeptrader_budget_tokens_spent",
    type: "gauge",
    unit: "tokens",
    labels: ["kind", "per"],
    meaning: "Of them spent today (UTC).",
    from: "report: budgetToday.byKind[].tokensSpent, .questionTokensSpent",
    read: ({ report: { budgetToday } }) => [
      ...labelled({ kind: "question", per: "day" }, budgetToday.questionTokensSpent),
      ...budgetToday.byKind.flatMap(({ kind, per, tokensSpent }) => labelled({ kind, per }, tokensSpent)),
    ],
  },
  {
    name: "deeptrader_budget_work_units",
    type: "gauge",
    unit: "work units",
    labels: [],
    meaning: "Work that may be spent a day on thinking ahead.",
    from: "report: budgetToday.units",
    read: ({ report }) => one(report.budgetToday.units),
  },
  {
    name: "deeptrader_budget_work_units_spent",
    type: "gauge",
    unit: "work units",
    labels: [],
    meaning: "Of it spent today (UTC).",
    from: "report: budgetToday.unitsSpent",
    read: ({ report }) => one(report.budgetToday.unitsSpent),
  },
  {
    name: "deeptrader_over_budget_total",
    type: "counter",
    unit: "times",
    labels: ["budget"],
    meaning: "What was not made or not answered because a budget was spent.",
    from: "report: overBudget",
    read: ({ report }) => byName("budget", report.overBudget),
  },
];

const BRIEFS: readonly Row[] = [
  {
    name: "deeptrader_briefs_written_total",
    type: "counter",
    unit: "briefs",
    labels: [],
    meaning: "Briefs that a model wrote asleep.",
    from: "report: judgement.briefs.written",
    read: ({ report }) => one(report.judgement.briefs.written),
  },
  {
    name: "deeptrader_briefs_served_total",
    type: "counter",
    unit: "briefs",
    labels: [],
    meaning: "Times that a brief was given to a question, or its answer stood on one.",
    from: "report: judgement.briefs.served",
    read: ({ report }) => one(report.judgement.briefs.served),
  },
];

export const MODEL_ROWS: readonly Row[] = [...MODELS, ...BUDGETS, ...BRIEFS];
