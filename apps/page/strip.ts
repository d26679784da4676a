// Floor 6. The desk's state in a line, on every page: control, equity, today, what is fresh, and the time of it all.
import { html } from "hono/html";
import { formatAge, formatAmount, formatClock, formatTime } from "#desk/documents/format.ts";
import { Timeframe, timeframeMs } from "#schemas/units.ts";
import type { Documents } from "./documents.ts";
import { fact, pct } from "./figures.ts";
import type { Asked, Html } from "./page.ts";

type StatusDocument = Documents["status"];

export async function strip({ read, about, nowMs }: Asked): Promise<Html> {
  const status = await read("status");
  const { dayChangePct, lastSleepSlot } = status;
  const stopped = status.entriesStoppedBy;
  return html`<dl class="strip">
${fact("Desk", html`${status.desk} · ${status.mode} on ${status.venue} · ${status.timeframe}`)}
${fact("State", html`<span class="state ${status.control}">${status.control}</span>`)}
${fact("Entries", stopped.length === 0 ? html`allowed` : html`<span class="warn">stopped by ${stopped.join(", ")}</span>`)}
${fact("Equity", html`<span class="num">${formatAmount(status.equity)}</span> ${status.quote}`)}
${fact("Today", dayChangePct === null ? html`not known yet` : pct(dayChangePct))}
${fact("Positions", html`<span class="num">${status.openPositions}</span> of ${status.maxOpenPositions}`)}
${fact("Fresh", html`<span class="num">${status.fresh}</span> of ${status.analyses}`)}
${fact("Desk time", html`<time datetime="${new Date(status.nowMs).toISOString()}">${formatTime(status.nowMs)}</time> UTC`)}
</dl>
${status.proposals.length === 0 ? "" : html`<p class="notice"><a href="/#approvals">${proposalsText(status.proposals.length)}</a></p>`}
${staleText(status, { nowMs, isLive: about.run.startsWith("live"), lastSleepSlot })}`;
}

const proposalsText = (count: number): string =>
  count === 1 ? "1 proposal waits for your answer" : `${count} proposals wait for your answer`;

/** A desk on the system clock that has done no slot for two of them has stopped, whatever the connection says. */
function staleText(
  { timeframe }: StatusDocument,
  {
    nowMs,
    isLive,
    lastSleepSlot,
  }: { readonly nowMs: number; readonly isLive: boolean; readonly lastSleepSlot: number | null },
): Html | string {
  if (!isLive || lastSleepSlot === null) return "";
  const lateMs = nowMs - lastSleepSlot;
  if (lateMs <= 2 * timeframeMs(Timeframe.parse(timeframe))) return "";
  return html`<p class="problem" role="alert">No slot for ${formatAge(lateMs)}: numbers are of ${formatClock(lastSleepSlot)} UTC. Look at the desk's terminal, or run <code>npx deeptrader doctor</code>.</p>`;
}
