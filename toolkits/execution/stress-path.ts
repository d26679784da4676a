// Floor 2, execution. A shock of the leader → the minute candles of each market on its way. Pure.
import type { Candle } from "#schemas/market.ts";
import type { Shock } from "#schemas/stress.ts";
import { MINUTE_MS, type UnixMs } from "#schemas/units.ts";

/** More than any order: on this path volume bounds nothing, which is said where it is shown. */
const DEEP = 1e18;

/** The leader's price after so many minutes, of its price now: linear, after what comes at once. */
const leaderRatio = ({ movePct, minutes, gapPct }: Shock, minute: number): number =>
  1 + (gapPct + ((movePct - gapPct) * minute) / minutes) / 100;

/**
 * A market's price after so many minutes. A beta is a slope of log returns, so the leader's ratio is raised to it: at 1 the market falls
 * as the leader does, and no beta takes a price below 0.
 * @param price now
 */
export function pathPrice(price: number, beta: number, shock: Shock, minute: number): number {
  const ratio = leaderRatio(shock, minute);
  return price * (beta === 1 ? ratio : ratio ** beta);
}

/** The candle of a minute, 0 the first. It opens where the one before closed; the first below or above that by what comes at once. */
export function pathCandle(startMs: UnixMs, open: number, close: number, minute: number): Candle {
  const openMs = startMs + minute * MINUTE_MS;
  return { openMs, open, high: Math.max(open, close), low: Math.min(open, close), close, volume: DEEP };
}
