// Floor 3. Which words of a question a rule answers. A word with a content of its own that it does not answer may be what is
// asked ("losing position", "and how much should I put in"): then the rule does not fit, whatever else it matches.
import { BREADTH_KINDS, type QuestionKind } from "#schemas/question.ts";
import { KIND_WORDS } from "./intent-examples.ts";
import type { Rule } from "./intent-rules.ts";
import { ASSET_MARK, QUOTE_MARK, TIME_MARK } from "./intent-text.ts";
import { stem } from "./intent-vocabulary.ts";
import { FILLERS } from "./intent-words.ts";

const MARKS: readonly string[] = [ASSET_MARK, TIME_MARK, QUOTE_MARK];
/** With the words as they stand: a pattern's "clos(?:e|ed)" is a stem already. */
const stems = (words: string): ReadonlySet<string> =>
  new Set(words.match(/[a-z&%]+/g)?.flatMap((word) => [word, stem(word)]));
const FILLER_STEMS = stems([...FILLERS].join(" "));

/** Words that belong to a kind whichever of its rules fits, and those of its example wordings. */
function wordsOfKindName(kind: Rule["kind"]): string {
  const { own = "", examples = [] } = kind === "cause" ? {} : (KIND_WORDS[kind] ?? {});
  return `${own} ${examples.join(" ")}`;
}

const OWN = new WeakMap<Rule, ReadonlySet<string>>();
function ownStems(rule: Rule): ReadonlySet<string> {
  const known = OWN.get(rule) ?? stems(`${rule.pattern.source} ${rule.own ?? ""} ${wordsOfKindName(rule.kind)}`);
  OWN.set(rule, known);
  return known;
}

const wordsOf = (words: string): readonly string[] =>
  words.split(/[\s/]+/).filter((word) => word !== "" && !MARKS.includes(word) && !/^[%&.]+$/.test(word));

const OWNER = /^(?:my|mine|our|ours)$/;

/** About all markets, "my" is a question about what is held, and no small word. */
function uncovered(kind: Rule["kind"], words: string, isOwn: (word: string) => boolean): readonly string[] {
  const isAboutAll = (BREADTH_KINDS as readonly string[]).includes(kind);
  return wordsOf(words).filter((word) =>
    isAboutAll && OWNER.test(word) ? true : !FILLER_STEMS.has(stem(word)) && !isOwn(word),
  );
}

/** The words of a question that neither the rule nor small talk accounts for. @param words as `wordsOfKind` gives them */
export function uncoveredBy(rule: Rule, words: string): readonly string[] {
  const own = ownStems(rule);
  return uncovered(rule.kind, words, (word) => own.has(stem(word)) || rule.pattern.test(word));
}

/** The same for a kind that was chosen by its example wordings. */
export function uncoveredByExamples(kind: QuestionKind, words: string): readonly string[] {
  const own = stems(wordsOfKindName(kind));
  return uncovered(kind, words, (word) => own.has(stem(word)));
}
