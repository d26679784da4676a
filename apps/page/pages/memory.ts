// Floor 6. Memory.
import { html } from "hono/html";
import type { Page } from "../page.ts";

export const memoryPage: Page = {
  path: "/memory",
  name: "Memory",
  letter: "m",
  parts: {},
  body: () => html`<p class="empty">Not built yet.</p>`,
};
