// Alerts on their way to the paired chats.
import { describe, expect, it } from "vitest";
import { addPairedChat } from "#apps/messengers/paired-chats.ts";
import { createTelegramApi } from "#apps/messengers/telegram-api.ts";
import { createTelegramNotifier } from "#apps/messengers/telegram-notifier.ts";
import { telegramSettings } from "#apps/messengers/telegram-settings.ts";
import { ProviderError } from "#schemas/errors.ts";
import { notifierContract, someAlert } from "#test/contract/notifier.ts";
import { emptyFolder } from "#test/support/cli.ts";
import { patience } from "#test/support/desk.ts";
import { startBotApi, TOKEN } from "./bot-api.ts";
import { createHandClock } from "./hand-clock.ts";

const [ANNA, CREW] = [77, -100_555];

async function notifierUnderTest(chats: readonly number[]) {
  const folder = await emptyFolder();
  const home = folder.dir;
  const server = await startBotApi();
  const clock = createHandClock();
  const settings = telegramSettings({ DEEPTRADER_TELEGRAM_TOKEN: TOKEN, DEEPTRADER_TELEGRAM_URL: server.url });
  if (settings === null) throw new Error("no settings");
  const pair = (id: number) =>
    addPairedChat(home, { id, isPrivate: id > 0, name: "x", by: "x", pairedAtMs: clock.now() });
  for (const id of chats) await pair(id);
  const notes: string[] = [];
  const api = Promise.resolve(createTelegramApi(settings, clock));
  return {
    notifier: createTelegramNotifier({ home, api, note: (text) => notes.push(text) }),
    server,
    clock,
    notes,
    pair,
    arrived: () => server.sent.map(({ text }) => text),
    breakWay: server.close,
    [Symbol.asyncDispose]: async () => {
      await server.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

notifierContract("telegram", "telegram", () => notifierUnderTest([ANNA]));

describe("an alert to Telegram", () => {
  const again = (under: {
    notifier: { send: (a: ReturnType<typeof someAlert>, o: typeof patience) => Promise<void> };
  }) => under.notifier.send(someAlert(), patience);

  it("reaches every paired chat, and is repeated only in those that have not got it", async () => {
    await using under = await notifierUnderTest([ANNA, CREW]);
    under.server.fail("sendMessage", { status: 500 });
    await expect(again(under)).rejects.toBeInstanceOf(ProviderError);
    expect(under.server.sent.map(({ chatId }) => chatId)).toEqual([CREW]);
    await again(under);
    expect(under.server.sent.map(({ chatId }) => chatId)).toEqual([CREW, ANNA]);
  });

  it("is not taken while no chat is paired, and reaches the first that is", async () => {
    await using under = await notifierUnderTest([]);
    await expect(again(under)).rejects.toThrow(/No chat is paired/);
    await under.pair(ANNA);
    await again(under);
    expect(under.server.textsTo(ANNA)).toHaveLength(1);
  });

  it("counts as taken although one chat has blocked the bot, which is said once; not if all have", async () => {
    await using under = await notifierUnderTest([ANNA, CREW]);
    under.server.fail("sendMessage", { status: 403 });
    await again(under);
    expect(under.server.sent.map(({ chatId }) => chatId)).toEqual([CREW]);
    expect(under.notes).toEqual([expect.stringMatching(/chat 77 gets no alerts.*pair remove ID/)]);
    under.server.fail("sendMessage", { status: 403 }, { status: 403 });
    await expect(again(under)).rejects.toThrow(/403, Forbidden/);
    expect(under.notes).toHaveLength(2);
  });

  it("waits while Telegram wants to be left alone, without a call", async () => {
    await using under = await notifierUnderTest([ANNA]);
    under.server.fail("sendMessage", { status: 429, retryAfter: 90 });
    await expect(again(under)).rejects.toThrow(/429/);
    under.clock.advance(89_000);
    await expect(again(under)).rejects.toThrow(/left alone for 1 s more/);
    expect(under.server.calls).toHaveLength(1);
    under.clock.advance(1_000);
    await again(under);
    expect(under.server.textsTo(ANNA)).toHaveLength(1);
  });

  it("of the quiet hours that is too long is cut to what Telegram takes", async () => {
    await using under = await notifierUnderTest([ANNA]);
    const many = Array.from({ length: 100 }, (_, i) => someAlert({ alertId: `a:${i}` }));
    await under.notifier.sendDigest?.(many, patience);
    const [text = ""] = under.arrived();
    expect(text.length).toBeLessThanOrEqual(4_096);
    expect(text).toMatch(/^100 alerts of the quiet hours:\n.*\n… \d+ more lines$/s);
  });
});
