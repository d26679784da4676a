// Floor 6. A saved validation: the verdict first, then check by check what was seen, and the run with one thing changed.
import { html } from "hono/html";
import { formatTime } from "#desk/documents/format.ts";
import type { Validation, ValidationCheck } from "#schemas/validation.ts";
import { panel, pct, table } from "../../figures.ts";
import type { Html } from "../../page.ts";

export function validationView(d: Validation): Html {
  return html`<div class="grid">
${panel({
  id: "verdict",
  title: "Verdict",
  content: html`<p><strong class="${d.passed ? "up" : "down"}">${d.passed ? "No check failed." : "A check failed."}</strong> ${d.verdict}</p>
<p class="note">${d.strategy} on ${d.venue}, ${d.timeframe}, ${d.markets.length} markets, ${formatTime(d.firstSlotMs)} to ${formatTime(d.lastSlotMs)} UTC, seed ${d.seed}.</p>`,
})}
${panel({
  id: "checks",
  title: "Checks",
  content: table({
    caption: "Checks",
    isCards: true,
    rows: d.checks,
    empty: "None was run.",
    columns: [
      { title: "check", cell: ({ name }) => name, isName: true },
      { title: "state", cell: stateCell },
      { title: "seen", cell: ({ seen }) => seen.join("; ") },
      {
        title: "to do",
        cell: ({ flags, toDo }) => html`${flags.map((flag) => html`<span class="warn">${flag}.</span> `)}${toDo ?? ""}`,
      },
    ],
  }),
})}
${panel({
  id: "sensitivity",
  title: "One thing changed",
  content: table({
    caption: "One thing changed",
    rows: d.sensitivity ?? [],
    empty: "It was not run.",
    columns: [
      { title: "change", cell: ({ change }) => change, isName: true },
      { title: "return", cell: ({ returnPct }) => pct(returnPct), isNumber: true },
      { title: "trades", cell: ({ trades }) => String(trades), isNumber: true },
      { title: "mean trade", cell: ({ meanTradePct }) => pct(meanTradePct, 3), isNumber: true },
      { title: "", cell: ({ flips }) => (flips ? html`<span class="warn">sign flips</span>` : "") },
    ],
  }),
})}
</div>`;
}

function stateCell({ state, flags }: ValidationCheck): Html {
  if (state === "failed") return html`<strong class="down">failed</strong>`;
  if (state === "not-run") return html`not run`;
  return flags.length > 0 ? html`<span class="warn">passed, doubtful</span>` : html`<span class="up">passed</span>`;
}
