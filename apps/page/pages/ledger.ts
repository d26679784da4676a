// Floor 6. Ledger: what the desk's memory saved and wasted, what models cost and how much of the budgets is spent; every figure is
// counted, and stands in `report` too.
import { html } from "hono/html";
import { panel } from "../figures.ts";
import type { Page } from "../page.ts";
import { budgets, charts, served, tables } from "./ledger/parts.ts";

export const ledgerPage: Page = {
  path: "/ledger",
  name: "Ledger",
  letter: "l",
  parts: { served, budgets, charts, tables },
  body: (part) => html`<div class="grid">
${panel({ id: "served", title: "Served from memory", place: "span-6 wide-6", content: part("served") })}
${panel({ id: "budgets", title: "Budgets and bill", place: "span-6 wide-6", content: part("budgets") })}
</div>
${part("charts")}
${part("tables")}`,
};
