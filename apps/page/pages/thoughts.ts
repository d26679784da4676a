// Floor 6. Thoughts.
import { html } from "hono/html";
import type { Page } from "../page.ts";

export const thoughtsPage: Page = {
  path: "/thoughts",
  name: "Thoughts",
  letter: "t",
  parts: {},
  body: () => html`<p class="empty">Not built yet.</p>`,
};
