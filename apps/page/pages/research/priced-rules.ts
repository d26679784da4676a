// Floor 6. Saved prices of rules: what the refused entries of each would have come to.
import { html } from "hono/html";
import { formatPct, formatTime } from "#desk/documents/format.ts";
import type { RulePrice } from "#schemas/rule-prices.ts";
import type { RulePricesDocument } from "../../../research/rule-prices.ts";
import { besideText, wordOf } from "../../../text/rule-prices-text.ts";
import { panel, pct, table } from "../../figures.ts";
import type { Html } from "../../page.ts";

export function pricedRulesView(d: RulePricesDocument): Html {
  const { rules, refusals, control, method } = d.prices;
  return panel({
    id: "priced-rules",
    title: "What each rule has saved or cost",
    content: html`<p class="note">${d.strategies.join(", ")} on ${d.venue}, ${d.timeframe}, ${formatTime(d.firstSlotMs)} to ${formatTime(d.lastSlotMs)} UTC: ${d.decisions} decisions, ${refusals} refused; ${d.feeBps} bps fee and ${d.slippageBps} bps slippage a side.</p>
${d.rules.map(({ words, text }) => html`<p class="note">Rule “${words}”: ${text}</p>`)}
${table({
  caption: "Rules that refused anything, most refusals first",
  isCards: true,
  rows: rules,
  empty: "No rule refused anything.",
  columns: [
    { title: "rule", cell: ({ rule }) => rule, isName: true },
    { title: "refused", cell: ({ refused }) => String(refused), isNumber: true },
    { title: "repeated", cell: ({ repeated }) => String(repeated), isNumber: true },
    { title: "closed", cell: ({ closed }) => String(closed), isNumber: true },
    { title: "of them won", cell: ({ won }) => String(won), isNumber: true },
    { title: "mean of a trade", cell: ({ meanTradePct: { value } }) => pct(value), isNumber: true },
    { title: "95 % interval", cell: intervalCell },
    { title: "the rule", cell: (price) => html`<strong>${wordOf(price, d.quote)}</strong>` },
    { title: "beside them", cell: besideText },
  ],
})}
<p class="note">The same arithmetic gives ${control.equal} of the ${control.entries} closed trades of the run itself to the last digit. ${method}</p>`,
  });
}

function intervalCell({ meanTradePct: { interval95, why } }: RulePrice): string {
  if (interval95 === null) return why ?? "–";
  const [low, high] = interval95;
  return `${formatPct(low)} to ${formatPct(high)}${low <= 0 && high >= 0 ? "; may be chance" : ""}`;
}
