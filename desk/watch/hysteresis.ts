// Floor 4. Conditions seen slot by slot → which of them begin to count, once each: a condition must last for so many slots
// before it is told, and be gone for so many before it may be told again.
import { z } from "zod";
import { UnixMs } from "#schemas/units.ts";

/** Slots without it after which a condition that was told is over. */
export const CLEAR_SLOTS = 2;

export const WatchedCondition = z.object({
  /** First slot of this occurrence; part of the alert's id. */
  sinceMs: UnixMs,
  /** Slots in a row, counted up to what the condition needs. */
  slots: z.int().positive(),
  told: z.boolean(),
  /** Slots since it was last there. */
  clear: z.int().nonnegative(),
});
export type WatchedCondition = z.infer<typeof WatchedCondition>;

export type WatchedConditions = Readonly<Record<string, WatchedCondition>>;

/**
 * One slot further. `present` names what is there now and for how many slots in a row it must be; `raised` has what counts
 * from this slot on. A condition that was not told yet is forgotten by the first slot without it.
 */
export function advanceConditions(
  before: WatchedConditions,
  present: ReadonlyMap<string, { readonly needsSlots: number }>,
  slotMs: UnixMs,
): { readonly conditions: WatchedConditions; readonly raised: ReadonlyMap<string, WatchedCondition> } {
  const conditions: Record<string, WatchedCondition> = {};
  const raised = new Map<string, WatchedCondition>();
  for (const [name, { needsSlots }] of present) {
    const known = before[name];
    const slots = Math.min(needsSlots, (known?.slots ?? 0) + 1);
    const told = known?.told === true || slots >= needsSlots;
    const next = { sinceMs: known?.sinceMs ?? slotMs, slots, told, clear: 0 };
    conditions[name] = next;
    if (told && known?.told !== true) raised.set(name, next);
  }
  for (const [name, known] of Object.entries(before)) {
    if (present.has(name) || !known.told || known.clear + 1 >= CLEAR_SLOTS) continue;
    conditions[name] = { ...known, clear: known.clear + 1 };
  }
  return { conditions, raised };
}
