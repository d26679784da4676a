// Floor 6. An alert → HTTP POST of JSON. The same alert always carries the same key, so the other side can drop a repeat.
import { hashOf } from "#schemas/hash.ts";
import type { Notifier } from "#schemas/ports/people.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { DeskId } from "#schemas/units.ts";
import { digestText } from "./digest.ts";
import { callOutgoing } from "./outgoing.ts";
import { alertLine } from "./terminal.ts";

/**
 * Body: the alert's own fields (`text` is what Slack shows), `desk`, and `content`, one whole line (what Discord shows). Of several
 * that waited for the end of the quiet hours: `desk`, `kind` "digest", `alerts` with the fields of each, `text` and `content`.
 * Header `Idempotency-Key`: desk and alert id, the same at every repeat; desks that share a URL do not share keys.
 */
export function createWebhookNotifier(url: URL, deskId: DeskId): Notifier {
  const post = (key: string, body: object, options: CallOptions): Promise<void> =>
    callOutgoing(
      url,
      {
        method: "POST",
        headers: { "Content-Type": "application/json", "Idempotency-Key": `${deskId}:${key}` },
        body: JSON.stringify({ desk: deskId, ...body }),
      },
      options,
    );
  return {
    channel: "webhook",
    send: (alert, options) => post(alert.alertId, { ...alert, content: alertLine(alert) }, options),
    sendDigest: (alerts, options) => {
      const text = digestText(alerts);
      const key = `digest:${hashOf(alerts.map(({ alertId }) => alertId))}`;
      return post(key, { kind: "digest", alerts, text, content: text }, options);
    },
  };
}
