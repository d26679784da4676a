// Floor 2. The language that an operator writes in, by its small words. Who writes in none of ours is answered in English.
import type { Language } from "#schemas/language.ts";
import { folded } from "./fold.ts";
import { SHARED, wordLists } from "./lexicon.ts";

const LANGUAGES: readonly Language[] = ["en", "de", "es"];

/**
 * `isForeign`: other languages' small words outweigh those of ours, or most letters are of another script. A text without any
 * small word ("BTC RSI") is taken for English.
 */
export function languageOf(text: string): { readonly language: Language; readonly isForeign: boolean } {
  const words = text.match(/\p{L}[\p{L}'’]*/gu)?.map(folded) ?? [];
  const count = (small: { has(word: string): boolean }): number => words.filter((word) => small.has(word)).length;
  const ours = LANGUAGES.map((language) => ({ language, found: count(wordLists(language).functionWords) }));
  const [most] = ours.toSorted((a, b) => b.found - a.found);
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0;
  const isForeign = latin * 2 < letters || count(SHARED.otherFunctionWords) > (most?.found ?? 0);
  return { language: isForeign ? "en" : (most?.language ?? "en"), isForeign };
}
