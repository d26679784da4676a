// Floor 2, risk. Everything the gate judges by: one value, gathered by the caller just before.
import type { Analysis, StaleReason } from "#schemas/analysis.ts";
import type { Costs, RiskLimits } from "#schemas/config.ts";
import type { Debate } from "#schemas/debate.ts";
import type { Decision } from "#schemas/decision.ts";
import type { Market } from "#schemas/market.ts";
import type { MarketPatterns } from "#schemas/market-patterns.ts";
import type { Money, Quantity } from "#schemas/money.ts";
import type { Portfolio } from "#schemas/portfolio.ts";
import type { GateRelationships } from "#schemas/relationship.ts";
import type { StrategyTerms } from "#schemas/strategy-terms.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";

/**
 * How far the settlement stablecoin stands from par, percent, and by which pair; null: the quote is none, or its price is not known where
 * money is not at stake; text: it is not known and ought to be, and why.
 */
export type QuoteOffPar = { readonly offPct: number; readonly symbol: MarketSymbol } | null | string;

export interface GateInput {
  /** `enter` or `exit`; a hold never reaches the gate. Of the strategy whose position it opens or closes. */
  readonly decision: Decision;
  /** What the decision was made on; null where there is none. */
  readonly analysis: Analysis | null;
  readonly freshness: "fresh" | StaleReason | "missing";
  /** Null: the venue does not list it. */
  readonly market: Market | null;
  /** All that the venue lists: a working entry ties up cash by its own market's fee. */
  readonly markets: ReadonlyMap<MarketSymbol, Market>;
  /** Orders accepted earlier in this slot are already in `orders`, as `intended`. */
  readonly portfolio: Portfolio;
  /** Mark-to-market, in quote. */
  readonly equity: Money;
  /** The same in float64, where it is at hand: an exact one may have to be worked out first. */
  readonly equityNumber?: number;
  /** Newest known close of held and working markets. */
  readonly marks: ReadonlyMap<MarketSymbol, number>;
  readonly entriesThisSlot: number;
  readonly limits: RiskLimits;
  readonly costs: Costs;
  /** Which markets the configuration lets in. */
  readonly admitted: MarketPatterns;
  /** The desk's settlement currency. */
  readonly quote: string;
  readonly slotMs: UnixMs;
  readonly nowMs: UnixMs;
  /** The slot was taken up late (suspend, restart): it may exit, never enter. */
  readonly late: boolean;
  /** The file HOME/halt exists, read by the caller just before. */
  readonly haltFile: boolean;
  /** Something is held and cannot be followed; left out: no. */
  readonly blind?: boolean;
  /** Why the venue's account bars entries; null, or left out: it does not. */
  readonly accountBar?: string | null;
  readonly quoteOffPar: QuoteOffPar;
  /** Which markets count as one bet; null: none is known to. */
  readonly relationships: GateRelationships | null;
  /** The leader's move over the last hour (4h and 1d: candle) in its daily standard deviations, negative for a fall; null: not known. */
  readonly leaderHourSigmas: number | null;
  /** Bought asleep, of this strategy and market; null: there is none, and that objects to nothing. */
  readonly debate: Debate | null;
  /** An exit sells at most this, of the base coin; left out: all that its strategy holds. */
  readonly exitQuantity?: Quantity;
  /** Of the decision's strategy; null: it is not configured any more, and may only exit. */
  readonly terms: StrategyTerms | null;
}
