// Floor 2. What trades of freqtrade and ours are compared with.
import type { RiskRule } from "#schemas/decision.ts";
import type { FreqtradeTrade } from "#schemas/freqtrade-compare.ts";
import type { CandleSeries } from "#schemas/market.ts";
import type { FreqtradeResult } from "./read-result.ts";

/** An entry of ours that the gate refused. */
export interface RefusedEntry {
  readonly symbol: string;
  /** The slot, which is the open of the candle that would have been bought in. */
  readonly slotMs: number;
  readonly rule: RiskRule;
  readonly reason: string;
}

/** What was held when our run ended. */
export interface HeldAtEnd {
  readonly symbol: string;
  readonly openedAtMs: number;
}

export interface ComparisonInput {
  readonly result: FreqtradeResult;
  /** Ours, in freqtrade's terms; moments are those of our fills. */
  readonly ours: readonly FreqtradeTrade[];
  readonly refused: readonly RefusedEntry[];
  readonly held: readonly HeldAtEnd[];
  readonly stepMs: number;
  readonly firstSlotMs: number;
  readonly lastSlotMs: number;
  /** Null: no candles of it. */
  seriesOf(symbol: string): CandleSeries | null;
  /** Smallest price step, quote per base. */
  tickOf(symbol: string): number;
  slippageBpsOf(symbol: string): number;
  /** Why nothing of it could be entered on in all the time; null: it could. */
  whyNotTraded(symbol: string): string | null;
}

export const candleStart = (atMs: number, stepMs: number): number => Math.floor(atMs / stepMs) * stepMs;
