// Floor 6. An equity line drawn with characters: a column per stretch of time, its height the equity at the stretch's end.
import { formatAmount, formatTime } from "#desk/documents/format.ts";

const EIGHTHS = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/**
 * `rows` text lines of at most `columns` characters with the scale at the left and the dates beneath. An empty line for
 * fewer than two points.
 */
export function drawEquityLine(
  points: readonly { readonly atMs: number; readonly equity: number }[],
  { columns = 72, rows = 8 }: { readonly columns?: number; readonly rows?: number } = {},
): string {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 2) return "";
  const width = Math.min(columns, points.length);
  const sampled = Array.from({ length: width }, (_, i) => {
    const index = Math.round((i * (points.length - 1)) / (width - 1));
    return points[index]?.equity ?? first.equity;
  });
  const low = Math.min(...sampled);
  const high = Math.max(...sampled);
  // A flat line is drawn in the middle rather than divided by zero.
  const heightOf = (value: number): number => (high === low ? 0.5 : (value - low) / (high - low)) * (rows * 8 - 1) + 1;
  const labels = [formatAmount(high), formatAmount(low)];
  const labelWidth = Math.max(...labels.map((label) => label.length));
  const lines: string[] = [];
  for (let row = rows - 1; row >= 0; row--) {
    const label = row === rows - 1 ? labels[0] : row === 0 ? labels[1] : "";
    const cells = sampled.map(
      (value) => EIGHTHS[Math.min(8, Math.max(0, Math.round(heightOf(value) - row * 8)))] ?? " ",
    );
    lines.push(`${(label ?? "").padStart(labelWidth)} │${cells.join("")}`);
  }
  const from = formatTime(first.atMs);
  const to = formatTime(last.atMs);
  const gap = Math.max(1, width - from.length - to.length);
  lines.push(`${" ".repeat(labelWidth)} └${"─".repeat(width)}`);
  lines.push(`${" ".repeat(labelWidth + 2)}${from}${" ".repeat(gap)}${to}`);
  return lines.join("\n");
}
