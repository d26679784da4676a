// Floor 2. Every request of one exchange, or of one source, goes through here: none while it rests, one at a time while it does not answer. So
// a limit that one read meets stops all of them, in this process and in the others that share its budget.

import { NEVER_ABORTED } from "#schemas/abort.ts";
import { VenuePausedError } from "#schemas/errors.ts";
import type { Clock, VenueBudget } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { UnixMs } from "#schemas/units.ts";
import { type LimitAnswer, type RestLimits, restAskedForMs } from "./rest-asked-for.ts";

/** Requests in a row that nothing, or nothing readable, answered; then the exchange is given a rest. */
const FAILURES_IN_A_ROW = 3;
/** How long, the more often in a row; the last one again and again. At 5m that is 7 requests a slot. */
const RESTS_MS: readonly number[] = [5_000, 10_000, 20_000, 40_000, 60_000];

/** By the clock of this machine. */
interface Rest {
  readonly fromMs: number;
  readonly untilMs: number;
}

export const NO_REST: Rest = { fromMs: 0, untilMs: 0 };

/** A clock that was set back ends a rest: it would last for as long as the clock was wrong. */
export const isWithin = ({ fromMs, untilMs }: Rest, nowMs: number): boolean => nowMs >= fromMs && nowMs < untilMs;

/** Whether an error says that the exchange did not answer, or not readably. */
export type IsFailure = (error: unknown) => boolean;

/** Whose requests they are, how far apart they may be sent, and how long it rests where it names no time. */
export interface GateFacts {
  readonly id: string;
  readonly paceMs: number;
  readonly limits: RestLimits;
  /** How long it rests after three requests in a row that it did not answer, and after each one more, ms; left out: as usual. */
  readonly restsMs?: readonly number[];
}

interface SendOptions extends Partial<CallOptions> {
  readonly spacingMs?: number | undefined;
}

export class RequestGate {
  readonly #facts: GateFacts;
  readonly #now: () => UnixMs;
  readonly #sleep: Clock["sleep"];
  readonly #budget: VenueBudget;
  readonly #isFailure: IsFailure;
  #rest: Rest = NO_REST;
  #why = "";
  /** Rests that the exchange asked for since it last answered. */
  #limits = 0;
  #failures = 0;
  /** Settles with the request that shows whether it answers again, which the others wait for; null: none is under way. */
  #probe: Promise<void> | null = null;
  /** Settles when those who share the budget can know of the newest limit. */
  #told: Promise<void> = Promise.resolve();

  constructor(parts: {
    readonly facts: GateFacts;
    readonly now: () => UnixMs;
    readonly sleep: Clock["sleep"];
    readonly budget: VenueBudget;
    readonly isFailure: IsFailure;
  }) {
    this.#facts = parts.facts;
    this.#now = parts.now;
    this.#sleep = parts.sleep;
    this.#budget = parts.budget;
    this.#isFailure = parts.isFailure;
  }

  /**
   * Makes the request where one may be made. `spacingMs`: of one that weighs more than others.
   * @throws VenuePausedError without it where not; what the request throws
   */
  async send<T>(request: () => Promise<T>, { spacingMs, ...options }: SendOptions = {}): Promise<T> {
    this.#check();
    const { pausedForMs, waitMs } = await this.#budget.turn(spacingMs ?? this.#facts.paceMs);
    this.#restOfAddress(pausedForMs);
    if (waitMs > 0) {
      await this.#sleep(waitMs, { ...NEVER_ABORTED, ...options });
      // Another process may have met a limit while this one waited for its turn.
      this.#restOfAddress(await this.#budget.restMs());
    }
    // An exchange's list of markets may take several requests at once: were the others refused, it could never be the first to be read.
    while (this.#probe !== null) await this.#probe;
    this.#check();
    const isProbe = this.#failures >= FAILURES_IN_A_ROW;
    const { promise, resolve: ended } = Promise.withResolvers<void>();
    if (isProbe) this.#probe = promise;
    try {
      const answer = await request();
      this.#answered();
      return answer;
    } catch (error) {
      if (this.#isFailure(error)) this.#failed(isProbe);
      else if (error instanceof VenuePausedError) await this.#told;
      else this.#answered();
      throw error;
    } finally {
      if (isProbe) this.#probe = null;
      ended();
    }
  }

  /** The exchange has asked for rest: nothing is sent until it is over. @returns what the read that met it throws */
  limited(answer: LimitAnswer, was: string, cause?: unknown): VenuePausedError {
    const restMs = restAskedForMs(answer, this.#facts, { nowMs: this.#now(), inARow: this.#limits });
    this.#limits += 1;
    this.#begin(restMs, was);
    // Waited for where the request ends, so that its reader goes on once the others know.
    this.#told = this.#budget.pause(restMs);
    return this.#paused(cause);
  }

  #check(): void {
    if (isWithin(this.#rest, this.#now())) throw this.#paused();
  }

  #restOfAddress(forMs: number): void {
    if (forMs > 0) this.#begin(forMs, `${this.#facts.id} asked this address for rest.`);
  }

  #begin(forMs: number, why: string): void {
    const fromMs = this.#now();
    const untilMs = fromMs + forMs;
    if (isWithin(this.#rest, fromMs) && untilMs <= this.#rest.untilMs) return;
    this.#rest = { fromMs, untilMs };
    this.#why = why;
  }

  #paused(cause?: unknown): VenuePausedError {
    return new VenuePausedError({ untilMs: this.#rest.untilMs, was: this.#why, cause });
  }

  #answered(): void {
    this.#limits = 0;
    this.#failures = 0;
  }

  #failed(isProbe: boolean): void {
    this.#failures += 1;
    const over = this.#failures - FAILURES_IN_A_ROW;
    // Others that were on their way when it was given a rest fail as well, and say nothing new.
    if (over < 0 || (over > 0 && !isProbe)) {
      if (over > 0) this.#failures -= 1;
      return;
    }
    const { restsMs = RESTS_MS } = this.#facts;
    const restMs = restsMs[Math.min(over, restsMs.length - 1)] ?? 0;
    this.#begin(restMs, `${this.#facts.id} has not answered ${this.#failures} times in a row.`);
  }
}
