// Floor 4. After the last step of a slot, once an hour: Khala's history is thinned by age.
import { consolidate } from "#memory/consolidate.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { DAY_MS, HOUR_MS, type UnixMs, unixMs } from "#schemas/units.ts";
import type { Desk } from "../desk.ts";
import { CONSOLIDATION_JOB, runJob } from "./jobs.ts";

/**
 * Consolidates in the first slot of each UTC hour that the desk sees; a finished hour is not done again. The first of a UTC day looks at everything,
 * what others wrote of the past included; the later ones only at what has come of age since.
 */
export async function consolidateHourly(desk: Desk, slotMs: UnixMs, options: CallOptions): Promise<void> {
  const hourMs = unixMs(Math.floor(slotMs / HOUR_MS) * HOUR_MS);
  const lastMs = await desk.runs.lastFinished(CONSOLIDATION_JOB.name, options);
  if (lastMs === hourMs) return;
  const nowMs = desk.clock.now();
  const work = async () => ({
    ...(await consolidate(
      desk.consolidation,
      { nowMs, policy: desk.config.retention, ...since(lastMs, hourMs) },
      options,
    )),
  });
  await runJob(desk, CONSOLIDATION_JOB, { slotMs: hourMs }, work, options);
}

/** The borders of days move at midnight, so nothing thinned on an earlier day says what is due. */
const since = (lastMs: UnixMs | null, hourMs: number): { readonly doneMs?: UnixMs } =>
  lastMs !== null && Math.floor(lastMs / DAY_MS) === Math.floor(hourMs / DAY_MS) ? { doneMs: lastMs } : {};
