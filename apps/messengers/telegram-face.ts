// Floor 6. Telegram of a running desk, put together: what was left unfinished is told, then messages are taken until it closes.
import type { CallOptions } from "#schemas/ports/work.ts";
import type { ChatDesk } from "./chat-commands.ts";
import { Late, type WallClock, within } from "./deadline.ts";
import { openTakenUpdates } from "./taken-updates.ts";
import type { TelegramApi } from "./telegram-api.ts";
import { TelegramDesk } from "./telegram-desk.ts";
import { pollTelegram } from "./telegram-poll.ts";
import { createTelegramSender } from "./telegram-sender.ts";
import type { ReadUpdate } from "./telegram-updates.ts";

export interface TelegramFaceParts extends ChatDesk {
  readonly api: TelegramApi;
  readonly home: string;
  readonly botId: string;
  readonly clock: WallClock;
  readonly note: (text: string) => void;
}

export interface TelegramFace {
  /** Takes nothing more; what is under way has so long to end. */
  close(withinMs: number): Promise<void>;
}

/** @throws DataFormatError where it is not known what was done before */
export async function openTelegramFace(parts: TelegramFaceParts): Promise<TelegramFace> {
  const { api, door, home, botId, clock, note } = parts;
  const polling = new AbortController();
  const sending = new AbortController();
  const taken = await openTakenUpdates(home, botId);
  const isSimulated = door.about.simulated;
  const sender = createTelegramSender({ api, clock, isSimulated, note, signal: sending.signal });
  const desk = new TelegramDesk({ ...parts, taken, sender });
  const told = desk.tellLeft().catch((error: unknown) => note(`telegram: ${(error as Error).message}`));
  const prepare = async (options: CallOptions): Promise<void> => {
    await api.deleteWebhook(options);
    desk.knownAs(await api.getMe(options));
  };
  const take = (update: ReadUpdate): Promise<void> => desk.take(update);
  const polled = pollTelegram({ api, clock, note, prepare, take }, { signal: polling.signal });
  return {
    close: async (withinMs) => {
      polling.abort();
      await polled;
      const rest = Promise.all([told, desk.settled()]);
      await within({ clock, ms: withinMs, signal: sending.signal }, () => rest).catch((error: unknown) => {
        if (!(error instanceof Late)) throw error;
      });
      // What goes on longer is told at the next start as not known.
      sending.abort();
    },
  };
}
