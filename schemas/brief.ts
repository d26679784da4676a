// Floor 1. The Brief: what a model found about a market, about all of them or about the desk's own book while nobody asked; with
// the facts that it cites, and the conditions under which it stands.
import { z } from "zod";
import { Author, Bounds, CitedFacts, Point } from "./judgement.ts";
import { Quantity } from "./money.ts";
import { SecurityVerdict } from "./security.ts";
import { TopicSource } from "./topic.ts";
import { MarketSymbol, Timeframe, UnixMs, VenueId } from "./units.ts";

/** What a brief is about. Nothing of it is ever said of another market, timeframe or venue. */
export const BriefScope = z.discriminatedUnion("of", [
  z.object({ of: z.literal("market"), venueId: VenueId, timeframe: Timeframe, symbol: MarketSymbol }),
  z.object({ of: z.literal("all"), venueId: VenueId, timeframe: Timeframe }),
  /** Of one run: each has a book of its own. */
  z.object({ of: z.literal("book"), venueId: VenueId, timeframe: Timeframe, runId: z.string() }),
]);
export type BriefScope = z.infer<typeof BriefScope>;

/** Its name among the desk's briefs: `market BTC/USDT 5m VENUE`, `all 5m VENUE`, `book 5m VENUE RUN`. */
export function briefTopic(scope: BriefScope): string {
  const { timeframe, venueId } = scope;
  switch (scope.of) {
    case "market":
      return `market ${scope.symbol} ${timeframe} ${venueId}`;
    case "all":
      return `all ${timeframe} ${venueId}`;
    case "book":
      return `book ${timeframe} ${venueId} ${scope.runId}`;
  }
}

/** For people: `BTC/USDT`, `all markets`, `the book`. */
export const briefName = (scope: BriefScope): string =>
  scope.of === "market" ? scope.symbol : scope.of === "all" ? "all markets" : "the book";

/** An analysis that a brief cites. */
export const CitedAnalysis = TopicSource.extend({ asOfMs: UnixMs });
export type CitedAnalysis = z.infer<typeof CitedAnalysis>;

/** A market that a brief depends on, as it was when it was written. */
export const BriefMarket = z.object({
  symbol: MarketSymbol,
  timeframe: Timeframe,
  price: z.number().positive().describe("close of the newest candle"),
  bounds: Bounds.describe("its price within which the brief stands"),
  verdict: SecurityVerdict,
  signals: z
    .array(z.object({ strategyId: z.string(), action: z.enum(["enter", "exit", "hold"]) }))
    .describe("what each strategy said; empty where the brief is not about this market alone"),
});
export type BriefMarket = z.infer<typeof BriefMarket>;

/** What must be as it was. */
export const BriefConditions = z.object({
  markets: z.array(BriefMarket),
  held: z
    .array(z.object({ strategyId: z.string(), symbol: MarketSymbol, quantity: Quantity }))
    .describe("what was held, by strategy and market; of a market's brief those of that market, of one of all none"),
  countsQuantity: z.boolean().describe("whether the quantity counts too: of the book it does"),
});
export type BriefConditions = z.infer<typeof BriefConditions>;

/** Candles of its timeframe, at most: four hours of 5m. */
export const MAX_HORIZON_CANDLES = 48;
export const MAX_BRIEF_POINTS = 4;
export const MAX_OPEN_QUESTIONS = 5;

export const Brief = z.object({
  scope: BriefScope,
  text: z
    .string()
    .min(1)
    .max(2_000)
    .describe(
      "the model's draft with references: shown is only what the fact check makes of it. So are points and open questions.",
    ),
  bull: z.array(Point).max(MAX_BRIEF_POINTS),
  bear: z.array(Point).max(MAX_BRIEF_POINTS),
  wouldChange: Point.nullable().describe(
    "what would change the view, in words; null: nothing of it stood up. The prices are in the conditions.",
  ),
  horizonCandles: z.int().min(1).max(MAX_HORIZON_CANDLES),
  openQuestions: z.array(z.string().min(1).max(600)).max(MAX_OPEN_QUESTIONS),
  facts: CitedFacts,
  cited: z.array(CitedAnalysis).describe("the analyses that it cites"),
  conditions: BriefConditions,
  author: Author,
  language: z.literal("en").describe("one brief serves every operator; see docs/adr/0042"),
  asOfMs: UnixMs.describe("data time: the oldest of what it cites, never renewed"),
  madeAtMs: UnixMs,
});
export type Brief = z.infer<typeof Brief>;

/**
 * Why a brief is written anew. `source-changed`: an analysis that it cites was corrected, or is not known any more;
 * `definition-changed`: what analyses, strategies or answers mean.
 */
export const BRIEF_VOID_REASONS = [
  "invalidated",
  "definition-changed",
  "source-changed",
  "expired",
  "price-left",
  "verdict-changed",
  "held-changed",
  "signal-changed",
] as const;
export type BriefVoidReason = (typeof BRIEF_VOID_REASONS)[number];
