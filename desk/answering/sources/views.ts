// Floor 4. Views of markets for the fact sources: one, or those of the day's universe, judged at the run's moment with the
// prices at hand, and counted.
import {
  type AssetDigest,
  distilAsset,
  distilMarket,
  type LeftOut,
} from "#agents/deep-trader-manager/answers/distil.ts";
import type { NewFact, SourceRun } from "#agents/deep-trader-manager/talk/fact-source.ts";
import type { Recall } from "#schemas/analysis.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketView } from "#schemas/reading.ts";
import type { Relationships } from "#schemas/relationship.ts";
import type { MarketSymbol, Timeframe } from "#schemas/units.ts";
import type { Desk } from "../../desk.ts";
import { pricesAtHand } from "../../planning/make.ts";
import { slotAt } from "../../slots.ts";
import { factsOf } from "./make-facts.ts";
import type { SourceDesk } from "./source-desk.ts";

type Reading = Pick<SourceRun, "nowMs" | "tally">;

/** In the order of the symbols. */
export async function recallViews(
  { desk }: Pick<SourceDesk, "desk">,
  symbols: readonly MarketSymbol[],
  timeframe: Timeframe,
  { nowMs, tally }: Reading,
  options: CallOptions,
): Promise<readonly Recall<MarketView>[]> {
  if (symbols.length === 0) return [];
  const keys = symbols.map((symbol) => ({ venueId: desk.marketData.venueId, symbol, timeframe }));
  const recalls = await desk.views.recallMany(keys, { nowMs, prices: pricesAtHand(desk, nowMs) }, options);
  tally.count({ recordsRead: recalls.filter(({ status }) => status !== "missing").length });
  return recalls;
}

/** The day's universe at the desk's timeframe. */
export interface UniverseViews {
  /** Fresh ones, most liquid first. */
  readonly views: readonly MarketView[];
  /** Digests of the same, in the same order. */
  readonly assets: readonly AssetDigest[];
  readonly leftOut: readonly LeftOut[];
}

export async function universeViews(open: SourceDesk, run: Reading, options: CallOptions): Promise<UniverseViews> {
  const { desk } = open;
  const { assets: symbols } = await desk.universe.at(run.nowMs, options);
  const recalls = await recallViews(open, symbols, desk.config.timeframe, run, options);
  const views = recalls.flatMap((recall) => (recall.status === "fresh" ? [recall.record] : []));
  const leftOut = recalls.flatMap((recall, at): LeftOut[] => {
    const symbol = symbols[at];
    if (recall.status === "fresh" || symbol === undefined) return [];
    return [{ symbol, reason: recall.status === "stale" ? recall.reason : "missing" }];
  });
  const related = relationshipsAt(desk, run.nowMs);
  return { views, assets: views.map((view) => distilAsset(view, desk.hosts, related)), leftOut };
}

export const digestOf = ({ assets, leftOut }: UniverseViews) => distilMarket(assets, leftOut);

/** What moves together, as of the slot; null: it is not known. */
export const relationshipsAt = (desk: Desk, nowMs: number): Relationships | null =>
  desk.relationships.current(slotAt(nowMs, desk.config.timeframe, desk.marketData.graceMs));

/** How many markets a list of all is made from, and how many it lacks. */
export const coverageFacts = ({ views, leftOut }: UniverseViews, { timeframe }: Desk["config"]): NewFact[] => {
  const { count } = factsOf({ timeframe, recordId: "universe" });
  return [
    count("count-markets", views.length, "markets of the day's universe with a fresh analysis"),
    ...(leftOut.length === 0
      ? []
      : [count("count-markets", leftOut.length, "markets of the universe left out: no fresh analysis")]),
  ];
};
