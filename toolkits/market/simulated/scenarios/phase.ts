// Floor 2. Time → where it stands in its four hours: all that happens in a scenario happens by this clock, so prices stay a pure
// function of seed, scenario, symbol and time.
import { HOUR_MS } from "#schemas/units.ts";

export const BLOCK_MS = 4 * HOUR_MS;
/** Since the last of 00, 04, 08, 12, 16, 20 h UTC, ms. */
export const phaseMs = (atMs: number): number => atMs % BLOCK_MS;
/** From two hours into the block to its end. */
export const isSecondHalf = (atMs: number): boolean => phaseMs(atMs) >= 2 * HOUR_MS;
/** The third hour of the block. */
export const isThirdHour = (atMs: number): boolean => isSecondHalf(atMs) && phaseMs(atMs) < 3 * HOUR_MS;
