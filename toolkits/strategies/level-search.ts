// Floor 2. A rule that can be asked of any next close, and ticks → at which of them its action becomes another. It is not known
// what the rule is made of, so that the search looks for whatever may differ between two closes, not for the action alone.
import type { NextAction, NextRow, Said } from "./next-row.ts";

/** The first tick of an action. */
export interface ActionStart {
  readonly tick: number;
  readonly action: NextAction;
}

/** The way between two closes is cut in so many parts; at the cuts the rule is asked of values in between. */
const PARTS = 3;
/** The same for a rule that has always read the same, in whatever market: it may work out its conditions ahead of joining them. */
const PARTS_UNSEEN = 24;
/** Not where they lie nearer than this share of the search: there the two closes say as much. */
const NEAR = 1 / 1000;
/** More tries than this: the rule changes too often to be said in intervals. */
const MOST_TRIES = 2000;

/** A close that was tried. */
interface Tried {
  readonly tick: number;
  readonly said: Said;
  /** What hangs on the close. */
  readonly values: Float64Array;
}

/**
 * Halves what lies between two ticks for as long as something differs between them: the action; what the rule read on the way
 * to it, so that a rule of several conditions is found at each; or what it says of values in between. One a strategy.
 */
export class LevelSearch {
  readonly #next: NextRow;
  /** Memory of closes that are not looked at any more. */
  readonly #free: Float64Array[] = [];
  #priceOf: (tick: number) => number = Number;
  #starts: ActionStart[] = [];
  #tries = 0;
  #near = 0;
  /** The rule has read more at one close than at another, as one does that reads what a condition needs when it comes to it. */
  #hasVaried = false;

  constructor(next: NextRow) {
    this.#next = next;
  }

  /**
   * Ascending, the first at the first tick; null: the rule changes too often.
   * @param ticks ascending
   * @param priceOf what a tick closes at
   */
  startsOf(ticks: readonly number[], priceOf: (tick: number) => number): readonly ActionStart[] | null {
    this.#priceOf = priceOf;
    this.#near = ((ticks.at(-1) ?? 0) - (ticks[0] ?? 0)) * NEAR;
    let starts = this.#run(ticks);
    // Closes tried before a value was read for the first time know nothing of it.
    while (!this.#next.isSettled) {
      this.#next.settle();
      starts = this.#run(ticks);
    }
    return this.#tries <= MOST_TRIES ? starts : null;
  }

  #run(ticks: readonly number[]): readonly ActionStart[] {
    if (this.#free[0]?.length !== this.#next.width) this.#free.length = 0;
    this.#starts = [];
    this.#tries = 0;
    let before: Tried | null = null;
    for (const tick of ticks) {
      const tried = this.#try(tick);
      if (before === null) this.#note(tried);
      else {
        this.#between(before, tried);
        this.#free.push(before.values);
      }
      before = tried;
    }
    if (before !== null) this.#free.push(before.values);
    return this.#starts;
  }

  #between(from: Tried, to: Tried): void {
    if (to.tick - from.tick <= 1 || this.#tries > MOST_TRIES || !this.#differs(from, to)) {
      this.#note(to);
      return;
    }
    const middle = this.#try(Math.floor((from.tick + to.tick) / 2));
    this.#between(from, middle);
    this.#between(middle, to);
    this.#free.push(middle.values);
  }

  #differs({ tick, said, values }: Tried, to: Tried): boolean {
    if (said.trace !== to.said.trace) this.#hasVaried = true;
    if (!isSame(said, to.said)) return true;
    if (to.tick - tick < this.#near) return false;
    const parts = this.#hasVaried ? PARTS : PARTS_UNSEEN;
    for (let part = 1; part < parts; part++) {
      if (!isSame(said, this.#next.askBetween(values, to.values, part / parts))) return true;
    }
    return false;
  }

  #try(tick: number): Tried {
    this.#tries += 1;
    const values = this.#free.pop() ?? new Float64Array(this.#next.width);
    return { tick, said: this.#next.ask(this.#priceOf(tick), values), values };
  }

  #note({ tick, said: { action } }: Tried): void {
    if (this.#starts.at(-1)?.action !== action) this.#starts.push({ tick, action });
  }
}

const isSame = (a: Said, b: Said): boolean => a.trace === b.trace && a.action === b.action;
