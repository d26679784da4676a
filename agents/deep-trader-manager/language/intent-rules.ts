// Floor 3. The grammar's rules for the kind of a question, in the order in which they are asked: the first that fits is it.
// In rules/*.json `{NAME}` stands for a fragment, and a list of alternatives matches whole words only.
import { z } from "zod";
import { AccountFigure, QuestionKind } from "#schemas/question.ts";
import { compile } from "./intent-patterns.ts";
import type { Rule } from "./intent-rule.ts";
import asset from "./rules/asset.json" with { type: "json" };
import breadth from "./rules/breadth.json" with { type: "json" };
import desk from "./rules/desk.json" with { type: "json" };
import positions from "./rules/positions.json" with { type: "json" };
import trades from "./rules/trades.json" with { type: "json" };
import why from "./rules/why.json" with { type: "json" };

const Pattern = z
  .union([z.string(), z.array(z.string()).transform((words) => `\\b(?:${words.join("|")})\\b`)])
  .transform((text) => compile(text));

const Rows = z.array(
  z.strictObject({
    kind: z.union([QuestionKind, z.literal("cause")]),
    figure: z.exactOptional(AccountFigure),
    assets: z.array(z.literal([0, 1, 2])),
    pattern: Pattern,
    unless: z.exactOptional(Pattern),
    own: z.exactOptional(z.string()),
  }),
);

export const RULES: readonly Rule[] = Rows.parse(
  [why, positions, trades, desk, breadth, asset].flatMap(({ rules }): readonly unknown[] => rules),
);
