// Floor 6. One table of a report, for the terminal.
import type { Style } from "../io.ts";
import type { ReportSection } from "./report-section.ts";
import { table } from "./table.ts";

export function sectionText({ title, columns, rows, notes }: ReportSection, style: Style): string {
  const text = table(
    rows,
    columns.map((column, index) => ({
      title: column,
      value: (row) => row[index] ?? "",
      align: index === 0 ? ("left" as const) : ("right" as const),
    })),
  );
  return [style.bold(title), text, ...notes.map((note) => style.dim(note))].join("\n");
}
