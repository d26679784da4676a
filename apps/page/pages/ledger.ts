// Floor 6. Ledger.
import { html } from "hono/html";
import type { Page } from "../page.ts";

export const ledgerPage: Page = {
  path: "/ledger",
  name: "Ledger",
  letter: "l",
  parts: {},
  body: () => html`<p class="empty">Not built yet.</p>`,
};
