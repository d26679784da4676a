// Floor 6. What is read of a backtest's document to draw it: of this run, or of one that was saved by this version or another.
import { z } from "zod";
import { Metrics } from "#desk/account/summary.ts";
import { LeftOut } from "#desk/documents/left-out.ts";
import { Decimal } from "#schemas/money.ts";
import { Performance } from "#schemas/performance.ts";
import { ClosedTrade } from "#schemas/portfolio.ts";
import { HoldLine, TradeCharts } from "#schemas/trade-chart.ts";
import { UnixMs } from "#schemas/units.ts";

export const DrawnBacktest = z.object({
  trades: z.array(ClosedTrade.extend({ entryTag: z.string().nullable().optional() })).readonly(),
  metrics: Metrics,
  equity: Decimal,
  decisionsHash: z.string(),
  quote: z.string(),
  venue: z.string(),
  simulated: z.boolean(),
  strategies: z.array(z.string()).readonly(),
  security: z.string(),
  timeframe: z.string(),
  openPositions: z.number(),
  leftOut: LeftOut,
  marketsWithOwnFee: z.number(),
  fillsOutsideCandle: z.number(),
  equityLine: z.array(z.object({ atMs: UnixMs, equity: Decimal })).readonly(),
  rules: z.array(z.object({ words: z.string(), text: z.string() })).readonly(),
  performance: Performance.optional(),
  tradeCharts: TradeCharts.optional(),
  holdLine: HoldLine.nullable().optional(),
});
export type DrawnBacktest = Readonly<z.infer<typeof DrawnBacktest>>;
export type DrawnTrade = DrawnBacktest["trades"][number];
