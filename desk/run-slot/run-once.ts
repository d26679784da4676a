// Floor 4. One run per (desk, run, job, slot): the unique row decides, whoever asks and however often.
import type { CallOptions } from "#schemas/ports/work.ts";
import type { UnixMs } from "#schemas/units.ts";
import type { Desk } from "../desk.ts";

export interface RunOfSlot<T> {
  readonly job: string;
  readonly slotMs: UnixMs;
  /** False where the result is no reason not to try again; left out: every result is final. */
  readonly isDone?: (result: T) => boolean;
}

/**
 * Runs the work unless the slot is done, in which case its stored result is returned with `repeated: true`. A run that
 * a dead owner left unfinished is taken up again, and so is one that its own owner did not get done.
 */
export async function withinRun<T extends { readonly repeated: boolean }>(
  desk: Pick<Desk, "runs" | "clock" | "config" | "marketData">,
  { job, slotMs, isDone = () => true }: RunOfSlot<T>,
  work: (begun: "begun" | "taken-up") => Promise<T>,
  options: CallOptions,
): Promise<T> {
  const scope = scopeOf(desk);
  const begun = await desk.runs.begin({ job, scope, slotMs, nowMs: desk.clock.now() }, options);
  if (begun.status === "done") return { ...(begun.result as T), repeated: true };
  const result = await work(begun.status);
  if (isDone(result)) await desk.runs.finish({ job, scope, slotMs, fence: begun.fence }, result, options);
  return result;
}

/** What a slot's result depends on besides the slot: venue (its seed or folder), timeframe, universe and strategy. */
const scopeOf = ({ marketData, config }: Pick<Desk, "config" | "marketData">): string =>
  [marketData.venueId, config.timeframe, config.assets, config.strategyId].join(" ");
