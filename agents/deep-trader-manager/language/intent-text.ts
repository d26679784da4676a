// Floor 3. A question as it was typed -> the same words written out in one way.
import { compilePattern } from "./intent-patterns.ts";
import phrases from "./intent-phrases.json" with { type: "json" };

type Substitution = readonly [words: RegExp, meant: string];

/** Contractions, short forms typed without their apostrophe, chat spellings. Each is one word for one or two, never another meaning. */
const SHORT_FORMS: readonly Substitution[] = phrases.shortForms.map(({ pattern, flags = "gi", to }) => [
  compilePattern(`for ${to}`, pattern, flags),
  to,
]);

/**
 * One kind of apostrophe, contractions in full, possessives gone: "what's BTC's RSI" has the words what, is, BTC, RSI.
 * Capitals stay: they tell a ticker from a word.
 */
export const spellOut = (text: string): string =>
  SHORT_FORMS.reduce((words, [short, full]) => words.replace(short, full), text.normalize("NFKC"))
    .replace(/\s+/g, " ")
    .trim();

/** Stand-ins for what has been read as a slot, so that no ticker is taken for a word of the question. */
export const ASSET_MARK = "_x";
export const TIME_MARK = "_tf";
export const QUOTE_MARK = "_q";

/**
 * The words by which the kind of a question is told: lower case, marks for the slots, signs gone but `%` and `&`.
 * "RSI(14) of _x < 30?" -> "rsi 14 of _x under 30".
 */
export const wordsOfKind = (masked: string): string =>
  SYNONYMS.reduce((words, [said, meant]) => words.replace(said, meant), signless(masked));

/** Turns of phrase that every rule would otherwise have to list. */
const SYNONYMS: readonly Substitution[] = phrases.synonyms.map(({ pattern, to }) => [
  compilePattern(`for ${to}`, pattern, "g"),
  to,
]);

const signless = (masked: string): string =>
  masked
    .toLowerCase()
    .replace(/</g, " under ")
    .replace(/>/g, " above ")
    .replace(/[^\p{L}\p{N}_%&/.]+|\.(?!\d)/gu, " ")
    .replace(/(?<![\p{L}])\/|\/(?![\p{L}])/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
