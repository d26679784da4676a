// Floor 6. A running desk → the messengers that its settings name: Telegram today. Nothing is loaded where no token is set, and a
// server that is down keeps no desk from starting.
import { systemClock } from "#scheduler/clock.ts";
import type { DeskConfig } from "#schemas/config.ts";
import type { Notifier } from "#schemas/ports/people.ts";
import type { Door } from "../door.ts";
import type { Io } from "../io.ts";
import type { WallClock } from "./deadline.ts";
import { createTelegramNotifier } from "./telegram-notifier.ts";
import { telegramSettings } from "./telegram-settings.ts";

/** How long a desk that ends waits for answers that are under way. */
const LAST_WORDS_MS = 5_000;

export interface Messengers {
  /** Channels for alerts. */
  readonly notifiers: readonly Notifier[];
  /** Takes nothing more; what is under way is finished, within a bounded time. */
  close(): Promise<void>;
}

export interface MessengersParts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly config: Pick<DeskConfig, "home" | "notifications">;
  readonly io: Pick<Io, "note">;
  /** Left out: the machine's own. */
  readonly clock?: WallClock;
}

/**
 * Returns at once; what goes wrong on the way is noted. @throws ConfigError for a token or a URL that is none
 */
export function openMessengers(door: Door, { env, config, io, clock = systemClock() }: MessengersParts): Messengers {
  const settings = telegramSettings(env);
  if (settings === null) return { notifiers: [], close: async () => {} };
  const { note } = io;
  const { home, notifications: policy } = config;
  // With it grammY is loaded.
  const api = import("./telegram-api.ts").then(({ createTelegramApi }) => createTelegramApi(settings, clock));
  const face = import("./telegram-face.ts").then(async ({ openTelegramFace }) =>
    openTelegramFace({ api: await api, door, policy, home, botId: settings.botId, clock, note }),
  );
  face.catch((error: unknown) => note(`telegram: no messages are taken: ${(error as Error).message}`));
  return {
    notifiers: [createTelegramNotifier({ home, api, note })],
    close: async () => {
      const opened = await face.catch(() => null);
      await opened?.close(LAST_WORDS_MS);
    },
  };
}
