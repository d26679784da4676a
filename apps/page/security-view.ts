// Floor 6. What is known of a market's token: the verdict, what is wrong, which coin it is, and whose word that rests on, with its time.
import { html } from "hono/html";
import type { SecurityCheck, SecurityReport } from "#schemas/security.ts";
import { chainName } from "#toolkits/identity/chains.ts";
import { wrongChecks } from "#toolkits/security/rubric.ts";
import { table, timeUtc } from "./figures.ts";
import { verdict } from "./marks.ts";
import type { Html } from "./page.ts";

/** Of what is wrong, named above the table. */
const MOST_WRONG = 6;

export function securityView(report: SecurityReport, nowMs: number): Html {
  const { checks, observedAtMs, validUntilMs } = report;
  const wrong = wrongChecks(checks);
  const more = wrong.length - MOST_WRONG;
  const evidence = report.evidence ?? [{ source: checks[0]?.source ?? "", observedAtMs, validUntilMs }];
  return html`<p>${verdict(report.verdict)} ${report.reason}</p>
${wrong.length === 0 ? "" : html`<ul class="list">${wrong.slice(0, MOST_WRONG).map((check) => html`<li><strong>${check.id}</strong> ${stateText(check)}: ${check.evidence}</li>`)}${more > 0 ? html`<li>${more} more, below</li>` : ""}</ul>`}
${coin(report)}
${table({
  caption: "Evidence",
  rows: evidence,
  empty: "Nobody was asked.",
  columns: [
    { title: "source", cell: ({ source }) => source, isName: true },
    { title: "seen", cell: (one) => timeUtc(one.observedAtMs) },
    { title: "holds to", cell: (one) => holdsTo(one.validUntilMs, nowMs) },
  ],
})}
<details><summary>What they say, in ${checks.length} ${checks.length === 1 ? "check" : "checks"}</summary>
${table({
  caption: "Checks",
  rows: checks,
  empty: "No check was made.",
  columns: [
    { title: "check", cell: ({ id }) => id, isName: true },
    { title: "state", cell: stateText },
    { title: "source", cell: ({ source }) => source },
    { title: "what it says", cell: (check) => html`<span class="reason">${check.evidence}</span>` },
  ],
})}</details>`;
}

const holdsTo = (untilMs: number, nowMs: number): Html =>
  untilMs <= nowMs ? html`<strong>over since ${timeUtc(untilMs)}</strong>` : html`${timeUtc(untilMs)}`;

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
