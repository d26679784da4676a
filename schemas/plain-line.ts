// Floor 1. Text that a stranger wrote → one line that moves no cursor and turns no text around.

/** Control and formatting characters (those that change the direction of writing too), halves of characters, ends of lines. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu;

/** One line without them, cut. For texts that a stranger wrote, models included. @param maxLength in UTF-16 units */
export function plainLine(text: string, maxLength = 160): string {
  const line = text.replace(HIDDEN, " ").replace(/\s+/g, " ").trim();
  if (line.length <= maxLength) return line;
  // A character outside the first plane is two code units, and is not cut in half.
  return `${line.slice(0, maxLength - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
