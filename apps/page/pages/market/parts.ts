// Floor 6. What stands beside and beneath the chart of a market, each of its document.
import { html } from "hono/html";
import { changesIn } from "#desk/corrections.ts";
import { formatAmount, formatTime } from "#desk/documents/format.ts";
import type { MarketReport } from "#desk/overviews/market-report.ts";
import { levelsByAction, levelsText } from "../../../text/levels-text.ts";
import { fact, pct, table, timeUtc } from "../../figures.ts";
import { freshness } from "../../marks.ts";
import type { Html } from "../../page.ts";
import { securityView } from "../../security-view.ts";
import { levelText } from "../desk/positions.ts";
import { figures } from "../memory/record.ts";

export function record(report: MarketReport): Html {
  const { symbol, record: a } = report;
  if (a === null) return html`<p>${freshness(report)} No analysis is kept of this market.</p>`;
  return html`<p>${freshness(report)} <span class="dim">as of</span> ${timeUtc(a.asOfMs)}</p>
${figures(a)}
<p class="note"><a href="/memory?market=${symbol}">Its sources and its history</a></p>`;
}

export function levels({ record: a, levels: rows, silent, status }: MarketReport): Html {
  const price = a?.price ?? 0;
  return html`${rows.map((row) => {
    const signal = a?.signals.find(({ strategyId }) => strategyId === row.strategyId);
    const said = levelsByAction(row);
    return html`<div class="role"><h3>${row.strategyId}</h3>
${signal === undefined ? "" : html`<p>Now <strong>${signal.action}</strong>${signal.action === "hold" ? "" : ` ${signal.strength.toFixed(2)}`}: ${signal.reasons.join("; ")}</p>`}
<dl class="facts">
${fact("Enters", levelsText(said, "enter", price))}
${fact("Exits", levelsText(said, "exit", price))}
</dl>
${row.note === "" ? "" : html`<p class="note">${row.note}</p>`}</div>`;
  })}
${rows.length === 0 ? html`<p class="empty">${status === "fresh" ? "No strategy speaks of this market." : "Levels are told of a fresh record only."}</p>` : ""}
${silent.map(({ strategyId, why }) => html`<p class="problem">${strategyId} says nothing: ${why}</p>`)}`;
}

export function position({ positions, brackets, orders, quote }: MarketReport): Html {
  return html`${positions.map((p) => {
    const own = brackets.find(({ strategyId }) => strategyId === p.strategyId);
    return html`<h3>${p.strategyId}${p.dust ? html` <span class="dim">dust</span>` : ""}</h3>
<dl class="facts">
${fact("Held", html`${p.quantity}, worth ${formatAmount(p.value)} ${quote} (${pct(p.pnlPct)})`)}
${fact("Bought at", formatAmount(p.averagePrice))}
${fact("Stop", html`${levelText(p.stopPrice, p.stopDistancePct)}${own?.trails === true ? ", follows the price" : ""}`)}
${fact("Target", levelText(p.targetPrice, p.targetDistancePct))}
${own?.soldByMs == null ? "" : fact("Sold by", timeUtc(own.soldByMs))}
${fact("Opened", html`${timeUtc(p.openedAtMs)}: ${p.openedBecause ?? "the journal has no reason"}`)}
</dl>`;
  })}
${positions.length === 0 ? html`<p class="empty">Nothing is held of it.</p>` : ""}
${table({
  caption: "Working orders",
  rows: orders,
  idOf: ({ clientOrderId }) => `order-${clientOrderId}`,
  empty: "No order works.",
  columns: [
    { title: "order", cell: ({ role, side }) => `${role} ${side}`, isName: true },
    { title: "status", cell: ({ status }) => status },
    { title: "quantity", cell: ({ quantity }) => quantity, isNumber: true },
    {
      title: "at",
      cell: ({ triggerPrice, limitPrice }) => {
        const at = triggerPrice ?? limitPrice;
        return at === null ? "market" : formatAmount(at);
      },
      isNumber: true,
    },
  ],
})}`;
}

export const security = ({ record: a, nowMs }: MarketReport): Html =>
  a === null ? html`<p class="empty">It has not been looked at.</p>` : securityView(a.security, nowMs);

/** Fills shown; the chart has all. */
const FILLS = 10;

export const traded = ({ fills }: MarketReport): Html => html`${table({
  caption: "Entries and exits of this run, newest first",
  isCards: true,
  rows: fills.slice(-FILLS).toReversed(),
  empty: "Nothing was traded here in the time of the chart.",
  columns: [
    { title: "time (UTC)", cell: ({ atMs }) => formatTime(atMs), isName: true },
    { title: "what", cell: ({ role, side }) => `${role} ${side}` },
    { title: "quantity", cell: ({ quantity }) => quantity, isNumber: true },
    { title: "at", cell: ({ price }) => formatAmount(price), isNumber: true },
    { title: "why", cell: ({ reason, basis }) => html`<span class="reason">${reason ?? basis}</span>` },
  ],
})}
${fills.length <= FILLS ? "" : html`<p class="note">${FILLS} of ${fills.length}; the chart has all of them.</p>`}`;

export function candlesSaid({ candles: { holes, notes, corrections } }: MarketReport): Html {
  // Holes are told with how many candles are not there.
  const others = notes.filter(({ kind }) => kind !== "hole");
  if (holes.length + others.length + corrections.length === 0)
    return html`<p class="empty">None: each candle of the chart stands as its source gave it first.</p>`;
  return html`<ul class="list">
${holes.map(({ fromMs, candles }) => html`<li>${timeUtc(fromMs)}: no candle${candles === 1 ? "" : html` for ${candles} of them`}</li>`)}
${others.map(({ atMs, text }) => html`<li>${timeUtc(atMs)}: ${text}</li>`)}
${corrections.map((one) => html`<li>${timeUtc(one.openMs)}: corrected, ${changesIn(one, formatAmount)} <span class="dim">(read ${timeUtc(one.replacedMs)})</span></li>`)}
</ul>`;
}
