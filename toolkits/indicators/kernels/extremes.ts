// Floor 2. Highest and lowest of the last n rows: of a column (`highest`, `lowest`), or of highs and lows as a channel (Donchian).
// The row itself is among them: a rule that asks whether the price left the channel looks at the channel one row back.
import { type Kernel, leaveBlank, type RowColumn } from "../kernel.ts";
import { CHUNK_ROWS, loadRows, rollingGreatest, rollingLeast, rollingScratch } from "../rolling.ts";
import { columnIn, numberIn, rowCount, source } from "../settings.ts";
import type { IndicatorSpec } from "../spec.ts";

const PERIOD = rowCount(20, 1, 1000);

export const highestSpec: IndicatorSpec<"value"> = {
  id: "highest",
  title: "Highest of n",
  definition: "Greatest value of the last n rows, the row itself included.",
  flat: "The value itself.",
  definitionId: "highest.v1",
  settings: { period: PERIOD, source: source("high") },
  outputs: { value: "source" },
  reads: (settings) => [columnIn(settings)],
  needRows: (settings) => numberIn(settings, "period"),
  kernel: (settings) => extremeKernel(numberIn(settings, "period"), columnIn(settings), rollingGreatest),
};

export const lowestSpec: IndicatorSpec<"value"> = {
  id: "lowest",
  title: "Lowest of n",
  definition: "Least value of the last n rows, the row itself included.",
  flat: "The value itself.",
  definitionId: "lowest.v1",
  settings: { period: PERIOD, source: source("low") },
  outputs: { value: "source" },
  reads: (settings) => [columnIn(settings)],
  needRows: (settings) => numberIn(settings, "period"),
  kernel: (settings) => extremeKernel(numberIn(settings, "period"), columnIn(settings), rollingLeast),
};

export const donchianSpec: IndicatorSpec<"upper" | "middle" | "lower"> = {
  id: "donchian",
  title: "Donchian channel",
  definition:
    "Highest high and lowest low of the last n candles, the candle itself included, and the middle between; a breakout compares with the channel one candle back.",
  flat: "The price itself, all three.",
  definitionId: "donchian.v1",
  settings: { period: PERIOD },
  outputs: { upper: "price", middle: "price", lower: "price" },
  reads: () => ["high", "low"],
  needRows: (settings) => numberIn(settings, "period"),
  kernel: (settings) => donchianKernel(numberIn(settings, "period")),
};

function extremeKernel(period: number, column: RowColumn, pick: typeof rollingGreatest): Kernel {
  const scratch = rollingScratch(period);
  return {
    outputs: 1,
    stateLength: 0,
    memoryRows: period,
    scan(_state, rows, from, to, out, at) {
      const [line] = out;
      if (line === undefined) return;
      const begin = Math.max(from, period - 1);
      leaveBlank(out, from, Math.min(begin, to), at);
      for (let start = begin; start < to; start += CHUNK_ROWS) {
        const count = Math.min(CHUNK_ROWS, to - start);
        loadRows(scratch, rows[column], start - period + 1, count + period - 1);
        pick(scratch, count, period);
        for (let r = 0; r < count; r++) line[start + r - from + at] = scratch[r] ?? Number.NaN;
      }
    },
  };
}

function donchianKernel(period: number): Kernel {
  const highs = rollingScratch(period);
  const lows = rollingScratch(period);
  return {
    outputs: 3,
    stateLength: 0,
    memoryRows: period,
    scan(_state, rows, from, to, out, at) {
      const [uppers, middles, lowers] = out;
      if (!uppers || !middles || !lowers) return;
      const begin = Math.max(from, period - 1);
      leaveBlank(out, from, Math.min(begin, to), at);
      for (let start = begin; start < to; start += CHUNK_ROWS) {
        const count = Math.min(CHUNK_ROWS, to - start);
        loadRows(highs, rows.high, start - period + 1, count + period - 1);
        loadRows(lows, rows.low, start - period + 1, count + period - 1);
        rollingGreatest(highs, count, period);
        rollingLeast(lows, count, period);
        for (let r = 0; r < count; r++) {
          const place = start + r - from + at;
          const upper = highs[r] ?? Number.NaN;
          const lower = lows[r] ?? Number.NaN;
          uppers[place] = upper;
          middles[place] = lower + (upper - lower) / 2;
          lowers[place] = lower;
        }
      }
    },
  };
}
