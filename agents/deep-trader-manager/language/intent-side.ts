// Floor 3. Buying or selling, and "not": two slots that are one word long each, read from that word and never guessed.
import type { Intent } from "#schemas/question.ts";
import { PATTERNS } from "./intent-patterns.ts";

/** Both, or neither, said: null. @param words as `wordsOfKind` gives them */
export function sideOf(words: string): Intent["side"] {
  const own = words.replace(PATTERNS.neitherSide, " ");
  const buy = PATTERNS.buy.test(own);
  return buy === PATTERNS.sell.test(own) ? null : buy ? "buy" : "sell";
}

/** @param words as `wordsOfKind` gives them */
export const isNegated = (words: string): boolean => PATTERNS.negation.test(words.replace(PATTERNS.noNegation, " "));
/** A question about a decision is about what was not done also where it says skipped, refused, kept out. */
export const isLetBe = (words: string): boolean => PATTERNS.letBe.test(words);
