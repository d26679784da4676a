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
  const rows = <Name extends string>(
    name: Name,
    list: readonly (Readonly<Record<Name, Fact["value"]>> & {
      readonly symbol: MarketSymbol;
      readonly analysisId: string;
    })[],
  ): Fact[] => list.map((row) => ({ name, symbol: row.symbol, value: row[name], analysisId: row.analysisId }));
  const counts = { ...digest.breadth, ...digest };
  const count = (
    ...names: readonly ("markets" | "oversold" | "overbought" | "barred" | keyof MarketDigest["breadth"])[]
  ) => names.map((name): Fact => ({ name, symbol: null, value: counts[name], analysisId: null }));
  const moves = [...rows("changePct", digest.gainers), ...rows("changePct", digest.losers)];
  switch (kind) {
    case "oversold":
      return [...count("markets", kind), ...rows("rsiWilder", digest.lowestRsi)];
    case "overbought":
      return [...count("markets", kind), ...rows("rsiWilder", digest.highestRsi)];
    case "movers":
      return [...count("markets", "up", "down"), ...moves];
    case "riskiest":
      return [...count("markets", "barred"), ...rows("verdict", digest.riskiest), ...rows("atrPct", digest.riskiest)];
    case "market":
      return [
        ...count("markets", "up", "down", "unmoved", "oversold", "overbought", "barred"),
        ...moves,
        ...rows("enterAtOrBelow", digest.nearEntry),
      ];
    default:
      return [];
  }
}
