// Floor 2. The plan of a day → its 1,440 one-minute candles. Inside the day the price is a Brownian motion pinned to the
// day's open and close; a bridge with the very variance of its end points *is* a Brownian motion, so no minute can be
// foretold from the ones before it. Highs and lows have the exact law of that motion's extremes between two minutes.
import type { CandleColumns } from "#schemas/market.ts";
import type { DayPlan } from "./price-days.ts";
import { naturalLog, openStream, type RandomStream } from "./random.ts";

const MINUTES_PER_DAY = 1440;

/** Columns of equal length: the candles of one day, from 00:00 UTC. */
export type DayColumns = Omit<CandleColumns, "openMs">;

/** What the prices and volumes of one market are rounded to, as digits after the point. */
export interface Rounding {
  readonly priceDecimals: number;
  readonly volumeDecimals: number;
}

/**
 * Brownian path of one day at the end of each minute, as a return since the open; it ends at `move` exactly as drawn for
 * the day. `volatility` is the standard deviation of the whole day.
 */
export function minutePath(stream: RandomStream, volatility: number, move: number): Float64Array {
  const path = new Float64Array(MINUTES_PER_DAY);
  const step = volatility / Math.sqrt(MINUTES_PER_DAY);
  let sum = 0;
  for (let minute = 0; minute < MINUTES_PER_DAY; minute += 1) {
    sum += step * stream.normal();
    path[minute] = sum;
  }
  const missing = move - sum;
  for (let minute = 0; minute < MINUTES_PER_DAY; minute += 1) {
    path[minute] = (path[minute] ?? 0) + (missing * (minute + 1)) / MINUTES_PER_DAY;
  }
  return path;
}

/** Which minute of the day's motion each minute shows; minutes passed, from 0 to 1,440. */
export interface MinuteClock {
  /** Where a minute opens; null: where the one before has closed. */
  opensAt(minute: number): number | null;
  closesAt(minute: number): number;
}

const OWN_MINUTES: MinuteClock = { opensAt: () => null, closesAt: (minute) => minute + 1 };

/** Mean of (1 + z/10)^8 for a standard normal z. */
const MEAN_BURST = 1.30142105;

/** Positive, skewed to the right, mean 1: the shape of a lognormal, by multiplication alone. */
function burst(stream: RandomStream): number {
  const base = 1 + stream.normal() / 10;
  const squared = base * base;
  const fourth = squared * squared;
  return (fourth * fourth) / MEAN_BURST;
}

/** `decimals` digits after the point, half up: on a grid a billionth of the price, ties do not happen. */
const roundTo = (value: number, scale: number): number => Math.round(value * scale) / scale;

/**
 * The candles of one asset and day.
 * @param marketPath - the market factor's `minutePath` of the day
 * @param dayVolume - typical volume of a day, in base; direction plays no part in it
 */
export function minuteCandles(
  name: { readonly seed: number; readonly base: string; readonly day: number },
  plan: DayPlan,
  marketPath: Float64Array,
  dayVolume: number,
  rounding: Rounding,
  clock: MinuteClock = OWN_MINUTES,
): DayColumns {
  const ownPath = minutePath(openStream([name.seed, name.base, "path", name.day]), plan.own.volatility, plan.own.move);
  const stream = openStream([name.seed, name.base, "extremes", name.day]);
  const column = () => new Float64Array(MINUTES_PER_DAY);
  const candles = { open: column(), high: column(), low: column(), close: column(), volume: column() };

  const marketShare = plan.beta * plan.market.volatility;
  const dayVariance = plan.open * plan.open * (marketShare * marketShare + plan.own.volatility ** 2);
  const twiceMinuteVariance = (2 * dayVariance) / MINUTES_PER_DAY;
  const minuteVolume = (dayVolume * plan.own.restlessness) / MINUTES_PER_DAY;
  const priceScale = 10 ** rounding.priceDecimals;
  const volumeScale = 10 ** rounding.volumeDecimals;
  // A price cannot fall below one tick.
  const price = (value: number) => Math.max(roundTo(value, priceScale), 1 / priceScale);

  const priceAfter = (passed: number): number =>
    plan.open * (1 + plan.beta * (marketPath[passed - 1] ?? 0) + (ownPath[passed - 1] ?? 0));

  let from = plan.open;
  let passed = 0;
  for (let minute = 0; minute < MINUTES_PER_DAY; minute += 1) {
    const opensAt = clock.opensAt(minute);
    if (opensAt !== null) {
      from = priceAfter(opensAt);
      passed = opensAt;
    }
    const closesAt = clock.closesAt(minute);
    const to = priceAfter(closesAt);
    const twiceVariance = twiceMinuteVariance * (closesAt - passed);
    passed = closesAt;
    // Extremes of a Brownian bridge from `from` to `to`: Glasserman 2003, Monte Carlo Methods in Financial Engineering, §6.4.
    const span = (to - from) * (to - from);
    const rise = Math.sqrt(span - twiceVariance * naturalLog(stream.uniform()));
    const fall = Math.sqrt(span - twiceVariance * naturalLog(stream.uniform()));
    candles.open[minute] = price(from);
    candles.close[minute] = price(to);
    candles.high[minute] = price((from + to + rise) / 2);
    candles.low[minute] = price((from + to - fall) / 2);
    candles.volume[minute] = roundTo(minuteVolume * burst(stream), volumeScale);
    from = to;
  }
  return candles;
}

/** Candles of `minutes` each from the minute candles of a whole day; exact, since nothing is drawn anew. */
export function aggregate(day: DayColumns, minutes: number, volumeDecimals: number): DayColumns {
  if (minutes === 1) return day;
  const length = MINUTES_PER_DAY / minutes;
  const column = () => new Float64Array(length);
  const candles = { open: column(), high: column(), low: column(), close: column(), volume: column() };
  const volumeScale = 10 ** volumeDecimals;
  for (let index = 0; index < length; index += 1) {
    const [first, end] = [index * minutes, (index + 1) * minutes];
    let [high, low, volume] = [0, Number.POSITIVE_INFINITY, 0];
    for (let minute = first; minute < end; minute += 1) {
      high = Math.max(high, day.high[minute] ?? 0);
      low = Math.min(low, day.low[minute] ?? low);
      volume += day.volume[minute] ?? 0;
    }
    candles.open[index] = day.open[first] ?? 0;
    candles.high[index] = high;
    candles.low[index] = low;
    candles.close[index] = day.close[end - 1] ?? 0;
    candles.volume[index] = roundTo(volume, volumeScale);
  }
  return candles;
}
