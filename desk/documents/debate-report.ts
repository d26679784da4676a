// Floor 4. What one pass of debates came to.
import { z } from "zod";
import { UnixMs } from "#schemas/units.ts";

const count = z.int().nonnegative();

export const DebateTally = z.object({
  /** Strategies and markets that deserved one. */
  considered: count,
  agree: count,
  shrink: count,
  veto: count,
  /** A model answered, but not in the schema: no debate. */
  rejected: count,
  /** A role had no answer: no debate. */
  failed: count,
  /** Not begun, because the tokens left would not last for all of it. */
  overBudget: count,
  /** Not begun, because they are more than a pass holds, or the close came too near. */
  left: count,
});
export type DebateTally = z.infer<typeof DebateTally>;

export const DebateReport = DebateTally.extend({
  slot: UnixMs,
  /** The first close they were bought for. */
  forAsOfMs: UnixMs,
  repeated: z.boolean().default(false),
});
export type DebateReport = z.infer<typeof DebateReport>;
