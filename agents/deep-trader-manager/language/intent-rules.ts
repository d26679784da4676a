// Floor 3. The grammar's rules for the kind of a question, in the order in which they are asked: the first that fits is it.
import { z } from "zod";
import { AccountFigure, QuestionKind } from "#schemas/question.ts";
import { compilePattern, PatternText } from "./intent-patterns.ts";
import asset from "./rules/asset.json" with { type: "json" };
import breadth from "./rules/breadth.json" with { type: "json" };
import desk from "./rules/desk.json" with { type: "json" };
import positions from "./rules/positions.json" with { type: "json" };
import trades from "./rules/trades.json" with { type: "json" };
import why from "./rules/why.json" with { type: "json" };

const RuleRow = z.strictObject({
  /** `cause`: why the market does something, which no record knows. */
  kind: z.union([QuestionKind, z.literal("cause")]),
  /** Of kind `account`. */
  figure: z.exactOptional(AccountFigure),
  /** How many assets the question names. */
  assets: z.array(z.literal([0, 1, 2])),
  pattern: PatternText,
  unless: z.exactOptional(PatternText),
  /** Words that it answers beside those of its pattern. Any other word with a content of its own leaves the question uncovered. */
  own: z.exactOptional(z.string()),
  /** A question that this rule reads, and none before it. */
  example: z.exactOptional(z.string()),
  /** Why it stands where it stands, or leaves out what it leaves out. */
  why: z.exactOptional(z.string()),
});
type RuleRow = z.infer<typeof RuleRow>;

export interface Rule extends Omit<RuleRow, "pattern" | "unless"> {
  readonly pattern: RegExp;
  readonly unless?: RegExp;
}
export type AssetCount = RuleRow["assets"][number];

const GROUPS = { why, positions, trades, desk, breadth, asset };

export const RULES: readonly Rule[] = Object.entries(GROUPS).flatMap(([group, { rules }]) =>
  z
    .array(RuleRow)
    .parse(rules)
    .map((row, at): Rule => {
      const { pattern, unless, ...rule } = row;
      const name = `${group}.json, rule ${at + 1} (${row.figure ?? row.kind})`;
      return {
        ...rule,
        pattern: compilePattern(name, pattern),
        ...(unless === undefined ? {} : { unless: compilePattern(`${name}, unless`, unless) }),
      };
    }),
);
