// Floor 1. A free-form question answered before it was asked, from a brief: body of a topic of kind `answer` that has no intent.
import { z } from "zod";
import { BriefScope } from "./brief.ts";
import { FreeForm } from "./free-form.ts";
import { Author, CitedFacts } from "./judgement.ts";
import { UnixMs } from "./units.ts";

export const AnswerAhead = z.object({
  /** The question, as its words and slots: it is served where all of them are equal, and nowhere else. */
  free: FreeForm,
  /** The model's draft with references: shown is only what the fact check makes of it. */
  text: z.string().min(1).max(2_000),
  facts: CitedFacts,
  /** The brief that it stands on: it is valid while this very one is fresh. */
  briefId: z.string(),
  scope: BriefScope,
  author: Author,
  /** Data time of the brief. */
  asOfMs: UnixMs,
  madeAtMs: UnixMs,
});
export type AnswerAhead = z.infer<typeof AnswerAhead>;
