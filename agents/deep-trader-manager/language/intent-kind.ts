// Floor 3. The words of a question → its kind: by the first rule that fits and covers every word, else none.
import type { AccountFigure, QuestionKind } from "#schemas/question.ts";
import { uncoveredBy } from "./intent-coverage.ts";
import { KIND_WORDS } from "./intent-examples.ts";
import { PATTERNS } from "./intent-patterns.ts";
import { type AssetCount, RULES, type Rule } from "./intent-rules.ts";
import { ASSET_MARK } from "./intent-text.ts";

/** `cause`: why the market does something. */
export interface KindFinding {
  /** Null: no kind of question that the desk knows, or none that answers all of the words. */
  readonly kind: QuestionKind | "cause" | null;
  readonly figure?: AccountFigure;
  /** Where a rule fits but for these words: what was not understood. */
  readonly uncovered: readonly string[];
}

export function kindOf(words: string, assets: AssetCount): KindFinding {
  const found = kindOfWhole(words, assets);
  if (found.kind === null || WHOLE.includes(found.kind)) return found;
  const clauses = words.split(PATTERNS.secondClause);
  const second = clauses.length === 1 ? undefined : clauses.find((clause) => asksAnother(found, clause, assets));
  return second === undefined ? found : { kind: null, uncovered: second.split(" ") };
}

/** These are about several things by nature. */
const WHOLE: readonly (QuestionKind | "cause")[] = ["summary", "compare", "market", "why", "cause"];

/** "Is it safe and should I sell it": a part of the question that by itself is one of another kind. */
function asksAnother({ kind, figure }: KindFinding, clause: string, assets: AssetCount): boolean {
  const count = clause.includes(ASSET_MARK) || (assets > 0 && /\bit\b/.test(clause)) ? assets : 0;
  const own = kindOfWhole(clause, count);
  return own.kind !== null && (own.kind !== kind || own.figure !== figure);
}

/** The first rule that fits and answers every word; null where none does: then the words left over by the first that fits. */
export function ruleOf(
  words: string,
  assets: AssetCount,
): { readonly rule: Rule | null; readonly uncovered: readonly string[] } {
  let uncovered: readonly string[] = [];
  for (const rule of RULES) {
    if (!rule.assets.includes(assets) || !rule.pattern.test(words) || rule.unless?.test(words)) continue;
    const { numbers = [] } = rule.kind === "cause" ? {} : (KIND_WORDS[rule.kind] ?? {});
    const left = uncoveredBy(rule, words).filter((word) => !numbers.includes(word));
    if (rule.kind === "cause" ? uncovered.length === 0 : left.length === 0) return { rule, uncovered: [] };
    if (uncovered.length === 0) uncovered = left;
  }
  return { rule: null, uncovered };
}

function kindOfWhole(words: string, assets: AssetCount): KindFinding {
  const { rule, uncovered } = ruleOf(words, assets);
  if (rule !== null)
    return { kind: rule.kind, uncovered, ...(rule.figure === undefined ? {} : { figure: rule.figure }) };
  return { kind: null, uncovered };
}
