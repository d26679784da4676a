// Floor 4. What one pass of debates came to.
import { z } from "zod";
import { Count, UnixMs } from "#schemas/units.ts";

export const DebateTally = z.object({
  considered: Count.describe("strategies and markets that deserved one"),
  agree: Count,
  shrink: Count,
  veto: Count,
  rejected: Count.describe("a model answered, but not in the schema: no debate"),
  failed: Count.describe("a role had no answer: no debate"),
  overBudget: Count.describe("not begun, because the tokens left would not last for all of it"),
  left: Count.describe("not begun, because they are more than a pass holds, or the close came too near"),
});
export type DebateTally = z.infer<typeof DebateTally>;

export const DebateReport = DebateTally.extend({
  slot: UnixMs,
  forAsOfMs: UnixMs.describe("the first close they were bought for"),
  repeated: z.boolean().default(false),
});
export type DebateReport = z.infer<typeof DebateReport>;
