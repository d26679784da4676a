// Floor 3. Kind of question → its own words and about ten wordings of it, from intent-kinds.json; `_x` stands for the asset.
// Over- and underpricing, buying and selling, safe and unsafe are opposites one word apart, so they are told by patterns and
// slots, never from here: `oversold` and `overbought` have no examples.
import { z } from "zod";
import { QuestionKind } from "#schemas/question.ts";
import kinds from "./intent-kinds.json" with { type: "json" };

const Kinds = z.partialRecord(
  QuestionKind,
  z.strictObject({
    own: z.string().default(""),
    numbers: z.array(z.string()).default([]),
    examples: z.array(z.string()).default([]),
  }),
);

/**
 * `own`: words that belong to a kind whichever of its rules fits. `numbers`: those of its definition, which ask for nothing
 * else. `examples`: what similarity compares with.
 */
export const KIND_WORDS: Readonly<z.infer<typeof Kinds>> = Kinds.parse(kinds);
