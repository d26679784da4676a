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
/** @param text as a model wrote it; numerals of any script are hidden, with their sign and percent */
export const maskFigures = (text: string): ShownText =>
  printable(text.replace(FIGURE, (_, reference: string | undefined) => reference ?? MASK)) as ShownText;

/** Control characters would move a terminal's cursor, and others hide what is there; line breaks and tabs stay. */
export const printable = (text: string): string => text.replace(/[[\p{Cc}\p{Cf}]--[\n\t]]/gv, "");
