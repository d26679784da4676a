// Floor 4. Free-form questions asked → how often one will be asked again: by its words, and by its markets. Pure; rebuilt from the
// history of questions. What follows what is not looked at: of words there are too many for it.
import { aboutOf, standsAlone } from "#agents/deep-trader-manager/language/free-form.ts";
import type { FreeForm } from "#schemas/free-form.ts";
import { HOUR_MS, type MarketSymbol, type Timeframe } from "#schemas/units.ts";
import { DecayedCounts } from "./decayed-counts.ts";
import { HALF_LIFE_MS } from "./predictor.ts";

const MOST_NAMES = 512;
/** Of each count this much is given to what has not been asked, as in the predictor: one question is no habit. */
const DISCOUNT = 0.75;
/** A rate is not taken from less. */
const SHORTEST_VIEW_MS = HOUR_MS;

/** A free-form question without its market. */
export interface FreeWords extends Omit<FreeForm, "markets"> {
  readonly about: "market" | "all" | "book";
}

/** What it is asked about: a market, or `all`, or `book`. */
export type FreeSubject = MarketSymbol | "all" | "book";

export class FreeAsks {
  readonly #words = new Map<string, FreeWords>();
  readonly #counts = new DecayedCounts(HALF_LIFE_MS, MOST_NAMES);
  readonly #subjects = new DecayedCounts(HALF_LIFE_MS, MOST_NAMES);
  readonly #pairs = new DecayedCounts(HALF_LIFE_MS, MOST_NAMES * 4);
  #firstMs: number | null = null;

  /** In the order of time. Of what no brief is about, or hangs on what was said before, only the time is learnt. */
  learn(free: FreeForm, atMs: number): void {
    this.#firstMs ??= atMs;
    const about = aboutOf(free);
    if (about === null) return;
    const { markets, ...words } = free;
    const subject: FreeSubject = about === "market" ? (markets[0] ?? "all") : about;
    this.#subjects.add(subject, atMs);
    if (!standsAlone(free)) return;
    const name = nameOf({ ...words, about });
    this.#words.set(name, { ...words, about });
    this.#counts.add(name, atMs);
    this.#pairs.add(`${name} ${subject}`, atMs);
    if (this.#words.size > MOST_NAMES)
      for (const each of this.#words.keys()) if (!this.#counts.has(each)) this.#words.delete(each);
  }

  /** Free-form questions of whatever words about it, within the time. */
  expectedAbout(subject: FreeSubject, horizonMs: number, nowMs: number): number {
    return this.#rate(this.#subjects, subject, nowMs) * horizonMs;
  }

  /**
   * What is asked of such a subject, the most often asked first: the words' own share of the subject's questions, or how often
   * it was asked of this very one, whichever is more.
   */
  likely(
    subject: FreeSubject,
    {
      horizonMs,
      nowMs,
      timeframe,
    }: { readonly horizonMs: number; readonly nowMs: number; readonly timeframe: Timeframe },
  ): readonly { readonly words: FreeWords; readonly expectedAsks: number }[] {
    const about = subject === "all" || subject === "book" ? subject : "market";
    const own = [...this.#words.values()].filter(
      (words) => words.about === about && words.timeframes.every((each) => each === timeframe),
    );
    const all = own.reduce((sum, words) => sum + this.#counts.weight(nameOf(words)), 0);
    const ofSubject = this.expectedAbout(subject, horizonMs, nowMs);
    return own
      .map((words) => {
        const name = nameOf(words);
        const share = all > 0 ? discounted(this.#counts.weight(name)) / all : 0;
        const exact = this.#rate(this.#pairs, `${name} ${subject}`, nowMs) * horizonMs;
        return { words, expectedAsks: Math.max(share * ofSubject, exact) };
      })
      .filter(({ expectedAsks }) => expectedAsks > 0)
      .sort((a, b) => b.expectedAsks - a.expectedAsks || (nameOf(a.words) < nameOf(b.words) ? -1 : 1));
  }

  /** Asked about of late. */
  subjects(): readonly FreeSubject[] {
    return this.#subjects.names() as readonly FreeSubject[];
  }

  /** A day's decayed count, less the discount, as a rate per ms. */
  #rate(counts: DecayedCounts, name: string, nowMs: number): number {
    if (this.#firstMs === null || !counts.has(name)) return 0;
    const viewMs = Math.max(nowMs - this.#firstMs, SHORTEST_VIEW_MS);
    // What a steady stream of one question a ms would weigh after such a time.
    const steady = (HALF_LIFE_MS / Math.LN2) * (1 - 2 ** (-viewMs / HALF_LIFE_MS));
    const total = counts.total();
    const now = total > 0 ? counts.total(nowMs) / total : 0;
    return (discounted(counts.weight(name)) * now) / steady;
  }
}

const discounted = (weight: number): number => Math.max(0, weight - DISCOUNT);

const nameOf = ({ template, timeframes, sides, language, about }: FreeWords): string =>
  JSON.stringify([language, about, template, timeframes, sides]);

/** The question about one subject; null where the words are of another kind of subject. */
export function formFor({ about, ...words }: FreeWords, subject: FreeSubject): FreeForm | null {
  const kind = subject === "all" || subject === "book" ? subject : "market";
  if (kind !== about) return null;
  return { ...words, markets: kind === "market" ? [subject as MarketSymbol] : [] };
}
