// Floor 2. CandleWindow → how the price has moved inside it. Facts about the past, no forecast.
import { MIN_CANDLES, NO_TREND, type Trend } from "#schemas/indicator.ts";
import { DAY_MS, HOUR_MS, timeframeMs } from "#schemas/units.ts";
import { logReturns } from "./log-returns.ts";
import { warmupOf } from "./warmup.ts";
import type { CandleWindow } from "./window.ts";

/** Closes in the mean that says the direction, and how far back it is looked at once more. */
const MEAN_CANDLES = 50;
const MEAN_STEP = 20;

/** All null where the window is `insufficient`; each part null where the window does not reach back that far. */
export function computeTrend(window: CandleWindow): Trend {
  if (warmupOf(window) === "insufficient") return NO_TREND;
  const lengthMs = timeframeMs(window.timeframe);
  const hour = Math.max(1, HOUR_MS / lengthMs);
  const day = Math.max(1, DAY_MS / lengthMs);
  const spansDay = window.length > day;
  return {
    changeHourPct: changePct(window.close, hour),
    changeDayPct: changePct(window.close, day),
    dayHigh: spansDay ? extremeSince(window.high, window.length - day, Math.max) : null,
    dayLow: spansDay ? extremeSince(window.low, window.length - day, Math.min) : null,
    direction: directionOf(window.close),
    hourMoveDailySigmas: hourMoveDailySigmas(window.close, hour, day),
  };
}

/** The largest or the smallest of the values from `first` on. */
function extremeSince(values: Float64Array, first: number, of: (a: number, b: number) => number): number {
  let extreme = values[first] ?? Number.NaN;
  for (let i = first + 1; i < values.length; i++) extreme = of(extreme, values[i] ?? Number.NaN);
  return extreme;
}

/** The same for a backtest, worked out when a part is read first. Never stored or copied. */
export class LazyTrend implements Trend {
  readonly #window: CandleWindow;
  #trend: Trend | null = null;

  constructor(window: CandleWindow) {
    this.#window = window;
  }

  get changeHourPct(): Trend["changeHourPct"] {
    return this.#made().changeHourPct;
  }

  get changeDayPct(): Trend["changeDayPct"] {
    return this.#made().changeDayPct;
  }

  get dayHigh(): Trend["dayHigh"] {
    return this.#made().dayHigh;
  }

  get dayLow(): Trend["dayLow"] {
    return this.#made().dayLow;
  }

  get direction(): Trend["direction"] {
    return this.#made().direction;
  }

  get hourMoveDailySigmas(): Trend["hourMoveDailySigmas"] {
    return this.#made().hourMoveDailySigmas;
  }

  #made(): Trend {
    this.#trend ??= computeTrend(this.#window);
    return this.#trend;
  }
}

/** The `hourMoveDailySigmas` of `computeTrend` alone: a backtest asks it of the leader wherever a market would enter. */
export function hourMoveOf(window: CandleWindow): number | null {
  if (warmupOf(window) === "insufficient") return null;
  const lengthMs = timeframeMs(window.timeframe);
  return hourMoveDailySigmas(window.close, Math.max(1, HOUR_MS / lengthMs), Math.max(1, DAY_MS / lengthMs));
}

/** Percent, six decimals, so that equal moves are equal on every machine. */
function changePct(close: Float64Array, candles: number): number | null {
  const now = close.at(-1);
  const before = close.at(-1 - candles);
  if (now === undefined || before === undefined) return null;
  return rounded((now / before - 1) * 100);
}

const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;

function directionOf(close: Float64Array): Trend["direction"] {
  const now = close.at(-1);
  if (now === undefined || close.length < MEAN_CANDLES + MEAN_STEP) return null;
  const mean = meanOf(close.subarray(close.length - MEAN_CANDLES));
  const before = meanOf(close.subarray(close.length - MEAN_CANDLES - MEAN_STEP, close.length - MEAN_STEP));
  if (now > mean && mean > before) return "up";
  return now < mean && mean < before ? "down" : "sideways";
}

const meanOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * The last hour's log return over the standard deviation of a day: root mean square of the candles' log returns before that
 * hour (so that a shock is not measured by itself), scaled by the square root of the candles in a day. Null with fewer
 * than 20 such returns, or where the price had not moved.
 */
function hourMoveDailySigmas(close: Float64Array, hour: number, day: number): number | null {
  const end = close.length - hour;
  if (end - 1 < MIN_CANDLES) return null;
  let sum = 0;
  const changes = logReturns(close, 1, end);
  for (let i = 0; i < changes.length; i++) sum += (changes[i] ?? Number.NaN) ** 2;
  const sigma = Math.sqrt((sum / (end - 1)) * day);
  if (!(sigma > 0)) return null;
  return rounded(Math.log((close.at(-1) ?? Number.NaN) / (close[end - 1] ?? Number.NaN)) / sigma);
}
