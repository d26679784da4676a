// Floor 6. What is known of a market's token: the verdict, what is wrong, which coin it is, and whose word that rests on, with its time.
import { html } from "hono/html";
import type { SecurityCheck, SecurityReport } from "#schemas/security.ts";
import { chainName } from "#toolkits/identity/chains.ts";
import { IDENTITY_CHECKS } from "#toolkits/security/check-ids.ts";
import { wrongChecks } from "#toolkits/security/rubric.ts";
import { table, timeUtc } from "./figures.ts";
import { verdict } from "./marks.ts";
import type { Html } from "./page.ts";

/** Of what is wrong, named above the table. */
const MOST_WRONG = 6;

export function securityView(report: SecurityReport, nowMs: number): Html {
  const { observedAtMs, validUntilMs } = report;
  const wrong = wrongChecks(report.checks);
  const more = wrong.length - MOST_WRONG;
  return html`<p>${verdict(report.verdict)} ${report.reason}</p>
${wrong.length === 0 ? "" : html`<ul class="list">${wrong.slice(0, MOST_WRONG).map((check) => html`<li><strong>${check.id}</strong> ${stateText(check)}: ${check.evidence}</li>`)}${more > 0 ? html`<li class="dim">and ${more} more, below</li>` : ""}</ul>`}
${coin(report)}
${table({
  caption: "Evidence",
  rows: report.checks,
  empty: "No check was made.",
  columns: [
    { title: "check", cell: ({ id }) => id, isName: true },
    { title: "state", cell: stateText },
    { title: "source", cell: ({ source }) => source },
    { title: "what it says", cell: ({ evidence }) => html`<span class="reason">${evidence}</span>` },
    { title: "seen", cell: (check) => seen(check, report, nowMs) },
  ],
})}
<p class="note">As of ${timeUtc(observedAtMs)}; ${validUntilMs <= nowMs ? html`<strong>over since ${timeUtc(validUntilMs)}</strong>` : html`holds to ${timeUtc(validUntilMs)}`}.</p>`;
}

const STATES = { pass: "passed", fail: "failed", unknown: "not known", "not-applicable": "does not apply" } as const;

const stateText = ({ state, severity }: SecurityCheck): string =>
  state === "fail" ? `${STATES[state]}, ${severity}` : STATES[state];

/** Its name and rank where a ranking knows it, and the contract that is judged. */
function coin({ checks, chain, contract, implementation }: SecurityReport): Html {
  const named = checks.find(({ id, state }) => (id === "ranked" || id === "native") && state !== "unknown");
  const parts = [
    ...(named === undefined ? [] : [html`${named.evidence}`]),
    ...(contract === null
      ? []
      : [
          html`contract <code>${contract}</code> on ${chain === null ? "a chain that is not known" : chainName(chain)}`,
        ]),
    ...(implementation == null ? [] : [html`a proxy, whose code is <code>${implementation}</code>`]),
  ];
  return parts.length === 0
    ? html``
    : html`<p class="note">${parts.map((part, at) => html`${at === 0 ? "" : " · "}${part}`)}</p>`;
}

/** When the source that a check names saw it. */
function seen({ id, source }: SecurityCheck, { evidence = [], observedAtMs }: SecurityReport, nowMs: number): Html {
  const by = IDENTITY_CHECKS.includes(id) ? "identity" : source;
  const own = evidence.find((one) => one.source === by);
  return html`${timeUtc(own?.observedAtMs ?? observedAtMs)}${own !== undefined && own.validUntilMs <= nowMs ? html` <span class="dim">over</span>` : ""}`;
}
