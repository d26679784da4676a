// Floor 4. What one pass of briefs came to.
import { z } from "zod";
import { UnixMs } from "#schemas/units.ts";

const count = z.int().nonnegative();

export const BriefTally = z.object({
  /** Subjects that the value gate let through and that have no fresh brief. */
  considered: count,
  written: count,
  /** Answers made ahead from fresh briefs. */
  answers: count,
  /** What the model wrote did not stand up to the facts: no brief. */
  nothingStands: count,
  /** A model answered, but not in the schema. */
  rejected: count,
  /** No model answered. */
  failed: count,
  /** Not asked, because the day's tokens that are let out by now are spent. */
  overBudget: count,
  /** Not asked, because they are more than a pass writes, or the close came too near. */
  left: count,
  /** Why briefs that were there were written anew, by reason; `missing`: there was none. */
  misses: z.record(z.string(), count),
});
export type BriefTally = z.infer<typeof BriefTally>;

export const BriefReport = BriefTally.extend({ slot: UnixMs, repeated: z.boolean().default(false) });
export type BriefReport = z.infer<typeof BriefReport>;
