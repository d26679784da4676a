// Floor 1. Which markets move together: recomputed every hour, and used by the gate and the stress book.
import { z } from "zod";
import { Count, MarketSymbol, Timeframe, UnixMs } from "./units.ts";

export const Cluster = z.object({
  /** Its first member in the order of liquidity. */
  id: MarketSymbol,
  /** Two or more, in the order of liquidity. */
  members: z.array(MarketSymbol),
  /** Lowest correlation between any two members, -1 to 1. */
  minCorrelation: z.number(),
});
export type Cluster = z.infer<typeof Cluster>;

/** How far a market went with the leader. */
export const Beta = z.object({
  symbol: MarketSymbol,
  beta: z.number().describe("slope of its log returns over those of the leader, by least squares"),
  rows: Count.describe("returns that it is made from"),
});
export type Beta = Readonly<z.infer<typeof Beta>>;

export const Relationships = z.object({
  /** The full hour (UTC) up to which candles were read; nothing after it is in here. */
  hourMs: UnixMs,
  timeframe: Timeframe,
  /** The most liquid market; null where there is none. */
  leader: MarketSymbol.nullable(),
  /** Markets in no cluster are alone. */
  clusters: z.array(Cluster),
  /** What a shock of the leader voids: markets whose returns are linked with the leader's, the leader not among them. */
  linkedToLeader: z.array(MarketSymbol),
  /** To the leader, itself included. A market with too few returns has none; left out: made before betas were worked out. */
  betas: z.array(Beta).optional(),
  /** What is known of each base asset; null where nothing is. */
  labels: z.record(z.string(), z.object({ sector: z.string().nullable(), chain: z.string().nullable() })),
});
export type Relationships = z.infer<typeof Relationships>;

/** As the risk gate is given them. */
export interface GateRelationships extends Relationships {
  /**
   * Asked before the clusters, where those are yet to be worked out: of the markets of these base assets, those that may be in
   * one cluster with `symbol`, itself included. None that is in it is missing.
   */
  readonly mayJoin?: (symbol: MarketSymbol, bases: ReadonlySet<string>) => readonly MarketSymbol[];
}

/** All markets that count as one bet with `symbol`, itself included. */
export const clusterOf = (relationships: Relationships | null, symbol: MarketSymbol): readonly MarketSymbol[] =>
  relationships?.clusters.find(({ members }) => members.includes(symbol))?.members ?? [symbol];
