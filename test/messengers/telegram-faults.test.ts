// What goes wrong between the desk and Telegram: nothing is lost, nothing is done twice, and the token is in nothing that is said.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openTakenUpdates } from "#apps/messengers/taken-updates.ts";
import { createTelegramApi } from "#apps/messengers/telegram-api.ts";
import { TelegramError } from "#apps/messengers/telegram-error.ts";
import { telegramSettings } from "#apps/messengers/telegram-settings.ts";
import { ConfigError } from "#schemas/errors.ts";
import { emptyFolder } from "#test/support/cli.ts";
import { patience } from "#test/support/desk.ts";
import { type Fault, startBotApi, TOKEN } from "./bot-api.ts";
import { createHandClock } from "./hand-clock.ts";
import { ANNA, telegramUnderTest } from "./telegram-under-test.ts";

const SECRET = /S3CRET/;
const lineOf = (id: number, text: string) => ({
  message: {
    message_id: id,
    date: 0,
    chat: { id: ANNA, type: "private" },
    from: { id: ANNA, first_name: "Anna" },
    text,
  },
});
const paused = (under: { rows: () => Promise<readonly unknown[]> }) => under.rows().then((rows) => rows.length);

describe("an update", () => {
  it("that comes twice is done once", async () => {
    await using under = await telegramUnderTest();
    const { api } = under;
    const id = api.write(ANNA, "/pause");
    await under.answers(1);
    api.put(lineOf(id, "/pause"), id);
    expect(await under.say("/quiet")).toContain("no alerts");
    expect(await paused(under)).toBe(1);
    expect(api.textsTo(ANNA)).toHaveLength(2);
  });

  it("that comes once more after a restart is not done once more", async () => {
    await using under = await telegramUnderTest();
    const id = under.api.write(ANNA, "/pause");
    await under.answers(1);
    await under.restart();
    under.api.put(lineOf(id, "/pause"), id);
    await under.say("/quiet");
    expect(await paused(under)).toBe(1);
  });

  it("over which the desk was killed is not done again: that it is not known is said, once", async () => {
    const taken = { updateId: 500, chatId: ANNA, words: "/resume", acts: true, atMs: Date.UTC(2026, 0, 5, 11, 59) };
    const asked = { ...taken, updateId: 501, words: "what do I hold?", acts: false };
    const lost = { ...taken, updateId: 502, chatId: 999 };
    await using under = await telegramUnderTest({
      before: async ({ api, home }) => {
        const file = { botId: "4711000", taken: [500, 501, 502], unfinished: [taken, asked, lost] };
        await writeFile(join(home, "telegram.json"), JSON.stringify(file));
        api.put(lineOf(500, "/pause"), 500);
      },
    });
    const [first, second] = await under.answers(2);
    expect(first).toMatch(/“\/resume” of 2026-01-05 11:59 UTC. It is not known whether that was done.*not done again/);
    expect(second).toMatch(/“what do I hold\?”.*write it again/);
    expect(await under.say("/quiet")).not.toContain("not known");
    expect(await paused(under)).toBe(0);
    expect(under.api.textsTo(999)).toEqual([]);
    await under.restart();
    await under.say("/quiet");
    expect(under.api.textsTo(ANNA).filter((text) => text.includes("not known"))).toHaveLength(1);
  });

  it("is on disk before it is done, and is not done where it cannot be", async () => {
    const home = await emptyFolder();
    await using _ = home;
    const taken = await openTakenUpdates(join(home.dir, "nowhere"), "1");
    const atMs = createHandClock().now();
    await expect(taken.take({ updateId: 1, chatId: 1, words: "/halt", acts: true, atMs })).rejects.toThrow(/ENOENT/);
    expect(taken.has(1)).toBe(false);

    const seen: string[] = [];
    await using under = await telegramUnderTest({
      wrapDoor: (door) => ({
        ...door,
        run: async (command, input, options) => {
          seen.push(await readFile(join(under.home, "telegram.json"), "utf8"));
          return door.run(command, input, options);
        },
      }),
    });
    await under.say("/pause");
    expect(JSON.parse(seen[0] ?? "{}")).toMatchObject({ unfinished: [{ words: "/pause", acts: true }] });
    await expect.poll(() => readFile(join(under.home, "telegram.json"), "utf8")).toMatch(/"unfinished":\[\]/);
  });

  it("of another bot is not taken for one of this bot's, and an unreadable memory is refused", async () => {
    const home = await emptyFolder();
    await using _ = home;
    const path = join(home.dir, "telegram.json");
    await writeFile(path, JSON.stringify({ botId: "1", taken: [7], unfinished: [] }));
    expect((await openTakenUpdates(home.dir, "1")).has(7)).toBe(true);
    expect((await openTakenUpdates(home.dir, "2")).has(7)).toBe(false);
    await writeFile(path, "{");
    await expect(openTakenUpdates(home.dir, "1")).rejects.toThrow(/not known which messages were acted on/);
  });

  it("of a kind that the desk does not know is confirmed, and the next is taken", async () => {
    await using under = await telegramUnderTest();
    under.api.put({ message: { message_id: 1, date: 0, chat: { id: ANNA, type: "private" }, photo: [] } });
    under.api.put({ poll: { id: "x" } });
    under.api.put({ message: "nonsense" });
    const id = under.api.write(ANNA, "/quiet");
    expect((await under.answers(1))[0]).toContain("no alerts");
    await under.api.until(() => under.api.calls.some(({ payload }) => payload["offset"] === id + 1));
  });
});

describe("polls", () => {
  const faults: readonly (readonly [string, Fault, number, RegExp])[] = [
    ["another program polls", { status: 409 }, 60_000, /409, Conflict.*Stop the other program/],
    ["the token is refused", { status: 401 }, 60_000, /401, Unauthorized.*DEEPTRADER_TELEGRAM_TOKEN/],
    ["the server fails", { status: 500 }, 1_000, /500, Internal Server Error/],
    ["a gateway repeats the address", { status: 502 }, 1_000, /502, Bad Gateway for bot\*\*\*/],
    ["the connection is cut", "cut", 1_000, /could not be reached/],
    ["a proxy answers", "garbage", 1_000, /could not be reached, or gave no answer of its own/],
  ];
  it.each(faults)("go on where %s: it is said once, and that they come again", async (_, fault, waitMs, note) => {
    await using under = await telegramUnderTest({
      before: ({ api }) => api.fail("getUpdates", fault, fault),
    });
    const { clock, notes, api } = under;
    await clock.sleeps(waitMs);
    clock.advance(waitMs);
    const second = waitMs === 1_000 ? 2_000 : waitMs;
    await clock.sleeps(second);
    expect(notes).toEqual([expect.stringMatching(note)]);
    clock.advance(second);
    expect(await under.say("/quiet")).toContain("no alerts");
    expect(notes).toEqual([expect.stringMatching(note), "telegram: messages come again"]);
    expect(notes.join()).not.toMatch(SECRET);
    expect(api.calls.filter(({ method }) => method === "getUpdates").length).toBeGreaterThanOrEqual(3);
  });

  it("that hang are given up, and asked again", async () => {
    await using under = await telegramUnderTest({ before: ({ api }) => api.fail("getUpdates", "hang") });
    const { clock, api } = under;
    await api.until(() => api.calls.some(({ method }) => method === "getUpdates"));
    await clock.sleeps(65_000);
    clock.advance(65_000);
    await clock.sleeps(1_000);
    clock.advance(1_000);
    expect(await under.say("/quiet")).toContain("no alerts");
    expect(under.notes[0]).toMatch(/no answer within 65000 ms/);
  });

  it("begin although the server is down when the desk starts, once it is there", async () => {
    await using under = await telegramUnderTest({ before: ({ api }) => api.fail("deleteWebhook", "cut", "cut") });
    for (const waitMs of [1_000, 2_000]) {
      await under.clock.sleeps(waitMs);
      under.clock.advance(waitMs);
    }
    expect(await under.say("/quiet")).toContain("no alerts");
    expect(under.notes[0]).toMatch(/deleteWebhook: it could not be reached/);
  });
});

describe("an answer", () => {
  it("is sent again where the server fails, and the command is not done again", async () => {
    await using under = await telegramUnderTest({
      before: ({ api }) => api.fail("sendMessage", { status: 500 }, "cut"),
    });
    under.api.write(ANNA, "/pause");
    for (const waitMs of [1_000, 5_000]) {
      await under.clock.sleeps(waitMs);
      under.clock.advance(waitMs);
    }
    expect((await under.answers(1))[0]).toMatch(/paused/);
    expect(await paused(under)).toBe(1);
  });

  it("waits as long as the server asks for, and so does every other call", async () => {
    await using under = await telegramUnderTest({
      before: ({ api }) => api.fail("sendMessage", { status: 429, retryAfter: 7 }),
    });
    const { api, clock } = under;
    api.write(ANNA, "/pause");
    await clock.sleeps(7_000);
    const before = api.calls.length;
    clock.advance(6_999);
    await new Promise((resolve) => setImmediate(resolve));
    expect(api.calls.length).toBe(before);
    clock.advance(1);
    expect((await under.answers(1))[0]).toMatch(/paused/);
    expect(await paused(under)).toBe(1);
  });

  it("that no server takes is given up and noted, and what was done stays done", async () => {
    await using under = await telegramUnderTest({ before: ({ api }) => api.fail("sendMessage", { status: 403 }) });
    under.api.write(ANNA, "/pause");
    await expect.poll(() => under.notes).toEqual([expect.stringMatching(/not answered: Telegram's sendMessage: 403/)]);
    expect(await paused(under)).toBe(1);
  });
});

describe("the token", () => {
  const faults: readonly Fault[] = [
    { status: 400 },
    { status: 401 },
    { status: 403 },
    { status: 409 },
    { status: 502 },
    { status: 429, retryAfter: 3_000 },
    "cut",
    "garbage",
  ];
  it.each(faults)("stands in no error of any call that meets %j", async (fault) => {
    await using server = await startBotApi();
    const settings = { token: TOKEN, botId: "4711000", apiRoot: server.url };
    const calls = [
      ["getMe", (api) => api.getMe(patience)],
      ["deleteWebhook", (api) => api.deleteWebhook(patience)],
      ["getUpdates", (api) => api.getUpdates(null, patience)],
      ["sendMessage", (api) => api.sendMessage(1, { text: "x", buttons: [] }, patience)],
      ["editMessageText", (api) => api.editMessage(1, 1, { text: "x", buttons: [] }, patience)],
      ["answerCallbackQuery", (api) => api.answerPress("1", patience)],
    ] as const satisfies readonly (readonly [
      string,
      (api: ReturnType<typeof createTelegramApi>) => Promise<unknown>,
    ])[];
    for (const [method, call] of calls) {
      server.fail(method, fault);
      // A client of its own: one that was told to wait waits.
      const error: unknown = await call(createTelegramApi(settings, createHandClock())).catch(
        (reason: unknown) => reason,
      );
      expect(error, method).toBeInstanceOf(TelegramError);
      const whole = error as TelegramError;
      expect(`${whole.message} ${whole.stack} ${JSON.stringify(whole, Object.getOwnPropertyNames(whole))}`).not.toMatch(
        SECRET,
      );
      expect(whole.cause).toBeUndefined();
    }
  });

  it.each(["S3CRET", "12:S3CRET", "https://api.telegram.org/botS3CRET"])("%s is refused and not repeated", (text) => {
    const read = () => telegramSettings({ DEEPTRADER_TELEGRAM_TOKEN: text });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(/DEEPTRADER_TELEGRAM_TOKEN is not the token/);
    expect(read).not.toThrow(SECRET);
  });

  it("goes to Telegram, or to a server that is named; unset, nothing is opened", () => {
    const env = { DEEPTRADER_TELEGRAM_TOKEN: ` ${TOKEN} ` };
    expect(telegramSettings({})).toBeNull();
    expect(telegramSettings({ DEEPTRADER_TELEGRAM_TOKEN: " " })).toBeNull();
    expect(telegramSettings(env)).toEqual({ token: TOKEN, botId: "4711000", apiRoot: "https://api.telegram.org" });
    const own = { ...env, DEEPTRADER_TELEGRAM_URL: "http://127.0.0.1:8081/" };
    expect(telegramSettings(own)?.apiRoot).toBe("http://127.0.0.1:8081");
    expect(() => telegramSettings({ ...env, DEEPTRADER_TELEGRAM_URL: "http://elsewhere.example" })).toThrow(
      ConfigError,
    );
  });
});
