// Floor 3. An intent and the analyses it is about → the answer's text and facts, without anything that depends on the moment
// it is served or on what the desk holds. Sleep time stores it, test time makes it: the same function.
import { z } from "zod";
import type { DeskStrategy } from "#memory/said-of.ts";
import { Intent } from "#schemas/question.ts";
import type { MarketView } from "#schemas/reading.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { distilAsset, distilMarket, type LeftOut, type MarketDigest } from "./distil.ts";
import { scopeOf } from "./effort.ts";
import { assetFacts, breadthFacts, Fact } from "./facts.ts";
import { breadthText } from "./render-breadth.ts";
import { compareText } from "./render-compare.ts";
import { marketText } from "./render-market.ts";

/** Body of a topic of kind `answer`. The line that says how old it is, and what is held, are added when it is served. */
export const PreparedAnswer = z.object({
  text: z.string().min(1),
  intent: Intent,
  facts: z.array(Fact),
  /** Every analysis that the text stands on. */
  analysisIds: z.array(z.string()),
});
export type PreparedAnswer = z.infer<typeof PreparedAnswer>;

/**
 * @param records fresh analyses; of those of the intent's timeframe the ones it is about are used: its market, its two,
 * or (breadth kinds) all that are given
 * @param strategies the desk's, in its order
 * @param leftOut of breadth kinds: markets of the universe that are not among the records
 * @returns null where a record it needs is not there, and for questions about the desk, which are never prepared
 */
export function prepareAnswer(
  intent: Intent,
  records: readonly MarketView[],
  strategies: readonly DeskStrategy[],
  leftOut: readonly LeftOut[] = [],
): PreparedAnswer | null {
  const ofTimeframe = records.filter(({ timeframe }) => timeframe === intent.timeframe);
  const recordOf = (symbol: MarketSymbol | null): MarketView | undefined =>
    ofTimeframe.find((record) => record.symbol === symbol);
  const scope = scopeOf(intent.kind);
  if (scope === "desk") return null;
  if (scope === "breadth") {
    const assets = ofTimeframe.map((record) => distilAsset(record, strategies));
    const digest = distilMarket(assets, leftOut);
    return digest === null ? null : prepareFromDigest(intent, digest);
  }
  const record = recordOf(intent.symbol);
  if (record === undefined) return null;
  if (scope === "market") {
    const facts = assetFacts(intent.kind, distilAsset(record, strategies), record);
    return { text: marketText(intent, record, strategies), intent, facts, analysisIds: [record.id] };
  }
  const other = recordOf(intent.other);
  if (other === undefined) return null;
  const [one, two] = [distilAsset(record, strategies), distilAsset(other, strategies)];
  return {
    text: compareText(one, two),
    intent,
    facts: [...assetFacts("compare", one, record), ...assetFacts("compare", two, other)],
    analysisIds: [record.id, other.id],
  };
}

/** The same for a breadth kind whose digest is at hand; null for other kinds. */
export function prepareFromDigest(intent: Intent, digest: MarketDigest): PreparedAnswer | null {
  const text = breadthText(intent, digest);
  return text === "" ? null : { text, intent, facts: breadthFacts(intent, digest), analysisIds: digest.analysisIds };
}

/**
 * True where nothing better could be had: what is left out has no candle to be had in this slot. A digest that lacks a
 * market which could be read is not served from; test time reads it.
 */
export const isWhole = ({ leftOut }: Pick<MarketDigest, "leftOut">): boolean =>
  leftOut.every(({ reason }) => reason === "no-candle");
