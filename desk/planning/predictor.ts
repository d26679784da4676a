// Floor 4. Questions asked → how likely each intent is to be asked next, and how often it will be within a time. Pure: what
// it knows is a function of the questions in their order, so it is rebuilt from the history of questions.
import { type Intent, intentKey } from "#schemas/question.ts";
import { type DeskId, timeframeMs, type UnixMs, type VenueId } from "#schemas/units.ts";
import { type BackedOff, backOff } from "./back-off.ts";
import { DecayedCounts } from "./decayed-counts.ts";
import { Recency } from "./recency.ts";
import { areSame, type Following, type Step, Transitions } from "./transitions.ts";

/** Market time after which a question counts half: a day of them, 288 slots of 5 minutes. */
export const HALF_LIFE_MS = timeframeMs("1d");
/** Intents kept; beyond it the one least asked goes. */
const MAX_INTENTS = 512;
/** Ways to ask (kind, timeframe, side …) and markets that are thought possible before any was seen; at least those seen. */
const POSSIBLE_SHAPES = 200;
const POSSIBLE_MARKETS = 200;
/**
 * What a market that is held, near its trigger or just turned is asked about before the first question: once in four hours,
 * over all the intents that are named for it. An assumption, stated; too small to pay for anything alone.
 */
export const STRUCTURAL_ASKS_PER_HOUR = 0.25;
/** Before something is paid for, a count is taken so many standard deviations lower. */
const CAUTION_DEVIATIONS = 2;
/** A rate is not taken from less than this: one question in the first minute is not sixty an hour. */
const SHORTEST_VIEW_MS = timeframeMs("1h");

/**
 * Four guesses are mixed, each by how well it has done (Bayes, with this share given back to the start at every question,
 * so that a guess can recover: fixed share, Herbster and Warmuth 1998). One that starts at 0 is never heard.
 */
const FIXED_SHARE = 0.01;
const START_WEIGHTS = { frequency: 0.6, recency: 0.2, structure: 0.1, transition: 0.1 } as const;
type Guess = keyof typeof START_WEIGHTS;
export type GuessWeights = Readonly<Record<Guess, number>>;
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

/** An intent with what is looked up of it at every question. */
interface Known extends Step {
  readonly intent: Intent;
  readonly key: string;
}

export class Predictor {
  readonly #of: { readonly deskId: DeskId; readonly venueId: VenueId };
  readonly #startWeights: GuessWeights;
  readonly #known = new Map<string, Known>();
  /** Of each way to ask the last intent that was asked so. */
  readonly #ways = new Map<string, Intent>();
  readonly #counts = new DecayedCounts(HALF_LIFE_MS, MAX_INTENTS);
  readonly #shapes = new DecayedCounts(HALF_LIFE_MS, MAX_INTENTS);
  readonly #markets = new DecayedCounts(HALF_LIFE_MS, MAX_INTENTS);
  readonly #recency = new Recency();
  readonly #transitions = new Transitions<Known>();
  #weights: GuessWeights;
  #structure = new Map<string, number>();
  #structural: readonly Known[] = [];
  #firstMs: number | null = null;

  /** @param startWeights other than the product's for measurements only; they sum to 1 */
  constructor(of: { readonly deskId: DeskId; readonly venueId: VenueId }, startWeights: GuessWeights = START_WEIGHTS) {
    this.#of = of;
    this.#startWeights = startWeights;
    this.#weights = startWeights;
  }

  /** Weighs the guesses by how likely each held this question, then counts it. */
  learn({ intent, atMs }: AskedIntent): void {
    const asked = this.#know(intent);
    const { key, shape } = asked;
    this.#reweigh(this.#guesses(this.#view(atMs), asked));
    this.#recency.use(key);
    this.#counts.add(key, atMs);
    this.#shapes.add(shape, atMs);
    for (const market of asked.markets) this.#markets.add(market, atMs);
    this.#transitions.add(asked, atMs);
    this.#known.set(key, asked);
    this.#ways.set(shape, intent);
    keepCounted(this.#known, this.#counts);
    keepCounted(this.#ways, this.#shapes);
    this.#firstMs ??= atMs;
  }

  /**
   * What the desk itself makes likely to be asked: intents about markets that are held, near a trigger or just turned. They
   * share the guess `structure` evenly.
   */
  expectStructure(intents: readonly Intent[]): void {
    this.#structural = intents.map((intent) => this.#know(intent));
    this.#structure = new Map(this.#structural.map(({ key }) => [key, 1 / intents.length]));
  }

  /** Of the question at `nowMs` being exactly this one; by frequency alone; and where it was never asked. */
  guess(
    intent: Intent,
    nowMs: UnixMs,
  ): { readonly probability: number; readonly frequency: number; readonly base: number } {
    const view = this.#view(nowMs);
    const known = this.#know(intent);
    const guesses = this.#guesses(view, known);
    return { probability: this.#mixed(guesses), frequency: guesses.frequency, base: baseOf(view, known) };
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
    const view = this.#view(nowMs);
    const known = this.#know(intent);
    const due = this.asksPerHour(nowMs) * hours;
    const structural = (this.#structure.get(known.key) ?? 0) * this.#structuralAsksPerHour() * hours;
    const next = Math.min(due, 1) * this.#mixed(this.#guesses(view, known));
    const later = Math.max(due - 1, 0) * view.counts(known.key, baseOf(view, known), CAUTION_DEVIATIONS);
    return Math.max(next + later, structural);
  }

  /**
   * Everything asked of late, named by structure, or that has followed the way of the last question, on other markets if not
   * on these: the likeliest at `nowMs` first; equal ones by key.
   */
  likely(limit: number, nowMs: UnixMs): readonly LikelyIntent[] {
    const view = this.#view(nowMs);
    const all = new Map(this.#known);
    for (const known of [...this.#structural, ...this.#followUps(view)]) all.set(known.key, known);
    return [...all.values()]
      .map((known) => ({ known, probability: this.#mixed(this.#guesses(view, known)) }))
      .sort((a, b) => b.probability - a.probability || (a.known.key < b.known.key ? -1 : 1))
      .slice(0, limit)
      .map(({ known, probability }) => ({ intent: known.intent, probability }));
  }

  #know(intent: Intent): Known {
    return { intent, key: intentKey(intent, this.#of), shape: shapeOf(intent), markets: marketsOf(intent) };
  }

  /** Ways that have followed the last one, on the markets of the last question. */
  #followUps({ following }: View): readonly Known[] {
    if (following === null || this.#weights.transition === 0) return [];
    const { symbol, other } = following.last.intent;
    return [...this.#ways]
      .filter(([shape]) => following.hasFollowed(shape))
      .map(([, way]) => this.#know({ ...way, symbol, other }));
  }

  #structuralAsksPerHour(): number {
    const markets = new Set(this.#structural.map(({ intent }) => intent.symbol));
    return STRUCTURAL_ASKS_PER_HOUR * markets.size;
  }

  /** What is the same for every intent at one moment. */
  #view(nowMs: UnixMs): View {
    const [shapes, markets] = [backOff(this.#shapes), backOff(this.#markets)];
    const shapeBase = 1 / Math.max(POSSIBLE_SHAPES, this.#shapes.size);
    const marketBase = 1 / Math.max(POSSIBLE_MARKETS, this.#markets.size);
    return {
      places: this.#recency.places(),
      recency: this.#recency.distribution(),
      counts: backOff(this.#counts),
      shape: (name) => shapes(name, shapeBase),
      market: (name) => markets(name, marketBase),
      following: this.#transitions.following(nowMs),
    };
  }

  #mixed(guesses: Readonly<Record<Guess, number>>): number {
    return GUESSES.reduce((sum, guess) => sum + this.#weights[guess] * guesses[guess], 0);
  }

  #guesses(view: View, known: Known): Readonly<Record<Guess, number>> {
    const { key } = known;
    const base = baseOf(view, known);
    const frequency = view.counts(key, base);
    const place = view.places.get(key);
    const recency = place === undefined ? view.recency.unseen * base : (view.recency.byPlace[place] ?? 0);
    return {
      frequency,
      recency,
      structure: this.#structure.get(key) ?? 0,
      transition: transitionOf(view, known, frequency),
    };
  }

  #reweigh(guesses: Readonly<Record<Guess, number>>): void {
    const total = this.#mixed(guesses);
    if (!(total > 0)) return;
    const share = (guess: Guess) =>
      (1 - FIXED_SHARE) * ((this.#weights[guess] * guesses[guess]) / total) + FIXED_SHARE * this.#startWeights[guess];
    this.#weights = {
      frequency: share("frequency"),
      recency: share("recency"),
      structure: share("structure"),
      transition: share("transition"),
    };
  }
}

interface View {
  readonly places: ReadonlyMap<string, number>;
  readonly recency: ReturnType<Recency["distribution"]>;
  readonly counts: BackedOff;
  readonly shape: (name: string) => number;
  readonly market: (name: string) => number;
  readonly following: Following<Known> | null;
}

/** The guess for what was never asked: how it is asked × of which markets, each backed off to all being alike. */
const baseOf = (view: View, { shape, markets }: Known): number =>
  markets.reduce((p, market) => p * view.market(market), view.shape(shape));

/** What follows the last question on its markets; where they change, or nothing precedes, order says nothing. */
function transitionOf({ following, shape }: View, known: Known, frequency: number): number {
  if (following === null) return frequency;
  const same = areSame(known.markets, following.last.markets) ? following.same(known.shape, shape(known.shape)) : 0;
  return same + following.change * frequency;
}

/** Leaves out of `names` what is not counted any more. */
function keepCounted(names: Map<string, unknown>, counts: DecayedCounts): void {
  if (names.size <= MAX_INTENTS) return;
  for (const name of names.keys()) if (!counts.has(name)) names.delete(name);
}

/** An intent without its markets; how many there are is part of the way it is asked. */
const shapeOf = (intent: Intent): string => {
  const { kind, timeframe, side, negation, horizon, figure, period } = intent;
  return JSON.stringify([kind, timeframe, side, negation, horizon, figure, period, marketsOf(intent).length]);
};

const marketsOf = ({ symbol, other }: Intent): readonly string[] => [symbol, other].filter((market) => market !== null);
