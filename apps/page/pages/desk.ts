// Floor 6. Desk: what the account is worth, what it holds and why, what waits for an answer, and the buttons that stop it.
import { html } from "hono/html";
import { panel } from "../figures.ts";
import type { Page } from "../page.ts";
import { account, equity } from "./desk/account.ts";
import { alerts } from "./desk/alerts.ts";
import { approvals } from "./desk/approvals.ts";
import { controls } from "./desk/controls.ts";
import { journal } from "./desk/journal.ts";
import { orders } from "./desk/orders.ts";
import { positions } from "./desk/positions.ts";
import { slippage } from "./desk/slippage.ts";
import { isLiveRun, venue } from "./desk/venue.ts";

export const deskPage: Page = {
  path: "/",
  name: "Desk",
  letter: "d",
  parts: { controls, equity, account, approvals, alerts, positions, venue, slippage, journal, orders },
  beside: "controls",
  modules: ["equity.js"],
  body: (part, { about }) => html`<div class="grid">
${panel({ id: "equity", title: "Equity beside buy and hold", place: "span-8 wide-5", content: part("equity") })}
${panel({ id: "account", title: "Account", place: "span-4 wide-3", content: part("account") })}
<div class="stack wide-4 beside">
${panel({ id: "approvals", title: "Waiting for your answer", content: part("approvals") })}
${panel({ id: "alerts", title: "Alerts", content: part("alerts") })}
</div>
${panel({ id: "positions", title: "Positions", place: "wide-8", content: isLiveRun(about) ? part("positions") : html`${part("positions")}${part("venue")}${part("slippage")}` })}
${isLiveRun(about) ? panel({ id: "venue", title: "Account at the venue", place: "wide-8", content: part("venue") }) : ""}
${isLiveRun(about) ? panel({ id: "slippage", title: "Slippage, basis points", place: "wide-8", content: part("slippage") }) : ""}
${panel({ id: "journal", title: "Journal, newest first", place: "span-7 wide-4 tall", content: part("journal") })}
${panel({ id: "orders", title: "Orders in flight", place: "span-5 wide-8", content: part("orders") })}
</div>`,
};
