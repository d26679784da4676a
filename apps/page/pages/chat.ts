// Floor 6. Chat.
import { html } from "hono/html";
import type { Page } from "../page.ts";

export const chatPage: Page = {
  path: "/chat",
  name: "Chat",
  letter: "c",
  parts: {},
  body: () => html`<p class="empty">Not built yet.</p>`,
};
