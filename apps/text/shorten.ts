// Floor 6. A text → at most so many letters of it, cut between lines, with a last line that says what is missing.

/** @param most UTF-16 units, at least 40; no pair of them is parted */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  const lines = text.split("\n");
  const kept: string[] = [];
  let length = 0;
  for (const line of lines) {
    const left = lines.length - kept.length;
    if (length + line.length + 1 + restText(left).length > most) break;
    kept.push(line);
    length += line.length + 1;
  }
  if (kept.length > 0) return [...kept, restText(lines.length - kept.length)].join("\n");
  return `${cut(text, most - 1)}…`;
}

const restText = (lines: number): string => `… ${lines} more ${lines === 1 ? "line" : "lines"}`;

const cut = (text: string, most: number): string => {
  const end = text.charCodeAt(most - 1);
  return text.slice(0, end >= 0xd8_00 && end <= 0xdb_ff ? most - 1 : most);
};
