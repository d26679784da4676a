// Floor 6. What the desk has told its operator, newest first, the grave ones marked.
import { html } from "hono/html";
import { formatClock } from "#desk/documents/format.ts";
import type { AlertSeverity } from "#schemas/alert.ts";
import type { Asked, Html } from "../../page.ts";

const SHOWN = 6;
const TONES = { critical: "bad", warning: "warn", info: "" } as const satisfies Record<AlertSeverity, string>;

export async function alerts({ read }: Asked): Promise<Html> {
  const { alerts, raised } = await read("alerts", { flags: { limit: SHOWN } });
  if (raised === 0) return html`<p class="empty">Nothing was raised in this run.</p>`;
  return html`<ol class="journal">${alerts.map(
    ({
      atMs,
      severity,
      text,
      alertId,
    }) => html`<li id="alert-${alertId}"><time datetime="${new Date(atMs).toISOString()}">${formatClock(atMs)}</time>
<span class="mark ${TONES[severity]}">${severity}</span> <span>${text}</span></li>`,
  )}</ol>
${raised > alerts.length ? html`<p class="note">${alerts.length} of ${raised}; <code>npx deeptrader alerts</code> has more.</p>` : ""}`;
}
