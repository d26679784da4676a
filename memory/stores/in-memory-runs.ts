// Floor 2. The Runs port on a plain map. Only this process sees the store, so a run that is not finished was left by an
// earlier attempt of this very process.
import type { Runs } from "#schemas/ports/work.ts";
import type { RunId, UnixMs } from "#schemas/units.ts";
import type { StoreGuard } from "./guard.ts";
import { lostRun } from "./lost-run.ts";

export type RunRows = Map<
  string,
  { readonly runId: RunId; readonly job: string; readonly slotMs: UnixMs; fence: number; result?: unknown }
>;

export function createMemoryRuns(guard: StoreGuard, rowsOf: () => RunRows, runId: RunId): Runs {
  const name = (run: { readonly job: string; readonly slotMs: UnixMs }) => `${runId} ${run.job} ${run.slotMs}`;
  return {
    begin: (run, options) =>
      guard.run(options, async () => {
        const held = rowsOf().get(name(run));
        if (held === undefined) {
          rowsOf().set(name(run), { runId, job: run.job, slotMs: run.slotMs, fence: 1 });
          return { status: "begun", fence: 1 };
        }
        if ("result" in held) return { status: "done", result: held.result };
        held.fence += 1;
        return { status: "taken-up", fence: held.fence };
      }),

    finish: (run, result, options) =>
      guard.run(options, async () => {
        const held = rowsOf().get(name(run));
        if (held?.fence !== run.fence) throw lostRun(run);
        held.result = result ?? null;
      }),

    lastFinished: (job, options) =>
      guard.run(options, async () => {
        let newest: UnixMs | null = null;
        for (const run of rowsOf().values()) {
          if (run.runId !== runId || run.job !== job || !("result" in run)) continue;
          if (newest === null || run.slotMs > newest) newest = run.slotMs;
        }
        return newest;
      }),
  };
}
