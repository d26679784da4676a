// Floor 6. A debate: bull, bear and judge in their words as the fact check shows them, each with its probability, and what came of it.
import { html } from "hono/html";
import { formatAmount } from "#desk/documents/format.ts";
import { DEBATE_ROLES } from "#desk/judgement/scores.ts";
import type { DebateShown } from "#desk/overviews/shown-judgement.ts";
import { marketLink, timeUtc } from "../../figures.ts";
import type { Html } from "../../page.ts";
import { rangeText, tokensText } from "./brief-view.ts";

const TONES = { agree: "good", shrink: "warn", veto: "bad" } as const satisfies Record<DebateShown["verdict"], string>;

/** The verdict, and whether it counts still. */
export function debateMark({ verdict, sizeRatio, validUntilMs }: DebateShown, nowMs: number): Html {
  const words = verdict === "shrink" ? `shrink to ${sizeRatio} of its size` : verdict;
  return html`<span class="mark ${TONES[verdict]}">${words}</span> <span class="dim">${validUntilMs < nowMs ? "over" : "holds"}</span>`;
}

export function debatePanel(debate: DebateShown | null, nowMs: number): Html {
  if (debate === null)
    return html`<p class="empty">None was held of it in this run. Debates are held asleep, with a model and tokens set for them: docs/agents.md.</p>`;
  return debateView(debate, nowMs);
}

function debateView(debate: DebateShown, nowMs: number): Html {
  const { strategyId, forAsOfMs, validUntilMs, bounds, madeAtMs } = debate;
  return html`<p>${debateMark(debate, nowMs)}<span class="dim">, for entries of ${strategyId}</span></p>
${DEBATE_ROLES.map((name) => roleView(name, debate[name]))}
${outcomeText(debate)}
<p class="note">It counts for closes from ${timeUtc(forAsOfMs)} to ${timeUtc(validUntilMs)}, ${rangeText(bounds.above, bounds.below)}. Held ${timeUtc(madeAtMs)}.</p>`;
}

function roleView(name: string, role: DebateShown["bull"]): Html | string {
  if (role === null) return "";
  const { probability, points, author } = role;
  const said = probability === null ? "gave no probability" : html`target before stop <strong>${probability}</strong>`;
  return html`<div class="role"><h3>${name.charAt(0).toUpperCase()}${name.slice(1)} <span class="probability">${said}</span></h3>
${probability === null ? "" : html`<meter min="0" max="1" value="${probability}" aria-label="${name}: probability ${probability} that the target comes before the stop"></meter>`}
${points.length === 0 ? html`<p class="dim">None of its points stands up to the facts.</p>` : html`<ul class="points">${points.map((point) => html`<li>${point}</li>`)}</ul>`}
<p class="note">${author.model}, ${tokensText(author)}</p></div>`;
}

function outcomeText({ outcome }: DebateShown): Html | string {
  if (outcome === null) return html`<p class="dim">It has met no entry whose end is known.</p>`;
  const { met, outcome: came, pnl, saved } = outcome;
  return html`<p>Its entry was <strong>${met}</strong> and came to: ${came}${pnl === null ? "" : `, result ${formatAmount(pnl)}`}${saved === null ? "" : html`; it saved <span class="num">${formatAmount(saved)}</span>`}.</p>`;
}

/** Several, newest first, each opened by a click. */
export const debateList = (debates: readonly DebateShown[], nowMs: number): Html =>
  html`${debates.map(
    (one) => html`<details id="debate-${one.debateId}"><summary>${one.symbol} ${debateMark(one, nowMs)}</summary>
<div class="opened"><p>${marketLink(one.symbol)}</p>${debateView(one, nowMs)}</div></details>`,
  )}`;
