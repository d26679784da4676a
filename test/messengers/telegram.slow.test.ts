// The steps of docs/connect.md on a desk with a venue of its own: a process, its terminal's commands, and the Bot API on loopback.
import { afterAll, beforeAll, expect, it } from "vitest";
import { binance } from "#test/exchanges/binance.ts";
import { type Exchange, startExchange } from "#test/exchanges/exchange.ts";
import { listing } from "#test/exchanges/listings.ts";
import { createWorld } from "#test/exchanges/world.ts";
import { documentOf, runCli, startCli } from "#test/support/cli.ts";
import { freshHome } from "#test/support/fresh-home.ts";
import { startBotApi } from "./bot-api.ts";

const ANNA = 77;
const ON_BINANCE = ["--venue", "binance", "--timeframe", "4h"];

let venue: Exchange;
beforeAll(async () => {
  const listings = [listing("BTC", "USDT", 64_000), listing("ETH", "USDT", 3100)];
  venue = await startExchange(binance, createWorld({ ...binance, now: Date.now, listings }));
});
afterAll(() => venue.close());

it("a chat is paired, looks, halts, and gets the alert of it; the token is in nothing that is printed or kept", async () => {
  await using api = await startBotApi();
  await using home = await freshHome();
  const env = {
    DEEPTRADER_EXCHANGE_URL: venue.url,
    DEEPTRADER_TELEGRAM_TOKEN: api.token,
    DEEPTRADER_TELEGRAM_URL: api.url,
  };
  const settings = { home: home.dir, env };
  const desk = startCli(["start", ...ON_BINANCE], settings);
  const said = async (line: string, count: number): Promise<string> => {
    api.write(ANNA, line);
    await api.until(() => api.textsTo(ANNA).length >= count);
    return api.textsTo(ANNA)[count - 1] ?? "";
  };
  try {
    await desk.waitFor(/analysed/);
    const { code } = await documentOf(["pair"], settings);
    api.write(ANNA, "/status");
    expect(await said(`/pair ${code}`, 1)).toMatch(/^This chat is paired with desk main/);
    expect(await said("/status", 2)).toMatch(/entries +allowed/);
    expect(api.textsTo(ANNA).join()).not.toContain("SIMULATED");
    expect(await said("/halt drill", 3)).toMatch(/^halted: /);
    await api.until(() => api.textsTo(ANNA).some((text) => text.startsWith("ALERT control-changed")));
    const doctor = await runCli(["doctor", ...ON_BINANCE], settings);
    expect(doctor.stdout).toMatch(/ok +telegram +the bot @desk_bot answers; paired chats: 1/);
    const list = await runCli(["pair", "list"], settings);
    expect(list.stdout).toMatch(/77 +person +Anna/);
    const journal = await runCli(["journal", "--all", "--limit", "100", "--json", ...ON_BINANCE], settings);
    expect(journal.stdout).toContain(`Anna (Telegram ${ANNA})`);
    expect(journal.stdout).toContain('"channel": "telegram"');
    expect((await runCli(["pair", "remove", String(ANNA)], settings)).code).toBe(0);
    const before = api.textsTo(ANNA).length;
    api.write(ANNA, "/status");
    desk.signal("SIGINT");
    const ended = await desk.ended;
    expect(ended.code).toBe(0);
    expect(api.textsTo(ANNA)).toHaveLength(before);
    expect(JSON.stringify([ended, doctor, list, journal])).not.toContain("S3CRET");
  } finally {
    desk.signal("SIGKILL");
    await desk.ended;
  }
});

it("a desk starts although Telegram is down, and says so once", async () => {
  await using home = await freshHome();
  const api = await startBotApi();
  await api.close();
  const env = { DEEPTRADER_TELEGRAM_TOKEN: api.token, DEEPTRADER_TELEGRAM_URL: api.url };
  const ended = await runCli(["start", "--cycles", "2", "--assets", "4", "--speed", "6000"], { home: home.dir, env });
  expect(ended.code).toBe(0);
  expect(ended.stderr.match(/telegram: no messages are taken: .*could not be reached/g)).toHaveLength(1);
  expect(`${ended.stdout}${ended.stderr}`).not.toContain("S3CRET");
});
