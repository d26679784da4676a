// Floor 6. Market.
import { html } from "hono/html";
import type { Page } from "../page.ts";

export const marketPage: Page = {
  path: "/market/:base/:quote",
  name: "Market",
  letter: null,
  heading: ({ params }) => `${params["base"]}/${params["quote"]}`,
  parts: {},
  body: () => html`<p class="empty">Not built yet.</p>`,
};
