// Floor 4. The sources `analysis` and `delegate`: one market as Khala has it, or made from scratch by code, with what is held of
// it. The model names market and timeframe and has no other say in the work.
import { z } from "zod";
import { SCRATCH_UNITS } from "#agents/deep-trader-manager/answers/effort.ts";
import { factSource, type NewFact, type SourceRun } from "#agents/deep-trader-manager/talk/fact-source.ts";
import type { Recall } from "#schemas/analysis.ts";
import type { MarketView } from "#schemas/reading.ts";
import type { MarketSymbol, Timeframe } from "#schemas/units.ts";
import { positionsIn } from "#toolkits/portfolio/positions.ts";
import { factsOf, marketFactsOf } from "./make-facts.ts";
import { analysisFacts, sayingFacts } from "./market-facts.ts";
import { Asset, marketOf, TimeframeInput } from "./market-name.ts";
import type { SourceDesk } from "./source-desk.ts";
import { statement } from "./statement.ts";
import { recallViews } from "./views.ts";

const Input = z.object({ asset: Asset, timeframe: TimeframeInput });

export const analysisSource = (open: SourceDesk) =>
  factSource({
    id: "analysis",
    description:
      "One market now: price, moves, RSI, Bollinger bands, ATR, trend, token security, what each strategy says, its levels, and whether it is held. Use it for any question about one market.",
    input: Input,
    read: async ({ asset, timeframe = open.desk.config.timeframe }, run, options) => {
      const symbol = marketOf(open, asset);
      const [recall = MISSING] = await recallViews(open, [symbol], timeframe, run, options);
      return [...recallFacts(open, { symbol, timeframe }, recall, run), ...heldFacts(open, symbol, run)];
    },
  });

export const delegateSource = (open: SourceDesk) =>
  factSource({
    id: "delegate",
    description:
      "Has one market analysed from scratch at one timeframe. Use it only where `analysis` or `compare` said that there is no fresh analysis; it takes longer.",
    input: Input,
    read: async ({ asset, timeframe = open.desk.config.timeframe }, run, options) => {
      const { desk, delegate } = open;
      const symbol = marketOf(open, asset);
      if (!desk.markets.has(symbol)) return [statement("market-gone", run.language, { market: symbol })];
      const made = run.tally.total().delegations;
      if ((made + 1) * SCRATCH_UNITS > desk.config.thinking.questionUnits)
        return [statement("work-spent", run.language)];
      const outcome = await delegate({ symbol, timeframe, nowMs: run.nowMs }, run.tally, options);
      if (outcome.status === "analysed") {
        run.tally.count({ delegations: 1 });
        return [...viewFacts(open, outcome.analysis), ...heldFacts(open, symbol, run)];
      }
      const none = statement("no-newer-candle", run.language, { market: symbol, timeframe });
      const [known = MISSING] = await recallViews(open, [symbol], timeframe, run, options);
      return [none, ...(known.status === "missing" ? [] : viewFacts(open, known.record))];
    },
  });

const MISSING: Recall<MarketView> = { status: "missing" };

export const viewFacts = ({ desk }: SourceDesk, view: MarketView): NewFact[] => [
  ...analysisFacts(view),
  ...sayingFacts(view, desk.hosts),
];

/** What Khala has of a market; where that is nothing, or not fresh, this is said first. */
export function recallFacts(
  open: SourceDesk,
  { symbol, timeframe }: { readonly symbol: MarketSymbol; readonly timeframe: Timeframe },
  recall: Recall<MarketView>,
  { language }: Pick<SourceRun, "language">,
  facts: (open: SourceDesk, view: MarketView) => NewFact[] = viewFacts,
): NewFact[] {
  const words = { market: symbol, timeframe };
  if (recall.status === "missing") {
    const none = statement("no-analysis", language, words);
    return [{ ...none, label: "no analysis; `delegate` makes one" }];
  }
  const { record, ageMs } = recall;
  if (recall.status === "fresh") return facts(open, record);
  const { duration } = factsOf({ market: symbol, timeframe, asOfMs: record.asOfMs, recordId: record.id });
  return [
    { ...statement("not-fresh", language, words), label: `not fresh (${recall.reason}); \`delegate\` makes a new one` },
    duration("duration", ageMs, "age of this analysis"),
    ...facts(open, record),
  ];
}

/** What the desk holds of a market, by strategy, or that it holds none. */
export function heldFacts({ desk }: SourceDesk, symbol: MarketSymbol, { language, nowMs }: SourceRun): NewFact[] {
  const held = positionsIn(desk.account.portfolio(), symbol).filter(({ dust }) => !dust);
  if (held.length === 0) return [statement("not-held", language, { market: symbol })];
  const { quantity } = marketFactsOf(symbol, { asOfMs: nowMs, recordId: "account" });
  return held.map((one) => quantity(one.quantity, "held now", { strategyId: one.strategyId }));
}
