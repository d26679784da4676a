// Floor 6. An alert → a message of a chat service's webhook. What the services do not share stands in discord.ts and slack.ts.
import type { Alert } from "#schemas/alert.ts";
import type { Notifier } from "#schemas/ports/people.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { digestText } from "./digest.ts";
import { callOutgoing } from "./outgoing.ts";
import { Rest } from "./rest.ts";
import { alertLine } from "./terminal.ts";

export interface ChatService {
  readonly channel: string;
  /** The body as the service wants it: no part of the text may become a link, a mention or a layout there. */
  bodyOf(text: string): object;
  /** Of an answer 429: how long it wants to be left alone, ms; NaN where it does not say. */
  restMs(answer: Response): Promise<number>;
}

/** Where a service does not say how long. */
const UNSAID_REST_MS = 30_000;

/** @param now epoch ms of this machine */
export function createChatWebhook(url: URL, service: ChatService, now: () => number): Notifier {
  const rest = new Rest(now);
  const post = async (text: string, options: CallOptions): Promise<void> => {
    options.signal.throwIfAborted();
    rest.throwIfResting(url.host);
    const headers = { "Content-Type": "application/json" };
    const request = { method: "POST", headers, body: JSON.stringify(service.bodyOf(text)) } as const;
    await callOutgoing(url, request, options, async (answer) => {
      if (answer.status !== 429) return;
      const ms = await service.restMs(answer);
      rest.take(Number.isFinite(ms) ? ms : UNSAID_REST_MS);
    });
  };
  return {
    channel: service.channel,
    send: (alert: Alert, options) => post(alertLine(alert), options),
    sendDigest: (alerts, options) => post(digestText(alerts), options),
  };
}
