// Floor 1. What the operator has accepted of what the desk proposed: a layer of settings between the defaults and the
// environment. Only these variables may be learned; no risk limit is among them, and none ever becomes one by a file.
import { z } from "zod";

export const LearnableSetting = z.enum([
  "DEEPTRADER_TEST_TIME_WEIGHT",
  "DEEPTRADER_SLEEP_PASS_UNITS",
  "DEEPTRADER_QUESTION_UNITS",
  "DEEPTRADER_SHADOW_EVERY",
  "DEEPTRADER_DEBATE_DAY_TOKENS",
  "DEEPTRADER_SLIPPAGE_BPS",
  "DEEPTRADER_FEE_BPS",
]);
export type LearnableSetting = z.infer<typeof LearnableSetting>;

/** HOME/learned.json. */
export const LearnedSettings = z.strictObject({
  /** Values as the variable would have them. */
  accepted: z.preprocess(withoutRetired, z.partialRecord(LearnableSetting, z.string().min(1))),
  /** Ids of proposals that do not come again. */
  rejected: z.array(z.string()),
});
export type LearnedSettings = z.infer<typeof LearnedSettings>;

/** What could be learned once and is no setting any more. */
function withoutRetired(accepted: unknown): unknown {
  if (typeof accepted !== "object" || accepted === null || !("DEEPTRADER_OPINION" in accepted)) return accepted;
  const { DEEPTRADER_OPINION: _, ...rest } = accepted;
  return rest;
}

export const NOTHING_LEARNED: LearnedSettings = Object.freeze({ accepted: {}, rejected: [] });
