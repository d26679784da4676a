// Floor 2. A sentence as the rules read it: tokens, the markets it names, what its phrases claim, which clauses are conditional.
import type { Fact } from "#schemas/fact.ts";
import { type NamedAssets, namedAssets } from "./assets.ts";
import type { CheckRun } from "./check-run.ts";
import type { FactTable } from "./fact-table.ts";
import { type Meaning, type WordLists, wordLists } from "./lexicon.ts";
import { type Found, findPhrases } from "./phrases.ts";
import { CELL, isMark, isReference, lettersOf, type Reference, type Token, tokensOf, type Work } from "./sentence.ts";

export interface Reading {
  readonly run: CheckRun;
  readonly table: FactTable;
  readonly lists: WordLists;
  readonly tokens: readonly Token[];
  /** One a token; "" for what is no word. */
  readonly words: readonly string[];
  readonly references: readonly { readonly at: number; readonly reference: Reference }[];
  readonly assets: NamedAssets;
  readonly meanings: readonly Found<Meaning>[];
  /** Whether a token stands in a clause with if, would, when: a scenario, no claim. */
  readonly isConditional: readonly boolean[];
  /** Cells of the table's head, where the sentence is a row. */
  readonly heads: readonly Reading[];
  /** Facts of the sentence before, in the same paragraph, the last one first. */
  readonly previous: readonly Fact[];
  readonly isHeading: boolean;
}

/** What a sentence is read beside. */
export interface Surroundings {
  readonly run: CheckRun;
  readonly table: FactTable;
  readonly heads?: readonly Reading[];
  readonly previous?: readonly Fact[];
  readonly isHeading?: boolean;
}

export function readSentence(
  work: Work,
  { run, table, heads = [], previous = [], isHeading = false }: Surroundings,
): Reading {
  const lists = wordLists(run.language);
  const tokens = tokensOf(work);
  const words = tokens.map(({ word }) => word);
  return {
    run,
    table,
    lists,
    tokens,
    words,
    references: tokens.flatMap((token, at) => (isReference(token) ? [{ at, reference: token.reference }] : [])),
    assets: namedAssets(tokens, run),
    meanings: findPhrases(words, lists.meanings).map((found) => asWritten(found, tokens, run)),
    isConditional: conditionals(tokens, lists),
    heads,
    previous,
    isHeading,
  };
}

/** Spanish "bajo {{f}}" is no "bajó": looked up without accents they are one word. */
function asWritten(found: Found<Meaning>, tokens: readonly Token[], run: CheckRun): Found<Meaning> {
  const isUnder = run.language === "es" && lettersOf(tokens[found.from]).toLowerCase() === "bajo";
  return isUnder && found.value.about === "direction"
    ? { ...found, value: { about: "comparison", way: "below" } }
    : found;
}

const isClauseEnd = (token: Token): boolean => isMark(token, `,;:–—|${CELL}`);

function conditionals(tokens: readonly Token[], lists: WordLists): readonly boolean[] {
  const isCondition = (token: Token): boolean => {
    const written = lettersOf(token).toLowerCase();
    if (token.type !== "word" || lists.conditionals.has(written)) return token.type === "word";
    return !lists.known.has(token.word) && lists.conditionalEndings.some((ending) => written.endsWith(ending));
  };
  const flags: boolean[] = [];
  let from = 0;
  for (let at = 0; at <= tokens.length; at += 1) {
    const token = tokens[at];
    if (token !== undefined && !isClauseEnd(token)) continue;
    const clause = tokens.slice(from, at + 1);
    const isOne = clause.some(isCondition);
    for (const _ of clause) flags.push(isOne);
    from = at + 1;
  }
  return flags;
}

const LONGEST_ECHO = 4;

/** "ADA?", "Oversold?": the operator's question taken up; it claims nothing. */
export function isEchoedQuestion({ tokens, words, references, lists }: Reading): boolean {
  const asked = words.filter((word) => word !== "");
  const isQuestion = isMark(tokens.at(-1), "?") && references.length === 0 && asked.length <= LONGEST_ECHO;
  return isQuestion && !asked.some((word) => lists.negations.has(word));
}

/** Whether one of the three words before says no, in the same clause. */
export function isNegated({ tokens, words, lists }: Reading, at: number): boolean {
  const mark = tokens.findLastIndex((token, place) => place < at && isClauseEnd(token));
  return words.slice(Math.max(0, at - 3, mark + 1), at).some((word) => lists.negations.has(word));
}

/** Words of a range of tokens as they were written. */
export const textOf = ({ tokens }: Reading, from: number, to: number): string =>
  tokens
    .slice(from, to)
    .map(({ text }) => text)
    .join(" ");
