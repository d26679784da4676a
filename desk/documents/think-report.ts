// Floor 4. What one pass of thinking ahead made, and what it left.
import { z } from "zod";
import { Count, DurationMs, UnixMs } from "#schemas/units.ts";

export const ThinkReason = z.enum(["slot", "idle", "event", "once"]);
export type ThinkReason = z.infer<typeof ThinkReason>;

export const ThinkReport = z.object({
  slot: UnixMs,
  reason: ThinkReason,
  considered: Count.describe("intents looked at"),
  made: z.object({
    digests: Count,
    preAnswers: Count,
    analyses: Count.describe("of other timeframes"),
  }),
  skippedFresh: Count.describe("chosen, but still fresh from before"),
  belowGate: Count.describe("not worth their price"),
  overBudget: z
    .partialRecord(z.enum(["pass", "day", "time"]), Count)
    .describe(
      "worth their price and not made, by the limit in the way; `time`: the next slot has come, or the desk is stopped",
    ),
  failed: Count.describe("could not be made: the source did not answer, or had no candle"),
  units: z.number().nonnegative().describe("work units spent"),
  interruptions: Count.describe("how often it let a question go first"),
  durationMs: DurationMs,
  repeated: z.boolean().default(false),
});
export type ThinkReport = z.infer<typeof ThinkReport>;
