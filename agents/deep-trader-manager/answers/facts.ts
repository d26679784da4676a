// Floor 3. What an answer says, as typed facts beside its text: each names the analysis that it was read from. Pure.
import { z } from "zod";
import type { Analysis } from "#schemas/analysis.ts";
import type { Intent, QuestionKind } from "#schemas/question.ts";
import { MarketSymbol } from "#schemas/units.ts";
import type { AssetDigest, MarketDigest } from "./distil.ts";

export const Fact = z.object({
  name: z.string(),
  /** Null: of all markets that the answer stands on. */
  symbol: MarketSymbol.nullable(),
  value: z.union([z.number(), z.string(), z.null()]),
  /** Null: counted over all analyses that the answer cites. */
  analysisId: z.string().nullable(),
});
export type Fact = z.infer<typeof Fact>;

type AssetField = Exclude<keyof AssetDigest, "signal" | "clusterPeers">;

const FIELDS: Partial<Record<QuestionKind, readonly AssetField[]>> = {
  rsi: ["rsiWilder"],
  bollinger: ["price", "percentB"],
  atr: ["atrPct"],
  price: ["price"],
  trend: ["direction", "price", "changeHourPct", "changeDayPct"],
  security: ["verdict", "securityReason"],
  signal: ["price", "verdict"],
  trigger: ["price", "enterAtOrBelow", "enterDistancePct", "exitAtOrAbove", "exitDistancePct", "verdict"],
  summary: ["price", "rsiWilder", "percentB", "atrPct", "verdict"],
  compare: ["price", "changeHourPct", "changeDayPct", "rsiWilder", "percentB", "atrPct", "direction", "verdict"],
};

/** Of one market: the values that its kind of question is about. */
export function assetFacts(kind: QuestionKind, asset: AssetDigest, record: Analysis): Fact[] {
  const { symbol, analysisId } = asset;
  const fact = (name: string, value: Fact["value"]): Fact => ({ name, symbol, value, analysisId });
  const { bollinger, atr } = record.indicators;
  return [
    ...(FIELDS[kind] ?? []).map((field) => fact(field, asset[field])),
    ...(kind === "bollinger" || kind === "summary"
      ? (["lower", "middle", "upper"] as const).map((band) => fact(band, bollinger?.[band] ?? null))
      : []),
    ...(kind === "atr" || kind === "summary" ? [fact("atr", atr)] : []),
    ...(kind === "signal" || kind === "summary" || kind === "compare"
      ? [fact("signal", asset.signal.action), fact("strength", asset.signal.strength)]
      : []),
    ...(kind === "trend" ? [fact("dayLow", record.trend.dayLow), fact("dayHigh", record.trend.dayHigh)] : []),
  ];
}

/** Of all markets: the counts, then the rows of the lists that the kind of question is about. */
export function breadthFacts({ kind }: Intent, digest: MarketDigest): Fact[] {
  const rows = <T extends { readonly symbol: MarketSymbol; readonly analysisId: string }>(
    name: string,
    list: readonly T[],
    read: (row: T) => Fact["value"],
  ): Fact[] => list.map((row) => ({ name, symbol: row.symbol, value: read(row), analysisId: row.analysisId }));
  const count = (name: string, value: number): Fact => ({ name, symbol: null, value, analysisId: null });
  const markets = count("markets", digest.markets);
  const moves = [
    ...rows("changePct", digest.gainers, (row) => row.changePct),
    ...rows("changePct", digest.losers, (row) => row.changePct),
  ];
  switch (kind) {
    case "oversold":
      return [markets, count("oversold", digest.oversold), ...rows("rsiWilder", digest.lowestRsi, (r) => r.rsiWilder)];
    case "overbought":
      return [
        markets,
        count("overbought", digest.overbought),
        ...rows("rsiWilder", digest.highestRsi, (r) => r.rsiWilder),
      ];
    case "movers":
      return [markets, count("up", digest.breadth.up), count("down", digest.breadth.down), ...moves];
    case "riskiest":
      return [
        markets,
        count("barred", digest.barred),
        ...rows("verdict", digest.riskiest, (row) => row.verdict),
        ...rows("atrPct", digest.riskiest, (row) => row.atrPct),
      ];
    case "market":
      return [
        markets,
        ...(["up", "down", "unmoved"] as const).map((way) => count(way, digest.breadth[way])),
        count("oversold", digest.oversold),
        count("overbought", digest.overbought),
        count("barred", digest.barred),
        ...moves,
        ...rows("enterAtOrBelow", digest.nearEntry, (row) => row.enterAtOrBelow),
      ];
    default:
      return [];
  }
}
