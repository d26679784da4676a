// Floor 2. What both queues of jobs agree on: names, turns, and what is tried again.
import { DeepTraderError, StoreError, VenuePausedError } from "#schemas/errors.ts";
import { hashOf } from "#schemas/hash.ts";
import { type Job, URGENCIES } from "#schemas/ports/jobs.ts";

/** Begun so often at most, where what it threw may pass. */
export const MOST_ATTEMPTS = 6;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
/** Jobs of one urgency and owner that have places of their own; those beyond share the last. */
const PLACES = 500_000;

/** The same for the same role, key and version of the product. No colon: BullMQ takes none. */
export const jobIdOf = ({ role, key }: Pick<Job, "role" | "key">, version: string): string =>
  hashOf([version, role, key], 32);

/**
 * Its turn: the lower, the sooner. Urgency first; of one urgency each owner's first job comes before anybody's second.
 * @param ahead jobs of this owner and urgency that are not done yet
 */
export const turnOf = ({ urgency }: Pick<Job, "urgency">, ahead: number): number =>
  1 + URGENCIES.indexOf(urgency) * PLACES + Math.min(ahead, PLACES - 1);

/** How long to wait before the next attempt, ms; null: it is not tried again. @param attempts those that failed so far, from 1 */
export function pauseAfter(error: unknown, attempts: number, nowMs: number): number | null {
  if (attempts >= MOST_ATTEMPTS || !mayPass(error)) return null;
  const grown = Math.min(FIRST_PAUSE_MS * 2 ** (attempts - 1), LONGEST_PAUSE_MS);
  return error instanceof VenuePausedError ? Math.min(Math.max(grown, error.untilMs - nowMs), LONGEST_PAUSE_MS) : grown;
}

/** A venue or a database that does not answer now may do so later; to bad data and mistakes of ours time does nothing. */
const mayPass = (error: unknown): boolean =>
  error instanceof StoreError ||
  (error instanceof DeepTraderError && (error.policy === "retry" || error.policy === "pause"));

/** How many jobs of each owner are not done, by urgency. */
export class OwnersAhead {
  readonly #counts = new Map<string, number>();

  /** @returns those before it, and the way to say that it is done */
  enter({ owner, urgency }: Pick<Job, "owner" | "urgency">): { readonly ahead: number; readonly leave: () => void } {
    const name = `${urgency} ${owner}`;
    const ahead = this.#counts.get(name) ?? 0;
    this.#counts.set(name, ahead + 1);
    const leave = (): void => {
      const left = (this.#counts.get(name) ?? 1) - 1;
      if (left > 0) this.#counts.set(name, left);
      else this.#counts.delete(name);
    };
    return { ahead, leave };
  }
}

/** For people. An error that is not ours may hold anything: its name and message only. */
export function reasonOf(error: unknown): string {
  if (error instanceof DeepTraderError) return error.message;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** Null of none. */
export const medianOf = (figures: readonly number[]): number | null =>
  figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? null;
