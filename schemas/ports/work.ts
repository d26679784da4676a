// Floor 1, ports. Who does which work, once, and what it took: runs, leases, the ledger. Types only.
import type { UnixMs } from "../units.ts";
import type { LedgerEntry } from "../work.ts";

/** Every I/O verb takes it; an aborted signal ends the call with the signal's reason. */
export interface CallOptions {
  readonly signal: AbortSignal;
}

/** Of a port that may have its answer at hand: who asks it thousands of times waits only where there is something to wait for. */
export type Answered<T> = T | Promise<T>;

/** What follows an answer: at once where it is at hand. */
export const andThen = <T, U>(answer: Answered<T>, next: (value: T) => Answered<U>): Answered<U> =>
  answer instanceof Promise ? answer.then(next) : next(answer);

/** What takes the place of an answer that failed, at once or later. */
export function orElse<T>(ask: () => Answered<T>, instead: (error: unknown) => T): Answered<T> {
  try {
    const answer = ask();
    return answer instanceof Promise ? answer.catch(instead) : answer;
  } catch (error) {
    return instead(error);
  }
}

/** A lease that is held. Its fence is larger than that of every holder before. */
export interface HeldLease {
  readonly name: string;
  readonly fence: number;
  /** False where it was lost meanwhile: the work must not be written any more. */
  renew(ttlMs: number, options: CallOptions): Promise<boolean>;
  /** Gives it back; no error where it was lost. */
  release(options: CallOptions): Promise<void>;
}

/** Who may do a piece of work, across processes. An optimisation: what is written must be right without it. */
export interface Lease {
  /**
   * Null while another holds it. Time is the store's own, so that processes need not agree on it; a lease whose
   * time is over is free. Names of what is private to a desk start with `desk:<deskId>:`, and go when it is purged.
   */
  acquire(name: string, ttlMs: number, options: CallOptions): Promise<HeldLease | null>;
}

/** Names one result: the job, its slot, and what it depends on besides. */
export interface RunKey {
  readonly job: string;
  /** Timeframe, universe and strategy, as the job writes them; left out: the slot alone names the result. */
  readonly scope?: string;
  readonly slotMs: UnixMs;
}

/** What was run and what came of it; begins nothing. */
export interface RunReader {
  /** Newest finished slot of a job, of whatever scope. */
  lastFinished(job: string, options: CallOptions): Promise<UnixMs | null>;
  /** The same with its result. @throws RecordVersionError */
  newestResult(
    job: string,
    options: CallOptions,
  ): Promise<{ readonly slotMs: UnixMs; readonly scope: string; readonly result: unknown } | null>;
}

/** One run per (desk, run, job, scope, slot). */
export interface Runs extends RunReader {
  /**
   * `begun`: this caller has it; `taken-up`: an owner that died left it unfinished; `done`: here is its result. The fence
   * is larger than that of every owner before.
   */
  begin(
    run: RunKey & { readonly nowMs: UnixMs },
    options: CallOptions,
  ): Promise<
    | { readonly status: "begun" | "taken-up"; readonly fence: number }
    | { readonly status: "done"; readonly result: unknown }
  >;
  /** @throws StoreError where the run was purged, or taken up by another meanwhile; nothing is written then */
  finish(run: RunKey & { readonly fence: number }, result: unknown, options: CallOptions): Promise<void>;
}

/** Work and spend of one desk. */
export interface Ledger {
  record(entry: LedgerEntry, options: CallOptions): Promise<void>;
  entries(filter: { readonly sinceMs?: UnixMs }, options: CallOptions): Promise<readonly LedgerEntry[]>;
}
