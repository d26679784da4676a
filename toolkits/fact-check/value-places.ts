// Floor 2. Places of a sentence where a word would be read as a figure: behind "is", before a unit, by itself between marks.
import { SHARED } from "./lexicon.ts";
import type { Reading } from "./reading.ts";
import { CELL, isMark, isReference, lettersOf, type Token } from "./sentence.ts";
import { classOf } from "./word-class.ts";

/** Of a unit: judged where they stand beside a reference. */
export const UNIT_SIGNS = "%$€£";

/** Words that follow each other. */
export interface Group {
  readonly from: number;
  /** Behind the last. */
  readonly to: number;
}

/** A heading or a lead-in is a few nouns: there an unknown word is most of what is read. */
export const isTitle = ({ references, isHeading, tokens }: Reading): boolean =>
  references.length === 0 && (isHeading || isMark(tokens.at(-1), ":"));

/** Whether a value would stand here: behind "is", "at", "by", or before a unit, a counted noun, an asset or a reference. */
export function isValuePlace(reading: Reading, at: number): boolean {
  if (isBeforeCounted(reading, at)) return true;
  const { tokens, words, run } = reading;
  return (
    isBehindValueWord(reading, at) && (classOf(words[at] ?? "", run.language) === "unknown" || isEnd(tokens[at + 1]))
  );
}

const isBehindValueWord = ({ tokens, words, lists }: Reading, at: number): boolean =>
  lists.beforeValues.has(words[at - 1] ?? "") || isMark(tokens[at - 1], ":=(");

const isEnd = (token: Token | undefined): boolean => token === undefined || isMark(token, `.,;:!?…)–—${CELL}`);

export function isBeforeCounted(reading: Reading, at: number): boolean {
  const { tokens, words, lists, assets } = reading;
  const isCounted = lists.afterValues.has(words[at + 1] ?? "") || assets.markets.has(at + 1);
  return isReference(tokens[at + 1]) || isCounted || isBeforeUnit(reading, at);
}

export function isBeforeUnit({ tokens, words, lists }: Reading, at: number): boolean {
  const next = tokens[at + 1];
  return lists.units.has(words[at + 1] ?? "") || SHARED.currencyWords.has(lettersOf(next)) || isMark(next, UNIT_SIGNS);
}

/** The only word of its sentence or cell. */
export function isAlone({ tokens }: Reading, at: number): boolean {
  const [before, next] = [tokens[at - 1], tokens[at + 1]];
  return (before === undefined || isMark(before, CELL)) && (next === undefined || isMark(next, `.!?…${CELL}`));
}

/** Where a word of the language that is close to a number word would be read as one. */
export const isByItself = (reading: Reading, at: number): boolean =>
  isTitle(reading) ||
  isValuePlace(reading, at) ||
  isAlone(reading, at) ||
  isEnclosed(reading, { from: at, to: at + 1 });

/** Behind a mark, a name or where a value would stand, and before a mark, a verb or a preposition; or what begins a sentence. */
function isEnclosed(reading: Reading, { from, to }: Group): boolean {
  const { tokens, words, lists, assets } = reading;
  const before = tokens[from - 1];
  const next = words[to] ?? "";
  if (before === undefined && reading.run.language !== "de") return true;
  const isFirst =
    before === undefined || before.type === "mark" || assets.tokens.has(from - 1) || isBehindValueWord(reading, from);
  return isFirst && (isEnd(tokens[to]) || lists.beforeValues.has(next) || lists.functionWords.has(next));
}

/** Words by themselves, without an article or an adjective. */
export function isBareGroup(reading: Reading, group: Group): boolean {
  const { words, lists } = reading;
  const isJoined = lists.joiners.has(words[group.to] ?? "") && !lists.articles.has(words[group.from - 1] ?? "");
  return isEnclosed(reading, group) || isJoined;
}
