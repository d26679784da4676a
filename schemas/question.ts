// Floor 1. Questions, intents and answers.
import { z } from "zod";
import { MarketSymbol, Timeframe, UnixMs } from "./units.ts";
import { Work } from "./work.ts";

export const QuestionKind = z.enum([
  "rsi",
  "bollinger",
  "atr",
  "price",
  "security",
  "signal",
  "summary",
  "portfolio",
  "why",
]);
export type QuestionKind = z.infer<typeof QuestionKind>;

/** A question parsed to slots, by grammar and tables only. A slot that was not said is null, never guessed. */
export const Intent = z.object({
  kind: QuestionKind,
  /** Null for questions about the desk itself. */
  symbol: MarketSymbol.nullable(),
  timeframe: Timeframe,
  side: z.enum(["buy", "sell"]).nullable(),
  negation: z.boolean(),
  horizon: z.string().nullable(),
});
export type Intent = z.infer<typeof Intent>;

export const AnswerPath = z.enum(["pre-answered", "recalled", "distilled", "delegated", "declined"]);
export type AnswerPath = z.infer<typeof AnswerPath>;

export const Answer = z.object({
  answer: z.string(),
  path: AnswerPath,
  /** The model whose run did the work, as the setting names it; null where none was asked. */
  model: z.string().nullable(),
  /** Data time of what the answer says; null where it was declined. */
  asOfMs: UnixMs.nullable(),
  ageMs: z.number().nullable(),
  analysisIds: z.array(z.string()),
  intent: Intent.nullable(),
  /** Law 10. */
  simulated: z.boolean(),
  /** Monotonic, outside every record and hash. */
  latencyMs: z.number(),
  work: Work,
});
export type Answer = z.infer<typeof Answer>;
