// Floor 4. Decayed counts → probabilities that leave something for what was never counted. Pure.
import type { DecayedCounts } from "./decayed-counts.ts";

/** Of each count this much is given to what has not been counted (absolute discounting, Ney, Essen and Kneser 1994). */
const DISCOUNT = 0.75;
/** Weight of the backed-off guess against the first counts. */
const CONCENTRATION = 1;

/**
 * Probability of a name, where `base` is what it would be without any count of its own. Sums to at most 1 where the bases do.
 * @param deviations how many standard deviations a count is taken lower (of a Poisson count that is its root); none, if left out
 */
export type BackedOff = (name: string, base: number, deviations?: number) => number;

/** Discounted counts, and the rest of the probability given to the base. */
export function backOff(counts: DecayedCounts): BackedOff {
  const total = counts.total() + CONCENTRATION;
  const rest = (counts.sumUpTo(DISCOUNT) + CONCENTRATION) / total;
  return (name, base, deviations = 0) => {
    const weight = counts.weight(name);
    return Math.max(0, weight - DISCOUNT - deviations * Math.sqrt(weight)) / total + rest * base;
  };
}
