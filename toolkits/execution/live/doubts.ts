// Floor 2, live execution. Orders of which it is not known whether the venue has taken them, and when its "no such order" is final: after
// the latest moment at which it may still take the request, and when it has said so twice since.
import { type UnixMs, unixMs } from "#schemas/units.ts";
import { CLOCK_SKEW_MS } from "./judge.ts";

/** Between the two, at least, ms: one answer may come from a copy of the books that lags. */
const APART_MS = 1_000;
const NOES = 2;

interface Doubt {
  /** Null: it did not leave this machine. */
  readonly untilMs: UnixMs | null;
  readonly noes: number;
  readonly lastMs: number;
}

export class Doubts {
  readonly #acceptanceMs: number;
  readonly #doubts = new Map<string, Doubt>();

  constructor(acceptanceMs: number) {
    this.#acceptanceMs = acceptanceMs;
  }

  begin(clientOrderId: string, untilMs: UnixMs | null): void {
    this.#doubts.set(clientOrderId, { untilMs, noes: 0, lastMs: Number.NEGATIVE_INFINITY });
  }

  /** Until when the venue may still take it; null: it did not leave this machine, or nothing is known of it. */
  untilMs(clientOrderId: string): UnixMs | null {
    return this.#doubts.get(clientOrderId)?.untilMs ?? null;
  }

  isUnsent(clientOrderId: string): boolean {
    return this.#doubts.get(clientOrderId)?.untilMs === null;
  }

  /**
   * The venue has no such order. Of one that another process may have sent, it is taken that it was sent just before the first question.
   * @returns when it can be final at the earliest; null: it is
   */
  sayNo(clientOrderId: string, askedMs: UnixMs): UnixMs | null {
    const doubt = this.#doubts.get(clientOrderId) ?? {
      untilMs: unixMs(askedMs + this.#acceptanceMs + CLOCK_SKEW_MS),
      noes: 0,
      lastMs: Number.NEGATIVE_INFINITY,
    };
    const { untilMs } = doubt;
    if (untilMs === null) return null;
    const counts = askedMs > untilMs && askedMs - doubt.lastMs >= APART_MS;
    const now = counts ? { untilMs, noes: doubt.noes + 1, lastMs: askedMs } : doubt;
    this.#doubts.set(clientOrderId, now);
    if (now.noes >= NOES) return null;
    return unixMs(Math.max(untilMs, askedMs) + APART_MS);
  }

  settle(clientOrderId: string): void {
    this.#doubts.delete(clientOrderId);
  }
}
