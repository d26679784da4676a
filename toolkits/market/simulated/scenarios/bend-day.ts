// Floor 2. A day of the default simulation's minutes → the same day in a scenario. A minute without a candle is NaN throughout.
import type { MarketSymbol } from "#schemas/units.ts";
import type { DayColumns, Rounding } from "../minute-candles.ts";
import type { ScenarioEffects } from "./effects.ts";

const MINUTE_MS = 60_000;
const COLUMNS = ["open", "high", "low", "close", "volume"] as const;

export interface BentDay {
  readonly symbol: MarketSymbol;
  readonly dayStartMs: number;
  readonly rounding: Rounding;
}

export function bendDay(
  day: DayColumns,
  { symbol, dayStartMs, rounding }: BentDay,
  effects: ScenarioEffects,
): DayColumns {
  const { factor, volumeRatio } = effects;
  const priceScale = 10 ** rounding.priceDecimals;
  const volumeScale = 10 ** rounding.volumeDecimals;
  const price = (value: number): number => Math.max(Math.round(value * priceScale) / priceScale, 1 / priceScale);
  const absent = effects.absentMinutes(symbol, dayStartMs);
  const at = (column: Float64Array, minute: number): number => column[minute] ?? Number.NaN;
  const bent = {
    open: day.open.slice(),
    high: day.high.slice(),
    low: day.low.slice(),
    close: day.close.slice(),
    volume: day.volume.slice(),
  };
  for (const minute of day.open.keys()) {
    if (absent?.[minute] === 1) {
      for (const name of COLUMNS) bent[name][minute] = Number.NaN;
      continue;
    }
    const openMs = dayStartMs + minute * MINUTE_MS;
    const closeMs = openMs + MINUTE_MS;
    const [begin, end] = factor === null ? [1, 1] : [factor(openMs), factor(closeMs)];
    const wrong = effects.mispricedBy(symbol, closeMs);
    const close = price(at(day.close, minute) * end * wrong);
    bent.open[minute] = price(at(day.open, minute) * begin);
    bent.close[minute] = close;
    bent.high[minute] = Math.max(close, price(at(day.high, minute) * Math.max(begin, end)));
    bent.low[minute] = Math.min(close, price(at(day.low, minute) * Math.min(begin, end)));
    bent.volume[minute] = Math.max(1, Math.round(at(day.volume, minute) * volumeRatio * volumeScale)) / volumeScale;
  }
  return bent;
}

/** Candles of `minutes` each, of the minutes that are there; NaN where none is. */
export function aggregateSparse(day: DayColumns, minutes: number, volumeDecimals: number): DayColumns {
  const length = day.open.length / minutes;
  const column = () => new Float64Array(length).fill(Number.NaN);
  const candles = { open: column(), high: column(), low: column(), close: column(), volume: column() };
  const volumeScale = 10 ** volumeDecimals;
  for (let index = 0; index < length; index += 1) {
    let volume = 0;
    for (let minute = index * minutes; minute < (index + 1) * minutes; minute += 1) {
      const open = day.open[minute] ?? Number.NaN;
      if (Number.isNaN(open)) continue;
      if (Number.isNaN(candles.open[index])) {
        candles.open[index] = open;
        candles.high[index] = 0;
        candles.low[index] = Number.POSITIVE_INFINITY;
      }
      candles.high[index] = Math.max(candles.high[index] ?? 0, day.high[minute] ?? 0);
      candles.low[index] = Math.min(candles.low[index] ?? 0, day.low[minute] ?? 0);
      candles.close[index] = day.close[minute] ?? 0;
      volume += day.volume[minute] ?? 0;
      candles.volume[index] = Math.round(volume * volumeScale) / volumeScale;
    }
  }
  return candles;
}
