// Floor 3. A question as it was typed → the same words written out in one way.
import phrases from "./intent-phrases.json" with { type: "json" };

interface Substitution {
  readonly pattern: string;
  readonly flags?: string;
  readonly to: string;
}

/** Rows in their order, each on what those before it left. */
function substitute(rows: readonly Substitution[]): (text: string) => string {
  const compiled = rows.map(({ pattern, flags = "gi", to }) => ({ pattern: new RegExp(pattern, flags), to }));
  return (text) => compiled.reduce((words, { pattern, to }) => words.replace(pattern, to), text);
}

/** Contractions, short forms typed without their apostrophe, chat spellings. Each is one word for one or two, never another meaning. */
const inFull = substitute(phrases.shortForms);
/** Turns of phrase that every rule would otherwise have to list. */
const inRulesWords = substitute(phrases.synonyms);

/**
 * One kind of apostrophe, contractions in full, possessives gone: "what's BTC's RSI" has the words what, is, BTC, RSI.
 * Capitals stay: they tell a ticker from a word.
 */
export const spellOut = (text: string): string => inFull(text.normalize("NFKC")).replace(/\s+/g, " ").trim();

/** Stand-ins for what has been read as a slot, so that no ticker is taken for a word of the question. */
export const ASSET_MARK = "_x";
export const TIME_MARK = "_tf";
export const QUOTE_MARK = "_q";

/**
 * The words by which the kind of a question is told: lower case, marks for the slots, signs gone but `%` and `&`.
 * "RSI(14) of _x < 30?" → "rsi 14 of _x under 30".
 */
export const wordsOfKind = (masked: string): string => inRulesWords(signless(masked));

const signless = (masked: string): string =>
  masked
    .toLowerCase()
    .replace(/</g, " under ")
    .replace(/>/g, " above ")
    .replace(/[^\p{L}\p{N}_%&/.]+|\.(?!\d)/gu, " ")
    .replace(/(?<![\p{L}])\/|\/(?![\p{L}])/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
