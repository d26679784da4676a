// Floor 6. Desk: what the account is worth, what it holds and why, what waits for an answer, and the buttons that stop it.
import { html } from "hono/html";
import { formatAmount } from "#desk/documents/format.ts";
import { fact, pct } from "../figures.ts";
import type { Asked, Html, Page } from "../page.ts";

export const deskPage: Page = {
  path: "/",
  name: "Desk",
  letter: "d",
  parts: { today },
  body: (part) => html`<div class="grid">
<section class="panel span-4" aria-labelledby="today-title"><h2 id="today-title">Today</h2>${part("today")}</section>
</div>`,
};

async function today({ read }: Asked): Promise<Html> {
  const s = await read("status");
  return html`<dl class="figures">
${fact("Equity", html`${formatAmount(s.equity)} ${s.quote}`)}
${fact("Today", pct(s.dayChangePct))}
${fact("Cash", html`${formatAmount(s.cash)} ${s.quote}`)}
</dl>`;
}
