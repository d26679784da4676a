// Floor 6. One market's record: what was computed, from what, when, by which definition, and the records before it.
import { html } from "hono/html";
import { changesIn } from "#desk/corrections.ts";
import type { AnalysisDocument } from "#desk/documents/analysis-document.ts";
import { formatAmount, formatTime } from "#desk/documents/format.ts";
import { levelsText } from "../../../text/levels-text.ts";
import type { Documents } from "../../documents.ts";
import { fact, marketLink, pct, table, timeAgo, timeUtc } from "../../figures.ts";
import { freshness, verdict } from "../../marks.ts";
import type { Asked, Html } from "../../page.ts";
import { securityView } from "../../security-view.ts";
import { viewOf } from "./view.ts";

type ShownRecord = Documents["memory show"];
type HistoryDocument = Documents["memory history"];

const HISTORY = 12;

export async function record({ read, query }: Asked): Promise<Html> {
  const { market } = viewOf(query);
  if (market === null)
    return html`<p class="empty">Choose a market to see its record, its sources and its history.</p>`;
  const [shown, history] = await Promise.all([
    read("memory show", { args: [market] }),
    read("memory history", { args: [market], flags: { limit: HISTORY } }),
  ]);
  if (shown.record === null)
    return html`<p>${freshness({ ...shown, ageMs: null })} Khala holds no analysis of ${market}.</p>`;
  const a = shown.record;
  return html`<p><strong>${marketLink(a.symbol)}</strong> ${a.timeframe} ${freshness(shown)}</p>
${figures(a)}
${strategies(a)}
<h3>Security</h3>
${securityView(a.security, shown.nowMs)}
<h3>Sources</h3>
${sources(a, shown)}
<h3>History</h3>
${earlier(history)}`;
}

const number = (value: number | null | undefined, digits: number): string => value?.toFixed(digits) ?? "–";

export function figures({ price, indicators: i, trend }: AnalysisDocument): Html {
  const bands = i.bollinger;
  return html`<dl class="facts">
${fact("Price", formatAmount(price))}
${fact("RSI (Wilder, 14)", `${number(i.rsiWilder, 2)}${i.flat ? ", flat" : ""}`)}
${fact("Bands (20, 2)", bands === null ? "–" : `${formatAmount(bands.lower)} · ${formatAmount(bands.middle)} · ${formatAmount(bands.upper)}`)}
${fact("%B, bandwidth", bands === null ? "–" : `${number(bands.percentB, 3)}, ${number(bands.bandwidth * 100, 2)} %`)}
${fact("ATR (Wilder, 14)", i.atr === null ? "–" : formatAmount(i.atr))}
${trend == null ? "" : fact("24 h", trend.changeDayPct === null ? "–" : pct(trend.changeDayPct))}
</dl>`;
}

const strategies = (a: AnalysisDocument): Html[] => [
  ...a.signals.map((signal, index) => {
    const levels = a.levels[index];
    return html`<h3>${signal.strategyId}</h3>
<p><strong>${signal.action}</strong>${signal.action === "hold" ? "" : ` ${signal.strength.toFixed(2)}`}: ${signal.reasons.join("; ")}</p>
${levels === undefined ? "" : html`<p class="note">Next close: enters ${levelsText(levels, "enter", a.price)}; exits ${levelsText(levels, "exit", a.price)}${levels.note === "" ? "" : ` (${levels.note})`}.</p>`}`;
  }),
  ...a.silent.map(({ strategyId, why }) => html`<p class="problem">${strategyId} says nothing: ${why}</p>`),
];

const sources = (a: AnalysisDocument, { nowMs }: ShownRecord): Html => html`<dl class="facts">
${fact("As of", timeAgo(a.asOfMs, nowMs))}
${fact("Made", html`${timeUtc(a.computedAtMs)}, ${a.origin === "sleep" ? "asleep" : "when asked"}`)}
${fact("Source asked", timeUtc(a.checkedThroughMs))}
${fact("Window", `${a.indicators.candles} candles since ${formatTime(a.indicators.windowStartMs)} UTC, ${a.indicators.filled} filled, warm-up ${a.indicators.warmup}`)}
${fact("Candles", html`<code>${a.sources.candles}</code>`)}
${fact("Security report", html`<code>${a.sources.security}</code>`)}
${fact("Definition", html`<code>${a.definitionId}</code>`)}
${fact("Record", html`<code>${a.id}</code>`)}
</dl>
${a.notes.map(({ text }) => html`<p class="note">${text}</p>`)}`;

const earlier = ({ records, corrections, strategies }: HistoryDocument): Html => html`${table({
  caption: "Earlier records, newest first",
  rows: records,
  empty: "There is none.",
  columns: [
    { title: "as of (UTC)", cell: (r) => formatTime(r.asOfMs), isName: true },
    { title: "price", cell: (r) => formatAmount(r.price), isNumber: true },
    { title: "RSI", cell: (r) => number(r.indicators.rsiWilder, 1), isNumber: true },
    { title: "security", cell: (r) => verdict(r.security.verdict) },
    ...strategies.map((id) => ({
      title: strategies.length === 1 ? "signal" : id,
      cell: (r: AnalysisDocument) => r.signals.find(({ strategyId }) => strategyId === id)?.action ?? "–",
    })),
    {
      title: "made",
      cell: (r) =>
        `${r.origin === "sleep" ? "asleep" : "when asked"}${r.invalidated === null ? "" : `, ${r.invalidated}`}`,
    },
  ],
})}
${corrections.length === 0 ? "" : html`<h3>Candles corrected since</h3><ul class="list">${corrections.map((one) => html`<li>${timeUtc(one.closeMs)}: ${changesIn(one, formatAmount)} <span class="dim">(corrected ${timeUtc(one.replacedMs)})</span></li>`)}</ul>`}`;
