// Floor 6. Numbers, times and tables as the pages show them: in the terminal's formats, colour never alone, names for screen readers.
import { html } from "hono/html";
import { formatAge, formatPct, formatTime } from "#desk/documents/format.ts";
import type { Html } from "./page.ts";

/** One named value of a list of them. */
export const fact = (name: string, value: Html | string): Html => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;

/** With sign, arrow and colour; null where it is not known. */
export function pct(value: number | null, digits = 2): Html {
  if (value === null) return html`<span class="num">–</span>`;
  const rounded = Number(value.toFixed(digits));
  if (rounded === 0) return html`<span class="num">${formatPct(value, digits)}</span>`;
  const [tone, arrow] = rounded > 0 ? ["up", "▲"] : ["down", "▼"];
  return html`<span class="num ${tone}"><span class="arrow" aria-hidden="true">${arrow}</span> ${formatPct(value, digits)}</span>`;
}

export const timeUtc = (ms: number): Html =>
  html`<time datetime="${new Date(ms).toISOString()}">${formatTime(ms)} UTC</time>`;

/** `12:05 UTC (4 min ago)` by the desk's clock. */
export const timeAgo = (ms: number, nowMs: number): Html =>
  html`${timeUtc(ms)} <span class="dim">(${formatAge(nowMs - ms)} ago)</span>`;

interface Panel {
  /** Of its part. */
  readonly id: string;
  readonly title: string;
  /** Which columns of the grid it takes, by the sheet's names; left out: all. */
  readonly place?: string;
  readonly content: Html;
}

/** A named box on the page. */
export const panel = ({ id, title, place = "", content }: Panel): Html =>
  html`<section class="panel ${place}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${content}</section>`;

/** A market's page. */
export const marketLink = (symbol: string): Html => html`<a href="/market/${symbol}">${symbol}</a>`;

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => Html | string;
  /** Of numbers; left out: text, from the left. */
  readonly isNumber?: boolean;
  /** True of the one column that names its row. */
  readonly isName?: boolean;
}

interface Table<Row> {
  /** Read out, and shown only where the heading above does not say it. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** Of an element, the same as long as the row means the same. */
  readonly idOf?: (row: Row) => string;
  readonly empty: string;
  /** True where a narrow page shows each row as a card, with its columns' titles beside the values. */
  readonly isCards?: boolean;
}

/** A table that scrolls inside its own box where the page is narrow. */
export function table<Row>({ caption, columns, rows, idOf, empty, isCards = false }: Table<Row>): Html {
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`;
  // A table that is laid out as cards is no longer told to be one, unless it says so itself.
  const role = (name: string): Html | string => (isCards ? html` role="${name}"` : "");
  const tone = ({ isNumber }: Column<Row>): Html | string => (isNumber === true ? html` class="number"` : "");
  const cell = (column: Column<Row>, row: Row): Html => {
    const content = column.cell(row);
    if (column.isName === true && content !== "") return html`<th scope="row"${role("rowheader")}>${content}</th>`;
    const title = isCards ? html` data-title="${column.title}"` : "";
    return html`<td${tone(column)}${role("cell")}${title}>${content}</td>`;
  };
  return html`<div class="scroll" role="group" aria-label="${caption}" tabindex="0"><table${isCards ? html` class="cards"` : ""}${role("table")}>
<caption class="unseen">${caption}</caption>
<thead${role("rowgroup")}><tr${role("row")}>${columns.map((column) => html`<th scope="col"${tone(column)}${role("columnheader")}>${column.title}</th>`)}</tr></thead>
<tbody${role("rowgroup")}>${rows.map((row) => html`<tr${idOf === undefined ? "" : html` id="${idOf(row)}"`}${role("row")}>${columns.map((column) => cell(column, row))}</tr>`)}</tbody>
</table></div>`;
}
