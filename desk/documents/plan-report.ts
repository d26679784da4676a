// Floor 4. What one pass of plans came to.
import { z } from "zod";
import { UnixMs } from "#schemas/units.ts";

const count = z.int().nonnegative();

export const PlanTally = z.object({
  /** Markets that deserved a plan. */
  considered: count,
  made: count,
  /** The model saw nothing worth waiting for. */
  none: count,
  /** Written, and refused by the check or the fact check: by fault. */
  faults: z.record(z.string(), count),
  /** A model answered, but not in the schema. */
  rejected: count,
  /** No model answered. */
  failed: count,
  /** Not asked, because the tokens of the pass or the day are spent. */
  overBudget: count,
  /** Not asked, because they are more than a pass asks, or the close came too near. */
  left: count,
  /** Plans taken back: the price left their levels, or what they cite has changed. */
  withdrawn: count,
});
export type PlanTally = z.infer<typeof PlanTally>;

export const PlanReport = PlanTally.extend({ slot: UnixMs, repeated: z.boolean().default(false) });
export type PlanReport = z.infer<typeof PlanReport>;
