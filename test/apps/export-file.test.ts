import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { checkExportFile, exportFileOf, writeExportFile } from "#apps/export-file.ts";
import { type TradesToExport, tradesFileText } from "#apps/text/trades-file.ts";
import { UsageError } from "#schemas/errors.ts";
import { ClosedTrade } from "#schemas/portfolio.ts";
import { emptyFolder } from "#test/support/cli.ts";

const ENTRY_MS = Date.UTC(2018, 0, 10, 7, 15);
const trade = ClosedTrade.parse({
  symbol: "ETH/BTC",
  strategyId: "mean-reversion",
  quantity: "2",
  entryMs: ENTRY_MS,
  exitMs: ENTRY_MS + 45 * 60_000,
  entryPrice: "0.1",
  exitPrice: "0.11",
  exitRole: "stop-loss",
  exitReason: "stop-loss",
  entryTag: "dip",
  fees: [{ currency: "BTC", amount: "0.00042" }],
  pnl: "0.01958",
  returnPct: 10,
});
const given: TradesToExport = {
  trades: [trade, { ...trade, strategyId: "ema-cross", exitRole: "exit", exitReason: "crossed back" }],
  quote: "BTC",
  strategies: ["mean-reversion", "ema-cross", "breakout"],
  simulated: false,
  run: { timeframe: "5m", detail: "1m", startMs: ENTRY_MS - 1, endMs: ENTRY_MS + 1, startingCash: 1 },
};

/** What freqtrade's load_backtest_data takes out of a file: the columns that it has no default for, with their kinds. */
const FreqtradeTrade = z.object({
  pair: z.string(),
  stake_amount: z.number(),
  amount: z.number(),
  open_date: z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+00:00$/),
  close_date: z.string(),
  open_rate: z.number(),
  close_rate: z.number(),
  fee_open: z.number(),
  fee_close: z.number(),
  trade_duration: z.int(),
  profit_ratio: z.number(),
  profit_abs: z.number(),
  exit_reason: z.string(),
  initial_stop_loss_abs: z.number().nullable(),
  initial_stop_loss_ratio: z.number().nullable(),
  stop_loss_abs: z.number().nullable(),
  stop_loss_ratio: z.number().nullable(),
  min_rate: z.number().nullable(),
  max_rate: z.number().nullable(),
  is_open: z.boolean(),
  enter_tag: z.string(),
  leverage: z.number(),
  is_short: z.boolean(),
  open_timestamp: z.int(),
  close_timestamp: z.int(),
});
const Result = z.object({ strategy: z.record(z.string(), z.looseObject({ trades: z.array(FreqtradeTrade) })) });

describe("trades in a file", () => {
  it("in freqtrade's shape have every column that it reads, with profits as it defines them", () => {
    const { strategy } = Result.parse(JSON.parse(tradesFileText(given, "freqtrade")));
    expect(Object.keys(strategy)).toEqual(given.strategies);
    expect(strategy["breakout"]?.trades).toEqual([]);
    const [own] = strategy["mean-reversion"]?.trades ?? [];
    expect(own).toMatchObject({
      pair: "ETH/BTC",
      stake_amount: 0.2,
      open_date: "2018-01-10 07:15:00+00:00",
      trade_duration: 45,
      exit_reason: "stop_loss",
      enter_tag: "dip",
      open_timestamp: ENTRY_MS,
    });
    // 0.00042 of 0.42 turned over is 10 bps a side; freqtrade: what comes back after its fee over what went in with its fee.
    const fee = 0.001;
    expect(own?.fee_open).toBeCloseTo(fee, 12);
    expect(own?.profit_ratio).toBeCloseTo((0.22 * (1 - fee)) / (0.2 * (1 + fee)) - 1, 12);
    expect(own?.profit_abs).toBeCloseTo(0.22 * (1 - fee) - 0.2 * (1 + fee), 12);
    expect(strategy["ema-cross"]?.trades[0]?.exit_reason).toBe("crossed back");
  });

  it("a fee that is taken in coins counts at the entry's price", () => {
    const inCoins = { ...trade, fees: [{ currency: "ETH", amount: "0.002" }] };
    const { strategy } = Result.parse(JSON.parse(tradesFileText({ ...given, trades: [inCoins] }, "freqtrade")));
    expect(strategy["mean-reversion"]?.trades[0]?.fee_open).toBeCloseTo((0.002 * 0.1) / 0.42, 12);
  });

  it("as JSON and CSV are the trades themselves", () => {
    const json = z.object({ trades: z.array(ClosedTrade) }).parse(JSON.parse(tradesFileText(given, "json")));
    expect(json.trades).toEqual(given.trades);
    const [header, ...rows] = tradesFileText(given, "csv").trimEnd().split("\n");
    expect(header).toMatch(/^symbol,strategy,quantity,/);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toContain("ETH/BTC,mean-reversion,2,2018-01-10T07:15:00.000Z");
  });
});

describe("--export", () => {
  it("takes its format from the name unless told", () => {
    expect(exportFileOf({})).toBeNull();
    expect(exportFileOf({ export: "a.csv" })?.format).toBe("csv");
    expect(exportFileOf({ export: "a.json" })?.format).toBe("json");
    expect(exportFileOf({ export: "a.freqtrade.json" })?.format).toBe("freqtrade");
    expect(exportFileOf({ export: "a.json", exportFormat: "freqtrade" })?.format).toBe("freqtrade");
  });

  it.each([
    [{ export: "a.txt" }],
    [{ export: "" }],
    [{ export: "a.csv", exportFormat: "xml" }],
    [{ exportFormat: "csv" }],
  ])("refuses what says no file or no format: %o", (flags) => {
    expect(() => exportFileOf(flags)).toThrow(UsageError);
  });

  it("writes over a file, never over a folder, and leaves nothing beside it", async () => {
    await using folder = await emptyFolder();
    const file = join(folder.dir, "trades.csv");
    await writeFile(file, "old");
    expect(await writeExportFile({ file, format: "csv" }, given)).toBe(`2 closed trades in ${file} (csv)`);
    expect(await readFile(file, "utf8")).toBe(tradesFileText(given, "csv"));
    expect(await readdir(folder.dir)).toEqual(["trades.csv"]);
    const taken = join(folder.dir, "folder.csv");
    await mkdir(taken);
    await expect(checkExportFile({ file: taken, format: "csv" })).rejects.toThrow(/it is a folder/);
    await expect(writeExportFile({ file: taken, format: "csv" }, given)).rejects.toThrow(UsageError);
    await expect(checkExportFile({ file: join(folder.dir, "no", "a.csv"), format: "csv" })).rejects.toThrow(
      /there is no folder/,
    );
  });
});
