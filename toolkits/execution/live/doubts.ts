// Floor 2, live execution. Orders of which it is not known whether the venue has taken them, and when its "no such order" is final: after
// the latest moment at which one that it took late must show, and when it has said so twice since. Time is that of a clock that nobody sets:
// were it the wall's, an hour set forward would end every doubt at once, and the order be sent a second time.
import { keepWorking } from "./ended-orders.ts";
import { CLOCK_SKEW_MS, HIDDEN_MS } from "./judge.ts";

/** Between the two, at least, ms: one answer may come from a copy of the books that lags. */
const APART_MS = 1_000;
const NOES = 2;
const LONGEST_KEPT_MS = 3_000;

interface Doubt {
  /** Monotonic. Null: it did not leave this machine. */
  readonly endMs: number | null;
  readonly noes: number;
  readonly lastMs: number;
}

const newDoubt = (endMs: number | null): Doubt => ({ endMs, noes: 0, lastMs: Number.NEGATIVE_INFINITY });

export class Doubts {
  readonly #acceptanceMs: number;
  readonly #monotonicMs: () => number;
  readonly #doubts = new Map<string, Doubt>();
  /** Of orders that did not leave: how often, and when they may try again. */
  readonly #kept = new Map<string, { readonly tries: number; readonly nextMs: number }>();

  constructor(acceptanceMs: number, monotonicMs: () => number) {
    // One that is taken at the last moment is shown later still.
    this.#acceptanceMs = acceptanceMs + CLOCK_SKEW_MS + HIDDEN_MS;
    this.#monotonicMs = monotonicMs;
  }

  /** @param ageMs how long ago it was sent, at least; null: it did not leave this machine */
  begin(clientOrderId: string, ageMs: number | null): void {
    if (ageMs === null) this.#keep(clientOrderId);
    else this.#kept.delete(clientOrderId);
    const endMs = ageMs === null ? null : this.#monotonicMs() - ageMs + this.#acceptanceMs;
    this.#doubts.set(clientOrderId, newDoubt(endMs));
  }

  /** For how long the venue may still take it, or hide that it did, ms; null: it did not leave this machine, or nothing is known of it. */
  leftMs(clientOrderId: string): number | null {
    const endMs = this.#doubts.get(clientOrderId)?.endMs ?? null;
    return endMs === null ? null : endMs - this.#monotonicMs();
  }

  /** For how long one that did not leave this machine waits before it is tried again, ms. Each try is two rows of the journal. */
  waitMs(clientOrderId: string): number {
    return Math.max(0, (this.#kept.get(clientOrderId)?.nextMs ?? 0) - this.#monotonicMs());
  }

  #keep(clientOrderId: string): void {
    const tries = (this.#kept.get(clientOrderId)?.tries ?? 0) + 1;
    this.#kept.set(clientOrderId, { tries, nextMs: this.#monotonicMs() + Math.min(LONGEST_KEPT_MS, tries * APART_MS) });
  }

  /** It is at the venue, or has ended. */
  end(clientOrderId: string): void {
    this.#doubts.delete(clientOrderId);
    this.#kept.delete(clientOrderId);
  }

  isUnsent(clientOrderId: string): boolean {
    return this.#doubts.get(clientOrderId)?.endMs === null;
  }

  /** It is asked for. Of one that another process may have sent, it is taken that it was sent just before the first question. */
  ask(clientOrderId: string): void {
    if (!this.#doubts.has(clientOrderId))
      this.#doubts.set(clientOrderId, newDoubt(this.#monotonicMs() + this.#acceptanceMs));
  }

  /**
   * The venue has no such order. One that was in no doubt is so from now on.
   * @param askedMs monotonic
   * @param leastMs how long after the first such answer it is final at the earliest, where that is later
   * @returns in how many ms it can be final at the earliest; null: it is
   */
  sayNo(clientOrderId: string, askedMs: number, leastMs = 0): number | null {
    const doubt = this.#doubts.get(clientOrderId) ?? newDoubt(askedMs + Math.max(this.#acceptanceMs, leastMs));
    const { endMs } = doubt;
    if (endMs === null) return null;
    const counts = askedMs > endMs && askedMs - doubt.lastMs >= APART_MS;
    const now = counts ? { endMs, noes: doubt.noes + 1, lastMs: askedMs } : doubt;
    this.#doubts.set(clientOrderId, now);
    if (now.noes >= NOES) return null;
    return Math.max(endMs - askedMs, 0) + APART_MS;
  }

  settle(clientOrderId: string): void {
    this.#doubts.delete(clientOrderId);
  }

  /** Forgets all others. */
  keep(working: ReadonlyMap<string, unknown>): void {
    keepWorking(this.#doubts, working);
    keepWorking(this.#kept, working);
  }
}
