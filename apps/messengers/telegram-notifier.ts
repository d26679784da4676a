// Floor 6. Alerts → every paired chat. An alert counts as taken once each chat has it that can be reached, and one at least.
import type { Alert } from "#schemas/alert.ts";
import { ProviderError } from "#schemas/errors.ts";
import type { Notifier } from "#schemas/ports/people.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { digestText } from "../notify/digest.ts";
import { alertLine } from "../notify/terminal.ts";
import { pairedChats } from "./paired-chats.ts";
import { messageOf } from "./reply.ts";
import type { TelegramApi } from "./telegram-api.ts";
import { TelegramError } from "./telegram-error.ts";

/** Messages of which it is remembered who has them. */
const REMEMBERED = 200;

export interface TelegramNotifierParts {
  readonly home: string;
  /** Rejects where the bot cannot be used. */
  readonly api: Promise<TelegramApi>;
  /** For the operator, of a chat that cannot be reached for good. */
  readonly note: (text: string) => void;
}

export function createTelegramNotifier({ home, api, note }: TelegramNotifierParts): Notifier {
  /** By message: a failure in one chat repeats it in no other. */
  const takenBy = new Map<string, Set<number>>();
  const lost = new Set<number>();
  const post = async (key: string, text: string, options: CallOptions): Promise<void> => {
    options.signal.throwIfAborted();
    const chats = await pairedChats(home);
    if (chats.length === 0) {
      throw new ProviderError({ was: "No chat is paired.", remedy: "Pair one with `deeptrader pair`." });
    }
    const telegram = await api;
    const restMs = telegram.restMs();
    if (restMs > 0) {
      const was = `Telegram wants to be left alone for ${Math.ceil(restMs / 1000)} s more.`;
      throw new ProviderError({ was, remedy: "It is sent again after that." });
    }
    const has = takenBy.get(key) ?? new Set();
    takenBy.set(key, has);
    const [oldest] = takenBy.keys();
    if (takenBy.size > REMEMBERED && oldest !== undefined) takenBy.delete(oldest);
    let failure: unknown = null;
    let refusal: unknown = null;
    for (const { id } of chats.filter((chat) => !has.has(chat.id))) {
      try {
        await telegram.sendMessage(id, messageOf({ text }, false), options);
        has.add(id);
        lost.delete(id);
      } catch (error) {
        options.signal.throwIfAborted();
        if (!(error instanceof TelegramError) || (error.status !== 403 && error.status !== 400)) {
          failure ??= error;
          continue;
        }
        refusal = error;
        if (!lost.has(id)) note(`telegram: chat ${id} gets no alerts: ${error.message}`);
        lost.add(id);
      }
    }
    if (failure !== null) throw failure;
    if (has.size === 0) throw refusal;
    takenBy.delete(key);
  };
  return {
    channel: "telegram",
    send: (alert, options) => post(alert.alertId, alertLine(alert), options),
    sendDigest: (alerts: readonly Alert[], options) =>
      post(alerts.map(({ alertId }) => alertId).join("\n"), digestText(alerts), options),
  };
}
