// Floor 3. What an answer says, as typed facts beside its text: each names the analysis that it was read from. Pure.
import { z } from "zod";
import type { Analysis } from "#schemas/analysis.ts";
import type { Intent, QuestionKind } from "#schemas/question.ts";
import { MarketSymbol } from "#schemas/units.ts";
import type { AssetDigest, MarketDigest, StrategyDigest } from "./distil.ts";

export const Fact = z.object({
  name: z.string(),
  /** Null: of all markets that the answer stands on. */
  symbol: MarketSymbol.nullable(),
  value: z.union([z.number(), z.string(), z.null()]),
  /** Null: counted over all analyses that the answer cites. */
  analysisId: z.string().nullable(),
  /** Null: of the market itself, whatever a strategy says. */
  strategyId: z.string().nullable(),
});
export type Fact = z.infer<typeof Fact>;

type AssetField = Exclude<keyof AssetDigest, "strategies" | "clusterPeers">;

const ENTRY_FACTS = { from: "enterFrom", to: "enterTo", distancePct: "enterDistancePct" } as const;

const FIELDS: Partial<Record<QuestionKind, readonly AssetField[]>> = {
  rsi: ["rsiWilder"],
  bollinger: ["price", "percentB"],
  atr: ["atrPct"],
  price: ["price"],
  trend: ["direction", "price", "changeHourPct", "changeDayPct"],
  security: ["verdict", "securityReason"],
  signal: ["price", "verdict"],
  trigger: ["price", "verdict"],
  summary: ["price", "rsiWilder", "percentB", "atrPct", "verdict"],
  compare: ["price", "changeHourPct", "changeDayPct", "rsiWilder", "percentB", "atrPct", "direction", "verdict"],
};

/** Of one market: the values that its kind of question is about. */
export function assetFacts(kind: QuestionKind, asset: AssetDigest, record: Analysis): Fact[] {
  const { symbol, analysisId } = asset;
  const fact = (name: string, value: Fact["value"]): Fact => ({
    name,
    symbol,
    value,
    analysisId,
    strategyId: null,
  });
  const { bollinger, atr } = record.indicators;
  return [
    ...(FIELDS[kind] ?? []).map((field) => fact(field, asset[field])),
    ...(kind === "bollinger" || kind === "summary"
      ? (["lower", "middle", "upper"] as const).map((band) => fact(band, bollinger?.[band] ?? null))
      : []),
    ...(kind === "atr" || kind === "summary" ? [fact("atr", atr)] : []),
    ...asset.strategies.flatMap((one) =>
      sayingFacts(kind, one).map(([name, value]) => ({ ...fact(name, value), strategyId: one.strategyId })),
    ),
    ...(kind === "trend" ? [fact("dayLow", record.trend.dayLow), fact("dayHigh", record.trend.dayHigh)] : []),
  ];
}

type Named = readonly [name: string, value: Fact["value"]];

/** Of one strategy; of one that says nothing, why. */
function sayingFacts(kind: QuestionKind, one: StrategyDigest): readonly Named[] {
  const isSignal = kind === "signal" || kind === "summary" || kind === "compare";
  if (!isSignal && kind !== "trigger") return [];
  if (one.status === "silent") return [["silent", one.why]];
  if (isSignal)
    return [
      ["signal", one.action],
      ["strength", one.strength],
    ];
  const bounds = (act: "enter" | "exit"): readonly Named[] => [
    [`${act}From`, one[act]?.from ?? null],
    [`${act}To`, one[act]?.to ?? null],
    [`${act}DistancePct`, one[act]?.distancePct ?? null],
  ];
  return [["levels", one.levels], ...bounds("enter"), ...bounds("exit")];
}

/** Of all markets: the counts, then the rows of the lists that the kind of question is about. */
export function breadthFacts({ kind }: Intent, digest: MarketDigest): Fact[] {
  const rows = <Name extends string>(
    name: Name,
    list: readonly (Readonly<Record<Name, Fact["value"]>> & {
      readonly symbol: MarketSymbol;
      readonly analysisId: string;
    })[],
  ): Fact[] =>
    list.map((row) => ({ name, symbol: row.symbol, value: row[name], analysisId: row.analysisId, strategyId: null }));
  const counts = { ...digest.breadth, ...digest };
  const count = (
    ...names: readonly ("markets" | "oversold" | "overbought" | "barred" | keyof MarketDigest["breadth"])[]
  ) => names.map((name): Fact => ({ name, symbol: null, value: counts[name], analysisId: null, strategyId: null }));
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
        ...digest.nearEntry.flatMap(({ strategyId, ...row }) =>
          (["from", "to", "distancePct"] as const).flatMap((name) =>
            rows(name, [row]).map((fact) => ({ ...fact, name: ENTRY_FACTS[name], strategyId })),
          ),
        ),
      ];
    default:
      return [];
  }
}
