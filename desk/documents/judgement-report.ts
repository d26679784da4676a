// Floor 4. The ledger → what judgement bought asleep came to: how often briefs are written anew and why, what they cost, how often
// they are served, what was never used. Pure; nothing asserted.
import { z } from "zod";
import { countsOf } from "#memory/ledger-summary.ts";
import { Count } from "#schemas/units.ts";
import type { LedgerEntry } from "#schemas/work.ts";

const counts = z.record(z.string(), Count);

const BriefsReport = z.object({
  written: Count.describe("those written anew among them"),
  because: counts.describe("why those before were written anew; `missing`: there was none"),
  answers: Count.describe("answers to free-form questions made ahead from them"),
  tokens: Count.describe("model tokens of both, of what came to nothing too"),
  nothing: counts.describe("model runs that came to no brief, by how they ended"),
  overBudget: Count.describe("given up at the limit of the day's tokens"),
  served: Count.describe("times that a brief was given to a question, or its answer stood on one"),
  answersServed: Count.describe("times that an answer made ahead was served"),
  used: Count.describe(
    "briefs served at least once. A restart forgets what was served before: it may count one twice.",
  ),
  answersUsed: Count.describe("answers made ahead served at least once, counted likewise"),
  unusedAtLeast: Count.describe("briefs never served by now: at least so many"),
  answersUnusedAtLeast: Count.describe("answers made ahead never served by now: at least so many"),
  questionTokens: z
    .number()
    .nullable()
    .describe("tokens that a free-form question takes from a model, mean; null: none was asked"),
  sparedTokens: z
    .number()
    .describe("that mean for each answer made ahead that was served: what it spared at test time. An estimate."),
});

export const JudgementReport = z.object({ briefs: BriefsReport });
export type JudgementReport = Readonly<z.infer<typeof JudgementReport>>;

const sum = (entries: readonly LedgerEntry[], amount: (entry: LedgerEntry) => number): number =>
  entries.reduce((n, entry) => n + amount(entry), 0);

const tokens = ({ work }: LedgerEntry): number => work.inputTokens + work.outputTokens;

export function judgementReportOf(entries: readonly LedgerEntry[]): JudgementReport {
  const bought = entries.filter(({ job }) => job === "brief");
  const questions = entries.filter(({ job }) => job === "question");
  const prepared = countsOf(bought.map((entry) => entry.prepared ?? {}));
  const uses = countsOf(questions.map((entry) => entry.uses ?? {}));
  const { written: _, ...nothing } = countsOf(bought.map(({ paths }) => paths));
  const of = (counts: Readonly<Record<string, number>>, name: string): number => counts[name] ?? 0;
  const [written, answers] = [of(prepared, "brief"), of(prepared, "answer")];
  const [used, answersUsed] = [of(uses, "first brief"), of(uses, "first answer-ahead")];
  const reasoned = sum(questions, ({ paths }) => paths["reasoned"] ?? 0);
  const questionTokens = reasoned === 0 ? null : Math.round(sum(questions, tokens) / reasoned);
  const answersServed = of(uses, "answer-ahead");
  return {
    briefs: {
      written,
      because: countsOf(bought.map(({ misses }) => misses)),
      answers,
      tokens: sum(bought, tokens),
      nothing,
      overBudget: of(countsOf(bought.map((entry) => entry.overBudget ?? {})), "brief"),
      served: of(uses, "brief"),
      answersServed,
      used,
      answersUsed,
      unusedAtLeast: Math.max(0, written - used),
      answersUnusedAtLeast: Math.max(0, answers - answersUsed),
      questionTokens,
      sparedTokens: answersServed * (questionTokens ?? 0),
    },
  };
}
