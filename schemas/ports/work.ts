// Floor 1, ports. Who does which work, once, and what it took: runs, leases, the ledger. Types only.
import type { UnixMs } from "../units.ts";
import type { LedgerEntry } from "../work.ts";

/** Every I/O verb takes it; an aborted signal ends the call with the signal's reason. */
export interface CallOptions {
  readonly signal: AbortSignal;
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
   * Null while somebody else holds it. Time is the store's own, so that processes need not agree on it; a lease whose
   * time is over is free. Names of what is private to a desk start with `desk:<deskId>:`, and go when it is purged.
   */
  acquire(name: string, ttlMs: number, options: CallOptions): Promise<HeldLease | null>;
}

/** One run per (desk, run, job, slot). */
export interface Runs {
  /**
   * `begun`: this caller has it; `taken-up`: an owner that died left it unfinished; `done`: here is its result. The fence
   * is larger than that of every owner before.
   */
  begin(
    run: { readonly job: string; readonly slotMs: UnixMs; readonly nowMs: UnixMs },
    options: CallOptions,
  ): Promise<
    | { readonly status: "begun" | "taken-up"; readonly fence: number }
    | { readonly status: "done"; readonly result: unknown }
  >;
  /** @throws StoreError where the run was purged, or taken up by another meanwhile; nothing is written then */
  finish(
    run: { readonly job: string; readonly slotMs: UnixMs; readonly fence: number },
    result: unknown,
    options: CallOptions,
  ): Promise<void>;
  /** Newest finished slot of a job. */
  lastFinished(job: string, options: CallOptions): Promise<UnixMs | null>;
}

/** Work and spend of one desk. */
export interface Ledger {
  record(entry: LedgerEntry, options: CallOptions): Promise<void>;
  entries(filter: { readonly sinceMs?: UnixMs }, options: CallOptions): Promise<readonly LedgerEntry[]>;
}
