import { describe, expect, it } from "vitest";
import { LANGUAGES } from "#toolkits/fact-check/check-run.ts";
import { isGeneralWord } from "#toolkits/fact-check/general-words.ts";
import { wordLists } from "#toolkits/fact-check/lexicon.ts";
import { classOf } from "#toolkits/fact-check/word-class.ts";

describe("general words", () => {
  it.each([
    ["en", "improvise nutshell corridor prettiest shout poking"],
    ["de", "servus pendelt verbucht betroffen auffalligkeiten regelwerk achtung"],
    ["es", "dispongo aflojo encabeza rotulo pesimistas honestidad"],
  ] as const)("hold words of %s in their forms: %s", (language, words) => {
    for (const word of words.split(" ")) expect(["known", "general"], word).toContain(classOf(word, language));
  });

  it.each(LANGUAGES)("make no number word of %s a word like another", (language) => {
    const { numberWords, known } = wordLists(language);
    for (const word of numberWords) if (!known.has(word)) expect(classOf(word, language), word).toBe("number");
  });

  it.each(LANGUAGES)("hold no numeral of a language that no list has (%s)", (language) => {
    const numerals =
      "pewar ugent egun tekau iwa elua ishirin bokwai ogbon toru whitu ekolu ehiku labaatan soddon ishumi kolmteist triwyr pymtheg";
    expect(numerals.split(" ").filter((word) => isGeneralWord(word, language))).toEqual([]);
  });

  it.each([
    ["en", "foray", "general"],
    ["en", "fourty", "number"],
    ["en", "hundrd", "near"],
    ["de", "dreiig", "near"],
    ["de", "hindert", "near"],
    ["de", "siebenundzwanzigste", "number"],
    ["es", "siento", "general"],
    ["es", "cientto", "near"],
    ["es", "rua", "general"],
  ] as const)("leave nearness to a number word to the check (%s): %s is %s", (language, word, wordClass) => {
    expect(classOf(word, language)).toBe(wordClass);
  });
});
