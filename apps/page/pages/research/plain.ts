// Floor 6. A document that no view of this version draws, as figures and tables by the names that it gives them.
import { html } from "hono/html";
import { formatTime } from "#desk/documents/format.ts";
import { isRecord } from "#schemas/is-record.ts";
import { panel, table } from "../../figures.ts";
import type { Html } from "../../page.ts";

const [MOST_ROWS, MOST_COLUMNS, MOST_LETTERS] = [200, 12, 400] as const;

/** `meanTradePct` → `mean trade pct`. */
const wordsOf = (name: string): string => name.replaceAll(/([a-z])([A-Z0-9])/g, "$1 $2").toLowerCase();

export function plainView(document: Readonly<Record<string, unknown>>): Html {
  const entries = Object.entries(document);
  const scalars = entries.filter(([, value]) => !isNested(value));
  const tables = entries.flatMap(([name, value]) =>
    Array.isArray(value) && value.some(isRecord) ? [[name, value.filter(isRecord)] as const] : [],
  );
  const records = entries.flatMap(([name, value]) => (isRecord(value) ? [[name, value] as const] : []));
  return html`<div class="grid">
${scalars.length === 0 ? "" : panel({ id: "plain", title: "Result", content: facts(scalars) })}
${records.map(([name, value]) => panel({ id: `plain-${name}`, title: wordsOf(name), place: "span-6", content: facts(Object.entries(value)) }))}
${tables.map(([name, rows]) => panel({ id: `plain-${name}`, title: wordsOf(name), content: rowsTable(wordsOf(name), rows) }))}
</div>`;
}

const isNested = (value: unknown): boolean => isRecord(value) || (Array.isArray(value) && value.some(isRecord));

const facts = (entries: readonly (readonly [string, unknown])[]): Html =>
  html`<dl class="facts facts-wide">${entries.map(([name, value]) => html`<div><dt>${wordsOf(name)}</dt><dd>${textOf(name, value)}</dd></div>`)}</dl>`;

function rowsTable(caption: string, rows: readonly Readonly<Record<string, unknown>>[]): Html {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))].slice(0, MOST_COLUMNS);
  return html`${table({
    caption,
    rows: rows.slice(0, MOST_ROWS),
    empty: "None.",
    columns: names.map((name, at) => ({
      title: wordsOf(name),
      cell: (row: Readonly<Record<string, unknown>>) => html`<span class="cell">${textOf(name, row[name])}</span>`,
      isName: at === 0,
      isNumber: at > 0 && rows.every((row) => row[name] == null || typeof row[name] === "number"),
    })),
  })}${rows.length > MOST_ROWS ? html`<p class="note">The first ${MOST_ROWS} of ${rows.length}.</p>` : ""}`;
}

/** Times by their names; nested values as they are written. */
function textOf(name: string, value: unknown): string {
  if (value === null || value === undefined) return "–";
  if (typeof value === "number") {
    if (name.endsWith("Ms") && value > 1e11 && value < 8e15) return formatTime(value);
    return Number.isInteger(value)
      ? value.toLocaleString("en-US").replace("-", "−")
      : String(Number(value.toPrecision(6))).replace("-", "−");
  }
  if (typeof value === "string") return value;
  const text = Array.isArray(value) && !isNested(value) ? value.join(" · ") : JSON.stringify(value);
  return text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS)} …` : text;
}
