// Candles of an ordinary market, and what a feed makes of one of them.
import { type CandleSeries, candleColumns } from "#schemas/market.ts";
import { type MarketSymbol, type Timeframe, timeframeMs, unixMs } from "#schemas/units.ts";
import { selectClosed } from "#toolkits/market/closed-candles.ts";

export const T0 = Date.UTC(2026, 2, 2);

/** Closes around 100 that move by some 0.2 % a candle, the same for every run; candle i opens at T0 + i timeframes. */
export function ordinary(
  rows: number,
  { symbol = "SOL/USDT", timeframe = "5m", seed = 1 }: { symbol?: string; timeframe?: Timeframe; seed?: number } = {},
): CandleSeries {
  const lengthMs = timeframeMs(timeframe);
  const close = new Float64Array(rows);
  let state = seed;
  let price = 100;
  for (let i = 0; i < rows; i++) {
    state = (state * 16807) % 2147483647;
    price *= 1 + (state / 2147483647 - 0.5) * 0.008;
    close[i] = price;
  }
  const open = close.map((value, i) => close[i - 1] ?? value);
  return {
    symbol: symbol as MarketSymbol,
    timeframe,
    ...candleColumns((name) => {
      if (name === "openMs") return close.map((_, i) => T0 + i * lengthMs);
      if (name === "open") return open;
      if (name === "close") return close;
      if (name === "volume") return close.map(() => 1000);
      const pick = name === "high" ? Math.max : Math.min;
      return close.map((value, i) => pick(value, open[i] ?? value) * (name === "high" ? 1.001 : 0.999));
    }),
    notes: [],
    askedFromMs: unixMs(T0),
    checkedThroughMs: unixMs(T0 + rows * lengthMs),
  };
}

/** The candle `row` multiplied; only its named prices where given. */
export function scaled(
  series: CandleSeries,
  row: number,
  times: number,
  names: readonly string[] = ["open", "high", "low", "close"],
): CandleSeries {
  return {
    ...series,
    ...candleColumns((name) => series[name].map((v, i) => (i === row && names.includes(name) ? v * times : v))),
  };
}

/** From `row` on, every price multiplied: a move that stays; within the candle `row` itself it happens after the open. */
export function moved(series: CandleSeries, row: number, times: number): CandleSeries {
  const { low, high } = series;
  return {
    ...series,
    ...candleColumns((name) =>
      name === "openMs" || name === "volume"
        ? series[name]
        : series[name].map((value, i) => {
            if (i > row) return value * times;
            if (i < row || name === "open") return value;
            if (name === "high" && times < 1) return high[i] ?? value;
            if (name === "low" && times > 1) return low[i] ?? value;
            return value * times;
          }),
    ),
  };
}

/** The first `rows` of them, as a source would have given them when the last had closed. */
export function upTo(series: CandleSeries, rows: number, from = 0): CandleSeries {
  const lengthMs = timeframeMs(series.timeframe);
  const fromMs = series.openMs[from] ?? 0;
  const nowMs = unixMs((series.openMs[rows - 1] ?? T0 - lengthMs) + lengthMs);
  return selectClosed(series, { nowMs, graceMs: 0, fromMs: unixMs(fromMs) });
}
