// Floor 4. After the last step of a slot, once an hour: Khala's history is thinned by age.
import { consolidate } from "#memory/consolidate.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { HOUR_MS, type UnixMs, unixMs } from "#schemas/units.ts";
import type { Desk } from "../desk.ts";
import { CONSOLIDATION_JOB, runJob } from "./jobs.ts";

/** Consolidates in the first slot of each UTC hour that the desk sees; a finished hour is not done again. */
export async function consolidateHourly(desk: Desk, slotMs: UnixMs, options: CallOptions): Promise<void> {
  const hourMs = unixMs(Math.floor(slotMs / HOUR_MS) * HOUR_MS);
  if ((await desk.runs.lastFinished(CONSOLIDATION_JOB.name, options)) === hourMs) return;
  const nowMs = desk.clock.now();
  const work = async () => ({
    ...(await consolidate(desk.consolidation, { nowMs, policy: desk.config.retention }, options)),
  });
  await runJob(desk, CONSOLIDATION_JOB, { slotMs: hourMs }, work, options);
}
