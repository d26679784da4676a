// Floor 4. What one pass of briefs came to.
import { z } from "zod";
import { Count, UnixMs } from "#schemas/units.ts";

export const BriefTally = z.object({
  considered: Count.describe("subjects that the value gate let through and that have no fresh brief"),
  written: Count,
  answers: Count.describe("answers made ahead from fresh briefs"),
  nothingStands: Count.describe("what the model wrote did not stand up to the facts: no brief"),
  rejected: Count.describe("a model answered, but not in the schema"),
  failed: Count.describe("no model answered"),
  overBudget: Count.describe("not asked, because the day's tokens that are let out by now are spent"),
  left: Count.describe("not asked, because they are more than a pass writes, or the close came too near"),
  misses: z
    .record(z.string(), Count)
    .describe("why briefs that were there were written anew, by reason; `missing`: there was none"),
});
export type BriefTally = z.infer<typeof BriefTally>;

export const BriefReport = BriefTally.extend({ slot: UnixMs, repeated: z.boolean().default(false) });
export type BriefReport = z.infer<typeof BriefReport>;
