// Floor 6. The heat map: one row a market, in colour what is low, high or near, and beside the colour always the figure.
import { html } from "hono/html";
import { formatAmount, formatClock, formatPct } from "#desk/documents/format.ts";
import type { MapRow } from "#desk/overviews/memory-map.ts";
import { CONDITIONAL_MARK } from "../../../text/levels-text.ts";
import { pct } from "../../figures.ts";
import { freshness, verdict } from "../../marks.ts";
import type { Asked, Html } from "../../page.ts";
import { rowsOf, viewOf } from "./view.ts";

export async function counts({ read }: Asked): Promise<Html> {
  const { fresh, stale, missing, timeframe } = await read("memory map");
  return html`<p class="dim"><span class="num">${fresh}</span> fresh, <span class="num">${stale}</span> stale, <span class="num">${missing}</span> missing, on ${timeframe} candles</p>`;
}

interface MapColumn {
  /** Of the sort; `market` names the row. */
  readonly sort: string;
  readonly title: string;
  readonly isNumber?: boolean;
  readonly cell: (row: MapRow) => Html | string;
  readonly heat?: (row: MapRow) => number;
}

const COLUMNS: readonly MapColumn[] = [
  { sort: "freshness", title: "freshness", cell: (row) => freshness(row) },
  { sort: "price", title: "price", isNumber: true, cell: ({ price }) => (price === null ? "–" : formatAmount(price)) },
  {
    sort: "day",
    title: "24 h",
    isNumber: true,
    cell: ({ changePct24h }) => (changePct24h === null ? "–" : pct(changePct24h)),
  },
  {
    sort: "rsi",
    title: "RSI",
    isNumber: true,
    cell: ({ rsi }) => rsi?.toFixed(1) ?? "–",
    heat: ({ rsi }) => around(rsi, 50, 25),
  },
  {
    sort: "percentB",
    title: "%B",
    isNumber: true,
    cell: ({ percentB }) => percentB?.toFixed(2) ?? "–",
    heat: ({ percentB }) => around(percentB, 0.5, 0.5),
  },
  {
    sort: "enters",
    title: "enters",
    isNumber: true,
    cell: (row) => distance(row, "enterDistancePct"),
    heat: ({ levels }) => -nearness(levels?.enterDistancePct),
  },
  {
    sort: "exits",
    title: "exits",
    isNumber: true,
    cell: (row) => distance(row, "exitDistancePct"),
    heat: ({ levels }) => nearness(levels?.exitDistancePct),
  },
  { sort: "security", title: "security", cell: ({ security }) => (security === null ? "–" : verdict(security)) },
  {
    sort: "brief",
    title: "brief",
    cell: ({ briefUntilMs }) => (briefUntilMs === null ? "" : html`to ${formatClock(briefUntilMs)}`),
  },
];

export async function map({ read, query }: Asked): Promise<Html> {
  const { markets } = await read("memory map");
  const view = viewOf(query);
  const rows = rowsOf(markets, view);
  if (markets.length === 0) return html`<p class="empty">No market is known yet; the first slot fills this.</p>`;
  if (rows.length === 0) return html`<p class="empty">No market is like that now.</p>`;
  const heading = (sort: string, title: string, isNumber = false): Html => {
    const isSorted = view.sort === sort;
    const sorted = isSorted ? html` aria-sort="${view.isDescending ? "descending" : "ascending"}"` : "";
    const arrow = isSorted ? (view.isDescending ? "▼" : "▲") : "";
    return html`<th scope="col"${isNumber ? html` class="number"` : ""}${sorted}><button type="button" class="sort" data-sort="${sort}">${title}<span class="arrow" aria-hidden="true">${arrow}</span></button></th>`;
  };
  return html`<div class="scroll" role="group" aria-label="Markets" tabindex="0"><table class="map">
<caption class="unseen">${rows.length} of ${markets.length} markets</caption>
<thead><tr>${heading("market", "market")}${COLUMNS.map(({ sort, title, isNumber }) => heading(sort, title, isNumber))}</tr></thead>
<tbody>${rows.map((row) => mapRow(row, view.market))}</tbody></table></div>`;
}

function mapRow(row: MapRow, chosen: string | null): Html {
  const { symbol, held, blocked } = row;
  const marks = [...(held ? ["held"] : []), ...(blocked ? ["blocked"] : [])].join(", ");
  const current = symbol === chosen ? html` aria-current="true"` : "";
  return html`<tr id="market-${symbol}"><th scope="row"><a href="/memory?market=${symbol}" data-market="${symbol}"${current}>${symbol}</a>${marks === "" ? "" : html` <span class="dim">${marks}</span>`}</th>${COLUMNS.map(
    ({ cell, isNumber, heat }) => {
      const classes = `${isNumber === true ? "number" : ""}${heatClass(heat?.(row) ?? 0)}`;
      return classes === "" ? html`<td>${cell(row)}</td>` : html`<td class="${classes}">${cell(row)}</td>`;
    },
  )}</tr>`;
}

/** −4 (low) to 4 (high): how far from the middle. */
function around(value: number | null, middle: number, reach: number): number {
  if (value === null) return 0;
  return Math.max(-4, Math.min(4, Math.trunc(((value - middle) / reach) * 4)));
}

/** 0 (far, or none) to 4 (within a quarter of a percent). */
function nearness(way: number | null | undefined): number {
  if (way == null) return 0;
  const distancePct = Math.abs(way);
  return [0.25, 0.5, 1, 2].filter((limit) => distancePct <= limit).length;
}

const heatClass = (heat: number): string => (heat === 0 ? "" : ` ${heat < 0 ? "low" : "high"}-${Math.abs(heat)}`);

function distance({ levels }: MapRow, of: "enterDistancePct" | "exitDistancePct"): string {
  if (levels === null) return "–";
  if (levels.status === "not-worked-out") return "?";
  const way = levels[of];
  if (way === null) return "–";
  return `${formatPct(way)}${levels.status === "conditional" ? ` ${CONDITIONAL_MARK}` : ""}`;
}
