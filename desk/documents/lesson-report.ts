// Floor 4. What one week's pass over lessons came to.
import { z } from "zod";
import { Count, UnixMs } from "#schemas/units.ts";

export const LessonReport = z.object({
  slot: UnixMs,
  dated: Count.describe("dated lessons that there were, and that the model was shown"),
  shown: Count,
  status: z
    .enum(["given", "nothing-new", "nothing-stands", "rejected", "failed", "over-budget", "aborted"])
    .describe(
      "`nothing-new`: no trade has ended since the newest list · `nothing-stands`: what was written fell. Only `given` makes a version.",
    ),
  lessons: Count.describe("lessons of the new version; 0: none was made"),
  version: Count,
  dropped: z.record(z.string(), Count),
  repeated: z.boolean().default(false),
});
export type LessonReport = z.infer<typeof LessonReport>;
