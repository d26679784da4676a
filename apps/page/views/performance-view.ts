// Floor 6. How a run did, as a page shows it: the same for a backtest in a file, a saved one on the page Research, and a running desk.
import { html } from "hono/html";
import { formatAge, formatAmount, formatFee, formatFixed, formatPct, formatTime } from "#desk/documents/format.ts";
import { HEADLINE_NAMES, HEADLINES, type HeadlineName, headlineText } from "#desk/documents/headlines.ts";
import type { Headline, Performance, PerformancePart } from "#schemas/performance.ts";
import { lineChart } from "../../charts/line-chart.ts";
import { panel, pct, table, timeUtc } from "../figures.ts";
import type { Html } from "../page.ts";

/** What holding instead would have come to, by the names of the headlines. */
export type HeldFigures = Readonly<Partial<Record<string, number | null>>>;

/** The sections of a performance, each a panel. */
export function performanceView(performance: Performance, quote: string, held: HeldFigures | null): Html {
  const p = performance;
  return html`<div class="grid">
${panel({ id: "headlines", title: "How it did", content: headlines(p, quote, held) })}
${panel({ id: "underwater", title: "Below the highest equity so far", place: "span-7", content: underwater(p) })}
${panel({ id: "drawdowns", title: "The deepest drawdowns", place: "span-5", content: drawdowns(p) })}
${panel({ id: "months", title: "Return of each month", content: months(p) })}
${breakdowns(p, quote)}
${panel({ id: "holding", title: "Trades and time", place: "span-6", content: holding(p) })}
${panel({ id: "freqtrade", title: "As freqtrade defines them", place: "span-6", content: compat(p) })}
</div>`;
}

type HeadlineRow = readonly [HeadlineName, Headline];

const headlineRows = ({ headlines: of }: Performance): readonly HeadlineRow[] =>
  HEADLINE_NAMES.map((name) => [name, of[name]]);

export function headlines(p: Performance, quote: string, held: HeldFigures | null): Html {
  const interval = (name: HeadlineName, { interval95, why }: Headline): string =>
    interval95 === null
      ? (why ?? "–")
      : `${headlineText(name, interval95[0], quote)} to ${headlineText(name, interval95[1], quote)}`;
  return table({
    caption: "Headline figures",
    isCards: true,
    rows: headlineRows(p),
    empty: "There is none.",
    columns: [
      { title: "figure", cell: ([name]) => HEADLINES[name].title, isName: true },
      {
        title: "value",
        cell: ([name, { value }]) =>
          HEADLINES[name].unit === "gain"
            ? pct(value)
            : html`<strong class="num">${headlineText(name, value, quote)}</strong>`,
        isNumber: true,
      },
      {
        title: "95 % interval",
        cell: ([name, headline]) => html`<span class="reason">${interval(name, headline)}</span>`,
      },
      ...(held === null
        ? []
        : [
            {
              title: "buy and hold",
              cell: ([name]: HeadlineRow) =>
                held[name] === undefined ? "" : headlineText(name, held[name] ?? null, quote),
              isNumber: true,
            },
          ]),
      { title: "is", cell: ([name]) => html`<span class="reason dim">${p.definitions[name] ?? ""}</span>` },
    ],
  });
}

function underwater({ underwater: points }: Performance): Html {
  if (points.length < 2) return html`<p class="empty">Too few slots to draw.</p>`;
  const deepest = Math.max(...points.map(({ drawdownPct }) => drawdownPct));
  return lineChart({
    title: "Percent below it",
    label: `Equity below its highest so far, at most ${deepest.toFixed(2)} percent. The deepest are in the table.`,
    size: "low",
    curves: [
      {
        name: "below the high",
        tone: "down",
        isFilled: true,
        points: points.map(({ atMs, drawdownPct }) => ({ atMs, value: -drawdownPct })),
      },
    ],
    format: (value) => `${formatFixed(value)} %`,
    timeText: formatTime,
  });
}

const drawdowns = (p: Performance): Html =>
  table({
    caption: "Drawdowns",
    rows: p.drawdowns,
    empty: "Equity was never below its high.",
    columns: [
      { title: "depth", cell: ({ depthPct }) => `${depthPct.toFixed(2)} %`, isName: true },
      { title: "from", cell: ({ peakMs }) => timeUtc(peakMs) },
      { title: "deepest", cell: ({ troughMs }) => timeUtc(troughMs) },
      { title: "made up", cell: ({ recoveredMs }) => (recoveredMs === null ? "goes on" : timeUtc(recoveredMs)) },
      { title: "lasted", cell: ({ durationMs }) => formatAge(durationMs), isNumber: true },
    ],
  });

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

/** Years down, months across; the whole year is its months one after another. */
function months({ months: all }: Performance): Html {
  const returns = new Map(all.map(({ month, returnPct }) => [month, returnPct]));
  const years = [...new Set(all.map(({ month }) => month.slice(0, 4)))];
  const largest = Math.max(1e-9, ...all.map(({ returnPct }) => Math.abs(returnPct)));
  const tone = (value: number): string =>
    value === 0 ? "" : `${value > 0 ? "gain" : "loss"}-${Math.max(1, Math.ceil((Math.abs(value) / largest) * 4))}`;
  const cell = (value: number | undefined): Html =>
    value === undefined ? html`<td></td>` : html`<td class="number ${tone(value)}">${formatPct(value)}</td>`;
  if (years.length === 0) return html`<p class="empty">No day has ended.</p>`;
  return html`<div class="scroll" role="group" aria-label="Months" tabindex="0"><table class="months">
<caption class="unseen">Return of equity in each UTC month</caption>
<thead><tr><th scope="col">year</th>${MONTHS.map((name) => html`<th scope="col" class="number">${name}</th>`)}<th scope="col" class="number">year</th></tr></thead>
<tbody>${years.map((year) => {
    const own = MONTHS.map((_, at) => returns.get(`${year}-${String(at + 1).padStart(2, "0")}`));
    const whole = (own.reduce<number>((worth, value) => worth * (1 + (value ?? 0) / 100), 1) - 1) * 100;
    return html`<tr><th scope="row">${year}</th>${own.map(cell)}<td class="number"><strong>${formatPct(whole)}</strong></td></tr>`;
  })}</tbody></table></div>`;
}

const PARTS = [
  ["byMarket", "By market", "market"],
  ["byExitReason", "By exit reason", "reason"],
  ["byEntryTag", "By entry tag", "tag"],
  ["byMonth", "By month of the exit", "month"],
  ["byWeekday", "By weekday of the entry", "weekday"],
] as const;
/** Rows shown at once; the rest is unfolded. */
const PARTS_SHOWN = 12;

const breakdowns = (p: Performance, quote: string): Html =>
  html`${PARTS.map(([member, title, column]) => {
    const rows = p[member];
    const rest = rows.slice(PARTS_SHOWN);
    const shown = partsTable(rows.slice(0, PARTS_SHOWN), { title, column, quote });
    const more =
      rest.length === 0
        ? ""
        : html`<details><summary>${rest.length} more</summary>${partsTable(rest, { title: `${title}, the rest`, column, quote })}</details>`;
    return panel({ id: member, title, place: "span-6", content: html`${shown}${more}` });
  })}`;

const partsTable = (
  rows: readonly PerformancePart[],
  { title, column, quote }: { readonly title: string; readonly column: string; readonly quote: string },
): Html =>
  table({
    caption: title,
    rows,
    empty: "No trade was closed.",
    columns: [
      { title: column, cell: ({ name }) => name, isName: true },
      { title: "trades", cell: ({ trades }) => String(trades), isNumber: true },
      {
        title: "won",
        cell: ({ winRatePct }) => (winRatePct === null ? "–" : `${winRatePct.toFixed(0)} %`),
        isNumber: true,
      },
      { title: "mean", cell: ({ meanTradePct }) => pct(meanTradePct), isNumber: true },
      { title: `P&L, ${quote}`, cell: ({ pnl }) => formatFee(pnl).replace("-", "−"), isNumber: true },
    ],
  });

function holding({ trades: t, timeInMarketPct, meanExposurePct, periodsPerYear }: Performance): Html {
  const share = (value: number | null): string => (value === null ? "–" : `${value.toFixed(1)} %`);
  const age = (value: number | null): string => (value === null ? "–" : formatAge(value));
  const gain = (value: number | null): string => (value === null ? "–" : formatPct(value));
  const rows: readonly (readonly [string, string])[] = [
    ["closed", `${t.closed.toLocaleString("en-US")}: ${t.won} won, ${t.lost} lost`],
    ["median · best · worst trade", `${gain(t.medianPct)} · ${gain(t.bestPct)} · ${gain(t.worstPct)}`],
    ["held: mean · median", `${age(t.meanHoldingMs)} · ${age(t.medianHoldingMs)}`],
    ["held: shortest · longest", `${age(t.shortestHoldingMs)} · ${age(t.longestHoldingMs)}`],
    ["time in the market", share(timeInMarketPct)],
    ["mean exposure", `${share(meanExposurePct)} of equity`],
    ["a year has", `${periodsPerYear} days`],
  ];
  return html`<dl class="facts facts-wide">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

const compat = ({ freqtradeCompat, definitions }: Performance): Html =>
  html`${table({
    caption: "freqtrade's figures",
    rows: Object.entries(freqtradeCompat),
    empty: "None.",
    columns: [
      { title: "name", cell: ([name]) => html`<code>${name}</code>`, isName: true },
      { title: "value", cell: ([, value]) => (value === null ? "–" : formatAmount(value)), isNumber: true },
    ],
  })}${definitions["freqtradeCompat"] === undefined ? "" : html`<p class="note">${definitions["freqtradeCompat"]}</p>`}`;
