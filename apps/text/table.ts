// Floor 6. Plain tables for people: aligned columns, a header, nothing else.

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string;
  /** Numbers are read from the right. */
  readonly align?: "left" | "right";
}

/** Lines of a table; `maxRows` cuts with a line that says how many are left out. */
export function table<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  maxRows = Number.POSITIVE_INFINITY,
): string {
  const shown = rows.slice(0, maxRows).map((row) => columns.map((column) => column.value(row)));
  const widths = columns.map((column, i) =>
    Math.max(visibleLength(column.title), ...shown.map((cells) => visibleLength(cells[i] ?? ""))),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => pad(cell, widths[i] ?? 0, columns[i]?.align ?? "left"))
      .join("  ")
      .trimEnd();
  const lines = [line(columns.map((c) => c.title)), ...shown.map(line)];
  if (rows.length > shown.length) lines.push(`… ${rows.length - shown.length} more`);
  return lines.join("\n");
}

// Built from its code point: an escape character in a literal is easily lost.
const ANSI = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");
/** Columns a text takes on the terminal: colour codes take none. */
export const visibleLength = (text: string): number => text.replace(ANSI, "").length;

function pad(text: string, width: number, align: "left" | "right"): string {
  const space = " ".repeat(Math.max(0, width - visibleLength(text)));
  return align === "right" ? space + text : text + space;
}
