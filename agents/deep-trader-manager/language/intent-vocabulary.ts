// Floor 3. Which words the grammar knows: such a word in small letters is no ticker, and none is taken for a slip of the pen.
import { KIND_WORDS } from "./intent-examples.ts";
import { CORRECTED, FUNCTION_WORDS, TALK } from "./intent-words.ts";

/** Crude on purpose: "moves", "moved", "moving" and "move" meet; only used to ask whether a word is known. */
export function stem(word: string): string {
  const base =
    word.length > 4
      ? word.replace(/(?:ies|ied)$/, "y").replace(/(?:ings?|ed|es|ly|s)$/, "")
      : word.replace(/(?<=..)s$/, "");
  return base.replace(/([^aeiou])\1$/, "$1").replace(/e$/, "");
}

const exampleWords = Object.values(KIND_WORDS).flatMap(({ examples }) =>
  examples.flatMap((wording) => wording.split(" ")),
);
const LISTED: ReadonlySet<string> = new Set([...FUNCTION_WORDS, ...TALK, ...exampleWords]);
const KNOWN: ReadonlySet<string> = new Set([...LISTED].map(stem));

/** The grammar is made of this very word: in small letters it is no ticker ("rank by risk" names no asset RISK). */
export const isGrammarWord = (word: string): boolean => LISTED.has(word.toLowerCase());

export const isVocabulary = (word: string): boolean => KNOWN.has(stem(word.toLowerCase()));

/** "bolinger" → "bollinger": one slip in a word of six letters, two from nine on. */
export function corrected(text: string): string {
  return text.replace(/[\p{L}_]{5,}/gu, (word) => {
    if (word.startsWith("_") || isVocabulary(word)) return word;
    return [...CORRECTED].find((right) => isSlip(word, right)) ?? word;
  });
}

function isSlip(word: string, right: string): boolean {
  const slips = right.length >= 9 ? 2 : 1;
  if (right.length < 6 && !isSwap(word, right)) return false;
  return Math.abs(word.length - right.length) <= slips && word[0] === right[0] && slipsBetween(word, right) <= slips;
}

const isSwap = (word: string, right: string): boolean =>
  word.length === right.length && [...word].sort().join("") === [...right].sort().join("");

/** Inserted, left out, replaced or swapped letters (Damerau 1964, optimal string alignment). */
function slipsBetween(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(at(i - 1, j - 1) + (same ? 0 : 1), at(i - 1, j) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, at(i - 2, j - 2) + 1);
      row.push(best);
    }
  }
  return at(a.length, b.length);
}
