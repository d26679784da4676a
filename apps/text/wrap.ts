// Floor 6. Text wider than the terminal → lines broken between words, a number kept with its unit; what goes on stands
// beneath the text, in a table beneath its last column.
import { visibleLength } from "./table.ts";

/** Room that a table's last column needs, so that going on beneath it reads better than at the left. */
const LAST_COLUMN = 24;
const UNIT = /^(%|[A-Z]{2,6}\b|bps?\b|ms\b|[smhd]\b|min\b|(second|minute|hour|day|candle|slot|market)s?\b)/;

/** A line without room to break, such as a hash, stays as it is. */
export function wrapText(text: string, columns: number): string {
  if (!Number.isFinite(columns)) return text;
  return text
    .split("\n")
    .flatMap((line) => (visibleLength(line) <= columns ? [line] : wrapLine(line, columns)))
    .join("\n");
}

function wrapLine(line: string, columns: number): readonly string[] {
  const indent = " ".repeat(indentOf(line, columns));
  const lines: string[] = [];
  let current = "";
  let gap = "";
  for (const word of wordsOf(line)) {
    if (/^ +$/.test(word)) gap = word;
    else if (current.trim() !== "" && visibleLength(current + gap + word) > columns) {
      lines.push(current);
      current = indent + word;
    } else current += gap + word;
    if (!/^ +$/.test(word)) gap = "";
  }
  return [...lines, current];
}

/** Words and the blanks between them; a number and its unit, a date and its time of day are one word. */
function wordsOf(line: string): readonly string[] {
  const words: string[] = [];
  for (const piece of line.split(/( +)/)) {
    const number = words.at(-2) ?? "";
    const isUnit = words.at(-1) === " " && /\d$/.test(number) && (UNIT.test(piece) || /^\d\d:\d\d/.test(piece));
    if (isUnit) words.splice(-2, 2, `${number} ${piece}`);
    else words.push(piece);
  }
  return words;
}

function indentOf(line: string, columns: number): number {
  const leading = visibleLength(/^ */.exec(line)?.[0] ?? "");
  const lastGap = [...line.trimEnd().matchAll(/\S {2,}(?=\S)/g)].at(-1);
  const column = lastGap === undefined ? 0 : visibleLength(line.slice(0, lastGap.index + lastGap[0].length));
  return column > leading && columns - column >= LAST_COLUMN ? column : leading;
}
