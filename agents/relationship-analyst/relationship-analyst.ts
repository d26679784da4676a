// Floor 3. The RelationshipAnalyst: the candles and analyses of a sweep → what moves together, as the digest topic of its
// hour. It makes no call: what it reads has been read. No model is in it.
import type { Topics } from "#memory/topics.ts";
import type { Analysis } from "#schemas/analysis.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { Relationships } from "#schemas/relationship.ts";
import { type MarketSymbol, splitSymbol, type Timeframe, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { betasTo } from "#toolkits/relationships/beta.ts";
import { relateInSteps } from "#toolkits/relationships/relate.ts";
import { sectorOf } from "#toolkits/universe/sectors.ts";

/** The returns of an hour, by market; null: read, and too short to say anything. */
export interface HourReads {
  readonly hourMs: UnixMs;
  readonly returns: ReadonlyMap<MarketSymbol, Float64Array | null>;
}

export interface RelationshipRequest {
  readonly reads: HourReads;
  readonly timeframe: Timeframe;
  /** The markets in question, most liquid first. */
  readonly order: readonly MarketSymbol[];
  /** What the same sweep made: the digest stands on them, and they know their chain. */
  readonly analyses: readonly Analysis[];
  readonly nowMs: UnixMs;
}

export interface RelationshipAnalystDeps {
  readonly topics: Pick<Topics, "remember">;
  readonly venueId: Analysis["venueId"];
  /** Lets others in between two steps of a millisecond or so. */
  readonly pause: () => Promise<void>;
}

/** Where what moves together is remembered; the body is a `Relationships`. */
export const relationshipsTopic = (timeframe: Timeframe, venueId: Analysis["venueId"]): string =>
  `relationships:${timeframe}@${venueId}`;

/** Relates the markets of one hour and remembers it. @throws StoreError */
export async function analyseRelationships(
  deps: RelationshipAnalystDeps,
  { reads, timeframe, order, analyses, nowMs }: RelationshipRequest,
  options: CallOptions,
): Promise<Relationships> {
  const { hourMs } = reads;
  const known = new Map<MarketSymbol, Float64Array>();
  for (const [symbol, returns] of reads.returns) if (returns !== null) known.set(symbol, returns);
  const related = await relateInSteps(known, { hourMs, timeframe, order }, deps.pause);
  const betas = related.leader === null ? [] : betasTo(related.leader, known);
  const relationships = { ...related, betas, labels: labelsOf(order, analyses) };
  await deps.topics.remember(
    {
      kind: "digest",
      topic: relationshipsTopic(timeframe, deps.venueId),
      body: relationships,
      sources: analyses,
      validUntilMs: unixMs(hourMs + Math.max(timeframeMs("1h"), timeframeMs(timeframe))),
    },
    { nowMs },
    options,
  );
  return relationships;
}

/** By base asset; the sector by the dated table, the chain from the security report. */
function labelsOf(order: readonly MarketSymbol[], analyses: readonly Analysis[]): Relationships["labels"] {
  const chains = new Map(analyses.map(({ symbol, security }) => [symbol, security.chain]));
  return Object.fromEntries(
    order.map((symbol) => {
      const { base } = splitSymbol(symbol);
      const sector = sectorOf(base);
      return [base, { sector: sector === "other" ? null : sector, chain: chains.get(symbol) ?? null }];
    }),
  );
}
