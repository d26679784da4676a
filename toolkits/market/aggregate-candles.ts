// Floor 2. Candles of one timeframe → those of a higher one, from whole candles only: where one of the shorter is missing, so is
// the longer, since its high, low and volume would be guesses.
import { type CandleSeries, candleColumns } from "#schemas/market.ts";
import { type Timeframe, timeframeMs, unixMs } from "#schemas/units.ts";
import { stepNotes } from "./candle-notes.ts";

/** @param timeframe a multiple of the series' own */
export function aggregateCandles(series: CandleSeries, timeframe: Timeframe): CandleSeries {
  const lengthMs = timeframeMs(timeframe);
  const whole = lengthMs / timeframeMs(series.timeframe);
  const firsts = firstRowsOf(series.openMs, lengthMs, whole);
  const fold = (column: Float64Array, take: (all: Float64Array) => number): Float64Array =>
    Float64Array.from(firsts, (row) => take(column.subarray(row, row + whole)));
  const first = (all: Float64Array): number => all[0] ?? Number.NaN;
  const columns = {
    openMs: fold(series.openMs, first),
    open: fold(series.open, first),
    high: fold(series.high, (all) => Math.max(...all)),
    low: fold(series.low, (all) => Math.min(...all)),
    close: fold(series.close, (all) => all.at(-1) ?? Number.NaN),
    volume: fold(series.volume, (all) => all.reduce((sum, volume) => sum + volume, 0)),
  };
  const candle = (row: number) => ({ openMs: columns.openMs[row] ?? 0, close: columns.close[row] ?? Number.NaN });
  return {
    symbol: series.symbol,
    timeframe,
    ...candleColumns((name) => columns[name]),
    notes: firsts.slice(1).flatMap((_, row) => stepNotes(candle(row), candle(row + 1), lengthMs)),
    askedFromMs: unixMs(Math.ceil(series.askedFromMs / lengthMs) * lengthMs),
    checkedThroughMs: series.checkedThroughMs,
  };
}

/** The rows with which a whole longer candle begins. */
function firstRowsOf(openMs: Float64Array, lengthMs: number, whole: number): readonly number[] {
  const stepMs = lengthMs / whole;
  const firsts: number[] = [];
  for (let row = 0; row + whole <= openMs.length; row++) {
    const atMs = openMs[row] ?? 0;
    if (atMs % lengthMs !== 0 || openMs[row + whole - 1] !== atMs + lengthMs - stepMs) continue;
    firsts.push(row);
    row += whole - 1;
  }
  return firsts;
}
