// Bench. Predictions and what came → how good they were, each scored before it was learnt from (prequential, Dawid 1984),
// beside the two plain ways of the same memory: the most frequent, and the least recently used.
import { type AskedIntent, type LikelyIntent, Predictor } from "#desk/planning/predictor.ts";
import { intentKey } from "#schemas/question.ts";
import type { UnixMs } from "#schemas/units.ts";

/** Hits are counted among the likeliest 1, 5 and 20. */
const HIT_AT = [1, 5, 20] as const;
type HitAt = `hit${(typeof HIT_AT)[number]}`;
/** Names that the plain ways remember. */
const MAX_NAMES = 512;

export interface Score extends Readonly<Record<HitAt, number>> {
  /** Sum of −log2 of the probability given to what came. */
  readonly bits: number;
}

export interface PrequentialScores {
  readonly questions: number;
  readonly predictor: Score;
  /** Bits of the predictor's guess by frequency alone: what is above the predictor's is what order and structure gave. */
  readonly frequencyBits: number;
  /** Counts without decay, one vote for the unseen. */
  readonly mostFrequent: Score;
  /** Place in the order of last use, weighed 1, 1/2, 1/3 …, as a cache of that size would serve. */
  readonly leastRecentlyUsed: Score;
}

/** How many others were held likelier, and how many just as likely: between those a draw decides. */
interface Rank {
  readonly better: number;
  readonly equal: number;
}

interface Scored {
  readonly key: string;
  readonly probability: number;
  /** Of the guess by frequency alone. */
  readonly frequency: number;
  /** The guess for an intent that was never asked; all three ways share it. */
  readonly base: number;
  /** Where it stood among what was known; null where it was not: no hit then. */
  readonly rank: Rank | null;
}

const NOTHING: Score = { bits: 0, hit1: 0, hit5: 0, hit20: 0 };

const NO_SCORES: PrequentialScores = {
  questions: 0,
  predictor: NOTHING,
  frequencyBits: 0,
  mostFrequent: NOTHING,
  leastRecentlyUsed: NOTHING,
};

class PrequentialScore {
  readonly #counts = new Map<string, number>();
  #order: readonly string[] = [];
  #scores = NO_SCORES;

  add({ key, probability, frequency, base, rank }: Scored): void {
    const { questions, predictor, frequencyBits, mostFrequent, leastRecentlyUsed } = this.#scores;
    this.#scores = {
      questions: questions + 1,
      predictor: scored(predictor, probability, rank),
      frequencyBits: frequencyBits - Math.log2(frequency),
      mostFrequent: this.#byFrequency(mostFrequent, key, base),
      leastRecentlyUsed: this.#byRecency(leastRecentlyUsed, key, base),
    };
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    if (this.#counts.size > MAX_NAMES) this.#dropRarest();
    this.#order = [key, ...this.#order.filter((other) => other !== key)].slice(0, MAX_NAMES);
  }

  scores(): PrequentialScores {
    return this.#scores;
  }

  #byFrequency(score: Score, key: string, base: number): Score {
    const count = this.#counts.get(key) ?? 0;
    let total = 1;
    let better = 0;
    let equal = -1;
    for (const other of this.#counts.values()) {
      total += other;
      if (other > count) better += 1;
      else if (other === count) equal += 1;
    }
    return scored(score, (count + base) / total, count === 0 ? null : { better, equal });
  }

  #byRecency(score: Score, key: string, base: number): Score {
    const place = this.#order.indexOf(key);
    let total = 0;
    for (let i = 0; i <= this.#order.length; i++) total += 1 / (i + 1);
    if (place === -1) return scored(score, base / (this.#order.length + 1) / total, null);
    return scored(score, 1 / (place + 1) / total, { better: place, equal: 0 });
  }

  #dropRarest(): void {
    let rarest: string | undefined;
    for (const [name, count] of this.#counts) {
      if (rarest === undefined || count < (this.#counts.get(rarest) ?? 0)) rarest = name;
    }
    if (rarest !== undefined) this.#counts.delete(rarest);
  }
}

function scored(score: Score, probability: number, rank: Rank | null): Score {
  // Of those that are alike each is among the first so many with the same probability.
  const hit = (at: number) => (rank === null ? 0 : Math.min(1, Math.max(0, (at - rank.better) / (rank.equal + 1))));
  return {
    bits: score.bits - Math.log2(probability),
    hit1: score.hit1 + hit(1),
    hit5: score.hit5 + hit(5),
    hit20: score.hit20 + hit(20),
  };
}

/** The product's predictor, scored on each question before it learns it. */
export class ScoredPredictor extends Predictor {
  readonly #of: ConstructorParameters<typeof Predictor>[0];
  readonly #score = new PrequentialScore();

  constructor(...parts: ConstructorParameters<typeof Predictor>) {
    super(...parts);
    this.#of = parts[0];
  }

  override learn(asked: AskedIntent): void {
    const key = intentKey(asked.intent, this.#of);
    const guess = this.guess(asked.intent, asked.atMs);
    this.#score.add({ key, ...guess, rank: this.#rank(key, guess.probability, asked.atMs) });
    super.learn(asked);
  }

  scores(): PrequentialScores {
    return this.#score.scores();
  }

  #rank(key: string, probability: number, nowMs: UnixMs): Rank | null {
    const known = this.likely(Number.POSITIVE_INFINITY, nowMs);
    const isIt = (other: LikelyIntent) =>
      other.probability === probability && intentKey(other.intent, this.#of) === key;
    if (!known.some(isIt)) return null;
    const better = known.filter((other) => other.probability > probability).length;
    return { better, equal: known.filter((other) => other.probability === probability).length - 1 };
  }
}
