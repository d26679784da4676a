// Floor 6. A backtest → one file for a browser: figures, curves, breakdowns, every trade in a table, and trades on their candles.
import { html } from "hono/html";
import { formatTime } from "#desk/documents/format.ts";
import { panel } from "../page/figures.ts";
import type { Html } from "../page/page.ts";
import { backtestView } from "../page/views/backtest-view.ts";
import type { DrawnBacktest } from "../page/views/drawn-backtest.ts";
import { type PlacedTrade, tradeFigure, tradesTable } from "../page/views/trades-view.ts";
import { htmlFile } from "./html-file.ts";

/** Rows of the table of trades; what room is left of the file's goes to trades on their candles. */
const MOST_ROWS = 4000;
const MOST_BYTES = 2_850_000;
/** One row in so many is drawn to know how long they are. */
const SAMPLED = 25;
/** By return, these go first. */
const MOST_EXTREME = 20;

/** @param command as it was typed, from `deeptrader` on */
export async function backtestPage(d: DrawnBacktest, command: string): Promise<string> {
  const { metrics: m } = d;
  return htmlFile({
    title: `Backtest of ${d.strategies.join(", ")}`,
    intro: html`${formatTime(m.startMs)} to ${formatTime(m.endMs)} UTC on ${d.venue}. Made by <code>${command}</code>`,
    simulated: d.simulated,
    body: bodyOf(d),
    scripts: ["trades.js"],
  });
}

function bodyOf(d: DrawnBacktest): Html {
  const figures = backtestView(d);
  const shown = d.trades.map((trade, place): PlacedTrade => [place, trade]).slice(-MOST_ROWS);
  const room = MOST_BYTES - bytesOf(figures) - tableBytes(d, shown);
  const charts = chartsWithin(d, room);
  return html`${figures}
${panel({ id: "on-candles", title: "Trades on their candles", content: onCandles(d, charts) })}
${panel({
  id: "trades",
  title: "Every trade",
  content: html`<p class="note">${shown.length < d.trades.length ? `The newest ${shown.length.toLocaleString("en-US")} of ${d.trades.length.toLocaleString("en-US")}; --json has all. ` : ""}The number of a trade leads to its candles.</p>
<div class="trades" data-trades="">${tableOf(d, shown, (place) => charts.has(place))}</div>`,
})}`;
}

const tableOf = (d: DrawnBacktest, trades: readonly PlacedTrade[], isDrawn: (place: number) => boolean): Html =>
  tradesTable(d, { trades, linkOf: (place) => (isDrawn(place) ? `#trade-${place + 1}` : null) });

/** About what the table will come to, from some of its rows: it is drawn once it is known which of them are links. */
function tableBytes(d: DrawnBacktest, trades: readonly PlacedTrade[]): number {
  const sample = trades.filter((_, at) => at % SAMPLED === 0);
  return bytesOf(tableOf(d, sample, () => true)) * (trades.length / Math.max(1, sample.length));
}

/** By place, ascending: the best and the worst, then the newest, as many as there is room for. */
function chartsWithin({ tradeCharts, trades, quote }: DrawnBacktest, room: number): ReadonlyMap<number, Html> {
  const charts = tradeCharts?.charts.toReversed() ?? [];
  const ranked = charts.toSorted((a, b) => (trades[b.trade]?.returnPct ?? 0) - (trades[a.trade]?.returnPct ?? 0));
  const order = new Set([...ranked.slice(0, MOST_EXTREME), ...ranked.slice(-MOST_EXTREME), ...charts]);
  const drawn = new Map<number, Html>();
  let left = room;
  for (const chart of order) {
    const trade = trades[chart.trade];
    if (trade === undefined) continue;
    const figure = tradeFigure({ trade, chart, quote });
    left -= bytesOf(figure);
    if (left < 0) break;
    drawn.set(chart.trade, figure);
  }
  return new Map([...drawn].sort(([a], [b]) => a - b));
}

function onCandles({ trades, tradeCharts }: DrawnBacktest, charts: ReadonlyMap<number, Html>): Html {
  if (charts.size === 0) return html`<p class="empty">No trade is drawn.</p>`;
  const places = [...charts.keys()];
  const isCut = charts.size < (tradeCharts?.charts.length ?? 0);
  const note = isCut
    ? `${charts.size} of ${trades.length.toLocaleString("en-US")} trades are drawn, so that the file stays under 3 MB: the ${MOST_EXTREME} best and the ${MOST_EXTREME} worst by return, and the newest.`
    : (tradeCharts?.leftOut ?? "");
  return html`${note === "" ? "" : html`<p class="note">${note}</p>`}
<div class="charts">${[...charts].map(([place, figure]) => html`<div class="trade" id="trade-${place + 1}">${figure}${steps(place, places)}</div>`)}</div>`;
}

function steps(place: number, places: readonly number[]): Html {
  const at = places.indexOf(place);
  const to = (other: number | undefined, words: string): Html =>
    other === undefined ? html`` : html`<a href="#trade-${other + 1}">${words}</a> `;
  return html`<p class="steps">${to(places[at - 1], "← the one before")}${to(places[at + 1], "the next →")}<a href="#trades-title">all trades ↓</a></p>`;
}

const bytesOf = (drawn: Html): number => Buffer.byteLength(String(drawn));
