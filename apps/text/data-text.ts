// Floor 6. Folders of candles as people read them.
import { formatTime } from "#desk/documents/format.ts";
import { toIso } from "#schemas/units.ts";
import type { Gap, MarketFile, Problem } from "#toolkits/market/history/inspect-market.ts";
import type { Style } from "../io.ts";
import { type Column, table } from "./table.ts";

const count = (value: number): string => value.toLocaleString("en-US");
const day = (ms: number | null): string => (ms === null ? "–" : formatTime(ms));
/** At most so many problems, and of gaps the longest, are printed of one file; --json has all. */
const SHOWN = { problems: 8, gaps: 3 };

type Row = MarketFile & { readonly missing: number };

const COLUMNS: readonly Column<Row>[] = [
  { title: "market", value: ({ symbol }) => symbol },
  { title: "timeframe", value: ({ timeframe }) => timeframe },
  { title: "from (UTC)", value: ({ fromMs }) => day(fromMs) },
  { title: "to", value: ({ toMs }) => day(toMs) },
  { title: "candles", align: "right", value: ({ candles }) => count(candles) },
  { title: "missing", align: "right", value: ({ missing }) => (missing === 0 ? "–" : count(missing)) },
  { title: "gaps", align: "right", value: ({ gaps }) => (gaps.length === 0 ? "–" : count(gaps.length)) },
  { title: "MB", align: "right", value: ({ bytes }) => (bytes / 1e6).toFixed(1) },
  { title: "file", value: ({ file, venue }) => (venue === null ? file : `${file}, ${venue}`) },
];

interface Folder {
  readonly data: string;
  readonly markets: readonly Row[];
  readonly notes: readonly string[];
}

export function renderList({ data, markets, notes }: Folder, style: Style): string {
  const faulty = markets.filter(({ problems }) => problems.length > 0);
  const lines = [`${style.bold(data)}: ${markets.length === 0 ? "no candle files" : `${markets.length} files`}`];
  if (markets.length > 0) lines.push(table(markets, COLUMNS));
  for (const { file, problems } of faulty) {
    lines.push(
      style.bad(`${file}: ${problems[0]?.text}${problems.length > 1 ? ` (${problems.length} problems)` : ""}`),
    );
  }
  return [...lines, ...notes].join("\n");
}

export function renderVerify({ data, markets, notes }: Folder, style: Style): string {
  const rows = sum(markets, ({ candles }) => candles);
  const missing = sum(markets, (market) => market.missing);
  const bad = sum(markets, ({ problems }) => problems.length);
  const lines = markets.flatMap((market) => marketLines(market, style));
  const verdict = bad === 0 ? style.good("nothing is wrong") : style.bad(`${count(bad)} problems`);
  const gaps = missing === 0 ? "no candle is missing" : `${count(missing)} candles are missing`;
  return [...lines, ...notes, `${data}: ${count(rows)} candles in ${markets.length} files: ${verdict}; ${gaps}`].join(
    "\n",
  );
}

function marketLines({ symbol, timeframe, problems, gaps, missing, duplicates }: Row, style: Style): string[] {
  if (problems.length === 0 && gaps.length === 0 && duplicates === 0) return [];
  const head = `${style.bold(symbol)} ${timeframe}`;
  const what = [
    problems.length === 0 ? "" : `${count(problems.length)} problems`,
    gaps.length === 0 ? "" : `${count(missing)} candles missing in ${count(gaps.length)} gaps`,
    duplicates === 0 ? "" : `${count(duplicates)} candles twice, the same`,
  ].filter((part) => part !== "");
  return [
    `${head}: ${what.join(", ")}`,
    ...upTo(SHOWN.problems, problems, (problem) => `  ${style.bad(problem.kind)} ${problemText(problem)}`),
    ...upTo(
      SHOWN.gaps,
      gaps.toSorted((a, b) => b.candles - a.candles),
      (gap) => `  gap ${gapText(gap)}`,
    ),
  ];
}

const problemText = ({ where, text }: Problem): string => (text.startsWith(where) ? text : `${where}: ${text}`);
const gapText = ({ fromMs, toMs, candles }: Gap): string =>
  `${toIso(fromMs).slice(0, 16)}Z to ${toIso(toMs).slice(0, 16)}Z, ${count(candles)} ${candles === 1 ? "candle" : "candles"}`;

const upTo = <Item>(most: number, items: readonly Item[], text: (item: Item) => string): string[] => [
  ...items.slice(0, most).map(text),
  ...(items.length > most ? [`  … ${items.length - most} more, with --json`] : []),
];

const sum = <Item>(items: readonly Item[], of: (item: Item) => number): number =>
  items.reduce((total, item) => total + of(item), 0);

interface Moved {
  readonly failed: readonly { readonly error: string; readonly symbol?: string; readonly file?: string }[];
}

const failedLines = ({ failed }: Moved, style: Style): string[] =>
  failed.map(({ symbol, file, error }) => style.bad(`${symbol ?? file}: ${error}`));

export function renderDownload(
  document: Moved & {
    readonly venue: string;
    readonly data: string;
    readonly timeframe: string;
    readonly markets: readonly {
      readonly symbol: string;
      readonly added: number;
      readonly candles: number;
      readonly fromMs: number | null;
      readonly lastMs: number | null;
      readonly file: string;
    }[];
  },
  style: Style,
): string {
  const { markets, venue, data, timeframe, failed } = document;
  const columns: readonly Column<(typeof markets)[number]>[] = [
    { title: "market", value: ({ symbol }) => symbol },
    { title: "added", align: "right", value: ({ added }) => count(added) },
    { title: "candles", align: "right", value: ({ candles }) => count(candles) },
    { title: "first (UTC)", value: ({ fromMs }) => day(fromMs) },
    { title: "last", value: ({ lastMs }) => day(lastMs) },
    { title: "file", value: ({ file, candles }) => (candles === 0 ? `${venue} has none in this range` : file) },
  ];
  const added = sum(markets, (market) => market.added);
  const head = `${count(added)} candles of ${timeframe} from ${venue} into ${data}`;
  const cut = failed.length === 0 ? [] : ["What was downloaded is kept: run it again to go on."];
  return [
    head,
    ...(markets.length === 0 ? [] : [table(markets, columns)]),
    ...failedLines(document, style),
    ...cut,
  ].join("\n");
}

export function renderCopy(
  document: Moved & {
    readonly from: string;
    readonly to: string;
    readonly markets: readonly { readonly added: number; readonly candles: number }[];
    readonly sideFiles: readonly string[];
  },
  style: Style,
): string {
  const { from, to, markets, sideFiles } = document;
  const added = sum(markets, (market) => market.added);
  const beside = sideFiles.length === 0 ? "" : `, and ${sideFiles.join(" and ")}`;
  const head = `${count(markets.length)} files from ${from} into ${to}: ${count(added)} candles added, ${count(sum(markets, ({ candles }) => candles))} there now${beside}`;
  return [head, ...failedLines(document, style)].join("\n");
}
