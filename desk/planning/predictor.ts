// Floor 4. Questions asked → how likely each intent is to be asked next, and how often it will be within a time. Pure: what
// it knows is a function of the questions in their order, so it is rebuilt from the history of questions.
import { type Intent, intentKey } from "#schemas/question.ts";
import { type DeskId, timeframeMs, type UnixMs, type VenueId } from "#schemas/units.ts";
import { DecayedCounts } from "./decayed-counts.ts";
import { Recency } from "./recency.ts";

/** Market time after which a question counts half: a day of them, 288 slots of 5 minutes. */
export const HALF_LIFE_MS = timeframeMs("1d");
/** Intents kept; beyond it the one least asked goes. */
const MAX_INTENTS = 512;
/** Of each count this much is given to what has not been asked (absolute discounting, Ney, Essen and Kneser 1994). */
const DISCOUNT = 0.75;
/** Weight of the backed-off guess against the first questions. */
const CONCENTRATION = 1;
/** Ways to ask (kind, timeframe, side …) and markets that are thought possible before any was seen. */
const POSSIBLE_SHAPES = 200;
const POSSIBLE_MARKETS = 200;
/**
 * What a market that is held, near its trigger or just turned is asked about before the first question: once in four hours,
 * over all the intents that are named for it. An assumption, stated; too small to pay for anything alone.
 */
export const STRUCTURAL_ASKS_PER_HOUR = 0.25;
/** Before something is paid for, a count is taken so many standard deviations lower; of a Poisson count that is its root. */
const CAUTION_DEVIATIONS = 2;
/** A rate is not taken from less than this: one question in the first minute is not sixty an hour. */
const SHORTEST_VIEW_MS = timeframeMs("1h");

/**
 * Three guesses are mixed, each by how well it has done (Bayes, with this share given back to the start at every question,
 * so that a guess can recover: fixed share, Herbster and Warmuth 1998).
 */
const FIXED_SHARE = 0.01;
const START_WEIGHTS = { frequency: 0.7, recency: 0.2, structure: 0.1 } as const;
type Guess = keyof typeof START_WEIGHTS;
const GUESSES = Object.keys(START_WEIGHTS) as readonly Guess[];

export interface AskedIntent {
  readonly intent: Intent;
  /** Market time: the desk's now when it was asked. */
  readonly atMs: UnixMs;
}

export interface LikelyIntent {
  readonly intent: Intent;
  readonly probability: number;
}

export class Predictor {
  readonly #of: { readonly deskId: DeskId; readonly venueId: VenueId };
  readonly #intents = new Map<string, Intent>();
  readonly #counts = new DecayedCounts(HALF_LIFE_MS, MAX_INTENTS);
  readonly #shapes = new DecayedCounts(HALF_LIFE_MS, MAX_INTENTS);
  readonly #markets = new DecayedCounts(HALF_LIFE_MS, MAX_INTENTS);
  readonly #recency = new Recency();
  #weights: Readonly<Record<Guess, number>> = START_WEIGHTS;
  #structure = new Map<string, number>();
  #structuralIntents: readonly Intent[] = [];
  #firstMs: number | null = null;

  constructor(of: { readonly deskId: DeskId; readonly venueId: VenueId }) {
    this.#of = of;
  }

  /** Weighs the guesses by how likely each held this question, then counts it. */
  learn({ intent, atMs }: AskedIntent): void {
    const key = this.#key(intent);
    this.#reweigh(this.#guesses(this.#view(), key, intent));
    this.#recency.use(key);
    this.#counts.add(key, atMs);
    this.#shapes.add(shapeOf(intent), atMs);
    for (const market of marketsOf(intent)) this.#markets.add(market, atMs);
    this.#intents.set(key, intent);
    if (this.#intents.size > MAX_INTENTS) {
      for (const each of this.#intents.keys()) if (!this.#counts.has(each)) this.#intents.delete(each);
    }
    this.#firstMs ??= atMs;
  }

  /**
   * What the desk itself makes likely to be asked: intents about markets that are held, near a trigger or just turned. They
   * share the guess `structure` evenly.
   */
  expectStructure(intents: readonly Intent[]): void {
    this.#structuralIntents = intents;
    this.#structure = new Map(intents.map((intent) => [this.#key(intent), 1 / intents.length]));
  }

  /** Of the next question being exactly this one; by frequency alone; and where it was never asked. */
  guess(intent: Intent): { readonly probability: number; readonly frequency: number; readonly base: number } {
    const view = this.#view();
    const guesses = this.#guesses(view, this.#key(intent), intent);
    return { probability: this.#mixed(guesses), frequency: guesses.frequency, base: this.#base(view, intent) };
  }

  /** Questions of whatever kind per hour of market time, as the last half-life has seen them. */
  asksPerHour(nowMs: UnixMs): number {
    if (this.#firstMs === null) return 0;
    const viewMs = Math.max(nowMs - this.#firstMs, SHORTEST_VIEW_MS);
    // What a steady stream of one question an hour would weigh after such a time.
    const steady = (HALF_LIFE_MS / Math.LN2) * (1 - 2 ** (-viewMs / HALF_LIFE_MS));
    return (this.#counts.total(nowMs) / steady) * timeframeMs("1h");
  }

  /**
   * How often this intent will be asked within `horizonMs` of now. Of the questions that are due by then the next one is
   * foreseen by all guesses, those after it by frequency alone: the order of questions says nothing of what is far ahead.
   * Stated low: a count is taken less two standard deviations, for among many intents that are alike some have been asked
   * twice by chance, and those would be paid for. At least what structure says.
   */
  expectedAsks(intent: Intent, horizonMs: number, nowMs: UnixMs): number {
    const hours = horizonMs / timeframeMs("1h");
    const key = this.#key(intent);
    const view = this.#view();
    const base = this.#base(view, intent);
    const due = this.asksPerHour(nowMs) * hours;
    const structural = (this.#structure.get(key) ?? 0) * this.#structuralAsksPerHour() * hours;
    const next = Math.min(due, 1) * this.#mix(view, key, intent);
    return Math.max(next + Math.max(due - 1, 0) * view.counts(key, base, CAUTION_DEVIATIONS), structural);
  }

  /** Everything asked of late or named by structure, the likeliest first; equal ones by key. */
  likely(limit: number): readonly LikelyIntent[] {
    const view = this.#view();
    const all = new Map(this.#intents);
    for (const intent of this.#structuralIntents) all.set(this.#key(intent), intent);
    return [...all]
      .map(([key, intent]) => ({ key, intent, probability: this.#mix(view, key, intent) }))
      .sort((a, b) => b.probability - a.probability || (a.key < b.key ? -1 : 1))
      .slice(0, limit)
      .map(({ intent, probability }) => ({ intent, probability }));
  }

  #key(intent: Intent): string {
    return intentKey(intent, this.#of);
  }

  #structuralAsksPerHour(): number {
    const markets = new Set(this.#structuralIntents.map(({ symbol }) => symbol));
    return STRUCTURAL_ASKS_PER_HOUR * markets.size;
  }

  /** What is the same for every intent at one moment. */
  #view() {
    return {
      places: this.#recency.places(),
      recency: this.#recency.distribution(),
      counts: backOff(this.#counts),
      shapes: backOff(this.#shapes),
      markets: backOff(this.#markets),
    };
  }

  #mix(view: View, key: string, intent: Intent): number {
    return this.#mixed(this.#guesses(view, key, intent));
  }

  #mixed(guesses: Readonly<Record<Guess, number>>): number {
    return GUESSES.reduce((sum, guess) => sum + this.#weights[guess] * guesses[guess], 0);
  }

  #guesses(view: View, key: string, intent: Intent): Readonly<Record<Guess, number>> {
    const base = this.#base(view, intent);
    const place = view.places.get(key);
    const recency = place === undefined ? view.recency.unseen * base : (view.recency.byPlace[place] ?? 0);
    return { frequency: view.counts(key, base), recency, structure: this.#structure.get(key) ?? 0 };
  }

  /** The guess for what was never asked: how it is asked × of which markets, each backed off to all being alike. */
  #base(view: View, intent: Intent): number {
    return marketsOf(intent).reduce(
      (p, market) => p * view.markets(market, 1 / POSSIBLE_MARKETS),
      view.shapes(shapeOf(intent), 1 / POSSIBLE_SHAPES),
    );
  }

  #reweigh(guesses: Readonly<Record<Guess, number>>): void {
    const total = this.#mixed(guesses);
    if (!(total > 0)) return;
    const share = (guess: Guess) =>
      (1 - FIXED_SHARE) * ((this.#weights[guess] * guesses[guess]) / total) + FIXED_SHARE * START_WEIGHTS[guess];
    this.#weights = { frequency: share("frequency"), recency: share("recency"), structure: share("structure") };
  }
}

/** @param deviations how many standard deviations a count is taken lower; none, if left out */
type BackedOff = (name: string, base: number, deviations?: number) => number;

interface View {
  readonly places: ReadonlyMap<string, number>;
  readonly recency: ReturnType<Recency["distribution"]>;
  readonly counts: BackedOff;
  readonly shapes: BackedOff;
  readonly markets: BackedOff;
}

/** Discounted counts, and the rest of the probability given to `base`. */
function backOff(counts: DecayedCounts): BackedOff {
  const total = counts.total() + CONCENTRATION;
  const rest = (counts.sumUpTo(DISCOUNT) + CONCENTRATION) / total;
  return (name, base, deviations = 0) => {
    const weight = counts.weight(name);
    return Math.max(0, weight - DISCOUNT - deviations * Math.sqrt(weight)) / total + rest * base;
  };
}

/** An intent without its markets. */
const shapeOf = ({ kind, timeframe, side, negation, horizon }: Intent): string =>
  JSON.stringify([kind, timeframe, side, negation, horizon]);

const marketsOf = ({ symbol, other }: Intent): readonly string[] => [symbol, other].filter((market) => market !== null);
