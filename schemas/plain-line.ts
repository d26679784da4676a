// Floor 1. Text that a stranger wrote → one line that moves no cursor and turns no text around.

/** Control and formatting characters (those that change the direction of writing too), halves of characters, ends of lines. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu;

/** Marks that change the direction of writing: they turn the text around them, too. */
const TURNS = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/** Text as it reads from left to right. Lines and styles of a terminal stay. */
export const withoutTurns = (text: string): string => text.replace(TURNS, "");

/** JSON of the same values, written so that it turns nothing around. */
export const withTurnsEscaped = (json: string): string =>
  json.replace(TURNS, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** One line without them, cut. For texts that a stranger wrote, models included. @param maxLength in UTF-16 units */
export function plainLine(text: string, maxLength = 160): string {
  const line = text.replace(HIDDEN, " ").replace(/\s+/g, " ").trim();
  if (line.length <= maxLength) return line;
  // A character outside the first plane is two code units, and is not cut in half.
  return `${line.slice(0, maxLength - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
