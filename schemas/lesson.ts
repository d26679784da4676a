// Floor 1. Lessons: what was expected of a trade and what came, by numbers and by code; and what a model made of many of them, each
// saying how many trades it rests on.
import { z } from "zod";
import { Author, CitedFacts } from "./judgement.ts";
import { Money } from "./money.ts";
import { ClosedTrade } from "./portfolio.ts";
import { MarketSymbol, Timeframe, UnixMs } from "./units.ts";

/** What a debate said of the entry, as far as it said it. */
export const ExpectedDebate = z.object({
  verdict: z.string(),
  /** That the entry reaches its target before its stop, 0–1; null: none was given. */
  probability: z.number().min(0).max(1).nullable(),
});
export type ExpectedDebate = z.infer<typeof ExpectedDebate>;

export const Expected = z.object({
  /** Of the signal, 0–1. */
  strength: z.number(),
  /** The decision's own words. */
  reason: z.string(),
  /** The plan that it was entered by; null: by none. */
  planId: z.string().nullable(),
  debate: ExpectedDebate.nullable(),
  /** A brief of the market that was fresh at the entry; null: there was none. */
  briefId: z.string().nullable(),
});
export type Expected = z.infer<typeof Expected>;

/** One closed trade, dated by its end. */
export const Lesson = z.object({
  /** The entry's clientOrderId. */
  tradeId: z.string(),
  runId: z.string(),
  symbol: MarketSymbol,
  strategyId: z.string(),
  timeframe: Timeframe,
  openedAtMs: UnixMs,
  closedAtMs: UnixMs,
  /** Null: its entry was decided on in no row of the journal. */
  expected: Expected.nullable(),
  came: z.object({
    exitRole: ClosedTrade.shape.exitRole,
    /** After fees, in quote. */
    pnl: Money,
    returnPct: z.number(),
    heldMs: z.int().nonnegative(),
    /** The return in units of the loss that its first stop stood for; null: it had no stop. */
    rMultiple: z.number().nullable(),
  }),
});
export type Lesson = z.infer<typeof Lesson>;

/** Lessons of one condensed list at most. */
export const MOST_LESSONS = 20;

export const CondensedLesson = z.object({
  /** The model's draft with its references: shown as the fact check renders it. */
  text: z.string().min(1).max(600),
  facts: CitedFacts,
  /** Null: of all markets, of all strategies. */
  scope: z.object({ symbol: MarketSymbol.nullable(), strategyId: z.string().nullable() }),
  /** Trades whose lessons it rests on, each once. */
  restsOn: z.array(z.string()).min(1),
  /** How many they are. */
  sampleSize: z.int().positive(),
});
export type CondensedLesson = z.infer<typeof CondensedLesson>;

/** One version of the condensed list; earlier ones stay as they are. */
export const LessonList = z.object({
  /** From 1, of the run. */
  version: z.int().positive(),
  runId: z.string(),
  madeAtMs: UnixMs,
  lessons: z.array(CondensedLesson).max(MOST_LESSONS),
  /** Dated lessons that there were, and that the model was shown. */
  dated: z.int(),
  shown: z.int(),
  /** Written and left out, by reason. */
  dropped: z.record(z.string(), z.int()),
  author: Author,
});
export type LessonList = z.infer<typeof LessonList>;
