// Floor 4. What one pass of thinking ahead made, and what it left.
import { z } from "zod";
import { UnixMs } from "#schemas/units.ts";

const count = z.int().nonnegative();

export const ThinkReason = z.enum(["slot", "idle", "event", "once"]);
export type ThinkReason = z.infer<typeof ThinkReason>;

export const ThinkReport = z.object({
  slot: UnixMs,
  reason: ThinkReason,
  /** Intents looked at. */
  considered: count,
  made: z.object({ digests: count, preAnswers: count, analyses: count }),
  /** Chosen, but still fresh from before. */
  skippedFresh: count,
  /** Not worth their price. */
  belowGate: count,
  /** Worth their price and not made, by the limit in the way; `time`: the next slot has come, or the desk is stopped. */
  overBudget: z.partialRecord(z.enum(["pass", "day", "time"]), count),
  /** Could not be made: the source did not answer, or had no candle. */
  failed: count,
  units: z.number().nonnegative(),
  /** How often it let a question go first. */
  interruptions: count,
  durationMs: z.number().nonnegative(),
  repeated: z.boolean().default(false),
});
export type ThinkReport = z.infer<typeof ThinkReport>;
