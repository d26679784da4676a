// Floor 6. A plan: its typed part in the desk's words, and its reason as far as that stands up to the facts.
import { html } from "hono/html";
import { formatTime } from "#desk/documents/format.ts";
import { conditionText, entryText, plainPrice } from "#desk/documents/plan-text.ts";
import type { PlanShown } from "#desk/overviews/shown-judgement.ts";
import type { PlanOfList } from "../../documents.ts";
import { fact, marketLink, table, timeUtc } from "../../figures.ts";
import type { Html } from "../../page.ts";
import { tokensText } from "./brief-view.ts";

/** Of one market: the plan that waits. */
export function planView(plan: PlanShown | null): Html {
  if (plan === null)
    return html`<p class="empty">None waits. Plans are made asleep for the strategy <code>planned</code>, with a model and tokens set for them: docs/agents.md.</p>`;
  const { bracket, onlyWhile, sizeRatio, expiresAtMs, reason, author, citations, madeAtMs } = plan;
  return html`<dl class="facts">
${fact("Enters", entryText(plan))}
${onlyWhile.length === 0 ? "" : fact("Only while", onlyWhile.map(conditionText).join(", "))}
${fact("Stop, target", `${plainPrice(bracket.stopPrice)}, ${plainPrice(bracket.targetPrice)}`)}
${bracket.maxHoldCandles === null ? "" : fact("Held at most", `${bracket.maxHoldCandles} candles`)}
${fact("Size", sizeRatio === 1 ? "the usual one" : `${plainPrice(sizeRatio * 100)} % of the usual one`)}
${fact("Until", timeUtc(expiresAtMs))}
</dl>
<p class="words">${reason ?? "Nothing of its reason stands up to its facts."}</p>
<p class="note">By ${author.model}, ${timeUtc(madeAtMs)}; ${citations.length} ${citations.length === 1 ? "fact" : "facts"} cited; ${tokensText(author)}.</p>`;
}

export const planTable = (plans: readonly PlanOfList[]): Html =>
  table({
    caption: "Plans, newest first",
    isCards: true,
    rows: plans,
    idOf: ({ planId }) => `plan-${planId}`,
    empty: "",
    columns: [
      { title: "market", cell: ({ symbol }) => marketLink(symbol), isName: true },
      { title: "enters", cell: (plan) => html`<span class="num">${entryText(plan)}</span>` },
      { title: "stop", cell: ({ bracket }) => plainPrice(bracket.stopPrice), isNumber: true },
      { title: "target", cell: ({ bracket }) => plainPrice(bracket.targetPrice), isNumber: true },
      { title: "until (UTC)", cell: ({ expiresAtMs }) => html`<span class="num">${formatTime(expiresAtMs)}</span>` },
      {
        title: "state",
        cell: (plan) =>
          html`<span class="reason">${plan.state === "holds" ? html`<strong>waits</strong>` : endText(plan)}${plan.reason === null ? "" : html`<br> <span class="dim">${plan.reason}</span>`}</span>`,
      },
    ],
  });

function endText({ state, why, refused }: PlanOfList): string {
  const last = refused.at(-1);
  return `${state}${why === "" ? "" : `: ${why}`}${last === undefined ? "" : `, refused by ${last.rule}`}`;
}
