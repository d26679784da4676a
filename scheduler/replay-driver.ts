// Floor 4. The replay driver: simulated time moves on only when all work of the instant is done. `speed` caps the pace
// and skips no slot.
import { setTimeout as delay } from "node:timers/promises";
import type { CallOptions } from "#schemas/ports.ts";
import { type Timeframe, timeframeMs, type UnixMs } from "#schemas/units.ts";
import type { SimulatedClock } from "./clock.ts";
import { nextSlot } from "./slots.ts";

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
}

/** Runs slot after slot; returns how many were run. An abort ends it between slots. */
export async function runReplay(
  settings: ReplayDriverSettings,
  tick: (slotMs: UnixMs) => Promise<void>,
  { signal }: CallOptions,
): Promise<number> {
  const { clock, timeframe, graceMs, speed, lastSlotMs, monotonicMs } = settings;
  const paceMs = speed === null ? 0 : timeframeMs(timeframe) / speed;
  let done = 0;
  let dueMs = monotonicMs();
  for (let slotMs = settings.firstSlotMs; !signal.aborted; slotMs = nextSlot(slotMs, timeframe)) {
    if (lastSlotMs !== null && slotMs > lastSlotMs) break;
    clock.advanceTo((slotMs + graceMs) as UnixMs);
    await tick(slotMs);
    done += 1;
    if (settings.cycles !== null && done >= settings.cycles) break;
    dueMs = Math.max(dueMs + paceMs, monotonicMs());
    await pause(dueMs - monotonicMs(), signal);
  }
  return done;
}

/** Waits, or lets the event loop breathe; an abort ends the wait at once and is no error. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(Math.max(0, ms), undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
