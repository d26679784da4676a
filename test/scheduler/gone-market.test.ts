import { describe, expect, it } from "vitest";
import { backtest } from "#apps/commands/backtest.ts";
import { renderBacktest } from "#apps/commands/backtest-text.ts";
import { PLAIN_STYLE } from "#apps/io.ts";
import { parseOptions } from "#apps/options.ts";
import { openVenue } from "#apps/venues.ts";
import { toNumber } from "#schemas/money.ts";
import { DAY_MS, unixMs } from "#schemas/units.ts";
import { seededRows, writeRows } from "#test/apps/market-files.ts";
import { FIRST_OPEN_MS, FIVE_MINUTES_MS } from "#test/support/candle-files.ts";
import { emptyFolder, type TemporaryFolder } from "#test/support/cli.ts";
import { hostsOf } from "#test/support/desk.ts";
import { rsi } from "#toolkits/indicators/refs.ts";
import { compileStrategy } from "#toolkits/strategies/compile-strategy.ts";
import { defineStrategy } from "#toolkits/strategies/define-strategy.ts";

const { signal } = new AbortController();
const DAY_ROWS = DAY_MS / FIVE_MINUTES_MS;
const rowMs = (row: number): number => FIRST_OPEN_MS + row * FIVE_MINUTES_MS;

/** Buys and never sells by itself. */
const holder = compileStrategy(
  defineStrategy({
    id: "holder",
    title: "Buys and holds",
    indicators: { rsi: rsi(14) },
    lookBack: 0,
    enter: ({ now }) => now.rsi < 49 && { strength: 0.5, because: [`RSI ${now.rsi}`] },
    exit: () => false,
    describe: ({ now }) => [`RSI ${now.rsi}`],
  }),
  { file: null },
);

/** BTC throughout, ETH until `diesAt`, LTC from the third day on. `hole`: rows of ETH that are missing. */
async function folderOf({ days, diesAt, hole = [0, 0] }: { days: number; diesAt: number; hole?: [number, number] }) {
  const folder = await emptyFolder();
  const rows = (seed: number, price: number) => seededRows({ seed, price, count: days * DAY_ROWS });
  const eth = rows(12, 1500).filter((_, row) => row < diesAt && !(row >= hole[0] && row < hole[1]));
  await writeRows(folder.dir, "BTC-USDT-5m", rows(11, 20_000));
  await writeRows(folder.dir, "ETH-USDT-5m", eth);
  await writeRows(folder.dir, "LTC-USDT-5m", rows(13, 70).slice(2 * DAY_ROWS));
  return folder;
}

async function run(folder: TemporaryFolder) {
  const flags = { venue: "replay", data: folder.dir, timeframe: "5m", assets: "2" };
  const limits = { DEEPTRADER_STOP_PCT: "95", DEEPTRADER_TARGET_PCT: "9000", DEEPTRADER_MAX_DRAWDOWN_PCT: "90" };
  const { config } = parseOptions(flags, { ...limits, DEEPTRADER_MAX_DAY_LOSS_PCT: "90" });
  const venue = await openVenue(config, { signal, onNote: () => {}, hosts: hostsOf([holder]) });
  const io = { note: () => {}, progress: () => {} };
  const document = await backtest(config, venue, io, { signal, startedMs: performance.now(), env: {} });
  const ranked = async (row: number) =>
    (await venue.universe.topAssets({ nowMs: unixMs(rowMs(row)), count: 2 }, { signal })).assets.toSorted();
  return { document, ranked, text: renderBacktest(document, PLAIN_STYLE) };
}

describe("a market that is delisted in the middle of a backtest", () => {
  it("is of the universe until it dies, held until then, named, and its position lost", async () => {
    await using folder = await folderOf({ days: 16, diesAt: 6 * DAY_ROWS });
    const { document, ranked, text } = await run(folder);
    // Of two places: before LTC is listed, while ETH trades, after it is gone.
    expect(await ranked(1.5 * DAY_ROWS)).toEqual(["BTC/USDT", "ETH/USDT"]);
    expect(await ranked(8 * DAY_ROWS)).toEqual(["BTC/USDT", "LTC/USDT"]);
    const lastCloseMs = rowMs(6 * DAY_ROWS);
    expect(document.gone).toEqual([
      {
        symbol: "ETH/USDT",
        strategyId: "holder",
        lastCloseMs,
        writtenOffMs: lastCloseMs + 7 * DAY_MS,
        cost: expect.any(String),
      },
    ]);
    const [gone] = document.gone;
    const trades = document.trades.filter(({ symbol }) => symbol === "ETH/USDT");
    expect(trades).toMatchObject([{ exitMs: gone?.writtenOffMs, exitPrice: "0", exitRole: "write-off" }]);
    expect(toNumber(trades[0]?.pnl ?? "0")).toBeCloseTo(-toNumber(gone?.cost ?? "0"), 0);
    expect(text).toMatch(
      /markets gone +ETH\/USDT: no candle since 2018-01-16 00:00; written off 2018-01-23 00:00, \d.* USDT lost/,
    );
  });

  it("counts at its last close where the backtest ends before that is certain, and is named", async () => {
    await using folder = await folderOf({ days: 10, diesAt: 6 * DAY_ROWS });
    const { document, text } = await run(folder);
    expect(document.gone).toMatchObject([{ symbol: "ETH/USDT", writtenOffMs: null }]);
    expect(text).toMatch(/ETH\/USDT: no candle since .*; held for .*, counted at its last close/);
  });

  it("is not gone while its venue is down for days", async () => {
    await using folder = await folderOf({ days: 16, diesAt: 16 * DAY_ROWS, hole: [5 * DAY_ROWS, 11 * DAY_ROWS] });
    expect((await run(folder)).document.gone).toEqual([]);
  });
});
