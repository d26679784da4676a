// Floor 4. What one pass of second opinions came to.
import { z } from "zod";
import { UnixMs } from "#schemas/units.ts";

const count = z.int().nonnegative();

export const OpinionTally = z.object({
  /** Markets that deserved one. */
  considered: count,
  agree: count,
  shrink: count,
  veto: count,
  /** A model answered, but not in the schema: no opinion. */
  rejected: count,
  /** No model answered: no opinion. */
  failed: count,
  /** Not asked, because the tokens of the pass or the day are spent. */
  overBudget: count,
  /** Not asked, because they are more than a pass asks, or the close came too near. */
  left: count,
});
export type OpinionTally = z.infer<typeof OpinionTally>;

export const OpinionReport = OpinionTally.extend({
  slot: UnixMs,
  /** The close they were bought for. */
  forAsOfMs: UnixMs,
  repeated: z.boolean().default(false),
});
export type OpinionReport = z.infer<typeof OpinionReport>;
