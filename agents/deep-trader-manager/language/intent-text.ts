// Floor 3. A question as it was typed -> the same words written out in one way.

/** Short forms typed without their apostrophe, and chat spellings. Each is one word for one or two, never another meaning. */
const SHORT_FORMS: readonly (readonly [RegExp, string])[] = [
  [/\b(what|how|where|who|why|when|that|there)s\b/gi, "$1 is"],
  [/\b(do|did|does|is|are|was|were|have|has|had|should|would|could)nt\b/gi, "$1 not"],
  [/\b(?:cannot|cant)\b/gi, "can not"],
  [/\bwont\b/gi, "will not"],
  [/\bive\b/gi, "I have"],
  [/\bgimme\b/gi, "give me"],
  [/\blemme\b/gi, "let me"],
  [/\bwanna\b/gi, "want to"],
  [/\bgotta\b/gi, "have to"],
  [/\br u\b/g, "are you"],
  [/\bu\b/g, "you"],
  [/\bur\b/g, "your"],
  [/\bwassup\b|\bwazzup\b/gi, "what is up"],
];

/**
 * One kind of apostrophe, contractions in full, possessives gone: "what's BTC's RSI" has the words what, is, BTC, RSI.
 * Capitals stay: they tell a ticker from a word.
 */
export function spellOut(text: string): string {
  const plain = text
    .normalize("NFKC")
    .replace(/[\u2018\u2019\u02bc`]/g, "'")
    .replace(/['\u201c\u201d"]n['"]|\b'n\b|\bn'\b/gi, " and ")
    .replace(/\bcan't\b/gi, "can not")
    .replace(/\bwon't\b/gi, "will not")
    .replace(/\bain't\b/gi, "is not")
    .replace(/n't\b/gi, " not")
    .replace(/\blet's\b/gi, "let us")
    .replace(/\b(what|how|where|who|why|when|that|it|there|everything|anything)'s\b/gi, "$1 is")
    .replace(/\b(what|how|where|why|when|who)'d\b/gi, "$1 did")
    .replace(/'ll\b/gi, " will")
    .replace(/'re\b/gi, " are")
    .replace(/'ve\b/gi, " have")
    .replace(/'(?:s|d|m)\b/gi, "");
  return SHORT_FORMS.reduce((words, [short, full]) => words.replace(short, full), plain)
    .replace(/\s+/g, " ")
    .trim();
}

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
const SYNONYMS: readonly (readonly [RegExp, string])[] = [
  [/\bshall (i|we)\b/g, "should $1"],
  [/\bought (i|we) (?:not )?to\b/g, "should $1"],
  [
    /\b(?:am i|are we|would i be|would we be) (?:right|wise|smart|well advised|better off|mad|crazy|wrong|best) to\b/g,
    "should i",
  ],
  [/\b(?:scan|screen|look|search|hunt|filter|check) (?:the (?:board|market|markets|list|universe) )?for\b/g, "find"],
  [/\b(?:pull up|bring up|read out|throw me|hit me with|hand me|send me|print|fetch)\b/g, "show me"],
  [/\bin a nutshell\b|\bin (?:brief|short|a word|a few words|one line)\b/g, "summary"],
];

const signless = (masked: string): string =>
  masked
    .toLowerCase()
    .replace(/</g, " under ")
    .replace(/>/g, " above ")
    .replace(/[^\p{L}\p{N}_%&/.]+|\.(?!\d)/gu, " ")
    .replace(/(?<![\p{L}])\/|\/(?![\p{L}])/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
