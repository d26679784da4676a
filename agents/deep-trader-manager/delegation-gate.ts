// Floor 3. May the manager hand a market to the analyst? Recall → yes, or no with what is already known. Pure.
import type { Recall } from "#schemas/analysis.ts";
import type { MarketView } from "#schemas/reading.ts";
import { toIso } from "#schemas/units.ts";
import type { AnalysisSlots } from "../desk-run.ts";

export type DelegationVerdict = { readonly proceed: true } | { readonly proceed: false; readonly reason: string };

/**
 * Only what is missing or stale is worked on again (DESIGN §3). `no-candle` is stale, but the source was asked after
 * the close and had nothing; asking again in the same slot would get the same.
 */
export function decideDelegation(recall: Recall<MarketView>, slots: AnalysisSlots | null): DelegationVerdict {
  if (slots === null) {
    return {
      proceed: false,
      reason: "The question names no market that the desk's grammar accepts; nothing to analyse.",
    };
  }
  const market = `${slots.symbol} ${slots.timeframe}`;
  switch (recall.status) {
    case "missing":
      return { proceed: true };
    case "stale":
      if (recall.reason !== "no-candle") return { proceed: true };
      return {
        proceed: false,
        reason: `The source had no newer ${slots.timeframe} candle for ${slots.symbol} than the one of ${toIso(recall.record.asOfMs)}; the record of that time is the newest there can be.`,
      };
    case "fresh": {
      const { indicators, price, security, readings, asOfMs } = recall.record;
      const rsi = indicators.rsiWilder ?? "none";
      const signals = readings.map(({ strategyId, signal }) => `${strategyId} ${signal.action}`).join(", ") || "none";
      return {
        proceed: false,
        reason: `Khala holds a fresh analysis of ${market} as of ${toIso(asOfMs)}: close ${price}, RSI ${rsi}, signal ${signals}, security ${security.verdict}. Use it.`,
      };
    }
  }
}
