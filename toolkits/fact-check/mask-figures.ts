// Floor 2. A model's words as they may be looked at afterwards: every figure hidden, references left (law 14).
import type { ShownText } from "#schemas/fact.ts";

/** What stands for a figure. */
export const MASK = "▯";

const REFERENCE = /\{\{f[1-9]\d{0,5}(?:\|(?:abs|at|name))?\}\}/u;
/** Han numerals are letters to Unicode. */
const NUMERAL = "[\\p{N}〇零一二三四五六七八九十百千万億亿兆两兩]";
/** What may stand between the numerals of one figure, combining marks and invisible characters among it. */
const WITHIN = "[\\p{M}\\p{Cf}.,:'’_\\/ \\u00A0\\u202F-]*";
const SIGN = "(?:[+\\-−±~≈]\\s?)?";
const FIGURE = new RegExp(`(${REFERENCE.source})|${SIGN}${NUMERAL}(?:${WITHIN}${NUMERAL})*\\p{M}*(?:\\s?[%‰])?`, "gu");
/** Control characters would move a terminal's cursor; line breaks and tabs stay. */
const CONTROL = /[[\p{Cc}\p{Cf}]--[\n\t]]/gv;

/** @param text as a model wrote it; numerals of any script are hidden, with their sign and percent */
export function maskFigures(text: string): ShownText {
  const masked = text.replace(FIGURE, (_, reference: string | undefined) => reference ?? MASK).replace(CONTROL, "");
  return masked as ShownText;
}
