// Floor 2, performance. Returns of many trials → the probability that the one that looked best was chosen by luck: combinatorially
// symmetric cross-validation. D. H. Bailey, J. Borwein, M. López de Prado, Q. J. Zhu, "The Probability of Backtest Overfitting", Journal
// of Computational Finance 20 (2017), §3.
import { InvariantError, UsageError } from "#schemas/errors.ts";
import { requireFinite } from "./moments.ts";

export interface Overfitting {
  /** Share of the splits in which the best of one half stands below the middle in the other, 0 to 1. */
  readonly probability: number;
  readonly splits: number;
  readonly trials: number;
  /** Periods that were used: a multiple of the parts. */
  readonly periods: number;
  /** Mean rank of the best of one half in the other half, 0 (worst) to 1 (best). */
  readonly meanRank: number;
}

export interface OverfittingOptions {
  /** Even, 2 to 16; the paper's 16 gives 12,870 splits. */
  readonly parts?: number;
}

/**
 * Performance is the Sharpe ratio of a period; a trial without any spread has 0 (it did nothing). Ranks of ties are their mean; where
 * several are best in one half, each counts for its part; exactly the middle counts half.
 * @param trials returns of each trial, one a period, all of one length; periods left over from equal parts are left out at the start
 * @returns null under two trials or two periods a part
 * @throws InvariantError for returns that are not finite or of unequal lengths; UsageError for a wrong number of parts
 */
export function probabilityOfOverfitting(
  trials: readonly ArrayLike<number>[],
  { parts = 16 }: OverfittingOptions = {},
): Overfitting | null {
  checkParts(parts);
  const length = trials[0]?.length ?? 0;
  for (const trial of trials) check(trial, length);
  const perPart = Math.floor(length / parts);
  if (trials.length < 2 || perPart < 2) return null;
  const halves = new Halves(trials, parts, perPart);
  let [below, ranks, splits] = [0, 0, 0];
  // Each split is looked at from both sides: sets without the last part, against the rest.
  for (let mask = 0; mask < 2 ** (parts - 1); mask++) {
    if (bitsOf(mask) !== parts / 2) continue;
    const [one, other] = [halves.sharpes(mask), halves.sharpes(2 ** parts - 1 - mask)];
    for (const { share, rank } of [outOfSample(one, other), outOfSample(other, one)]) {
      below += share;
      ranks += rank;
      splits += 1;
    }
  }
  return {
    probability: below / splits,
    splits,
    trials: trials.length,
    periods: perPart * parts,
    meanRank: ranks / splits,
  };
}

/**
 * Sums of returns and of their squares of each trial, of any set of parts: those of each half of the parts are there for all its sets,
 * so that a set costs one addition a trial.
 */
class Halves {
  readonly #trials: number;
  readonly #perPart: number;
  readonly #lowBits: number;
  readonly #low: readonly SetSums[];
  readonly #high: readonly SetSums[];

  constructor(trials: readonly ArrayLike<number>[], parts: number, perPart: number) {
    this.#trials = trials.length;
    this.#perPart = perPart;
    this.#lowBits = parts >> 1;
    const from = (trials[0]?.length ?? 0) - parts * perPart;
    const byPart = Array.from({ length: parts }, (_, p) => sumsOf(trials, from + p * perPart, perPart));
    this.#low = setsOf(byPart.slice(0, this.#lowBits), trials.length);
    this.#high = setsOf(byPart.slice(this.#lowBits), trials.length);
  }

  /** Sharpe ratios of the trials over a set of parts. */
  sharpes(mask: number): Float64Array {
    const low = this.#low[mask & (2 ** this.#lowBits - 1)];
    const high = this.#high[mask >> this.#lowBits];
    const n = bitsOf(mask) * this.#perPart;
    const sharpes = new Float64Array(this.#trials);
    if (low === undefined || high === undefined) return sharpes;
    for (let k = 0; k < sharpes.length; k++) {
      const mean = ((low.sums[k] ?? 0) + (high.sums[k] ?? 0)) / n;
      const meanSquare = ((low.squares[k] ?? 0) + (high.squares[k] ?? 0)) / n;
      const variance = meanSquare - mean * mean;
      sharpes[k] =
        variance <= meanSquare * ROUNDING ? Math.sign(mean) * spreadless(meanSquare) : mean / Math.sqrt(variance);
    }
    return sharpes;
  }
}

const ROUNDING = 1e-13;

/** The same return in every period is better (or worse) than any that varies; none at all is 0. */
const spreadless = (meanSquare: number): number => (meanSquare === 0 ? 0 : Number.MAX_VALUE);

interface SetSums {
  readonly sums: Float64Array;
  readonly squares: Float64Array;
}

function sumsOf(trials: readonly ArrayLike<number>[], from: number, count: number): SetSums {
  const sums = new Float64Array(trials.length);
  const squares = new Float64Array(trials.length);
  for (const [k, trial] of trials.entries()) {
    let [sum, square] = [0, 0];
    for (let i = from; i < from + count; i++) {
      const value = trial[i] ?? 0;
      sum += value;
      square += value * value;
    }
    sums[k] = sum;
    squares[k] = square;
  }
  return { sums, squares };
}

/** Of every set of these parts, by its bits. */
function setsOf(parts: readonly SetSums[], trials: number): readonly SetSums[] {
  const sets: SetSums[] = [{ sums: new Float64Array(trials), squares: new Float64Array(trials) }];
  for (let mask = 1; mask < 2 ** parts.length; mask++) {
    const bit = 31 - Math.clz32(mask);
    const [before, part] = [sets[mask ^ (1 << bit)], parts[bit]];
    if (before === undefined || part === undefined) continue;
    sets.push({
      sums: before.sums.map((sum, k) => sum + (part.sums[k] ?? 0)),
      squares: before.squares.map((square, k) => square + (part.squares[k] ?? 0)),
    });
  }
  return sets;
}

/** How the best of one half ranks in the other: whether below the middle (or the share of the best that are), and where. */
function outOfSample(inside: Float64Array, outside: Float64Array): { readonly share: number; readonly rank: number } {
  let highest = Number.NEGATIVE_INFINITY;
  for (const sharpe of inside) if (sharpe > highest) highest = sharpe;
  let [best, below, ranks] = [0, 0, 0];
  for (let k = 0; k < inside.length; k++) {
    if (inside[k] !== highest) continue;
    const rank = rankOf(outside[k] ?? 0, outside);
    best += 1;
    ranks += rank;
    below += rank < 0.5 ? 1 : rank === 0.5 ? 0.5 : 0;
  }
  return { share: below / best, rank: ranks / best };
}

/** Mean rank over n + 1: 0 to 1, ½ in the middle. */
function rankOf(value: number, among: Float64Array): number {
  let [less, equal] = [0, 0];
  for (const other of among) {
    if (other < value) less += 1;
    else if (other === value) equal += 1;
  }
  return (less + (equal + 1) / 2) / (among.length + 1);
}

function bitsOf(mask: number): number {
  let bits = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) bits += 1;
  return bits;
}

function checkParts(parts: number): void {
  if (Number.isInteger(parts) && parts >= 2 && parts <= 16 && parts % 2 === 0) return;
  throw new UsageError({
    was: `${parts} parts cannot be halved, or are too many to try each half of them.`,
    expected: "an even number from 2 to 16",
    remedy: "Choose another number of parts.",
  });
}

function check(trial: ArrayLike<number>, length: number): void {
  requireFinite(trial, "returns");
  if (trial.length === length) return;
  throw new InvariantError({
    was: `A trial has ${trial.length} returns, the first one ${length}.`,
    expected: "one return a period of each trial",
    remedy: "This is a bug; please report it with the command that led here.",
  });
}
