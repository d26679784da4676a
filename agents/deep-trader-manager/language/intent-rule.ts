// Floor 3. What a rule of the question grammar is; rules/*.json holds them.
import type { AccountFigure, QuestionKind } from "#schemas/question.ts";

/** How many assets the question names. */
export type AssetCount = 0 | 1 | 2;

export interface Rule {
  /** `cause`: why the market does something, which no record knows. */
  readonly kind: QuestionKind | "cause";
  readonly assets: readonly AssetCount[];
  readonly pattern: RegExp;
  readonly unless?: RegExp;
  /** Of kind `account`. */
  readonly figure?: AccountFigure;
  /** Words that it answers beside those of its pattern. Any other word with a content of its own leaves the question uncovered. */
  readonly own?: string;
}
