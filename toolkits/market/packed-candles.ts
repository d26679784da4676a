// Floor 2. Candles with their bands ↔ small whole numbers of a price unit, for pages that carry some hundred charts.
import type { Candle } from "#schemas/market.ts";
import type { PackedCandles } from "#schemas/trade-chart.ts";
import { unixMs } from "#schemas/units.ts";

export interface BandedCandle extends Omit<Candle, "volume"> {
  /** Null: too few candles before it. */
  readonly bands: { readonly upper: number; readonly lower: number } | null;
}

/** Digits of a price that are kept: at 43,210.57 the unit is 0.1. */
const DIGITS = 6;
/** Numbers of a candle in `rows`. */
const WIDTH = 6;

/** @param candles ascending, each on the grid of `stepMs` that the first stands on; at least one */
export function packCandles(candles: readonly BandedCandle[], stepMs: number): PackedCandles {
  const highest = Math.max(...candles.map(({ high }) => high));
  const power = Math.floor(Math.log10(highest)) + 1 - DIGITS;
  // A power of ten as it is written: 10 ** -7 is not.
  const unit = Number(`1e${power}`);
  const whole = (price: number): number => Math.round(price / unit);
  const rows: number[] = [];
  const bands: number[] = [];
  let before = { openMs: (candles[0]?.openMs ?? 0) - stepMs, close: 0 };
  for (const candle of candles) {
    const open = whole(candle.open);
    const close = whole(candle.close);
    rows.push((candle.openMs - before.openMs) / stepMs, open - before.close, close - open);
    rows.push(whole(candle.high) - Math.max(open, close), Math.min(open, close) - whole(candle.low));
    rows.push(candle.bands === null ? 0 : 1);
    if (candle.bands !== null) bands.push(whole(candle.bands.upper) - close, close - whole(candle.bands.lower));
    before = { openMs: candle.openMs, close };
  }
  return { firstOpenMs: unixMs(candles[0]?.openMs ?? 0), stepMs, unit, rows, bands };
}

/** The candles again, each price within half a unit of what it was. */
export function unpackCandles({ firstOpenMs, stepMs, unit, rows, bands }: PackedCandles): readonly BandedCandle[] {
  const candles: BandedCandle[] = [];
  const perUnit = Math.round(1 / unit);
  // A division of whole numbers rounds once, a product of a decimal twice.
  const priceOf = (count: number): number => (perUnit > 1 ? count / perUnit : count * unit);
  let openMs = firstOpenMs - stepMs;
  let close = 0;
  let band = 0;
  for (let at = 0; at + WIDTH <= rows.length; at += WIDTH) {
    const [steps = 1, gap = 0, change = 0, above = 0, below = 0, hasBands = 0] = rows.slice(at, at + WIDTH);
    openMs += steps * stepMs;
    const open = close + gap;
    close = open + change;
    candles.push({
      openMs,
      open: priceOf(open),
      high: priceOf(Math.max(open, close) + above),
      low: priceOf(Math.min(open, close) - below),
      close: priceOf(close),
      bands:
        hasBands === 0
          ? null
          : { upper: priceOf(close + (bands[band] ?? 0)), lower: priceOf(close - (bands[band + 1] ?? 0)) },
    });
    band += 2 * hasBands;
  }
  return candles;
}
