import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore } from "#memory/stores/open.ts";
import { DeskId, unixMs } from "#schemas/units.ts";
import { type CoinWorld, openCoinWorld } from "#test/coins/coin-world.ts";
import { binance } from "#test/exchanges/binance.ts";
import { type Exchange, startExchange } from "#test/exchanges/exchange.ts";
import { listing } from "#test/exchanges/listings.ts";
import { createWorld } from "#test/exchanges/world.ts";
import { documentOf, failureOf, runCli, type TemporaryFolder } from "#test/support/cli.ts";
import { patience } from "#test/support/desk.ts";
import { freshHome } from "#test/support/fresh-home.ts";
import { createJsonServer, json } from "#test/support/json-server.ts";
import { parseFolderRankings } from "#toolkits/market/replay/folder-rankings.ts";

// The unmodified ccxt client against a venue on loopback, on the system clock: candles are published up to this moment.
const listings = [listing("BTC", "USDT", 64_000), listing("ETH", "USDT", 3100), listing("UNI", "USDT", 8.6)];
let venue: Exchange;
let coins: CoinWorld;
let home: TemporaryFolder;
beforeAll(async () => {
  const world = createWorld({ ...binance, now: Date.now, listings });
  venue = await startExchange(binance, world);
  coins = await openCoinWorld(world);
  home = await freshHome();
});
afterAll(async () => {
  await venue.close();
  await coins.close();
  await home[Symbol.asyncDispose]();
});

const run = (...args: string[]): Promise<Record<string, unknown>> =>
  documentOf([...args, "--venue", "binance", "--timeframe", "4h"], {
    home: home.dir,
    env: { DEEPTRADER_EXCHANGE_URL: venue.url, ...coins.env },
  });

describe("a real exchange, through ccxt", () => {
  it("is slept on, asked about and traded on paper, and nothing says simulated", async () => {
    expect(await run("sleep", "--once")).toMatchObject({
      analysed: 3,
      failed: [],
      tokens: { judged: 1, of: 1, problem: null },
      problems: [],
      simulated: false,
    });
    expect(await run("ask", "what is the RSI of BTC?")).toMatchObject({
      path: "recalled",
      simulated: false,
      intent: { symbol: "BTC/USDT", timeframe: "4h" },
      work: { providerCalls: 0, modelCalls: 0 },
    });
    const traded = await run("trade", "--once");
    expect(traded).toMatchObject({ simulated: false, quote: "USDT", equity: expect.any(String) });
    expect((traded["decisions"] as unknown[]).length).toBe(3);
  });

  it("knows coins by identity: a native one has no contract, a token is judged by its sources", async () => {
    const [btc, uni] = [await run("memory", "show", "BTC"), await run("memory", "show", "UNI")];
    expect(btc).toMatchObject({ status: "fresh", record: { security: { verdict: "not-applicable" } } });
    // Binance states no contracts to us without a key: ranking and price alone are a caution.
    expect(uni).toMatchObject({ record: { security: { verdict: "caution", chain: "1" } } });
    const asked = coins.tokens.goplus.asked.length;
    expect(await run("security", "UNI")).toMatchObject({
      symbol: "UNI/USDT",
      coin: { asset: { id: "uniswap" } },
      security: { verdict: "caution", contract: expect.stringMatching(/^0x1f98/) },
      bars: false,
    });
    // What is kept holds: nobody was asked again.
    expect(coins.tokens.goplus.asked).toHaveLength(asked);
  });

  it("shows its universe by market cap and why the other coins are out, asks no ranking again, and saves it", async () => {
    const { coingecko } = coins.rankings;
    const before = coingecko.asked.length;
    const folder = join(home.dir, "candles");
    const universe = await run("universe", "--save", folder);
    expect(universe).toMatchObject({
      basis: expect.stringMatching(/^market cap of CoinGecko, \d+ min old$/),
      source: "coingecko",
      problems: [],
    });
    const rows = universe["rows"] as { ticker: string; id: string; in: boolean; reason: string; verdict: string }[];
    expect(rows.filter((row) => row.in).map(({ id, verdict }) => [id, verdict])).toEqual([
      ["bitcoin", "not-applicable"],
      ["ethereum", "not-applicable"],
      ["uniswap", "caution"],
    ]);
    expect(rows.find(({ ticker }) => ticker === "USDT")?.reason).toBe("stablecoin");
    expect(rows.find(({ ticker }) => ticker === "SOL")?.reason).toBe("no market that is surely its own");
    expect(coingecko.asked).toHaveLength(before);
    const [saved] = parseFolderRankings(await readFile(join(folder, "universe.json"), "utf8"));
    expect(saved).toMatchObject({
      source: "coingecko",
      seenAtMs: universe["rankedAtMs"],
      assets: { length: rows.length },
    });
  });

  it("ranks by quote volume where no ranking was ever had, names both, and says so until there is one", async () => {
    const { coingecko, coinpaprika } = coins.rankings;
    await using fresh = await freshHome();
    const env = { DEEPTRADER_EXCHANGE_URL: venue.url, ...coins.env };
    const down = await createJsonServer(json({}));
    const broken = { ...env, DEEPTRADER_COINGECKO_URL: down.url, DEEPTRADER_COINPAPRIKA_URL: down.url };
    const words = ["sleep", "--once", "--venue", "binance", "--timeframe", "4h"];
    const { problems, analysed } = await documentOf(words, { home: fresh.dir, env: broken });
    await down.close();
    expect(analysed).toBe(3);
    expect((problems as string[]).join(" ")).toMatch(
      /CoinGecko answered with something else.*CoinPaprika answered with something else/,
    );
    const before = [coingecko.asked.length, coinpaprika.asked.length];
    const next = await documentOf(["universe", "--venue", "binance", "--timeframe", "4h"], { home: fresh.dir, env });
    expect(next).toMatchObject({ source: null, rankedAtMs: null });
    expect([coingecko.asked.length, coinpaprika.asked.length]).toEqual(before);
  });

  it("runs the desk for a slot on the system clock and sends the venue no order", async () => {
    const document = await run("start", "--cycles", "1");
    expect(document).toMatchObject({ cycles: 1, venue: "binance", simulated: false, run: "live", missedTicks: 0 });
    expect(venue.requests.filter(({ method }) => method !== "GET")).toEqual([]);
    // What buy and hold will be measured by, when the store has let go of the rest.
    const store = await openStore({ kind: "pglite", home: home.dir, owner: "test" }, patience);
    const topics = store.topics(DeskId.parse("main"));
    const [kept] = await topics.newest("first-prices", ["live"], unixMs(Date.now()), patience);
    await store.close();
    const prices = { "BTC/USDT": expect.any(Number), "ETH/USDT": expect.any(Number), "UNI/USDT": expect.any(Number) };
    expect(kept?.record.body).toEqual({ slotMs: expect.any(Number), prices });
  });

  it("doctor says of every source whether it answers, and prints no key", async () => {
    const { code, stdout } = await runCli(["doctor", "--venue", "binance", "--timeframe", "4h", "--json"], {
      home: home.dir,
      env: { DEEPTRADER_EXCHANGE_URL: venue.url, ...coins.env, DEEPTRADER_COINGECKO_KEY: "CG-a-secret-key" },
    });
    expect(code).toBe(0);
    expect(stdout).not.toContain("CG-a-secret-key");
    const { checks } = JSON.parse(stdout) as { checks: { name: string; state: string; detail: string }[] };
    const of = (name: string) => checks.find((check) => check.name === name);
    expect(of("coingecko")).toMatchObject({ state: "ok", detail: "answers with a key" });
    expect(of("goplus")).toMatchObject({
      state: "ok",
      detail: expect.stringMatching(/^answers without a key, at most 10000/),
    });
    for (const name of ["coinpaprika", "honeypot.is", "rugcheck", "sourcify", "rpc-1"])
      expect(of(name)).toMatchObject({ state: "ok" });
  });

  it("says what an unreachable venue did, and what to do", async () => {
    const { code, name, message } = await failureOf(["analyse", "BTC", "--dry", "--venue", "binance"], {
      env: { DEEPTRADER_EXCHANGE_URL: "http://127.0.0.1:1" },
    });
    expect([code, name]).toEqual([1, "ProviderError"]);
    expect(message).toMatch(/binance/);
  });

  it("prints a table without the mark of the simulator", async () => {
    const { code, stdout } = await runCli(["memory", "list", "--venue", "binance", "--timeframe", "4h"], {
      home: home.dir,
      env: { DEEPTRADER_EXCHANGE_URL: venue.url },
    });
    expect(code).toBe(0);
    expect(stdout).toContain("UNI/USDT");
    expect(stdout).not.toContain("SIMULATED");
  });
});
