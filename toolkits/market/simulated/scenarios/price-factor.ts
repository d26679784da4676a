// Floor 2. Regimes that bend all prices alike: seed and time → a factor on the price of the default simulation. It is 1 again
// within hours, so prices keep their order of magnitude. What is earned on it says nothing of a strategy: its times are known.
import { HOUR_MS, timeframeMs } from "#schemas/units.ts";
import { openStream } from "../random.ts";
import { BLOCK_MS, phaseMs } from "./phase.ts";

export type PriceFactor = (atMs: number) => number;

const FALL = 0.25;
const FALL_MS = timeframeMs("15m");

/** Straight down from the second hour's end, flat, and straight back in the fourth hour. */
export const crashFactor: PriceFactor = (atMs) => {
  const inMs = phaseMs(atMs);
  const down = Math.min(1, Math.max(0, (inMs - 2 * HOUR_MS) / FALL_MS));
  const back = Math.max(0, (inMs - 3 * HOUR_MS) / HOUR_MS);
  return 1 - FALL * (down - back);
};

const AWAY = 0.08;

/** Away in one block and back in the next; which way first is drawn for each two blocks. */
export function trendFactor(seed: number): PriceFactor {
  const signs = new Map<number, -1 | 1>();
  return (atMs) => {
    const pair = Math.floor(atMs / (2 * BLOCK_MS));
    let sign = signs.get(pair);
    if (sign === undefined) {
      sign = openStream([seed, "trend", pair]).sign();
      signs.set(pair, sign);
    }
    const inMs = atMs - pair * 2 * BLOCK_MS;
    return 1 + sign * AWAY * (1 - Math.abs(inMs / BLOCK_MS - 1));
  };
}
