// Floor 6. The body of a Slack webhook, and how it says "too many": https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
import { shorten } from "../text/shorten.ts";
import type { ChatService } from "./chat-webhook.ts";

/** Slack cuts longer ones by itself. */
const MOST_LETTERS = 4_000;
const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

export const SLACK: ChatService = {
  channel: "slack",
  bodyOf: (text) => ({
    text: shorten(text, MOST_LETTERS).replaceAll(/[&<>]/g, (letter) => ESCAPES[letter] ?? letter),
    // Plain: stars and underlines of a name stay what they are, and addresses show no preview.
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
  }),
  restMs: async ({ headers }) => Number.parseFloat(headers.get("retry-after") ?? "") * 1000,
};
