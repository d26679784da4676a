// Floor 6. Numbers → small SVG charts for a page that brings its own colours (`--series-1` … `--series-6`, `--ink`, `--grid`, and
// `.series-1` … for the legend). No script, no inline style, nothing fetched. A reader's pointer shows each figure; a table stands beside.
import { html } from "hono/html";

type Html = ReturnType<typeof html>;

export interface Series {
  readonly name: string;
  /** 1-6: which of the page's colours. */
  readonly colour: number;
}

export interface ColumnChart {
  readonly title: string;
  readonly series: readonly Series[];
  /** From left to right; one value a series, none below 0. */
  readonly columns: readonly { readonly label: string; readonly values: readonly number[] }[];
  readonly format: (value: number) => string;
}

export interface BarChart {
  readonly title: string;
  readonly rows: readonly { readonly label: string; readonly value: number; readonly colour: number }[];
  readonly format: (value: number) => string;
}

const WIDTH = 720;
const PLOT = { top: 10, height: 180, left: 76, right: 10, bottom: 24 } as const;
const ROW = { height: 26, bar: 16, label: 230, value: 90 } as const;

/** Stacked columns over time, with an axis of round numbers. */
export function columnChart({ title, series, columns, format }: ColumnChart): Html {
  const totals = columns.map(({ values }) => values.reduce((sum, value) => sum + value, 0));
  const top = roundUp(Math.max(0, ...totals));
  const room = (WIDTH - PLOT.left - PLOT.right) / Math.max(1, columns.length);
  const width = Math.max(1, Math.min(24, room - 2));
  const yOf = (value: number): number => PLOT.top + PLOT.height * (1 - value / top);
  const stacks = columns.map(({ label, values }, index) => {
    const x = PLOT.left + index * room + (room - width) / 2;
    let below = 0;
    return values.map((value, at) => {
      const from = below;
      below += value;
      const { name, colour } = series[at] ?? { name: "", colour: 1 };
      if (value <= 0) return "";
      const tip = `${label}: ${name} ${format(value)}`;
      return html`<rect x="${px(x)}" y="${px(yOf(below))}" width="${px(width)}" height="${px(yOf(from) - yOf(below))}" fill="var(--series-${colour})" stroke="var(--page)" stroke-width="1"><title>${tip}</title></rect>`;
    });
  });
  const ticks = [0, 0.5, 1].map((part) => {
    const y = px(yOf(top * part));
    return html`<line x1="${PLOT.left}" x2="${WIDTH - PLOT.right}" y1="${y}" y2="${y}" stroke="var(--grid)"/><text x="${PLOT.left - 8}" y="${y}" dy="0.35em" text-anchor="end">${format(top * part)}</text>`;
  });
  const height = PLOT.top + PLOT.height + PLOT.bottom;
  const [first, last] = [columns[0]?.label ?? "", columns.at(-1)?.label ?? ""];
  const baseline = height - 8;
  const labels = html`<text x="${PLOT.left}" y="${baseline}">${first}</text>${columns.length > 1 ? html`<text x="${WIDTH - PLOT.right}" y="${baseline}" text-anchor="end">${last}</text>` : ""}`;
  return figureOf(title, height, html`${ticks}${stacks}${labels}`, series);
}

/** Horizontal bars with their figures at the end. */
export function barChart({ title, rows, format }: BarChart): Html {
  const top = Math.max(0, ...rows.map(({ value }) => value));
  const room = WIDTH - ROW.label - ROW.value;
  const bars = rows.map(({ label, value, colour }, index) => {
    const middle = index * ROW.height + ROW.height / 2;
    const length = top === 0 ? 0 : (Math.max(0, value) / top) * room;
    return html`<text x="${ROW.label - 10}" y="${middle}" dy="0.35em" text-anchor="end">${label}</text>
<rect x="${ROW.label}" y="${px(middle - ROW.bar / 2)}" width="${px(length)}" height="${ROW.bar}" rx="2" fill="var(--series-${colour})"><title>${label}: ${format(value)}</title></rect>
<text class="value" x="${px(ROW.label + length + 8)}" y="${middle}" dy="0.35em">${format(value)}</text>`;
  });
  return figureOf(title, rows.length * ROW.height, html`${bars}`, []);
}

const px = (value: number): string => value.toFixed(1);

/** The next of 1, 2, 2.5, 5 × 10^n; 1 for 0. */
function roundUp(value: number): number {
  if (value <= 0) return 1;
  const scale = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 2.5, 5].find((step) => step * scale >= value) ?? 10) * scale;
}

function figureOf(title: string, height: number, content: Html, series: readonly Series[]): Html {
  const legend = series.map(({ name, colour }) => html`<span><i class="series-${colour}"></i>${name}</span>`);
  return html`<figure><figcaption>${title}</figcaption>${series.length > 1 ? html`<div class="legend">${legend}</div>` : ""}
<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}">${content}</svg></figure>`;
}
