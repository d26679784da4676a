// Floor 4. Which debates are looked at again: one in every so many that were used or shown, and under quarantine the stored ones in
// turn, until so many in a row have agreed. Of this process; what it leads to is in the journal.
import type { Debate } from "#schemas/debate.ts";
import { hashOf } from "#schemas/hash.ts";

/** So many checks in a row must agree before a quarantine is lifted, as of answers. A restart counts anew. */
export const CLEAN_CHECKS_TO_LIFT = 20;
/** Checks that wait; far above what a desk meets in a slot. */
const MOST_WAITING = 100;

export class DebateChecks {
  readonly #every: number;
  #uses: number | null = null;
  #due: Debate[] = [];
  #turn = 0;
  #clean = 0;
  /** Found wrong by this process. */
  readonly #wrong = new Set<string>();

  /** @param every exactly one in so many successive uses is checked */
  constructor(every: number) {
    this.#every = every;
  }

  /** A debate bound a decision, or was shown. */
  used(debate: Debate): void {
    // Where a process begins to count follows from the debate, so that a desk that is restarted often checks as well.
    this.#uses ??= Number.parseInt(hashOf(debate.debateId, 8), 16) % this.#every;
    this.#uses += 1;
    if (this.#uses % this.#every === 0 && this.#due.length < MOST_WAITING) this.#due.push(debate);
  }

  /** Those that are to be checked now; they are so once. */
  takeDue(): readonly Debate[] {
    const due = this.#due;
    this.#due = [];
    return due;
  }

  /** Under quarantine: the next of those stored that was not found wrong; null: there is none. */
  nextOf(stored: readonly Debate[]): Debate | null {
    const left = stored.filter(({ debateId }) => !this.#wrong.has(debateId));
    const next = left.at(-1 - (this.#turn % Math.max(1, left.length))) ?? null;
    this.#turn += 1;
    return next;
  }

  /** @returns whether the quarantine may be lifted now */
  agreed(): boolean {
    this.#clean += 1;
    if (this.#clean < CLEAN_CHECKS_TO_LIFT) return false;
    this.#clean = 0;
    return true;
  }

  mismatch({ debateId }: Debate): void {
    this.#clean = 0;
    this.#wrong.add(debateId);
  }
}
