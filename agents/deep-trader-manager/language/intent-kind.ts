// Floor 3. The words of a question -> its kind: by the first rule that fits, else by similarity, else none.
import type { QuestionKind } from "#schemas/question.ts";
import type { AssetCount } from "./intent-rule.ts";
import { RULES } from "./intent-rules.ts";
import { similarKind } from "./intent-similar.ts";
import { stem, unknownWords } from "./intent-vocabulary.ts";

/** Numbers that belong to a definition, so they ask for nothing else. */
const OWN_NUMBERS: Readonly<Partial<Record<QuestionKind | "cause", readonly string[]>>> = {
  rsi: ["14", "30", "70", "50"],
  bollinger: ["20", "2"],
  atr: ["14"],
  oversold: ["30"],
  overbought: ["70"],
  summary: ["14", "20", "2"],
  price: ["1"],
  movers: ["3", "5", "10"],
  riskiest: ["3", "5", "10"],
};

/** A word of buying or selling is never talk beside another question. */
const SIDES = /\b(?:buy\w*|bought|sell\w*|sold|enter\w*|entry|exit\w*)\b/;
const SIDED: readonly QuestionKind[] = ["signal", "trigger", "why", "portfolio"];

/** The words that a rule is written in are known to it. */
const OWN_WORDS = new Map(
  RULES.map((rule) => [rule, new Set((rule.pattern.source.match(/[a-z]{3,}/g) ?? []).map(stem))]),
);

/** `cause`: why the market does something. Null: no kind of question that the desk knows. */
export function kindOf(words: string, assets: AssetCount): QuestionKind | "cause" | null {
  const unknown = unknownWords(words);
  for (const rule of RULES) {
    const { kind, pattern, unless } = rule;
    if (!rule.assets.includes(assets) || !pattern.test(words) || unless?.test(words)) continue;
    const isOwn = (word: string): boolean =>
      OWN_WORDS.get(rule)?.has(stem(word)) === true || OWN_NUMBERS[kind]?.includes(word) === true || pattern.test(word);
    if (unknown.filter((word) => !isOwn(word)).length <= rule.slack) return kind;
  }
  if (unknown.length > 0 || assets === 2) return null;
  const similar = similarKind(words, assets);
  return similar !== null && SIDES.test(words) && !SIDED.includes(similar) ? null : similar;
}
