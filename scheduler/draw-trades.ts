// Floor 5. A backtest that has ended → its trades on their candles, with bands, fills, bracket and the closes at which the strategy
// would have entered. As many as a page can carry; which are left out is said.
import { BracketSteps } from "#desk/account/bracket-steps.ts";
import { TradeMarks } from "#desk/account/trade-marks.ts";
import { IncompleteReadError } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { CandleSeries } from "#schemas/market.ts";
import { toNumber } from "#schemas/money.ts";
import type { ClosedTrade } from "#schemas/portfolio.ts";
import type { ActionLevels } from "#schemas/reading.ts";
import type { TradeChart, TradeCharts } from "#schemas/trade-chart.ts";
import { type Timeframe, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { computeSnapshot } from "#toolkits/indicators/snapshot.ts";
import { windowAt } from "#toolkits/indicators/window.ts";
import { packCandles } from "#toolkits/market/packed-candles.ts";
import { marketRows } from "#toolkits/strategies/market-rows.ts";
import { MarketReader } from "#toolkits/strategies/read-market.ts";
import type { Strategy } from "#toolkits/strategies/strategy.ts";
import { chartSpan, drawnCandles } from "./chart-candles.ts";
import { chosenTrades } from "./choose-trades.ts";

/** What the charts need of a run's journal, heard while it runs. */
export class TradeDrawing {
  readonly marks = new TradeMarks();
  readonly brackets = new BracketSteps();

  take(event: JournalEvent): void {
    this.marks.take(event);
    this.brackets.take(event);
  }
}

export interface DrawnRun {
  readonly trades: readonly ClosedTrade[];
  readonly drawing: TradeDrawing;
  readonly timeframe: Timeframe;
  readonly strategies: readonly Strategy[];
  readonly tickSizes: ReadonlyMap<string, string>;
  readonly allSeriesOf: (symbol: ClosedTrade["symbol"]) => ReadonlyMap<Timeframe, CandleSeries>;
}

export function tradeChartsOf(run: DrawnRun): TradeCharts {
  const { chosen, leftOut } = chosenTrades(run.trades);
  const readers = new Map(run.strategies.map((strategy) => [strategy.id, new MarketReader(strategy)]));
  return { charts: chosen.flatMap((trade) => chartOf(run, readers, trade) ?? []), leftOut };
}

type Readers = ReadonlyMap<string, MarketReader>;

function chartOf(run: DrawnRun, readers: Readers, index: number): TradeChart | null {
  const trade = run.trades[index];
  const series = trade === undefined ? undefined : run.allSeriesOf(trade.symbol).get(run.timeframe);
  if (trade === undefined || series === undefined) return null;
  const stepMs = timeframeMs(run.timeframe);
  const span = chartSpan(trade, stepMs);
  const candles = drawnCandles(series, span);
  if (candles.length === 0) return null;
  const fills = marksOf(run.drawing, trade);
  const { decidedMs, stop, target } = run.drawing.brackets.of(
    fills.find(({ role }) => role === "entry")?.clientOrderId ?? "",
  );
  const closeMs = decidedMs === null ? null : unixMs(Math.floor(decidedMs / stepMs) * stepMs);
  return {
    trade: index,
    candles: packCandles(candles, stepMs * span.perCandle),
    perCandle: span.perCandle,
    fills: fills.map(({ atMs, side, role, price, reason, basis }) => ({
      atMs,
      // A fill at the open carries the candle's open time, any other a later one, its close at the latest.
      openMs: unixMs(Math.floor((basis === "next-open" ? atMs : atMs - 1) / stepMs) * stepMs),
      side,
      role,
      price: toNumber(price),
      reason,
    })),
    stop,
    target,
    decidedMs: closeMs,
    levels: closeMs === null ? null : levelsBefore(run, readers.get(trade.strategyId), { trade, closeMs }),
  };
}

/** Fills of one trade: at one moment the trade before may have ended, or the next begun. */
const marksOf = ({ marks }: TradeDrawing, { symbol, strategyId, entryMs, exitMs }: ClosedTrade) =>
  marks.of(symbol).filter(({ strategyId: of, side, atMs }) => {
    if (of !== strategyId || atMs < entryMs || atMs > exitMs) return false;
    return entryMs === exitMs || atMs !== (side === "buy" ? exitMs : entryMs);
  });

/** As the desk would have worked them out while the candle of the decision was open. */
function levelsBefore(
  { strategies, timeframe, tickSizes, allSeriesOf }: DrawnRun,
  reader: MarketReader | undefined,
  { trade, closeMs }: { readonly trade: ClosedTrade; readonly closeMs: UnixMs },
): ActionLevels | null {
  const strategy = strategies.find(({ id }) => id === trade.strategyId);
  const series = allSeriesOf(trade.symbol);
  const base = series.get(timeframe);
  if (strategy === undefined || reader === undefined || base === undefined) return null;
  const asOfMs = unixMs(closeMs - timeframeMs(timeframe));
  try {
    const window = windowAt(base, asOfMs);
    if (window === null) return null;
    const { atr } = computeSnapshot(window);
    const tickSize = Number(tickSizes.get(trade.symbol) ?? 0);
    const rows = marketRows({ strategy, asOfMs, series, base: timeframe, tickSize, atr });
    return rows === null ? null : reader.read(rows).levels;
  } catch (error) {
    // The first candles of a run: the window of the one before may begin earlier than was read.
    if (error instanceof IncompleteReadError) return null;
    throw error;
  }
}
