// Floor 6. What the document of a backtest carries where it is drawn or kept: trades on their candles, and the line of buy and hold.
import type { BacktestRun } from "#scheduler/backtest-driver.ts";
import { strategiesOf } from "#scheduler/backtest-input.ts";
import { type TradeDrawing, tradeChartsOf } from "#scheduler/draw-trades.ts";
import { type HeldSpan, holdLine } from "#scheduler/hold-line.ts";
import type { DeskConfig } from "#schemas/config.ts";
import type { HoldLine, TradeCharts } from "#schemas/trade-chart.ts";
import { splitSymbol } from "#schemas/units.ts";
import type { Venue } from "../venues/venue.ts";

export interface Drawings {
  readonly tradeCharts: TradeCharts;
  /** Null: no market has a price at both ends. */
  readonly holdLine: HoldLine | null;
}

/** @param drawing has heard every event of the run */
export function drawingsOf(
  run: BacktestRun,
  drawing: TradeDrawing,
  { config, venue, span }: { readonly config: DeskConfig; readonly venue: Venue; readonly span: HeldSpan },
): Drawings {
  const statistics = run.account.statistics();
  const held = [...venue.markets.keys()].filter((symbol) => splitSymbol(symbol).quote === venue.quote);
  return {
    tradeCharts: tradeChartsOf({
      trades: statistics.trades(),
      drawing,
      timeframe: config.timeframe,
      strategies: strategiesOf(venue),
      tickSizes: new Map([...venue.markets].map(([symbol, { tickSize }]) => [symbol, tickSize])),
      allSeriesOf: run.allSeriesOf,
    }),
    holdLine: holdLine(
      held.flatMap((symbol) => run.seriesOf(symbol) ?? []),
      span,
      statistics.equityLine().map(({ atMs }) => atMs),
    ),
  };
}
