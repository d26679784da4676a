// Floor 4. The source `market`: how the whole universe of the day moves, its leaders and laggards, its extremes of RSI, its
// riskiest. Every figure is the market digest's.
import { z } from "zod";
import { type MarketDigest, marketTopic, type RiskRow } from "#agents/deep-trader-manager/answers/distil.ts";
import { factSource, type NewFact, type SourceRun } from "#agents/deep-trader-manager/talk/fact-source.ts";
import type { DeskStrategy } from "#memory/said-of.ts";
import { OVERBOUGHT_RSI, OVERSOLD_RSI } from "#schemas/indicator.ts";
import { factsOf, withRank } from "./make-facts.ts";
import type { SourceDesk } from "./source-desk.ts";
import { statement } from "./statement.ts";
import { coverageFacts, digestOf, universeViews } from "./views.ts";

/** Rows named of each list. */
const FEW = 3;

export const marketSource = (open: SourceDesk) =>
  factSource({
    id: "market",
    description:
      "The market as a whole: how many coins rose and fell over a day, how many are oversold and overbought, the largest moves, the lowest and highest RSI, the riskiest.",
    input: z.object({}),
    read: async (_, run, options) => {
      const universe = await universeViews(open, run, options);
      const digest = digestOf(universe);
      const coverage = coverageFacts(universe, open.desk.config);
      if (digest === null) return [statement("no-fresh-markets", run.language), ...coverage];
      return [breadthFact(digest, run), ...digestFacts(digest, open.desk.hosts), ...coverage];
    },
  });

/** Breadth in a sentence: beside a bare count "rose" cannot be checked. */
function breadthFact({ breadth, oversold, overbought }: MarketDigest, { language }: SourceRun): NewFact {
  const { up, down, unmoved, unknown } = breadth;
  const counts = { up, down, unmoved, unknown, oversold, overbought };
  const filled = Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, String(count)]));
  return statement("market-breadth", language, filled);
}

function digestFacts(digest: MarketDigest, strategies: readonly DeskStrategy[]): NewFact[] {
  const { breadth, oversold, overbought, gainers, losers, lowestRsi, highestRsi, riskiest, barred } = digest;
  const { timeframe, asOfMs } = digest;
  const all = factsOf({ timeframe, asOfMs, recordId: marketTopic(digest, strategies) });
  const of = ({ symbol, analysisId }: { readonly symbol: string; readonly analysisId: string }) =>
    factsOf({ market: symbol, timeframe, asOfMs, recordId: analysisId });
  const day = { window: "1d" };
  const moves = (rows: MarketDigest["gainers"], label: string): NewFact[] =>
    rows
      .slice(0, FEW)
      .map((row) => of(row).pct("change", row.changePct, label, { window: row.over === "day" ? "1d" : "1h" }));
  const rsis = (rows: MarketDigest["lowestRsi"], label: string): NewFact[] =>
    rows.slice(0, FEW).map((row) => of(row).index("rsi", row.rsiWilder, label));
  return [
    all.count("count-markets", breadth.up, "markets that rose over a day", day),
    all.count("count-markets", breadth.down, "markets that fell over a day", day),
    all.count("count-markets", breadth.unmoved, "markets that did not move over a day", day),
    all.count("count-markets", breadth.unknown, "markets whose change is not known", day),
    all.count("count-markets", oversold, `oversold markets, RSI under ${OVERSOLD_RSI}`),
    all.count("count-markets", overbought, `overbought markets, RSI over ${OVERBOUGHT_RSI}`),
    all.count("count-markets", barred, "markets not entered for their token's security"),
    ...withRank(moves(gainers, `rise over a day, largest of ${digest.markets} first`), "highest"),
    ...withRank(moves(losers, `fall over a day, largest of ${digest.markets} first`), "lowest"),
    ...withRank(rsis(lowestRsi, `RSI, lowest of ${digest.markets} first`), "lowest"),
    ...withRank(rsis(highestRsi, `RSI, highest of ${digest.markets} first`), "highest"),
    ...riskiest.slice(0, FEW).flatMap((row, at) => riskFacts(row, of(row), at)),
  ];
}

const riskFacts = ({ verdict, reason, atrPct }: RiskRow, make: ReturnType<typeof factsOf>, at: number): NewFact[] => [
  make.verdict("verdict", verdict, `token security, riskiest of all by verdict, then by ATR, number ${at + 1}`),
  make.text("reason", reason, "why that security verdict"),
  make.pct("atr", atrPct, "ATR in percent of the price"),
];
