// Who may command the desk: whoever has a code, once, and nobody else hears a word.
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { pair, renderPair } from "#apps/commands/pair.ts";
import { PLAIN_STYLE } from "#apps/io.ts";
import { makePairCode, spendPairCode } from "#apps/messengers/pair-code.ts";
import { addPairedChat, pairedChats, removePairedChat } from "#apps/messengers/paired-chats.ts";
import { DataFormatError, UnknownNameError, UsageError } from "#schemas/errors.ts";
import { unixMs } from "#schemas/units.ts";
import { emptyFolder } from "#test/support/cli.ts";
import { ANNA, type TelegramUnderTest, telegramUnderTest } from "./telegram-under-test.ts";

const BEN = 88;
const GROUP = -100_555;
const NOW_MS = unixMs(Date.UTC(2026, 0, 5, 12));

const codeFor = async ({ home, clock }: TelegramUnderTest): Promise<string> =>
  (await makePairCode(home, clock.now())).code;
/** What came before it was looked at: the chat that is paired is answered. */
const seen = (under: TelegramUnderTest): Promise<string> => under.say("/quiet");

describe("a chat that is not paired", () => {
  it("gets no word and does nothing, whatever it writes or presses", async () => {
    await using under = await telegramUnderTest();
    const { api } = under;
    await under.say("/resume");
    const question = api.sent.at(-1);
    for (const line of [
      "/start",
      "/status",
      "/halt",
      "hello",
      "/pair",
      "/pair WRONG-CODE",
      "/pair@desk_bot ABCD2345",
    ]) {
      api.write(BEN, line);
    }
    api.press(BEN, "Yes", question);
    await seen(under);
    await seen(under);
    expect(api.textsTo(BEN)).toEqual([]);
    expect(api.calls.filter(({ method }) => method === "answerCallbackQuery")).toEqual([]);
    expect(await under.rows()).toEqual([]);
  });

  it("is paired by the right code, once, within ten minutes", async () => {
    await using under = await telegramUnderTest();
    const { api, home } = under;
    const code = await codeFor(under);
    api.write(BEN, `/pair ${code.toLowerCase().replace("-", " ")}`, { first_name: "Ben\u202e\n" });
    expect((await under.answers(1, BEN))[0]).toMatch(/This chat is paired with desk main/);
    expect(await pairedChats(home)).toMatchObject([
      { id: ANNA },
      { id: BEN, isPrivate: true, name: "Ben", by: "Ben (Telegram 88)", pairedAtMs: NOW_MS },
    ]);
    expect(under.notes).toEqual(["telegram: is paired by Ben (Telegram 88), chat 88"]);
    api.write(99, `/pair ${code}`);
    await seen(under);
    expect(api.textsTo(99)).toEqual([]);
    api.write(BEN, "/pause");
    expect((await under.answers(2, BEN))[1]).toMatch(/paused/);
    expect(await under.rows()).toMatchObject([{ by: "Anna (Telegram 88)" }]);
  });

  it("is not paired by a code whose time is over", async () => {
    await using under = await telegramUnderTest();
    const { code } = await makePairCode(under.home, unixMs(under.clock.now() - 10 * 60_000));
    under.api.write(BEN, `/pair ${code}`);
    await seen(under);
    expect(under.api.textsTo(BEN)).toEqual([]);
    expect(await pairedChats(under.home)).toHaveLength(1);
  });

  it("has five wrong codes; then the right one is not looked at for an hour", async () => {
    await using under = await telegramUnderTest();
    const { api, notes, clock } = under;
    const guess = () => api.write(BEN, "/pair AAAA-AAAA");
    for (let nth = 1; nth <= 4; nth++) guess();
    await seen(under);
    expect(notes).toEqual([]);
    guess();
    await seen(under);
    expect(notes).toEqual([expect.stringMatching(/wrong pairing codes came from chat 88.*an hour/)]);
    api.write(BEN, `/pair ${await codeFor(under)}`);
    await seen(under);
    expect(api.textsTo(BEN)).toEqual([]);
    // Another chat is not held up by it, and the code was not spent.
    await under.idle();
    clock.advance(3_600_000);
    await clock.sleeps(1_000);
    clock.advance(1_000);
    api.write(BEN, `/pair ${await codeFor(under)}`);
    expect((await under.answers(1, BEN))[0]).toMatch(/paired/);
  });

  it("guesses no faster from many accounts", async () => {
    await using under = await telegramUnderTest();
    for (let nth = 0; nth < 25; nth++) under.api.write(1_000 + nth, "/pair AAAA-AAAA");
    under.api.write(BEN, `/pair ${await codeFor(under)}`);
    await seen(under);
    expect(under.api.textsTo(BEN)).toEqual([]);
  });

  it("that is a group is paired as a group, by a person and by no bot", async () => {
    await using under = await telegramUnderTest();
    const code = await codeFor(under);
    under.api.write(GROUP, `/pair ${code}`, { is_bot: true });
    await seen(under);
    expect(await pairedChats(under.home)).toHaveLength(1);
    under.api.write(GROUP, `/pair ${code}`);
    expect((await under.answers(1, GROUP))[0]).toMatch(/paired/);
    expect((await pairedChats(under.home))[1]).toMatchObject({ id: GROUP, isPrivate: false, name: "Desk crew" });
    // A person of the group is not paired by it.
    under.api.write(BEN, "/status");
    await seen(under);
    expect(under.api.textsTo(BEN)).toEqual([]);
  });
});

describe("a chat that was removed", () => {
  it("is out at once, with the buttons that it has", async () => {
    await using under = await telegramUnderTest({ paired: [ANNA, BEN] });
    under.api.write(BEN, "/resume");
    await under.answers(1, BEN);
    await removePairedChat(under.home, BEN);
    under.api.press(BEN, "Yes");
    under.api.write(BEN, "/halt");
    await seen(under);
    expect(under.api.textsTo(BEN)).toHaveLength(1);
    expect(await under.rows()).toEqual([]);
  });
});

describe("deeptrader pair", () => {
  it("prints a code that is kept as its digest, in a file for its owner alone", async () => {
    await using folder = await emptyFolder();
    const home = join(folder.dir, "new");
    const document = await pair("pair new", { args: [], flags: {} }, { home, nowMs: NOW_MS, tokenIsSet: false });
    if (!("code" in document)) throw new Error("no code");
    expect(document).toMatchObject({
      untilMs: NOW_MS + 600_000,
      code: expect.stringMatching(/^[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}$/),
    });
    const text = renderPair(document, PLAIN_STYLE);
    expect(text).toContain(`/pair ${document.code}`);
    expect(text).toMatch(/2026-01-05 12:10 UTC.*\n.*DEEPTRADER_TELEGRAM_TOKEN is not set/);
    const path = join(home, "pair-code.json");
    expect(await readFile(path, "utf8")).not.toContain(document.code.slice(0, 4));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await spendPairCode(home, "AAAA-AAAA", NOW_MS)).toBe(false);
    expect(await spendPairCode(home, document.code, NOW_MS + 600_000)).toBe(false);
    expect(await spendPairCode(home, document.code, NOW_MS + 599_999)).toBe(true);
    expect(await spendPairCode(home, document.code, NOW_MS)).toBe(false);
  });

  it("lists and removes chats, and names what is none", async () => {
    await using folder = await emptyFolder();
    const home = folder.dir;
    const run = (name: string, ...args: string[]) =>
      pair(name, { args, flags: {} }, { home, nowMs: NOW_MS, tokenIsSet: true });
    expect(renderPair(await run("pair list"), PLAIN_STYLE)).toMatch(/No chat is paired/);
    await addPairedChat(home, { id: GROUP, isPrivate: false, name: "Crew", by: "Anna", pairedAtMs: NOW_MS });
    expect(renderPair(await run("pair list"), PLAIN_STYLE)).toMatch(/-100555 +group +Crew +2026-01-05 12:00 +Anna/);
    expect((await stat(join(home, "paired.json"))).mode & 0o777).toBe(0o600);
    await expect(run("pair remove", "Crew")).rejects.toThrow(UsageError);
    await expect(run("pair remove", "5")).rejects.toThrow(UnknownNameError);
    expect(renderPair(await run("pair remove", String(GROUP)), PLAIN_STYLE)).toMatch(/Crew .* is not paired any more/);
    expect(await pairedChats(home)).toEqual([]);
    await writeFile(join(home, "paired.json"), "[]");
    await expect(pairedChats(home)).rejects.toThrow(DataFormatError);
  });
});
