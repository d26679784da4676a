// The desk looked at while its exchange is dead: real processes on a home that a real sleep and trade have made, against a port
// that refuses and a server that takes every request and answers none.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askRunningDesk, findRunningDesk } from "#apps/desk-client.ts";
import { deskCommandNamed } from "#apps/desk-commands.ts";
import type { DeskFile } from "#apps/desk-file.ts";
import { openStore } from "#memory/stores/open.ts";
import { type DeskId, type MarketSymbol, type RunId, unixMs } from "#schemas/units.ts";
import { binance } from "#test/exchanges/binance.ts";
import { type Exchange, startExchange } from "#test/exchanges/exchange.ts";
import { listing } from "#test/exchanges/listings.ts";
import { createWorld } from "#test/exchanges/world.ts";
import { alone } from "#test/support/account.ts";
import {
  type CliSettings,
  documentOf,
  failureOf,
  type RunningCli,
  runCli,
  startCli,
  type TemporaryFolder,
} from "#test/support/cli.ts";
import { patience } from "#test/support/desk.ts";
import { freshHome } from "#test/support/fresh-home.ts";
import { buy } from "#test/toolkits/portfolio/fixture.ts";

const BTC = "BTC/USDT" as MarketSymbol;
const NOWHERE = "http://127.0.0.1:1";
const FLAGS = ["--venue", "binance", "--timeframe", "4h"];

let venue: Exchange;
let home: TemporaryFolder;
const at = (url: string): CliSettings => ({ home: home.dir, env: { DEEPTRADER_EXCHANGE_URL: url } });

beforeAll(async () => {
  const listings = [listing("BTC", "USDT", 64_000), listing("ETH", "USDT", 3100), listing("UNI", "USDT", 8.6)];
  venue = await startExchange(binance, createWorld({ ...binance, now: Date.now, listings }));
  home = await freshHome();
  await documentOf(["sleep", "--once", ...FLAGS], at(venue.url));
  await documentOf(["trade", "--once", ...FLAGS], at(venue.url));
  await hold(home.dir);
});
afterAll(async () => {
  await venue.close();
  await home[Symbol.asyncDispose]();
});

/** As if bought an hour ago, at a price that the market may have left. */
async function hold(dir: string): Promise<void> {
  const store = await openStore({ kind: "pglite", home: dir, owner: "test" }, patience);
  const writer = await store.openAccount("main" as DeskId, alone);
  const atMs = unixMs(Date.now() - 3_600_000);
  await writer.journal("live" as RunId).append([buy("0.01", "60000", { symbol: BTC, atMs })], patience);
  await writer.release();
  await store.close();
}

/** Every command that looks, and says how old what it shows is. */
const LOOKS: readonly (readonly [string, ...string[]])[] = [
  ["status"],
  ["positions"],
  ["journal"],
  ["report"],
  ["trades"],
  ["triggers"],
  ["memory list"],
  ["memory show", "BTC"],
  ["memory history", "BTC"],
];
/** Those that act on the desk alone, in an order in which each can be done, and lists of what it alone knows. */
const OTHERS = [
  ["pause"],
  ["halt"],
  ["resume"],
  ["memory stats"],
  ["approvals list"],
  ["rules list"],
  ["watches list"],
  ["thoughts list"],
] as const;
const QUESTIONS = ["what do I hold?", "what is my profit today?", "how much did I pay in fees?", "are you all right?"];

const AGE = /exchange binance not asked; last word ([\d-]+ )?\d\d:\d\d \(\d+ (s|min) ago\)/;

describe("with no desk running and an exchange that never answers", () => {
  let before = 0;
  beforeAll(() => {
    venue.faults.add({ fault: { kind: "hang" } });
    before = venue.requests.length;
  });
  afterAll(() => {
    venue.faults.clear();
  });

  it.each(LOOKS)(
    "%s says what the store has and how old that is, and asks the exchange nothing",
    async (name, ...args) => {
      const { code, stdout } = await runCli([...name.split(" "), ...args, ...FLAGS], at(venue.url));
      expect([code, stdout]).toEqual([0, expect.stringMatching(AGE)]);
      expect(venue.requests.length).toBe(before);
    },
  );

  it("holds what it held, at the last price heard", async () => {
    expect(await documentOf(["positions", ...FLAGS], at(venue.url))).toMatchObject({
      simulated: false,
      exchange: { venue: "binance", asked: false, lastWordMs: expect.any(Number), ageMs: expect.any(Number) },
      positions: [{ symbol: "BTC/USDT", price: expect.any(Number), isListed: true }],
    });
  });

  it("does what concerns the desk alone, and lists what it alone knows", async () => {
    for (const [name] of OTHERS) {
      const { code, stderr } = await runCli([...name.split(" "), ...FLAGS], at(venue.url));
      expect([name, code, stderr]).toEqual([name, 0, expect.not.stringContaining("error")]);
      if (name === "halt") expect(existsSync(join(home.dir, "halt"))).toBe(true);
    }
    expect(existsSync(join(home.dir, "halt"))).toBe(false);
    expect(venue.requests.length).toBe(before);
  });

  it.each(QUESTIONS)("answers %j from the account", async (question) => {
    const answer = await documentOf(["ask", question, ...FLAGS], at(venue.url));
    expect(answer).toMatchObject({ work: { providerCalls: 0 } });
    expect(answer["path"]).not.toBe("declined");
    expect(venue.requests.length).toBe(before);
  });
});

describe("with no desk running and an exchange that refuses every connection", () => {
  it("looks all the same, and says of what needs the exchange that it does not answer", async () => {
    expect(await documentOf(["status", ...FLAGS], at(NOWHERE))).toMatchObject({ openPositions: 1, analyses: 3 });
    const { code, name, message } = await failureOf(["analyse", "BTC", ...FLAGS], at(NOWHERE));
    expect([code, name]).toEqual([1, "ProviderError"]);
    expect(message).toMatch(/binance/);
  });

  it("looks at a home that has never heard an exchange, and says so", async () => {
    await using fresh = await freshHome();
    const settings = { ...at(NOWHERE), home: fresh.dir };
    expect(await documentOf(["status", ...FLAGS], settings)).toMatchObject({
      openPositions: 0,
      exchange: { asked: false, lastWordMs: null },
    });
    expect((await failureOf(["status", "--venue", "binanse"], settings)).message).toMatch(/"binanse" is no venue/);
    expect((await failureOf(["memory", "show", "BTC", ...FLAGS], settings)).message).toMatch(
      /No market of binance is kept/,
    );
  });
});

describe("with a desk running on an exchange that has stopped answering", () => {
  let desk: RunningCli;
  let running: DeskFile;
  beforeAll(async () => {
    desk = startCli(["start", ...FLAGS], at(venue.url));
    await desk.waitFor(/\d\d:\d\d \d+\/\d+ fresh/);
    venue.faults.add({ fault: { kind: "hang" } });
    const found = await findRunningDesk(home.dir, patience.signal);
    if (found === null) throw new Error("the desk has left no word where it is");
    running = found;
  });
  afterAll(async () => {
    venue.faults.clear();
    desk.signal("SIGKILL");
    await desk.ended;
  });

  it("answers another terminal as if nothing were the matter", async () => {
    const { code, stdout } = await runCli(["status"], at(venue.url));
    expect([code, stdout]).toEqual([0, expect.stringMatching(AGE)]);
    // The same door, without a process for each.
    const ask = (command: string, ...args: string[]) =>
      askRunningDesk(running, deskCommandNamed(command), { args, flags: {} }, { signal: patience.signal });
    for (const [name, ...args] of LOOKS) {
      expect([name, await ask(name, ...args)]).toMatchObject([name, { exchange: { asked: false } }]);
    }
    for (const [name] of OTHERS) expect([name, await ask(name)]).toMatchObject([name, { simulated: false }]);
    for (const question of QUESTIONS) expect(await ask("ask", question)).toMatchObject({ work: { providerCalls: 0 } });
  });
});

describe("halt", () => {
  it("is done and exits 0 whatever is wrong beside it", async () => {
    for (const [args, env] of [
      [["--venue", "binanse"], {}],
      [["--assets", "none"], { DEEPTRADER_FEE_BPS: "much" }],
    ] as const) {
      await using fresh = await freshHome();
      const settings = { home: fresh.dir, env: { ...env, DEEPTRADER_EXCHANGE_URL: NOWHERE } };
      const { code, stdout, stderr } = await runCli(["halt", "--reason", "drill", ...args], settings);
      expect([args, code]).toEqual([args, 0]);
      expect(stdout).toMatch(/^halted: /);
      expect(stderr).toMatch(/Not journaled: /);
      expect(await readFile(join(fresh.dir, "halt"), "utf8")).toBe("drill\n");
    }
  });
});
