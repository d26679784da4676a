// Floor 2. A model's words as they may be looked at afterwards: every figure hidden, references left (law 14).
import type { ShownText } from "#schemas/fact.ts";
import type { Language } from "#schemas/language.ts";
import { foldings } from "./fold.ts";
import { classOf } from "./word-class.ts";

/** What stands for a figure. */
export const MASK = "▯";

const REFERENCE = "\\{\\{f[1-9]\\d{0,5}(?:\\|(?:abs|at|name))?\\}\\}";
/** Han numerals are letters to Unicode. */
const NUMERAL = "[\\p{N}〇零一二三四五六七八九十百千万億亿兆两兩]";
/** What may stand between the numerals of one figure, combining marks and invisible characters among it. */
const WITHIN = "[\\p{M}\\p{Cf}.,:'’_\\/ \\u00A0\\u202F-]*";
const SIGN = "(?:[+\\-−±~≈]\\s?)?";
const FIGURE = `${SIGN}${NUMERAL}(?:${WITHIN}${NUMERAL})*\\p{M}*(?:\\s?[%‰])?`;
const WORD = "\\p{L}[\\p{L}\\p{M}]*";

const besideReferences = (pattern: string): RegExp => new RegExp(`(${REFERENCE})|${pattern}`, "gu");
const FIGURES = besideReferences(FIGURE);
const WORDS = besideReferences(WORD);

/**
 * Numerals of any script are hidden with their sign and percent, and so are number words of the languages that are checked,
 * misspelt ones too.
 * @param language of a model's sentences; null: names, of which `ONE` is one, and numerals alone are hidden
 */
export function maskFigures(text: string, language: Language | null): ShownText {
  const numbers = text.replace(FIGURES, (_, reference?: string) => reference ?? MASK);
  const words =
    language === null
      ? numbers
      : numbers.replace(WORDS, (word, reference?: string) => reference ?? (isNumber(word, language) ? MASK : word));
  return printable(words) as ShownText;
}

function isNumber(word: string, language: Language): boolean {
  return foldings(word).some((each) => {
    const found = classOf(each, language);
    return found === "number" || found === "near";
  });
}

/** Control characters would move a terminal's cursor, and others hide what is there; line breaks and tabs stay. */
export const printable = (text: string): string => text.replace(/[[\p{Cc}\p{Cf}]--[\n\t]]/gv, "");
