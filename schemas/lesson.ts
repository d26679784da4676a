// Floor 1. Lessons: what was expected of a trade and what came, by numbers and by code; and what a model made of many of them, each
// saying how many trades it rests on.
import { z } from "zod";
import { Author, CitedFacts } from "./judgement.ts";
import { Money } from "./money.ts";
import { ClosedTrade } from "./portfolio.ts";
import { Count, MarketSymbol, Percent, Timeframe, UnixMs } from "./units.ts";

/** What a debate said of the entry, as far as it said it. */
export const ExpectedDebate = z.object({
  verdict: z.string(),
  probability: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .describe("that the entry reaches its target before its stop, 0–1; null: none was given"),
});
export type ExpectedDebate = z.infer<typeof ExpectedDebate>;

export const Expected = z.object({
  strength: z.number().describe("of the signal, 0–1"),
  reason: z.string().describe("the decision's own words"),
  planId: z.string().nullable().describe("the plan that it was entered by; null: by none"),
  debate: ExpectedDebate.nullable(),
  briefId: z.string().nullable().describe("a brief of the market that was fresh at the entry; null: there was none"),
});
export type Expected = z.infer<typeof Expected>;

/** One closed trade, dated by its end. */
export const Lesson = z.object({
  tradeId: z.string().describe("the entry's clientOrderId"),
  runId: z.string(),
  symbol: MarketSymbol,
  strategyId: z.string(),
  timeframe: Timeframe,
  openedAtMs: UnixMs,
  closedAtMs: UnixMs,
  expected: Expected.nullable().describe("null: its entry was decided on in no row of the journal"),
  came: z.object({
    exitRole: ClosedTrade.shape.exitRole,
    pnl: Money.describe("after fees, in quote"),
    returnPct: Percent,
    heldMs: z.int().nonnegative().describe("ms"),
    rMultiple: z
      .number()
      .nullable()
      .describe("the return in units of the loss that its first stop stood for; null: it had no stop"),
  }),
});
export type Lesson = z.infer<typeof Lesson>;

/** Lessons of one condensed list at most. */
export const MOST_LESSONS = 20;

export const CondensedLesson = z.object({
  text: z
    .string()
    .min(1)
    .max(600)
    .describe("the model's draft with its references: shown as the fact check renders it"),
  facts: CitedFacts,
  /** Null: of all markets, of all strategies. */
  scope: z.object({ symbol: MarketSymbol.nullable(), strategyId: z.string().nullable() }),
  restsOn: z.array(z.string()).min(1).describe("trades whose lessons it rests on, each once"),
  sampleSize: z.int().positive().describe("how many they are"),
});
export type CondensedLesson = z.infer<typeof CondensedLesson>;

/** One version of the condensed list; earlier ones stay as they are. */
export const LessonList = z.object({
  version: z.int().positive().describe("from 1, of the run"),
  runId: z.string(),
  madeAtMs: UnixMs,
  lessons: z.array(CondensedLesson).max(MOST_LESSONS),
  dated: Count.describe("dated lessons that there were"),
  shown: Count.describe("of them the model was shown"),
  dropped: z.record(z.string(), z.int()).describe("written and left out, by reason"),
  author: Author,
});
export type LessonList = z.infer<typeof LessonList>;
