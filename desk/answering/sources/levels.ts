// Floor 4. The source `levels`: at which next closes the strategies would act, nearest first over all markets, or of one.
import { z } from "zod";
import { factSource, type NewFact, type SourceRun } from "#agents/deep-trader-manager/talk/fact-source.ts";
import { sayingsOf } from "#memory/said-of.ts";
import { blockedName } from "#schemas/portfolio.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketView } from "#schemas/reading.ts";
import { marketsHeld, positionOf } from "#toolkits/portfolio/positions.ts";
import { nearestFirst, triggerRow, wayToGo } from "../../documents/trigger-rows.ts";
import { recallFacts } from "./analysis.ts";
import { boundedFacts, withRank } from "./make-facts.ts";
import { levelFacts, priceFacts, sayingFacts } from "./market-facts.ts";
import { Asset, marketOf } from "./market-name.ts";
import { Limit, type SourceDesk } from "./source-desk.ts";
import { statement } from "./statement.ts";
import { coverageFacts, recallViews, universeViews } from "./views.ts";

export const levelsSource = (open: SourceDesk) =>
  factSource({
    id: "levels",
    description:
      "The prices at which the strategies would buy or sell at the next close, and how far away they are, nearest first; of one market where `asset` is given. Use it for what the desk would do next.",
    input: z.object({ asset: Asset.optional(), limit: Limit }),
    read: async ({ asset, limit }, run, options) => {
      if (asset === undefined) return nearestOfAll(open, limit, run, options);
      const symbol = marketOf(open, asset);
      const { timeframe } = open.desk.config;
      const [recall] = await recallViews(open, [symbol], timeframe, run, options);
      return recallFacts(open, { symbol, timeframe }, recall ?? { status: "missing" }, run, ({ desk }, view) => [
        ...priceFacts(view),
        ...sayingFacts(view, desk.hosts),
      ]);
    },
  });

async function nearestOfAll(open: SourceDesk, limit: number, run: SourceRun, options: CallOptions): Promise<NewFact[]> {
  const { desk } = open;
  const portfolio = desk.account.portfolio();
  const universe = await universeViews(open, run, options);
  const views = [...universe.views, ...(await heldElsewhere(open, universe.views, run, options))];
  const rows = views.flatMap((view) =>
    sayingsOf(view, desk.hosts).flatMap((saying) => {
      if (saying.status === "silent") return [];
      const position = positionOf(portfolio, { strategyId: saying.strategyId, symbol: view.symbol });
      const held = position !== undefined && !position.dust;
      const row = triggerRow(view, saying, { held, blocked: blockedName(portfolio, view.symbol) !== null });
      return [{ view, row, reading: saying.reading }];
    }),
  );
  const known = rows.filter(({ row }) => Number.isFinite(wayToGo(row))).sort((a, b) => nearestFirst(a.row, b.row));
  const coverage = coverageFacts(universe, desk.config);
  if (known.length === 0) return [statement("no-levels", run.language), ...coverage];
  const [first, second] = known;
  const isAloneNearest = first !== undefined && second !== undefined && wayToGo(first.row) < wayToGo(second.row);
  const { timeframe } = desk.config;
  const listed = { kind: "count", what: "markets with a level", shared: { timeframe, recordId: "universe" } } as const;
  const shown = boundedFacts(known, limit, listed, ({ view, row, reading }, at) => {
    const [action, doing] = row.held ? (["exit", "held, would sell"] as const) : (["enter", "would buy"] as const);
    const level = levelFacts(view, reading, [action]).map((fact) =>
      fact.kind === "distance"
        ? { ...fact, label: `${doing}: ${fact.label}, number ${at + 1} of ${known.length} by nearness` }
        : fact,
    );
    return [...priceFacts(view), ...(at === 0 && isAloneNearest ? nearest(level) : level)];
  });
  return [...shown, ...coverage];
}

/** The nearest has the lowest distance. */
const nearest = (facts: readonly NewFact[]): NewFact[] => [
  ...facts.filter(({ kind }) => kind !== "distance"),
  ...withRank(
    facts.filter(({ kind }) => kind === "distance"),
    "lowest",
  ),
];

/** What is held and is not of the day's universe any more. */
async function heldElsewhere(
  open: SourceDesk,
  views: readonly MarketView[],
  run: SourceRun,
  options: CallOptions,
): Promise<readonly MarketView[]> {
  const there = new Set(views.map(({ symbol }) => symbol));
  const others = [...marketsHeld(open.desk.account.portfolio())].filter((symbol) => !there.has(symbol));
  const recalls = await recallViews(open, others, open.desk.config.timeframe, run, options);
  return recalls.flatMap((recall) => (recall.status === "fresh" ? [recall.record] : []));
}
