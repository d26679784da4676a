import { existsSync } from "node:fs";
import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DataFolderError } from "#schemas/errors.ts";
import type { CandleColumns } from "#schemas/market.ts";
import { MarketSymbol } from "#schemas/units.ts";
import { FIRST_OPEN_MS, temporaryFolder } from "#test/support/candle-files.ts";
import { sameBits } from "#test/support/recorded-columns.ts";
import { pastOf } from "#test/support/recorded-source.ts";
import { writeCandles } from "#toolkits/market/files/candle-file.ts";
import { candleFile, type FileFormat } from "#toolkits/market/files/file-names.ts";
import { lockFolder, openOrMakeFolder } from "#toolkits/market/history/data-folder.ts";
import { writeWhole } from "#toolkits/market/history/write-whole.ts";
import { openReplayFolder } from "#toolkits/market/replay/folder.ts";

const { signal } = new AbortController();
const options = { timeframe: "5m", signal } as const;
const [BTC, ETH] = ["BTC/USDT", "ETH/USDT"].map((name) => MarketSymbol.parse(name)) as [MarketSymbol, MarketSymbol];
const past = pastOf(FIRST_OPEN_MS, 60);

async function put(dir: string, symbol: MarketSymbol, format: FileFormat, rows: CandleColumns = past): Promise<void> {
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, candleFile(symbol, "5m", format).file), await writeCandles(format, rows));
}

describe("a folder of freqtrade's", () => {
  test("is a data folder as it is, with its trades, futures and other lengths left alone", async () => {
    await using folder = await temporaryFolder({ "BTC_USDT-trades.feather": "x", "BTC_USDT-30m.feather": "x" });
    await put(folder.dir, BTC, "feather");
    await mkdir(join(folder.dir, "futures"));
    const opened = await openReplayFolder(folder.dir, options);
    expect(sameBits(opened.series(BTC), past)).toBe(true);
    expect(opened.notes).toEqual([
      "BTC_USDT-30m.feather is ignored: its timeframe is none of 1m 5m 15m 1h 4h 1d",
      "BTC_USDT-trades.feather is ignored",
      "futures is ignored",
    ]);
  });

  test("above the folder of its only exchange is read from that one, and said", async () => {
    await using folder = await temporaryFolder({ "config.json": "{}" });
    await put(join(folder.dir, "binance"), BTC, "feather");
    await mkdir(join(folder.dir, "notes"));
    const opened = await openReplayFolder(folder.dir, options);
    expect(opened.dir).toBe(join(folder.dir, "binance"));
    expect(opened.notes).toEqual([`candles are read from ${opened.dir}`]);
    expect(opened.venueId).toBe((await openReplayFolder(opened.dir, options)).venueId);
  });

  test("above the folders of two exchanges is refused by their names: two venues are not one history", async () => {
    await using folder = await temporaryFolder({});
    for (const venue of ["binance", "kraken"]) await put(join(folder.dir, venue), BTC, "feather");
    const refused = openReplayFolder(folder.dir, options);
    await expect(refused).rejects.toThrow(DataFolderError);
    await expect(refused).rejects.toThrow(/candles in 2 folders: \S+binance, \S+kraken/);
  });

  test("with many files of another kind names some of them, in one line", async () => {
    const trades = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`C${at}_USDT-trades.feather`, ""]));
    await using folder = await temporaryFolder(trades);
    await put(folder.dir, BTC, "feather");
    const { notes } = await openReplayFolder(folder.dir, options);
    expect(notes).toEqual([expect.stringMatching(/^C0_USDT-trades\.feather, .* and 34 more files are ignored$/)]);
  });
});

describe("a market in several files", () => {
  test("is read from Feather before Parquet before CSV, and the others are named", async () => {
    await using folder = await temporaryFolder({});
    await put(folder.dir, BTC, "csv", pastOf(FIRST_OPEN_MS, 10));
    await put(folder.dir, BTC, "parquet", pastOf(FIRST_OPEN_MS, 20));
    await put(folder.dir, ETH, "csv");
    const parquet = await openReplayFolder(folder.dir, options);
    expect(parquet.series(BTC).openMs.length).toBe(20);
    expect(parquet.series(ETH).openMs.length).toBe(60);
    expect(parquet.notes).toEqual(["BTC-USDT-5m.csv is not read: BTC_USDT-5m.parquet holds the same market"]);
    await put(folder.dir, BTC, "feather");
    expect((await openReplayFolder(folder.dir, options)).series(BTC).openMs.length).toBe(60);
  });

  test("of one format is refused", async () => {
    await using folder = await temporaryFolder({});
    await put(folder.dir, BTC, "csv");
    await writeFile(join(folder.dir, "BTC_USDT-5m.csv"), await writeCandles("csv", past));
    await expect(openReplayFolder(folder.dir, options)).rejects.toThrow(
      /holds BTC\/USDT 5m twice: BTC-USDT-5m\.csv and BTC_/,
    );
  });
});

describe("a folder that is written", () => {
  test("has a file whole or not at all", async () => {
    await using folder = await temporaryFolder({ "a.feather": "before" });
    await mkdir(join(folder.dir, ".b.feather.new"));
    await expect(writeWhole(folder.dir, "b.feather", Buffer.from("after"))).rejects.toThrow(DataFolderError);
    await writeWhole(folder.dir, "a.feather", Buffer.from("after"));
    expect(await readdir(folder.dir)).toEqual([".b.feather.new", "a.feather"]);
  });

  test.skipIf(!existsSync("/dev/full"))("says that the disk is full, and keeps what was there", async () => {
    await using folder = await temporaryFolder({ "a.feather": "before" });
    await symlink("/dev/full", join(folder.dir, ".a.feather.new"));
    const refused = writeWhole(folder.dir, "a.feather", Buffer.from("after"));
    await expect(refused).rejects.toThrow(
      /a\.feather cannot be written: the disk is full.*what was downloaded is kept/,
    );
    expect(await readdir(folder.dir)).toEqual(["a.feather"]);
  });

  test("belongs to one process; a lock of one that is gone is taken over", async () => {
    await using folder = await temporaryFolder({});
    {
      await using _lock = await lockFolder(folder.dir);
      await expect(lockFolder(folder.dir)).rejects.toThrow(new RegExp(`Process ${process.pid} is writing`));
    }
    await writeFile(join(folder.dir, ".deeptrader-data.lock"), "999999999");
    await using _taken = await lockFolder(folder.dir);
    await openOrMakeFolder(join(folder.dir, "deep", "er"));
  });
});
