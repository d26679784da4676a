// Floor 5. The replay driver: simulated time moves on only when all work of the instant is done. `speed` caps the pace
// and skips no slot.

import { nextSlot } from "#desk/slots.ts";
import type { Clock } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { type Timeframe, timeframeMs, type UnixMs } from "#schemas/units.ts";
import { type SimulatedClock, systemClock } from "./clock.ts";

export interface ReplayDriverSettings {
  readonly clock: SimulatedClock;
  readonly timeframe: Timeframe;
  readonly graceMs: number;
  readonly firstSlotMs: UnixMs;
  /** Market seconds per second; null: no pace. */
  readonly speed: number | null;
  /** Slots to run; null: until aborted or past `lastSlotMs`. */
  readonly cycles: number | null;
  /** The last slot there is data for; null: endless. */
  readonly lastSlotMs: UnixMs | null;
  readonly monotonicMs: () => number;
  /** How to wait between slots; the machine's own clock unless told otherwise. */
  readonly sleep?: Clock["sleep"];
}

/** Runs slot after slot; returns how many were run. An abort ends it between slots, and rejects nothing. */
export async function runReplay(
  settings: ReplayDriverSettings,
  tick: (slotMs: UnixMs) => Promise<void>,
  { signal }: CallOptions,
): Promise<number> {
  const { clock, timeframe, graceMs, speed, cycles, lastSlotMs, monotonicMs } = settings;
  const sleep = settings.sleep ?? systemClock().sleep;
  const paceMs = speed === null ? 0 : timeframeMs(timeframe) / speed;
  let done = 0;
  let dueMs = monotonicMs();
  for (let slotMs = settings.firstSlotMs; !signal.aborted; slotMs = nextSlot(slotMs, timeframe)) {
    if (lastSlotMs !== null && slotMs > lastSlotMs) break;
    clock.advanceTo((slotMs + graceMs) as UnixMs);
    await tick(slotMs);
    done += 1;
    if (cycles !== null && done >= cycles) break;
    // A slot that took longer than its pace delays the next one; time lost is not caught up by a burst.
    dueMs = Math.max(dueMs + paceMs, monotonicMs());
    await waited(sleep(Math.max(0, dueMs - monotonicMs()), { signal }), signal);
  }
  return done;
}

/** An abort ends a wait at once and is no error. */
async function waited(wait: Promise<void>, signal: AbortSignal): Promise<void> {
  try {
    await wait;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
