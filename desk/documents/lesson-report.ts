// Floor 4. What one week's pass over lessons came to.
import { z } from "zod";
import { UnixMs } from "#schemas/units.ts";

const count = z.int().nonnegative();

export const LessonReport = z.object({
  slot: UnixMs,
  /** Dated lessons that there were, and that the model was shown. */
  dated: count,
  shown: count,
  /** `nothing-new`: no trade has ended since the newest list · `nothing-stands`: what was written fell. Only `given` makes a version. */
  status: z.enum(["given", "nothing-new", "nothing-stands", "rejected", "failed", "over-budget", "aborted"]),
  /** Lessons of the new version; 0: none was made. */
  lessons: count,
  version: count,
  dropped: z.record(z.string(), count),
  repeated: z.boolean().default(false),
});
export type LessonReport = z.infer<typeof LessonReport>;
