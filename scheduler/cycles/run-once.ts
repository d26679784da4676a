// Floor 4. One run per (desk, run, job, slot): the unique row decides, whoever asks and however often.
import type { CallOptions } from "#schemas/ports.ts";
import type { UnixMs } from "#schemas/units.ts";
import type { Desk } from "../desk.ts";

/**
 * Runs the work unless the slot is done, in which case its stored result is returned with `repeated: true`. A run that
 * a dead owner left unfinished is taken up again.
 */
export async function withinRun<T extends { readonly repeated: boolean }>(
  desk: Pick<Desk, "runs" | "clock">,
  run: { readonly job: string; readonly slotMs: UnixMs },
  work: (begun: "begun" | "taken-up") => Promise<T>,
  options: CallOptions,
): Promise<T> {
  const begun = await desk.runs.begin({ ...run, nowMs: desk.clock.now() }, options);
  if (begun.status === "done") return { ...(begun.result as T), repeated: true };
  const result = await work(begun.status);
  await desk.runs.finish({ ...run, fence: begun.fence }, result, options);
  return result;
}
