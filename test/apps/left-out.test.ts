// What a backtest and `doctor` did not trade, and why: over generated folders, through the commands' own functions.
import { performance } from "node:perf_hooks";
import { describe, expect, it } from "vitest";
import { backtest } from "#apps/commands/backtest.ts";
import { renderBacktest } from "#apps/commands/backtest-text.ts";
import { candleFinding, candlesFinding, leftOutOfFolder, sizeFinding } from "#apps/commands/doctor-venue.ts";
import { createIo } from "#apps/io.ts";
import { parseOptions } from "#apps/options.ts";
import { notUsableText } from "#apps/text/left-out-text.ts";
import { openVenue } from "#apps/venues.ts";
import { LeftOut } from "#desk/documents/left-out.ts";
import { ProviderRefusedError } from "#schemas/errors.ts";
import { emptyFolder, type TemporaryFolder } from "#test/support/cli.ts";
import { patience } from "#test/support/desk.ts";
import { seededRows, TWO_COINS, writeRows } from "./market-files.ts";

const io = createIo({ json: true, quiet: true });

const configOf = (dir: string, flags: Readonly<Record<string, string>> = {}) =>
  parseOptions({ venue: "replay", data: dir, timeframe: "5m", home: `${dir}/home`, ...flags }, {}).config;

async function backtestOf(dir: string, flags: Readonly<Record<string, string>> = {}) {
  const config = configOf(dir, flags);
  const venue = await openVenue(config, patience);
  const document = await backtest(config, venue, io, { ...patience, startedMs: performance.now(), env: {} });
  expect(LeftOut.parse(document.leftOut)).toEqual(document.leftOut);
  return { document, text: renderBacktest(document, io.style) };
}

/** The two coins, with only the rows kept that `keep` says. */
async function coins(keep: (row: number) => boolean): Promise<TemporaryFolder> {
  const folder = await emptyFolder();
  for (const market of TWO_COINS)
    await writeRows(
      folder.dir,
      market.name,
      seededRows(market).filter((_, row) => keep(row)),
    );
  return folder;
}

describe("a backtest says what it left out", () => {
  it("where 30 % of the candles are missing: every candle, by market", async () => {
    await using folder = await coins((row) => row % 10 < 7);
    const { document, text } = await backtestOf(folder.dir);
    const { candles, markets } = document.leftOut;
    expect(candles?.of).toBeGreaterThan(500);
    expect(candles).toEqual({
      of: candles?.of,
      unusable: candles?.of,
      byReason: { "too many holes": candles?.of },
    });
    expect(markets.map(({ symbol, candles: n, unusable }) => [symbol, n === unusable])).toEqual([
      ["BTC/USDT", true],
      ["ETH/USDT", true],
    ]);
    expect(text).toContain("No trade was closed, and none was decided on.");
    expect(text).toMatch(/candles not traded on +(\d[\d,]*) of \1: too many holes \1/);
  });

  it("a market of another quote, one of another timeframe, and whose decisions which rule refused", async () => {
    await using folder = await coins(() => true);
    const other = { seed: 13, price: 0.07, count: 1000 };
    await writeRows(folder.dir, "ETH-BTC-5m", seededRows(other));
    await writeRows(folder.dir, "LTC-USDT-1h", seededRows(other));
    // No native coin, and without a security record: its token is unknown.
    await writeRows(folder.dir, "STRANGE-USDT-5m", seededRows({ ...other, seed: 14 }));
    const { document, text } = await backtestOf(folder.dir);
    const { markets, candles, refusals } = document.leftOut;
    expect(markets).toEqual([
      { symbol: "ETH/BTC", reason: "quoted in BTC, not traded: the desk settles in USDT", candles: 751, unusable: 751 },
      { symbol: "LTC/USDT", reason: "no 5m candles", candles: 0, unusable: 0 },
    ]);
    expect(candles).toEqual({ of: 4 * 751, unusable: 751, byReason: { "other quote": 751 } });
    expect(refusals).toMatchObject({ of: document.metrics.decisions, refused: document.metrics.refusals });
    const { security, "quote-currency": quote } = refusals.byRule;
    expect(refusals.byMarket["STRANGE/USDT"]).toEqual({ security });
    expect(refusals.byMarket["ETH/BTC"]).toEqual({ "quote-currency": quote });
    expect(text).toContain(`security (STRANGE/USDT ${security}): token security is unknown`);
  });

  it("every decision where the cash is too small for the venue's smallest order", async () => {
    await using folder = await coins(() => true);
    const { document, text } = await backtestOf(folder.dir, { cash: "100" });
    const { refusals } = document.leftOut;
    expect(refusals.of).toBeGreaterThan(10);
    expect(refusals.byRule).toEqual({ "market-filters": refusals.of });
    expect(text).toMatch(/refused +(\d+) of \1 decisions: market filters \1/);
    expect(text).toMatch(/market filters \(.*\): 2 % of equity buys .* below the market's minimum/);
  });

  it("nothing of a whole folder that is traded from its first warm candle on", async () => {
    await using folder = await coins(() => true);
    const { document } = await backtestOf(folder.dir);
    expect(document.leftOut).toMatchObject({ markets: [], candles: { unusable: 0, byReason: {} } });
  });
});

describe("doctor", () => {
  it("warns of a folder in which nothing could be traded, and of cash too small for an entry", async () => {
    await using folder = await coins((row) => row % 10 < 7);
    const config = configOf(folder.dir, { cash: "100" });
    const venue = await openVenue(config, patience);
    const leftOut = leftOutOfFolder(venue, config);
    expect(leftOut?.candles).toMatchObject({ of: 1400, unusable: 1400 });
    expect(leftOut === null ? null : candlesFinding(leftOut)).toMatchObject({
      state: "warn",
      detail: expect.stringMatching(/1,400 of 1,400.*Nothing would be traded here/),
    });
    expect(sizeFinding(venue, config)).toMatchObject({
      state: "warn",
      detail: expect.stringMatching(/2 % of 100 USDT: 2 USDT, too little for 2 of 2 markets/),
    });
    expect(sizeFinding(await openVenue(configOf(folder.dir), patience), config)).toBe(
      "an entry is 2 % of 10,000 USDT: 200 USDT",
    );
  });

  it("reads a candle as the desk would, so that a clock too far off is found before the start", async () => {
    const { config } = parseOptions({ venue: "sim", asOf: "2024-01-05T10:02:00Z" }, {});
    const venue = await openVenue(config, patience);
    expect(await candleFinding(venue, config, patience)).toBe("BTC/USDT closed at 2024-01-05 10:00 UTC");
    const refused = new ProviderRefusedError({ was: "The clock stands 120 s behind.", remedy: "Set it." });
    const marketData = { ...venue.marketData, candles: () => Promise.reject(refused) };
    await expect(candleFinding({ ...venue, marketData }, config, patience)).rejects.toBe(refused);
  });
});

describe("the slot line's clause", () => {
  const sleep = { analysed: 48, skipped: [], failed: [], unusable: {} };

  it("names how many markets are not usable, most frequent reason first", () => {
    expect(
      notUsableText({
        ...sleep,
        unusable: { "token unknown": 3, "too few candles": 9 },
        failed: Array(2).fill({}) as never,
      }),
    ).toBe("14 of 50 not usable: 9 too few candles, 3 token unknown, 2 not read");
  });

  it("is not there where all are", () => {
    expect(notUsableText(sleep)).toBeNull();
  });
});
