// Floor 2. A sentence under work: its text with a private character for each reference and each literal, and its tokens.
import type { Fact } from "#schemas/fact.ts";
import type { MarketSymbol } from "#schemas/units.ts";
import { folded } from "./fold.ts";

export const FORMS = ["value", "abs", "at", "name"] as const;
/** `value` with its unit, `abs` its magnitude, `at` its data time, `name` its market. */
export type FactForm = (typeof FORMS)[number];

export interface Reference {
  readonly fact: Fact;
  readonly form: FactForm;
}

/** A figure that code allows and renders itself. */
export interface Literal {
  readonly shown: string;
  /** Of a market symbol with digits. */
  readonly market: MarketSymbol | null;
}

export interface Work {
  readonly text: string;
  readonly references: readonly Reference[];
  readonly literals: readonly Literal[];
}

// Private-use characters: the allow-list of characters lets none of them in from outside.
const FIRST_REFERENCE = 0xe000;
const FIRST_LITERAL = 0xf000;
export const MOST_PLACES = 0x800;
export const referenceChar = (index: number): string => String.fromCharCode(FIRST_REFERENCE + index);
export const literalChar = (index: number): string => String.fromCharCode(FIRST_LITERAL + index);
/** Between the cells of a table row, once the row has been taken apart. */
export const CELL = "\uF8FF";

/** Adds a literal and returns the character that stands for it. */
export function literalPlace(literals: Literal[], shown: string, market: MarketSymbol | null = null): string {
  literals.push({ shown, market });
  return literalChar(literals.length - 1);
}

interface Place {
  readonly text: string;
  /** Whether white space stands before it, or nothing. */
  readonly isApart: boolean;
}
export type Token = Place &
  /** `letters` as they were written; the text of a word may begin with a hyphen that joins it to the one before. */
  (
    | { readonly type: "word"; readonly word: string; readonly letters: string }
    | { readonly type: "reference"; readonly word: ""; readonly reference: Reference }
    | { readonly type: "literal"; readonly word: ""; readonly literal: Literal }
    | { readonly type: "mark"; readonly word: "" }
  );

const TOKEN = /[\uE000-\uF8FF]|(?:(?<=[\p{L}\uF000-\uF7FF])-)?\p{L}+(?:['’]\p{L}+)*|\S/gu;

export function tokensOf({ text, references, literals }: Work): readonly Token[] {
  let end = 0;
  return [...text.matchAll(TOKEN)].map((match): Token => {
    const [found] = match;
    const place = { text: found, isApart: match.index === 0 || match.index > end };
    end = match.index + found.length;
    const code = found.charCodeAt(0);
    const reference = references[code - FIRST_REFERENCE];
    const literal = literals[code - FIRST_LITERAL];
    if (reference !== undefined) return { ...place, type: "reference", word: "", reference };
    if (literal !== undefined) return { ...place, type: "literal", word: "", literal };
    const letters = found.replace("-", "");
    return /^\p{L}/u.test(letters)
      ? { ...place, type: "word", word: folded(letters), letters }
      : { ...place, type: "mark", word: "" };
  });
}

export const isReference = (token: Token | undefined): token is Token & { readonly type: "reference" } =>
  token?.type === "reference";
export const isMark = (token: Token | undefined, marks: string): boolean =>
  token?.type === "mark" && marks.includes(token.text);
/** As written, without the hyphen that joins a word to the one before. */
export const lettersOf = (token: Token | undefined): string =>
  token?.type === "word" ? token.letters : (token?.text ?? "");
