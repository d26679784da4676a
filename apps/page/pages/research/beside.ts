// Floor 6. Two saved backtests side by side: their figures and what lies between them. Whether that is more than chance is another
// command's to say, and it is said that it was not tested here.
import { html } from "hono/html";
import { formatPct, formatTime } from "#desk/documents/format.ts";
import { HEADLINES, type HeadlineName, headlinesOf, headlineText } from "#desk/documents/headlines.ts";
import { toNumber } from "#schemas/money.ts";
import { lineChart } from "../../../charts/line-chart.ts";
import type { ResearchResult } from "../../../research/listing.ts";
import { panel, table } from "../../figures.ts";
import type { Html } from "../../page.ts";
import { DrawnBacktest } from "../../views/drawn-backtest.ts";

export function besideView(a: ResearchResult, b: ResearchResult): Html {
  const [first, second] = [a, b].map(({ result }) => DrawnBacktest.safeParse(result));
  if (first?.success !== true || second?.success !== true)
    return html`<p class="notice">${first?.success === true ? b.name : a.name} is of another version of DeepTrader and cannot be compared; run it again.</p>`;
  const runs = [first.data, second.data] as const;
  const names = [a.name, b.name] as const;
  return html`<div class="grid">
${panel({ id: "beside-figures", title: "Figures", place: "span-6", content: html`${figures(runs, names)}${notes(runs)}` })}
${panel({ id: "beside-line", title: "Return so far", place: "span-6", content: curves(runs, names) })}
</div>`;
}

type Two<Value> = readonly [Value, Value];
type Row = readonly [name: HeadlineName, a: number | null, b: number | null];

function figures(runs: Two<DrawnBacktest>, names: Two<string>): Html {
  const [a, b] = [headlinesOf(runs[0]), headlinesOf(runs[1])];
  const rows = [...a].map(([name, { value }]): Row => [name, value, b.get(name)?.value ?? null]);
  const text = (name: HeadlineName, value: number | null): string => headlineText(name, value, runs[0].quote);
  return table({
    caption: "Two backtests side by side",
    rows,
    empty: "None.",
    columns: [
      { title: "figure", cell: ([name]) => HEADLINES[name].title, isName: true },
      { title: names[0], cell: ([name, value]) => text(name, value), isNumber: true },
      { title: names[1], cell: ([name, , value]) => text(name, value), isNumber: true },
      {
        title: "second less first",
        cell: ([name, x, y]) => (x === null || y === null ? "–" : text(name, y - x)),
        isNumber: true,
      },
    ],
  });
}

function notes([a, b]: Two<DrawnBacktest>): Html {
  const span = ({ metrics: { startMs, endMs } }: DrawnBacktest): string =>
    `${formatTime(startMs)} to ${formatTime(endMs)} UTC`;
  const isAlike = span(a) === span(b) && a.venue === b.venue && a.timeframe === b.timeframe;
  return html`${isAlike ? "" : html`<p class="notice">They are not of the same time or data (${span(a)} on ${a.venue}, ${a.timeframe}; ${span(b)} on ${b.venue}, ${b.timeframe}): their difference is not that of the strategies.</p>`}
<p class="note">The differences are not tested here. <code>deeptrader compare</code> says whether they are more than chance.</p>`;
}

function curves(runs: Two<DrawnBacktest>, names: Two<string>): Html {
  const [one, other] = runs.map(({ equityLine }, at) => {
    const start = toNumber(equityLine[0]?.equity ?? "0");
    return {
      name: names[at] ?? "",
      tone: at === 0 ? "accent" : "quiet",
      points:
        start === 0
          ? []
          : equityLine.map(({ atMs, equity }) => ({ atMs, value: (toNumber(equity) / start - 1) * 100 })),
    };
  });
  if (!one || !other || one.points.length < 2 || other.points.length < 2)
    return html`<p class="empty">Too few closes to draw.</p>`;
  return lineChart({
    title: "Percent since the start of each",
    label: `${names[0]} ${formatPct(runs[0].metrics.totalReturnPct)}, ${names[1]} ${formatPct(runs[1].metrics.totalReturnPct)}.`,
    size: "tall",
    curves: [one, other],
    format: (value) => formatPct(value),
    timeText: formatTime,
  });
}
