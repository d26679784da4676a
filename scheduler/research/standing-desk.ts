// Floor 5. A venue, a clock and an empty store → a desk of the product's own assembly whose time stands until it is moved: for
// comparisons and measurements. Nothing runs in it by itself.
import { assembleDesk, type DeskParts } from "#desk/assemble-desk.ts";
import type { Desk } from "#desk/desk.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { DeskId } from "#schemas/units.ts";
import { type SimulatedClock, systemClock } from "../clock.ts";

export interface StandingDeskParts
  extends Pick<DeskParts, "config" | "runId" | "store" | "monotonicMs" | "sleepModels" | "onNote"> {
  readonly venue: Omit<DeskParts["venue"], "clock">;
  readonly clock: SimulatedClock;
}

/** @throws AccountInUseError, StoreError */
export async function openStandingDesk(parts: StandingDeskParts, options: CallOptions): Promise<Desk> {
  const { config, runId, venue, clock, store, onNote } = parts;
  // Waiting for another's computation is real, and moves no simulated clock.
  const { sleep, now } = systemClock();
  const { monotonicMs } = parts;
  const waiting = { ...options, sleep, now, monotonicMs, onWait: onNote };
  const writer = await store.openAccount(DeskId.parse(config.deskId), waiting);
  return assembleDesk(
    {
      ...parts,
      venue: { ...venue, clock },
      journal: writer.journal(runId),
      runs: writer.runs(runId),
      sleep,
      haltFileExists: () => false,
    },
    options,
  );
}
