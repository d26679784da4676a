// A simulated desk, the messengers as the product opens them, the Bot API on loopback, and a clock that is moved by hand.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import PQueue from "p-queue";
import { expect } from "vitest";
import { createDoor, type Door } from "#apps/door.ts";
import { createFeed } from "#apps/feed.ts";
import { openMessengers } from "#apps/messengers/open-messengers.ts";
import { addPairedChat } from "#apps/messengers/paired-chats.ts";
import { NotificationPolicy } from "#schemas/config.ts";
import { simulatedDesk } from "#test/apps/simulated-desk.ts";
import { openOf } from "#test/http/served-desk.ts";
import { emptyFolder } from "#test/support/cli.ts";
import { type BotApi, startBotApi } from "./bot-api.ts";
import { createHandClock } from "./hand-clock.ts";

export const ANNA = 77;

export interface Over {
  readonly policy?: Partial<NotificationPolicy>;
  /** Chats that are paired from the beginning; left out: Anna's. */
  readonly paired?: readonly number[];
  readonly env?: Readonly<Record<string, string>>;
  readonly wrapDoor?: (door: Door) => Door;
  /** Before the messengers are opened. */
  readonly before?: (parts: { readonly api: BotApi; readonly home: string }) => Promise<void> | void;
}

export async function telegramUnderTest(over: Over = {}) {
  const folder = await emptyFolder();
  const home = folder.dir;
  const api = await startBotApi();
  const simulated = await simulatedDesk({ assets: 4 });
  await simulated.runSlot(0);
  const desk = { ...simulated.desk, config: { ...simulated.desk.config, home } };
  const feed = await createFeed(desk, simulated.store.journal(desk.deskId, desk.runId));
  const plain = createDoor(openOf({ ...simulated, desk }), new PQueue({ concurrency: 1 }), feed);
  const door = over.wrapDoor?.(plain) ?? plain;
  const clock = createHandClock();
  const notes: string[] = [];
  for (const id of over.paired ?? [ANNA]) {
    await addPairedChat(home, { id, isPrivate: id > 0, name: "Anna", by: "test", pairedAtMs: clock.now() });
  }
  await over.before?.({ api, home });
  const open = () =>
    openMessengers(door, {
      env: { DEEPTRADER_TELEGRAM_TOKEN: api.token, DEEPTRADER_TELEGRAM_URL: api.url, ...over.env },
      config: { home, notifications: NotificationPolicy.parse(over.policy ?? {}) },
      io: { note: (text) => notes.push(text) },
      clock,
    });
  let messengers = open();
  /** So many messages to that chat, counted from the beginning. */
  const answers = async (count: number, chatId = ANNA): Promise<readonly string[]> => {
    await api.until(() => api.textsTo(chatId).length >= count);
    return api.textsTo(chatId);
  };
  return {
    ...simulated,
    home,
    api,
    door,
    desk,
    clock,
    notes,
    answers,
    notifier: () => messengers.notifiers[0],
    /** Closes, and opens again on the same home: as after a restart. */
    restart: async () => {
      await messengers.close();
      messengers = open();
    },
    /** A line of Anna's, and what she is answered. */
    say: async (text: string): Promise<string> => {
      const before = api.textsTo(ANNA).length;
      api.write(ANNA, text);
      return (await answers(before + 1))[before] ?? "";
    },
    /** Once nothing is under way. */
    idle: () =>
      expect.poll(() => readFile(join(home, "telegram.json"), "utf8").catch(() => "")).toMatch(/"unfinished":\[\]/),
    rows: async () => (await simulated.events()).filter((event) => event.type === "control"),
    [Symbol.asyncDispose]: async () => {
      await messengers.close();
      await api.close();
      await feed.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

export type TelegramUnderTest = Awaited<ReturnType<typeof telegramUnderTest>>;
