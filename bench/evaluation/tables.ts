// Bench. Rows of figures → Markdown tables. An estimate is printed with its interval, a missing one as a dash.
import type { ModelChoice } from "#agents/models/select.ts";
import type { Estimate } from "./statistics.ts";

/** What each part of the evaluation is given. */
export interface PartOptions {
  readonly seeds: readonly number[];
  readonly dataDir: string | null;
  /** Judges and answers in part M; null: scripted models do. */
  readonly model: ModelChoice | null;
  readonly progress: (text: string) => void;
}

/** One part of the evaluation's document: what was done, its figures as a table, and what to make of them. */
export interface Section {
  readonly id: string;
  readonly title: string;
  /** What was run and how, before the tables. */
  readonly intro: readonly string[];
  readonly tables: readonly Table[];
  /** What the figures say, also against us. Written from the figures by code where it states one. */
  readonly findings: readonly string[];
  readonly charts: readonly Chart[];
  /** For the head of the document: what it comes to, in a sentence each. */
  readonly headlines: readonly string[];
}

export interface Table {
  readonly caption: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

export type Cell = string | number | Estimate | null;

export interface Chart {
  /** File name under docs/evaluation/, without the ending. */
  readonly name: string;
  readonly alt: string;
  readonly svg: string;
}

export const markdownTable = ({ caption, header, rows }: Table): string =>
  [
    `**${caption}**`,
    "",
    row(header),
    row(header.map(() => "---")),
    ...rows.map((cells) => row(cells.map((cell) => cellText(cell)))),
  ].join("\n");

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

export function cellText(cell: Cell): string {
  if (cell === null) return "–";
  if (typeof cell === "string") return cell;
  if (typeof cell === "number") return figure(cell);
  // One unit has no spread: an interval of no width would look like certainty.
  if (cell.n === 1 && cell.lo === cell.hi) return figure(cell.value);
  return `${figure(cell.value)} (${figure(cell.lo)}–${figure(cell.hi)})`;
}

/** Three significant digits, never an exponent, thousands grouped. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString("en-US");
  return value.toLocaleString("en-US", { maximumSignificantDigits: 3 });
}

/** A ratio as percent: `12.3 (11.0–13.5)`; the unit stands in the header. */
export const asPct = (estimate: Estimate | null): Estimate | null =>
  estimate === null
    ? null
    : { value: estimate.value * 100, lo: estimate.lo * 100, hi: estimate.hi * 100, n: estimate.n };
