// Floor 2. (seed, name, day) → the driftless random move of one name on one day, and how restless it is that day.
// Volatility and the opening gap are drawn apart from the move's direction, so neither tells where the price will go.
import { openStream } from "./random.ts";

/** Days that share one regime, and that one stream draws at once. */
export const BLOCK_DAYS = 16;

/** Volatility relative to a name's own; chosen per block. */
const REGIMES: readonly { readonly upTo: number; readonly multiple: number }[] = [
  { upTo: 0.35, multiple: 0.5 },
  { upTo: 0.85, multiple: 1 },
  { upTo: 1, multiple: 2 },
];

/** How a name moves. */
export interface WalkCharacter {
  /** Standard deviation of one day's return in the middle regime, a ratio. */
  readonly dayVolatility: number;
  /** Chance of a gap at a day's open. */
  readonly gapChance: number;
  /** Largest size of a gap, a ratio; the smallest is a quarter of it. */
  readonly maxGap: number;
}

/** One day of one name; returns as ratios of the day's open. */
export interface WalkDay {
  /** Relative jump at 00:00 UTC, as likely up as down; 0 on most days. */
  readonly gap: number;
  /** Standard deviation of this day's return; fixed before the day begins. */
  readonly volatility: number;
  /** Regime multiple of the day: trading is as much busier. */
  readonly restlessness: number;
  /** The return from open to close: normal, mean 0. */
  readonly move: number;
}

/** The BLOCK_DAYS days of one name from day `block * BLOCK_DAYS` on; day 0 is the simulator's first. */
export function drawBlock(seed: number, name: string, character: WalkCharacter, block: number): readonly WalkDay[] {
  const stream = openStream([seed, name, "days", block]);
  const draw = stream.uniform();
  const restlessness = REGIMES.find((regime) => draw < regime.upTo)?.multiple ?? 1;
  const volatility = character.dayVolatility * restlessness;
  return Array.from({ length: BLOCK_DAYS }, () => {
    const isGap = stream.uniform() < character.gapChance;
    const gapSize = character.maxGap * (0.25 + 0.75 * stream.uniform());
    const sign = stream.sign();
    return { gap: isGap ? sign * gapSize : 0, volatility, restlessness, move: volatility * stream.normal() };
  });
}
