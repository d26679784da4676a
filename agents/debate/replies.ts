// Floor 3. What the roles of a debate are asked to write, and what is kept of it: parsed by schema, points through the fact check.
import { z } from "zod";
import { MOST_HORIZON_CANDLES } from "#schemas/debate.ts";
import { type Fact, modelText } from "#schemas/fact.ts";
import type { Point } from "#schemas/judgement.ts";
import { checkDraft } from "#toolkits/fact-check/check-draft.ts";
import type { CheckRun } from "#toolkits/fact-check/check-run.ts";

/** Kept of one role. */
export const MOST_POINTS = 4;
/** Longest point, characters. */
export const LONGEST_POINT = 400;

// Bounds stand in refinements: some providers refuse them in a schema.
const probability = z
  .number()
  .refine((p) => p >= 0 && p <= 1)
  .describe("0 to 1: that the entry's target comes before its stop.");
const points = z.array(z.string()).describe("One to four, each with references such as {{f12}} and no bare figure.");

export const SideReply = z.object({ probability, points });
export type SideReply = z.infer<typeof SideReply>;

/** @param price now: a verdict that does not hold at it is none */
export const judgeReplyAt = (price: number) =>
  z
    .object({
      probability,
      verdict: z.enum(["agree", "shrink", "veto"]).describe("What becomes of an entry at the next closes."),
      sizeRatio: z.number().describe("For shrink the share of the usual size, above 0 and below 1; agree 1, veto 0."),
      horizonCandles: z.number().describe(`For how many closes it counts, 1 to ${MOST_HORIZON_CANDLES}.`),
      holdsAbove: z.number().nullable().describe("It counts at prices from here on; null: no such bound."),
      holdsBelow: z.number().nullable().describe("It counts at prices up to here; null: no such bound."),
      points,
    })
    .refine(({ verdict, sizeRatio }) => verdict !== "shrink" || (sizeRatio > 0 && sizeRatio < 1))
    .refine(({ holdsAbove }) => holdsAbove === null || (holdsAbove > 0 && holdsAbove < price))
    .refine(({ holdsBelow }) => holdsBelow === null || holdsBelow > price);
export type JudgeReply = z.infer<ReturnType<typeof judgeReplyAt>>;

/** Candles from the first close on that a verdict counts for: whole ones, and no more than code allows. */
export const horizonOf = ({ horizonCandles }: JudgeReply): number =>
  Math.min(MOST_HORIZON_CANDLES, Math.max(1, Math.floor(horizonCandles)));

/** Only a shrink has a size of its own. */
export const sizeRatioOf = ({ verdict, sizeRatio }: JudgeReply): number =>
  verdict === "agree" ? 1 : verdict === "veto" ? 0 : sizeRatio;

/** The drafts that stand up to the facts with at least one reference left, in their order. */
export function pointsThatStand(drafts: readonly string[], facts: readonly Fact[], run: CheckRun): readonly Point[] {
  const known = new Set(facts.map(({ id }) => id));
  return drafts.slice(0, MOST_POINTS).flatMap((draft) => {
    const text = draft.trim();
    if (text === "" || text.length > LONGEST_POINT) return [];
    const result = checkDraft(modelText(text), facts, run);
    if (result.status !== "stands") return [];
    const factIds = result.factIds.filter((id) => known.has(id));
    return factIds.length === 0 ? [] : [{ text, factIds }];
  });
}
