// Floor 6. A brief, as far as its words stand up to their facts; and a list of several.
import { html } from "hono/html";
import { formatAge, formatAmount } from "#desk/documents/format.ts";
import type { BriefDocument } from "#desk/judgement/brief-document.ts";
import { marketLink, timeUtc } from "../../figures.ts";
import { freshness } from "../../marks.ts";
import type { Html } from "../../page.ts";

/** One whole. */
export function briefView({ status, reason, brief }: BriefDocument): Html {
  if (brief === null) return html`<p class="empty">None was written. ${BRIEFS_ARE}</p>`;
  const { text, bull, bear, wouldChange, openQuestions, author, madeAtMs, asOfMs, ageMs, expiresAtMs, bounds } = brief;
  return html`<p>${freshness({ status, reason: reason?.replaceAll("-", " ") ?? null, ageMs: null })} <span class="dim">until ${timeUtc(expiresAtMs)} at most</span></p>
<p class="words">${text ?? "Nothing of its text stands up to its facts."}</p>
${points("For a rise", bull)}
${points("Against a rise", bear)}
${points("What would change this view", wouldChange === null ? [] : [wouldChange])}
${points("Left open", openQuestions)}
${bounds.map(({ symbol, bounds: { above, below } }) => html`<p class="note">It stands while ${symbol} is ${rangeText(above, below)}.</p>`)}
<p class="note">By ${author.model}, ${timeUtc(madeAtMs)}; data of ${timeUtc(asOfMs)}, ${formatAge(ageMs)} old; ${tokensText(author)}.</p>`;
}

export const BRIEFS_ARE =
  "Briefs are written where tokens are set for them and they pay: of what is held, near a level or asked about.";

/** `between 90 and 110`, `above 90`, `at any price` */
export function rangeText(above: number | null, below: number | null): string {
  if (above !== null && below !== null) return `between ${formatAmount(above)} and ${formatAmount(below)}`;
  if (above !== null) return `above ${formatAmount(above)}`;
  return below === null ? "at any price" : `below ${formatAmount(below)}`;
}

export const tokensText = ({
  inputTokens,
  outputTokens,
}: {
  readonly inputTokens: number;
  readonly outputTokens: number;
}): string => `${(inputTokens + outputTokens).toLocaleString("en-US")} tokens`;

/** Nothing where there is no point. */
export const points = (title: string, of: readonly string[]): Html | string =>
  of.length === 0 ? "" : html`<h3>${title}</h3><ul class="points">${of.map((point) => html`<li>${point}</li>`)}</ul>`;

/** Several, each opened by a click. */
export const briefList = (briefs: readonly BriefDocument[]): Html =>
  html`${briefs.map(
    (one) =>
      html`<details id="brief-${one.brief?.id ?? one.subject}"><summary>${one.subject} ${freshness({
        status: one.status,
        reason: one.reason?.replaceAll("-", " ") ?? null,
        ageMs: one.brief?.ageMs ?? null,
      })}</summary><div class="opened">${briefView(one)}${one.scope.of === "market" ? html`<p>${marketLink(one.scope.symbol)}</p>` : ""}</div></details>`,
  )}`;
