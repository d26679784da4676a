// Rows of a market as a strategy's host is given them, from closes alone.
import { unixMs } from "#schemas/units.ts";
import type { MarketRows, WarmFrame } from "#toolkits/strategies/read-market.ts";

export const START_MS = unixMs(1_700_000_400_000 - (1_700_000_400_000 % 300_000));

/** A window of 5-minute candles that open at the close before; full where there are 250 of them. */
export function marketOf(symbol: string, closes: readonly number[], startMs: number = START_MS): MarketRows {
  const close = Float64Array.from(closes);
  const open = Float64Array.from(closes, (value, i) => closes[i - 1] ?? value);
  const frame: WarmFrame = {
    timeframe: "5m",
    startMs,
    length: close.length,
    open,
    high: close.map((value, i) => Math.max(value, open[i] ?? value) * 1.001),
    low: close.map((value, i) => Math.min(value, open[i] ?? value) * 0.999),
    close,
    volume: close.map((_, i) => 100 + (i % 7)),
    received: close.length,
    warmup: close.length >= 250 ? "full" : "partial",
  };
  return { symbol, now: [frame], next: [frame], tickSize: 0.01, atr: 1 };
}

/** A price that swings around 100, without chance. */
export const swing = (length: number, phase = 0): readonly number[] =>
  Array.from({ length }, (_, i) => 100 + 8 * Math.sin((i + phase) / 11) + 3 * Math.sin((i + phase) / 3.7));
