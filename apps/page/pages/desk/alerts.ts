// Floor 6. What the desk has told its operator.
import { html } from "hono/html";
import type { Asked, Html } from "../../page.ts";

export async function alerts(_asked: Asked): Promise<Html> {
  return html`<p class="empty">Not built yet.</p>`;
}
