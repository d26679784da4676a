// Floor 6. The Bot API through grammY's client: every call has an end, "too many requests" is honoured for all of them in one
// place, and what goes wrong is said without the token.
import { Api, GrammyError } from "grammy";
import { z } from "zod";
import type { CallOptions } from "#schemas/ports/work.ts";
import { Rest } from "../notify/rest.ts";
import { Late, type WallClock, within } from "./deadline.ts";
import { TelegramError } from "./telegram-error.ts";
import type { TelegramSettings } from "./telegram-settings.ts";

const CALL_MS = 10_000;
/** How long the server holds a poll without news, and what it may take beyond that. */
const POLL_HELD_MS = 50_000;
const POLL_MARGIN_MS = 15_000;
/** Calls that are made again after a rest; a longer rest is an error. */
const MOST_RESTS = 3;
const LONGEST_WAIT_MS = 60_000;

export interface Button {
  readonly label: string;
  /** At most 64 bytes. */
  readonly data: string;
}

export interface Outgoing {
  /** At most 4,096 UTF-16 units. */
  readonly text: string;
  /** A row each. */
  readonly buttons: readonly (readonly Button[])[];
}

export interface TelegramApi {
  /** The bot's name. */
  getMe(options: CallOptions): Promise<string>;
  /** Else a webhook that was set once keeps polls from being answered. */
  deleteWebhook(options: CallOptions): Promise<void>;
  /** What has come, or none after a while. @param offset confirms everything before it; null: nothing */
  getUpdates(offset: number | null, options: CallOptions): Promise<readonly unknown[]>;
  sendMessage(chatId: number, message: Outgoing, options: CallOptions): Promise<void>;
  editMessage(chatId: number, messageId: number, message: Outgoing, options: CallOptions): Promise<void>;
  /** Ends the waiting sign on a pressed button. */
  answerPress(pressId: string, options: CallOptions): Promise<void>;
  /** How long it wants to be left alone; 0: it may be asked. */
  restMs(): number;
}

const Me = z.object({ username: z.string() });

/** @throws TelegramError of every call */
export function createTelegramApi({ token, apiRoot }: TelegramSettings, clock: WallClock): TelegramApi {
  const { raw } = new Api(token, { apiRoot });
  const rest = new Rest(() => clock.now());
  const hidden = (text: string): string => text.replaceAll(token, "***");
  const errorOf = (method: string, error: unknown): TelegramError => {
    if (error instanceof Late) return new TelegramError({ method, status: null, what: error.message });
    if (!(error instanceof GrammyError)) {
      return new TelegramError({ method, status: null, what: "it could not be reached, or gave no answer of its own" });
    }
    const { error_code: status, description, parameters } = error;
    const what = hidden(`${status}, ${description}`);
    const restMs = status === 429 ? (parameters.retry_after ?? 1) * 1000 : null;
    return new TelegramError({ method, status, what, restMs });
  };
  const once = async <T>(method: string, ms: number, { signal }: CallOptions, work: Work<T>): Promise<T> => {
    try {
      // The library names the signal type of an older module; the signal of this Node is one.
      return await within({ clock, ms, signal }, (limited) => work(limited as unknown as LibrarySignal));
    } catch (error) {
      signal.throwIfAborted();
      throw errorOf(method, error);
    }
  };
  const call = async <T>(method: string, options: CallOptions, work: Work<T>, ms = CALL_MS): Promise<T> => {
    for (let rests = 0; ; rests++) {
      while (rest.leftMs() > 0) await clock.sleep(rest.leftMs(), options);
      try {
        return await once(method, ms, options, work);
      } catch (error) {
        if (!(error instanceof TelegramError) || error.restMs === null) throw error;
        rest.take(error.restMs);
        if (rests >= MOST_RESTS || error.restMs > LONGEST_WAIT_MS) throw error;
      }
    }
  };
  return {
    getMe: async (options) => Me.parse(await call("getMe", options, (signal) => raw.getMe(signal))).username,
    deleteWebhook: async (options) => {
      await call("deleteWebhook", options, (signal) => raw.deleteWebhook({ drop_pending_updates: false }, signal));
    },
    getUpdates: (offset, options) =>
      call(
        "getUpdates",
        options,
        (signal) =>
          raw.getUpdates(
            {
              ...(offset === null ? {} : { offset }),
              timeout: POLL_HELD_MS / 1000,
              allowed_updates: ["message", "callback_query"],
            },
            signal,
          ),
        POLL_HELD_MS + POLL_MARGIN_MS,
      ),
    sendMessage: async (chat_id, message, options) => {
      await call("sendMessage", options, (signal) => raw.sendMessage({ chat_id, ...payloadOf(message) }, signal));
    },
    editMessage: async (chat_id, message_id, message, options) => {
      const payload = { chat_id, message_id, ...payloadOf(message) };
      await call("editMessageText", options, (signal) => raw.editMessageText(payload, signal));
    },
    answerPress: async (callback_query_id, options) => {
      await call("answerCallbackQuery", options, (signal) => raw.answerCallbackQuery({ callback_query_id }, signal));
    },
    restMs: () => rest.leftMs(),
  };
}

type LibrarySignal = NonNullable<Parameters<Api["raw"]["getMe"]>[0]>;
type Work<T> = (signal: LibrarySignal) => Promise<T>;

/**
 * One block of fixed width over the whole text: columns stand under each other, and no name in it becomes a link, a mention, a
 * command or markup.
 */
const payloadOf = ({ text, buttons }: Outgoing) => ({
  text,
  entities: [{ type: "pre" as const, offset: 0, length: text.length }],
  link_preview_options: { is_disabled: true },
  reply_markup: {
    inline_keyboard: buttons.map((row) => row.map(({ label, data }) => ({ text: label, callback_data: data }))),
  },
});
