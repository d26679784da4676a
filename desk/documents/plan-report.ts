// Floor 4. What one pass of plans came to.
import { z } from "zod";
import { Count, UnixMs } from "#schemas/units.ts";

export const PlanTally = z.object({
  considered: Count.describe("markets that deserved a plan"),
  made: Count,
  none: Count.describe("the model saw nothing worth waiting for"),
  faults: z.record(z.string(), Count).describe("written, and refused by the check or the fact check: by fault"),
  rejected: Count.describe("a model answered, but not in the schema"),
  failed: Count.describe("no model answered"),
  overBudget: Count.describe("not asked, because the tokens of the pass or the day are spent"),
  left: Count.describe("not asked, because they are more than a pass asks, or the close came too near"),
  withdrawn: Count.describe("plans taken back: the price left their levels, or what they cite has changed"),
});
export type PlanTally = z.infer<typeof PlanTally>;

export const PlanReport = PlanTally.extend({ slot: UnixMs, repeated: z.boolean().default(false) });
export type PlanReport = z.infer<typeof PlanReport>;
