// Floor 1. A debate: what bull, bear and judge made of the same facts of one market, bought asleep for the closes that come next. It
// may refuse or shrink an entry; it can neither make one nor bar the way out. And what came of the entry that it met.
import { z } from "zod";
import { hashOf } from "./hash.ts";
import { Author, Bounds, CitedFacts, isWithin, Point } from "./judgement.ts";
import { Money } from "./money.ts";
import { FIRST_STRATEGY_ID, StrategyIdOfRow } from "./order.ts";
import { MarketSymbol, Timeframe, UnixMs } from "./units.ts";

/** A debate holds for so many closes at most, whatever its judge says. */
export const MOST_HORIZON_CANDLES = 12;

const ratio = z.number().min(0).max(1);

/** What one role said. */
export const DebateRole = z.object({
  probability: ratio
    .nullable()
    .describe(
      "0 to 1, that the rule's entry would reach its target before its stop; null: it gave none (rows of before there were any)",
    ),
  points: z.array(Point).describe("drafts with references; those that lost them in the fact check are not here"),
  author: Author,
});
export type DebateRole = z.infer<typeof DebateRole>;

export const Debate = z.object({
  debateId: z.string().describe("hash of all the rest; of rows of before there were debates the id of their row"),
  symbol: MarketSymbol,
  strategyId: StrategyIdOfRow.describe("whose entries it counts for"),
  timeframe: Timeframe,
  madeAtMs: UnixMs,
  forAsOfMs: UnixMs.describe("the first close that it counts for"),
  validUntilMs: UnixMs.describe("the last close that it counts for"),
  bounds: Bounds.describe("the judge's levels: at a price outside them it does not count"),
  probability: ratio
    .nullable()
    .describe("the judge's, 0 to 1, that the target is reached before the stop; null: it gave none"),
  verdict: z.enum(["agree", "shrink", "veto"]),
  sizeRatio: ratio.describe("share of the usual size of an entry: 1 for agree, 0 for veto, between them for shrink"),
  bull: DebateRole.nullable().describe("null: there was none, in rows of before"),
  bear: DebateRole.nullable(),
  judge: DebateRole,
  facts: CitedFacts.describe("those that the points refer to, as they were"),
  analysisIds: z.array(z.string()).describe("analyses that the roles were shown"),
});
export type Debate = z.infer<typeof Debate>;

/** The id of what it holds: an altered row has another. */
export const debateIdOf = ({ debateId: _, ...debate }: Omit<Debate, "debateId"> & { readonly debateId?: string }) =>
  hashOf(debate);

/** A row of before there were debates, which has no such id. */
export const isOpinionRow = ({ debateId }: Pick<Debate, "debateId">): boolean => debateId.startsWith("opinion:");

/** Whether it counts for a decision on the candle that closed at `asOfMs`, at `price`. */
export const holdsAt = (
  { forAsOfMs, validUntilMs, bounds }: Pick<Debate, "forAsOfMs" | "validUntilMs" | "bounds">,
  asOfMs: UnixMs,
  price: number,
): boolean => asOfMs >= forAsOfMs && asOfMs <= validUntilMs && isWithin(bounds, price);

/** How the whole entry ended, or would have. `not-filled`: it found no candle. `unknown`: its market's candles ended first. */
export const EntryOutcome = z.enum(["stop", "target", "horizon", "not-filled", "unknown"]);
export type EntryOutcome = z.infer<typeof EntryOutcome>;

/** Of the first entry decision that a debate met: what became of it, reckoned by code. */
export const DebateOutcome = z.object({
  debateId: z.string(),
  decisionId: z.string(),
  asOfMs: UnixMs.describe("the close that was decided on"),
  met: z
    .enum(["entered", "shrunk", "vetoed"])
    .describe("`vetoed`: not made at all; a shrink below the market's minimum counts as one"),
  outcome: EntryOutcome,
  pnl: Money.nullable().describe("of the whole entry, in quote, after costs; null: unknown"),
  saved: Money.nullable().describe(
    "positive where the debate saved money, negative where it cost some, 0 where it changed nothing; null: unknown",
  ),
});
export type DebateOutcome = z.infer<typeof DebateOutcome>;

/** An opinion of before there were debates: one model's word for one close, without a probability and without points. */
export function debateOfOpinion(opinion: unknown): unknown {
  if (typeof opinion !== "object" || opinion === null) return opinion;
  const { symbol, strategyId, timeframe, forAsOfMs, verdict, sizeRatio, model, analysisId, madeAtMs, reason } =
    opinion as Readonly<Record<string, unknown>>;
  // A row without one, or with one that is no text, is refused as it was.
  if (typeof reason !== "string") return null;
  const named = strategyId === undefined ? {} : { strategyId };
  const by = strategyId === undefined || strategyId === FIRST_STRATEGY_ID ? "" : `${strategyId}:`;
  const author = { model, instructions: "", prompt: "", inputTokens: 0, outputTokens: 0, estimatedTokens: 0 };
  return {
    debateId: `opinion:${by}${symbol}:${timeframe}:${forAsOfMs}`,
    symbol,
    ...named,
    timeframe,
    madeAtMs,
    forAsOfMs,
    validUntilMs: forAsOfMs,
    bounds: { above: null, below: null },
    probability: null,
    verdict,
    sizeRatio,
    bull: null,
    bear: null,
    judge: { probability: null, points: [], author },
    facts: [],
    analysisIds: [analysisId],
  };
}
