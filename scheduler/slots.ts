// Floor 4. Slots: a slot is a candle close of the base timeframe; the driver fires at slotMs + graceMs.
import { newestClosed } from "#schemas/market.ts";
import { type Timeframe, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";

/** The slot that is current at `nowMs`: the newest close that law 1 calls closed. */
export const slotAt = (nowMs: number, timeframe: Timeframe, graceMs: number): UnixMs =>
  newestClosed(nowMs, timeframe, graceMs);

/** The slot after `slotMs`. */
export const nextSlot = (slotMs: UnixMs, timeframe: Timeframe): UnixMs => unixMs(slotMs + timeframeMs(timeframe));

/** An entry must be sent within this long of the close: 20 % of the timeframe, at most 60 s (DESIGN §12). */
export const entryWindowMs = (timeframe: Timeframe): number => Math.min(timeframeMs(timeframe) / 5, 60_000);

/** True where the slot is taken up too late to enter: after a suspend, a restart, or a catch-up. */
export const isLate = (slotMs: UnixMs, nowMs: UnixMs, timeframe: Timeframe, graceMs: number): boolean =>
  nowMs > slotMs + graceMs + entryWindowMs(timeframe);

/**
 * The 6-field cron expression (seconds first, UTC) that fires `graceMs` after every close of the timeframe.
 * Grace is rounded up to whole seconds: cron has no finer grain.
 */
export function cronExpression(timeframe: Timeframe, graceMs: number): string {
  const second = Math.ceil(graceMs / 1000) % 60;
  const fields: Record<Timeframe, string> = {
    "1m": `${second} * * * * *`,
    "5m": `${second} */5 * * * *`,
    "15m": `${second} */15 * * * *`,
    "1h": `${second} 0 * * * *`,
    "4h": `${second} 0 */4 * * *`,
    "1d": `${second} 0 0 * * *`,
  };
  return fields[timeframe];
}
