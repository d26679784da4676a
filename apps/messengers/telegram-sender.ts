// Floor 6. A reply → the chat, tried again where the way there fails; it never rejects.
import type { WallClock } from "./deadline.ts";
import { messageOf, type Reply } from "./reply.ts";
import type { TelegramApi } from "./telegram-api.ts";
import { TelegramError } from "./telegram-error.ts";

/** Between the attempts. */
const WAITS_MS = [1_000, 5_000, 30_000];

export interface SenderParts {
  readonly api: TelegramApi;
  readonly clock: WallClock;
  readonly isSimulated: boolean;
  readonly note: (text: string) => void;
  readonly signal: AbortSignal;
}

export interface TelegramSender {
  /** False where it was given up. */
  send(chatId: number, reply: Reply): Promise<boolean>;
  /** In place of a message of ours and its buttons; as a new one where that cannot be changed any more. */
  replace(chatId: number, messageId: number, reply: Reply): Promise<boolean>;
  /** Ends the waiting sign on a pressed button; the desk's answer does not hang on it. */
  seen(pressId: string): Promise<void>;
  /** True where nothing is sent any more. */
  hasEnded(): boolean;
}

export function createTelegramSender({ api, clock, isSimulated, note, signal }: SenderParts): TelegramSender {
  const options = { signal };
  const attempt = async (work: () => Promise<void>): Promise<TelegramError | null> => {
    for (let tries = 0; ; tries++) {
      try {
        await work();
        return null;
      } catch (error) {
        if (signal.aborted || !(error instanceof TelegramError)) return errorOf(error);
        const waitMs = WAITS_MS[tries];
        if (!error.mayPass || waitMs === undefined) return error;
        await clock.sleep(waitMs, options).catch(() => {});
      }
    }
  };
  const send = async (chatId: number, reply: Reply): Promise<boolean> => {
    const problem = await attempt(() => api.sendMessage(chatId, messageOf(reply, isSimulated), options));
    if (problem !== null && !signal.aborted) note(`telegram: a chat was not answered: ${problem.message}`);
    return problem === null;
  };
  return {
    send,
    replace: async (chatId, messageId, reply) => {
      const message = messageOf(reply, isSimulated);
      const problem = await attempt(() => api.editMessage(chatId, messageId, message, options));
      return problem === null || send(chatId, reply);
    },
    seen: async (pressId) => {
      // A press that is older than some minutes cannot be ended any more.
      await api.answerPress(pressId, options).catch(() => {});
    },
    hasEnded: () => signal.aborted,
  };
}

const errorOf = (error: unknown): TelegramError =>
  error instanceof TelegramError
    ? error
    : new TelegramError({ method: "sendMessage", status: null, what: "the desk has ended" });
