// Floor 4. What the desk earned, and what it did not trade: the account's part of `report`.
import { z } from "zod";
import type { JournalEvent } from "#schemas/journal.ts";
import { Decimal } from "#schemas/money.ts";
import { Performance } from "#schemas/performance.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { Percent } from "#schemas/units.ts";
import { runPerformance } from "../account/run-performance.ts";
import { Metrics } from "../account/summary.ts";
import type { Desk } from "../desk.ts";
import { EXCLUDED, type LeftOut, unusableReason } from "./left-out.ts";
import { PortfolioView, viewPortfolio } from "./portfolio-view.ts";
import { runMetrics, runSpan } from "./run-metrics.ts";
import { strategyParts, TradesPart } from "./trades-report.ts";

export const AccountReport = PortfolioView.pick({
  quote: true,
  equity: true,
  valueAtOldPrices: true,
  openPositions: true,
  cash: true,
}).extend({
  strategy: z.string().describe("ids, separated by commas"),
  strategies: z.array(z.string()).readonly(),
  byStrategy: z.array(TradesPart).readonly().describe("what closed trades came to, by strategy"),
  startingCash: Decimal.describe("settlement currency"),
  allotted: Decimal.describe(
    "put in since the start less what was taken out, settlement currency: neither profit nor loss, and no part of a return",
  ),
  drawdownPct: Percent.nullable().describe("from the 30-day peak; null before the first slot is settled"),
  metrics: Metrics.nullable().describe("null before two slots are settled"),
  performance: Performance.nullable().describe("the run as `backtest` sums one up; null before two slots are settled"),
});
export type AccountReport = Readonly<z.infer<typeof AccountReport>>;

/** @param events of the run; no others than its start are looked at */
export async function accountReportOf(
  desk: Desk,
  events: readonly JournalEvent[],
  options: CallOptions,
): Promise<AccountReport> {
  const { strategies, quote, equity, cash, valueAtOldPrices, openPositions } = await viewPortfolio(desk, options);
  const { startingCash, allotted, loss } = desk.account.portfolio();
  const span = runSpan(desk, events);
  const metrics = span === null ? null : (await runMetrics(desk, span, options)).metrics;
  return {
    quote,
    equity,
    cash,
    valueAtOldPrices,
    openPositions,
    strategy: strategies.join(", "),
    strategies,
    byStrategy: strategyParts(desk.account.statistics().trades(), strategies),
    startingCash,
    allotted,
    drawdownPct: loss?.drawdownPct ?? null,
    metrics,
    performance: metrics === null ? null : performanceOfRun(desk.account, metrics),
  };
}

function performanceOfRun(account: Desk["account"], { startMs, endMs }: Metrics): Performance {
  const finalEquity = account.statistics().equityLine().at(-1)?.equity ?? Number.NaN;
  return runPerformance({ account, startMs, endMs, finalEquity });
}

/** Markets by the newest analysis that Khala has of each, refusals by the journal of the run. */
export async function leftOutNow(desk: Desk, options: CallOptions): Promise<LeftOut> {
  const nowMs = desk.clock.now();
  const { excluded } = await desk.universe.at(nowMs, options);
  const listed = await desk.khala.list(desk.marketData.venueId, { nowMs }, options);
  const analysed = listed.flatMap(({ key, recall }) => {
    const reason = key.timeframe === desk.config.timeframe ? unusableReason(recall.record, desk) : null;
    return reason === null ? [] : [{ symbol: key.symbol, reason, candles: null, unusable: null }];
  });
  // What the configuration leaves out is analysed only where it is held, or was before.
  const known = new Set(analysed.map(({ symbol }) => symbol));
  const others = excluded
    .filter((symbol) => !known.has(symbol))
    .map((symbol) => ({ symbol, reason: EXCLUDED, candles: null, unusable: null }));
  return { markets: [...analysed, ...others], candles: null, refusals: desk.tally.refusals.counts() };
}
