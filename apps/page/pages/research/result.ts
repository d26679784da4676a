// Floor 6. One saved result, drawn by its kind. What this version does not know is shown as plain figures, and said.
import { html } from "hono/html";
import type { z } from "zod";
import { formatTime } from "#desk/documents/format.ts";
import { Comparison } from "#schemas/compare.ts";
import { Validation } from "#schemas/validation.ts";
import type { ResearchResult } from "../../../research/listing.ts";
import { RulePricesDocument } from "../../../research/rule-prices.ts";
import { panel } from "../../figures.ts";
import type { Asked, Html } from "../../page.ts";
import { backtestView } from "../../views/backtest-view.ts";
import { DrawnBacktest } from "../../views/drawn-backtest.ts";
import { type PlacedTrade, tradeFigure, tradesTable } from "../../views/trades-view.ts";
import { comparisonView } from "./comparison.ts";
import { Optimisation, optimisationView } from "./optimisation.ts";
import { plainView } from "./plain.ts";
import { pricedRulesView } from "./priced-rules.ts";
import { validationView } from "./validation.ts";
import { Forward, forwardView } from "./walk-forward.ts";

/** Trades of a page. */
const TRADES_SHOWN = 100;

export function resultView({ kind, name, result }: ResearchResult, query: Asked["query"]): Html {
  if (kind === "backtest") return drawn(DrawnBacktest, result, (d) => backtest(d, name, query));
  if (kind === "optimize") return drawn(Optimisation, result, optimisationView);
  if (kind === "walk-forward") return drawn(Forward, result, forwardView);
  if (kind === "validate") return drawn(Validation, result, validationView);
  if (kind === "rule-prices") return drawn(RulePricesDocument, result, pricedRulesView);
  if (kind === "compare") return drawn(Comparison, result, comparisonView);
  return plainView(result);
}

/** @param schema of what `view` draws */
function drawn<Document>(
  schema: z.ZodType<Document>,
  result: ResearchResult["result"],
  view: (d: Document) => Html,
): Html {
  const read = schema.safeParse(result);
  if (read.success) return view(read.data);
  const [issue] = read.error.issues;
  return html`<p class="notice">This result is of another version of DeepTrader (${issue?.path.join(".") || "the document"}: ${issue?.message ?? "not known"}), and is shown as it stands.</p>${plainView(result)}`;
}

function backtest(d: DrawnBacktest, name: string, query: Asked["query"]): Html {
  const charts = new Map(d.tradeCharts?.charts.map((chart) => [chart.trade, chart]));
  const wanted = Number(query["trade"]);
  const place = charts.has(wanted - 1) ? wanted - 1 : ([...charts.keys()].at(-1) ?? -1);
  const chart = charts.get(place);
  const trade = d.trades[place];
  const words = (query["only"] ?? "").trim().toLowerCase();
  const placed = d.trades.map((one, at): PlacedTrade => [at, one]);
  const fitting = placed.filter(
    ([, one]) =>
      words === "" ||
      `${one.symbol} ${one.exitRole} ${one.strategyId} ${one.entryTag ?? ""} ${formatTime(one.entryMs)}`
        .toLowerCase()
        .includes(words),
  );
  const ordered = inOrder(fitting, query["order"]);
  const from = Math.min(Math.max(0, Math.floor(Number(query["from"]) || 0)), Math.max(0, ordered.length - 1));
  const rows = ordered.slice(from, from + TRADES_SHOWN);
  const link = (more: Readonly<Record<string, string>>): string =>
    `/research?${new URLSearchParams({ kind: "backtest", name, order: query["order"] ?? "newest", only: query["only"] ?? "", from: String(from), ...more })}`;
  return html`${backtestView(d)}
${panel({
  id: "on-candles",
  title: "A trade on its candles",
  content:
    chart === undefined || trade === undefined
      ? html`<p class="empty">No trade is drawn: it was saved without candles, or none was closed.</p>`
      : html`${d.tradeCharts?.leftOut ? html`<p class="note">${d.tradeCharts.leftOut}</p>` : ""}${tradeFigure({ trade, chart, quote: d.quote, isTold: true })}`,
})}
${panel({
  id: "trades",
  title: "Trades",
  content: html`<form class="filter" action="/research"><input type="hidden" name="kind" value="backtest"><input type="hidden" name="name" value="${name}">
<label>Only with <input type="search" name="only" value="${query["only"] ?? ""}" placeholder="market, reason, tag, date"></label>
<label>Order <select name="order">${ORDERS.map((order) => html`<option${order === query["order"] ? html` selected` : ""}>${order}</option>`)}</select></label>
<button class="quiet">Show</button></form>
${tradesTable(d, { trades: rows, linkOf: (at) => (charts.has(at) ? `${link({ trade: String(at + 1) })}#on-candles-title` : null) })}
<p class="steps">${rows.length === 0 ? "" : html`${from + 1} to ${from + rows.length} of ${ordered.length.toLocaleString("en-US")}`}${from > 0 ? html` <a href="${link({ from: String(Math.max(0, from - TRADES_SHOWN)) })}#trades-title">← before</a>` : ""}${from + rows.length < ordered.length ? html` <a href="${link({ from: String(from + TRADES_SHOWN) })}#trades-title">more →</a>` : ""}</p>`,
})}`;
}

const ORDERS = ["newest", "oldest", "best", "worst", "longest"] as const;

function inOrder(trades: readonly PlacedTrade[], order: string | undefined): readonly PlacedTrade[] {
  const held = ([, { entryMs, exitMs }]: PlacedTrade): number => exitMs - entryMs;
  const gained = ([, { returnPct }]: PlacedTrade): number => returnPct;
  switch (order) {
    case "oldest":
      return trades;
    case "best":
      return trades.toSorted((a, b) => gained(b) - gained(a));
    case "worst":
      return trades.toSorted((a, b) => gained(a) - gained(b));
    case "longest":
      return trades.toSorted((a, b) => held(b) - held(a));
    default:
      return trades.toReversed();
  }
}
