// Bench. The Runs port on a plain map. Only this process sees the store, so a run that is not finished was left by an
// earlier attempt of this very process.

import type { StoreGuard } from "#memory/stores/guard.ts";
import { lostRun } from "#memory/stores/ownership-errors.ts";
import type { RunKey, RunReader, Runs } from "#schemas/ports/work.ts";
import type { RunId } from "#schemas/units.ts";

export type RunRows = Map<
  string,
  RunKey & { readonly runId: RunId; readonly scope: string; fence: number; result?: unknown }
>;

export function createMemoryRunReader(guard: StoreGuard, rowsOf: () => RunRows, runId: RunId): RunReader {
  const newestFinished = (job: string) => {
    let newest: (RunKey & { readonly scope: string; readonly result?: unknown }) | null = null;
    for (const run of rowsOf().values()) {
      if (run.runId !== runId || run.job !== job || !("result" in run)) continue;
      if (newest === null || run.slotMs >= newest.slotMs) newest = run;
    }
    return newest;
  };
  return {
    lastFinished: (job, options) => guard.run(options, async () => newestFinished(job)?.slotMs ?? null),

    newestResult: (job, options) =>
      guard.run(options, async () => {
        const newest = newestFinished(job);
        return newest && { slotMs: newest.slotMs, scope: newest.scope, result: newest.result };
      }),
  };
}

/** @param requireFence throws where the writer has lost the account */
export function createMemoryRuns(
  guard: StoreGuard,
  rowsOf: () => RunRows,
  runId: RunId,
  requireFence: () => void,
): Runs {
  const name = ({ job, scope = "", slotMs }: RunKey) => `${runId} ${job} ${slotMs} ${scope}`;
  return {
    ...createMemoryRunReader(guard, rowsOf, runId),

    begin: (run, options) =>
      guard.run(options, async () => {
        requireFence();
        const held = rowsOf().get(name(run));
        if (held === undefined) {
          rowsOf().set(name(run), { runId, job: run.job, scope: run.scope ?? "", slotMs: run.slotMs, fence: 1 });
          return { status: "begun", fence: 1 };
        }
        if ("result" in held) return { status: "done", result: held.result };
        held.fence += 1;
        return { status: "taken-up", fence: held.fence };
      }),

    finish: (run, result, options) =>
      guard.run(options, async () => {
        requireFence();
        const held = rowsOf().get(name(run));
        if (held?.fence !== run.fence) throw lostRun(run);
        held.result = result ?? null;
      }),
  };
}
