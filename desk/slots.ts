// Floor 4. Slots: a slot is a candle close of the base timeframe; the driver fires at slotMs + graceMs.
import { InvariantError } from "#schemas/errors.ts";
import { newestClosed } from "#schemas/market.ts";
import { DAY_MS, type Timeframe, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { entryWindowMs } from "#toolkits/risk/draft.ts";

/** The slot that is current at `nowMs`: the newest close that law 1 calls closed. */
export const slotAt = (nowMs: number, timeframe: Timeframe, graceMs: number): UnixMs =>
  newestClosed(nowMs, timeframe, graceMs);

/** The slot after `slotMs`. */
export const nextSlot = (slotMs: UnixMs, timeframe: Timeframe): UnixMs => unixMs(slotMs + timeframeMs(timeframe));

/** A shorter silence may be a quiet market or a venue's maintenance. */
const SILENT_CANDLES = 3;

/** Without a candle for longer a market does not trade, ms. */
export const silenceMs = (timeframe: Timeframe): number => Math.max(DAY_MS, SILENT_CANDLES * timeframeMs(timeframe));

/** True where the slot is taken up too late to enter: after a suspend, a restart, or a catch-up. */
export const isLate = (slotMs: UnixMs, nowMs: UnixMs, timeframe: Timeframe): boolean =>
  nowMs - slotMs > entryWindowMs(timeframe);

/**
 * The 6-field cron expression (seconds first, UTC) that fires `graceMs` after every close of the timeframe.
 * Grace is rounded up to whole seconds: cron has no finer grain.
 * @throws InvariantError for a grace of a minute or more, which would fire before the candle is closed
 */
export function cronExpression(timeframe: Timeframe, graceMs: number): string {
  const second = Math.ceil(graceMs / 1000);
  if (second >= 60) {
    throw new InvariantError({
      was: `The venue's grace is ${graceMs} ms.`,
      expected: "less than a minute",
      remedy: "Give the venue a shorter grace; a candle that comes later is asked for again.",
    });
  }
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
