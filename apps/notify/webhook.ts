// Floor 6. An alert → HTTP POST of JSON. The same alert always carries the same key, so the other side can drop a repeat.
import type { Notifier } from "#schemas/ports/people.ts";
import type { DeskId } from "#schemas/units.ts";
import { callOutgoing } from "./outgoing.ts";
import { alertLine } from "./terminal.ts";

/**
 * Body: the alert's own fields (`text` is what Slack shows), `desk`, and `content`, one whole line (what Discord shows).
 * Header `Idempotency-Key`: desk and alert id, the same at every repeat; desks that share a URL do not share keys.
 */
export const createWebhookNotifier = (url: URL, deskId: DeskId): Notifier => ({
  channel: "webhook",
  send: (alert, options) =>
    callOutgoing(
      url,
      {
        method: "POST",
        headers: { "Content-Type": "application/json", "Idempotency-Key": `${deskId}:${alert.alertId}` },
        body: JSON.stringify({ desk: deskId, ...alert, content: alertLine(alert) }),
      },
      options,
    ),
});
