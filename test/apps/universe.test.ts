import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { universeCommand } from "#apps/commands/universe.ts";
import { createIo } from "#apps/io.ts";
import { type UniverseDesk, UniverseReport, universeReportOf } from "#desk/overviews/universe-report.ts";
import { UNKNOWN_UNIVERSE } from "#desk/run-slot/daily-universe.ts";
import type { CoinIdentity, Ranking } from "#schemas/coin.ts";
import { MarketPatterns } from "#schemas/market-patterns.ts";
import { MarketSymbol, unixMs } from "#schemas/units.ts";
import { TEST_COINS } from "#test/coins/coins.ts";
import { emptyFolder } from "#test/support/cli.ts";
import { patience } from "#test/support/desk.ts";
import { testMarket } from "#test/support/market.ts";
import { parseFolderRankings } from "#toolkits/market/replay/folder-rankings.ts";
import { simulatedDesk } from "./simulated-desk.ts";

const NOW = unixMs(Date.parse("2026-01-02T03:00:00Z"));
const { style } = createIo({ json: true, quiet: true });

const RANKING: Ranking = {
  source: "coingecko",
  seenAtMs: unixMs(NOW - 3 * 3_600_000),
  notes: ["1 row of 250 left out: no market cap, or not readable"],
  assets: TEST_COINS.slice(0, 12).map(({ coingecko, ticker, name, marketCapUsd, priceUsd }, at) => {
    const priceAtMs = unixMs(NOW - 3 * 3_600_000);
    return {
      id: coingecko,
      ticker,
      name,
      rank: at + 1,
      marketCapUsd,
      priceUsd,
      priceAtMs,
      contracts: [],
      otherChains: [],
    };
  }),
};

const identityOf = (base: string): CoinIdentity => ({
  base,
  asset: RANKING.assets.find(({ ticker }) => ticker === base) ?? null,
  contract: null,
  nativeTo: null,
  checks: [],
  seenAtMs: NOW,
  validUntilMs: NOW,
});

async function exchangeDesk(
  bases: readonly string[],
  over: { readonly ranking?: Ranking | null; readonly assets?: number } = {},
) {
  const { desk } = await simulatedDesk({ assets: 4 });
  const { ranking = RANKING, assets = 3 } = over;
  const book = {
    newest: () => ({
      ranking,
      problems: ["coingecko did not answer within 10 s."],
      identities: new Map(bases.map((base) => [base, identityOf(base)])),
      coins: null,
    }),
    load: () => Promise.reject(new Error("nothing is read anew")),
    refresh: () => Promise.reject(new Error("no ranking is asked")),
  };
  const known: UniverseDesk = {
    ...desk,
    config: { ...desk.config, assets, markets: MarketPatterns.parse({ exclude: ["XRP/*"] }) },
    quote: "USDT",
    clock: { ...desk.clock, now: () => NOW },
    marketData: { ...desk.marketData, venue: "exchange", simulated: false },
    markets: new Map(
      bases.map((base) => MarketSymbol.parse(`${base}/USDT`)).map((symbol) => [symbol, testMarket(symbol)]),
    ),
    universe: {
      newest: () => UNKNOWN_UNIVERSE,
      at: async () => ({ ...UNKNOWN_UNIVERSE, problem: "nobody has looked yet" }),
    },
    tokens: { book },
  };
  return known;
}

describe("universe", () => {
  it("says of each ranked coin whether the desk looks at it, or why not, and asks nobody", async () => {
    const report = await universeReportOf(await exchangeDesk(["BTC", "ETH", "XRP", "SOL", "DOGE", "ADA"]), patience);
    expect(UniverseReport.parse(report)).toEqual(report);
    expect(report).toMatchObject({
      basis: "market cap of CoinGecko, 3 h old",
      source: "coingecko",
      rankedAtMs: RANKING.seenAtMs,
      problems: ["coingecko did not answer within 10 s."],
      notes: RANKING.notes,
    });
    expect(report.rows.map(({ ticker, in: isIn, reason }) => [ticker, isIn, reason])).toEqual([
      ["BTC", true, null],
      ["ETH", true, null],
      ["USDT", false, "stablecoin"],
      ["BNB", false, "no market that is surely its own"],
      ["SOL", true, null],
      ["USDC", false, "stablecoin"],
      ["XRP", false, "left out by the markets of the configuration: !XRP/*"],
      ["STETH", false, "wrapped or staked"],
      ["DOGE", false, "beyond the best 3"],
      ["TON", false, "no market that is surely its own"],
      ["ADA", false, "beyond the best 3"],
      ["SHIB", false, "no market that is surely its own"],
    ]);
    expect(report.rows.every(({ in: isIn, verdict }) => isIn === (verdict !== null))).toBe(true);
  });

  it("shows rows as far down as the last one that is in, basis and problems first", async () => {
    const report = await universeReportOf(await exchangeDesk(["BTC", "ETH"]), patience);
    const lines = universeCommand.render(report, style).split("\n");
    expect(lines[0]).toContain("exchange: 2 markets in USDT, by market cap of CoinGecko, 3 h old");
    expect(lines[1]).toContain("coingecko did not answer within 10 s.");
    expect(lines.slice(3, 6).map((line) => line.trim().split(/\s+/).slice(0, 3))).toEqual([
      ["rank", "coin", "market"],
      ["1", "BTC", "$1.26T"],
      ["2", "ETH", "$372B"],
    ]);
    expect(lines.at(-1)).toContain("10 more, further down");
  });

  it("says what stands in its place where no ranking was ever had, and every problem", async () => {
    const desk = await exchangeDesk(["BTC"], { ranking: null });
    const report = await universeReportOf(desk, patience);
    expect(report).toMatchObject({
      source: null,
      basis: "the newest slot that is kept",
      problems: ["nobody has looked yet", "coingecko did not answer within 10 s."],
    });
  });

  it("is the order of the simulated venue there, which is said to be invented", async () => {
    const { run } = await simulatedDesk({ assets: 4 });
    const { document, text } = await run<UniverseReport>(universeCommand);
    expect(document.rows.map(({ symbol, in: isIn }) => [symbol, isIn])).toEqual(
      ["BTC/USDT", "ETH/USDT", "XRP/USDT", "BNB/USDT"].map((symbol) => [symbol, true]),
    );
    expect(text).toMatch(/SIMULATED[\s\S]*sim: 4 markets in USDT, by invented market cap/);
  });
});

describe("universe --save", () => {
  const save = (document: UniverseReport, dir: string) =>
    universeCommand.finish?.(document, { args: [], flags: { save: dir } }) ?? Promise.resolve(null);

  it("adds the ranking to the folder's universe.json, once a moment, oldest first", async () => {
    await using folder = await emptyFolder();
    const dir = join(folder.dir, "candles");
    const report = await universeReportOf(await exchangeDesk(["BTC"]), patience);
    await save({ ...report, rankedAtMs: unixMs(NOW + 86_400_000) }, dir);
    expect(await save(report, dir)).toBe(`the ranking of 2026-01-02 00:00 UTC is in ${join(dir, "universe.json")}`);
    await save(report, dir);
    const saved = parseFolderRankings(await readFile(join(dir, "universe.json"), "utf8"));
    expect(saved.map(({ seenAtMs }) => seenAtMs)).toEqual([RANKING.seenAtMs, NOW + 86_400_000]);
    expect(saved[0]?.assets.map(({ id }) => id)).toEqual(RANKING.assets.map(({ id }) => id));
  });

  it("saves nothing where there is no ranking by market cap, and says what to do", async () => {
    await using folder = await emptyFolder();
    const report = await universeReportOf(await exchangeDesk(["BTC"], { ranking: null }), patience);
    await expect(save(report, folder.dir)).rejects.toThrow(/no ranking by market cap, so there is nothing to save/);
  });

  it("refuses to add to a file that is no universe.json, and leaves it as it is", async () => {
    await using folder = await emptyFolder();
    await writeFile(join(folder.dir, "universe.json"), "mine");
    const report = await universeReportOf(await exchangeDesk(["BTC"]), patience);
    await expect(save(report, folder.dir)).rejects.toThrow(/universe\.json: not JSON/);
    expect(await readFile(join(folder.dir, "universe.json"), "utf8")).toBe("mine");
  });
});
