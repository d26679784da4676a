// Floor 1. What a desk has found of a strategy's edge asleep: its trades of the last look appended to those of before, and whether their
// mean has fallen. Kept in Khala, one record a look.
import { z } from "zod";
import { Count, MarketSymbol, Percent, UnixMs } from "./units.ts";

export const EdgeStatus = z
  .enum(["gathering", "none", "holds", "decayed"])
  .describe("`gathering`: too few trades yet; `none`: their mean is not over 0, so that there is no edge to lose");
export type EdgeStatus = z.infer<typeof EdgeStatus>;

export const Edge = z.object({
  strategyId: z.string(),
  definitionId: z.string().describe("another definition of the strategy begins anew"),
  venueId: z.string(),
  status: EdgeStatus,
  throughMs: UnixMs.describe("candles up to this close are judged"),
  sinceMs: UnixMs.describe("and from this close on"),
  baselineTrades: Count.describe("the strategy's own history: its first trades here"),
  baselineMeanPct: Percent.nullable(),
  watchedTrades: Count.describe("after these"),
  watchedMeanPct: Percent.nullable(),
  detectorRatio: z.number().nullable().describe("largest so far over its boundary; at 1 it alarms"),
  decayedAtMs: UnixMs.nullable().describe("close of the look that found it; null: it was not found"),
  markets: z.array(MarketSymbol).readonly().describe("of the last look"),
  /** Net of costs, percent, in the order in which they closed. */
  returnsPct: z.array(z.number()).readonly(),
});
export type Edge = Readonly<z.infer<typeof Edge>>;

/** As documents show it. */
export const ShownEdge = Edge.omit({ returnsPct: true });
export type ShownEdge = Readonly<z.infer<typeof ShownEdge>>;

/** `edge of mean-reversion has decayed: mean trade −0.210 % of 84 since, +0.300 % of its first 100` */
export function edgeText({ strategyId, status, ...edge }: ShownEdge): string {
  const before = `${signed(edge.baselineMeanPct)} of its first ${edge.baselineTrades}`;
  if (status === "gathering") return `edge of ${strategyId}: ${edge.baselineTrades} trades so far, too few to judge`;
  if (status === "none") return `${strategyId} shows no edge that could decay: mean trade ${before}`;
  const since =
    edge.watchedTrades === 0 ? "none since" : `${signed(edge.watchedMeanPct)} of ${edge.watchedTrades} since`;
  const verdict = status === "decayed" ? "has decayed" : "holds";
  return `edge of ${strategyId} ${verdict}: mean trade ${since}, ${before}`;
}

const signed = (value: number | null): string =>
  value === null ? "–" : `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)} %`;
