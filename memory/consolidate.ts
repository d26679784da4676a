// Floor 2. A store + now + a policy → the same store with its history thinned by age. What counts now stays as it is: the
// newest of everything is kept, and so are all decisions, refusals, orders, fills and controls.
import type { Store } from "#schemas/ports/memory.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { type ConsolidationReport, RetentionPolicy } from "#schemas/retention.ts";
import type { UnixMs } from "#schemas/units.ts";
import { retentionCuts } from "./consolidate-cuts.ts";

export interface ConsolidateRequest {
  /** The clock's now; what is dated later is left alone. */
  readonly nowMs: UnixMs;
  /** Left out: the default policy. */
  readonly policy?: RetentionPolicy;
  /**
   * The same was done at this moment, of the same UTC day: only what has come over a border since is looked at. Left out:
   * everything is, and sparse indexes are made anew.
   */
  readonly doneMs?: UnixMs;
}

/**
 * Thins the store. No recall at `nowMs` changes by it, nor the fold of a journal, nor a sum of a ledger. It works in small
 * statements, each complete in itself: an abort between two leaves a store that the next consolidation finishes, and
 * several processes may consolidate one database at once.
 * @throws StoreError; the signal's reason
 */
export async function consolidate(
  store: Pick<Store, "consolidate">,
  { nowMs, policy = RetentionPolicy.parse({}), doneMs }: ConsolidateRequest,
  options: CallOptions,
): Promise<ConsolidationReport> {
  const done = doneMs === undefined ? null : retentionCuts(policy, doneMs);
  return { nowMs, removed: await store.consolidate(retentionCuts(policy, nowMs, done), options) };
}
