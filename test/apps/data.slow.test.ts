import { chmod, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BinanceServer, startBinanceServer } from "#bench/support/binance-server.ts";
import { MarketSymbol, unixMs } from "#schemas/units.ts";
import { csv } from "#test/support/candle-files.ts";
import { documentOf, emptyFolder, failureOf, runCli, type TemporaryFolder } from "#test/support/cli.ts";
import { LENGTH_MS, pastOf, recordedSource } from "#test/support/recorded-source.ts";
import { seededFolder, TWO_COINS } from "./market-files.ts";

// An exchange on loopback, through the unmodified client, on the system clock; its candles end a day ago.
const TO_MS = Math.floor(Date.now() / 86_400_000 - 1) * 86_400_000;
const CANDLES = 2 * 288;
const FROM_MS = TO_MS - CANDLES * LENGTH_MS;
const past = pastOf(FROM_MS, CANDLES, new Set([100, 101, 300]));
let venue: BinanceServer;
let folder: TemporaryFolder;
beforeAll(async () => {
  const { source } = recordedSource({ past: () => past, now: () => unixMs(Number.MAX_SAFE_INTEGER) });
  const symbols = ["BTC/USDT", "ETH/USDT", "UNI/USDT"].map((name) => MarketSymbol.parse(name));
  venue = await startBinanceServer({ candles: source.candles, nowMs: () => Date.now(), symbols });
  folder = await emptyFolder();
});
afterAll(async () => {
  await venue.close();
  await folder[Symbol.asyncDispose]();
});
const env = () => ({ DEEPTRADER_EXCHANGE_URL: venue.url });
const at = ["--from", String(FROM_MS), "--to", String(TO_MS)];
const download = (dir: string, ...args: string[]) =>
  documentOf(["data", "download", "--venue", "binance", "--data", dir, ...args], { env: env() });

describe("data download", () => {
  it("writes what freqtrade would, says what it did, and has nothing to do the second time", async () => {
    const dir = join(folder.dir, "new");
    const first = await download(dir, "--symbols", "btc,ETH/USDT", ...at);
    expect(first).toMatchObject({
      venue: "binance",
      timeframe: "5m",
      simulated: false,
      failed: [],
      markets: [
        { symbol: "BTC/USDT", file: "BTC_USDT-5m.feather", added: CANDLES - 3, candles: CANDLES - 3, fromMs: FROM_MS },
        { symbol: "ETH/USDT", added: CANDLES - 3, lastMs: TO_MS - LENGTH_MS },
      ],
    });
    const again = await download(dir, ...at);
    expect(again["markets"]).toMatchObject([{ added: 0 }, { added: 0 }]);
    expect(await readdir(dir)).toEqual(["BTC_USDT-5m.feather", "ETH_USDT-5m.feather"]);
    const list = await documentOf(["data", "list", "--data", dir]);
    expect(list).toMatchObject({
      sound: true,
      markets: [
        {
          symbol: "BTC/USDT",
          venue: "binance",
          format: "feather",
          candles: CANDLES - 3,
          missing: 3,
          gaps: [{ candles: 2 }, { candles: 1 }],
        },
        { symbol: "ETH/USDT" },
      ],
    });
  });

  it("names a market that the exchange does not have, and one that conflicts, and goes on with the others", async () => {
    const dir = join(folder.dir, "conflict");
    const wrong = await failureOf(["data", "download", "--venue", "binance", "--data", dir, "--symbols", "NOPE"], {
      env: env(),
    });
    expect([wrong.code, wrong.name]).toEqual([1, "UnknownNameError"]);
    await download(
      dir,
      "--symbols",
      "BTC,ETH",
      "--format",
      "csv",
      "--from",
      String(FROM_MS),
      "--to",
      String(TO_MS - 10 * LENGTH_MS),
    );
    const file = join(dir, "BTC-USDT-5m.csv");
    const lines = (await readFile(file, "utf8")).trim().split("\n");
    const cells = lines.at(-1)?.split(",") ?? [];
    await writeFile(file, `${[...lines.slice(0, -1), [...cells.slice(0, 5), "0.125"].join(",")].join("\n")}\n`);
    const result = await runCli(["data", "download", "--venue", "binance", "--data", dir, ...at, "--json"], {
      env: env(),
    });
    expect(result.code).toBe(1);
    expect(JSON.parse(result.stdout)).toMatchObject({
      markets: [{ symbol: "ETH/USDT", added: 10 }],
      failed: [{ symbol: "BTC/USDT", error: expect.stringMatching(/has volume 0\.125 here and \S+ at binance/) }],
    });
    expect((await readFile(file, "utf8")).trim().split("\n")).toHaveLength(lines.length);
  });

  it("refuses invented prices, a missing folder flag, wrong times, and a second process", async () => {
    const of = async (...args: string[]) => (await failureOf(["data", "download", ...args], { env: env() })).message;
    expect(await of("--data", folder.dir, "--symbols", "BTC")).toMatch(/Venue sim has nothing to download/);
    expect(await of("--venue", "binance")).toMatch(/without a folder.*--data DIR/);
    expect(await of("--venue", "binance", "--data", folder.dir, "--from", "soon")).toMatch(/--from is "soon"/);
    expect(await of("--venue", "binance", "--data", folder.dir, "--from", "2024-02-01", "--to", "2024-01-01")).toMatch(
      /not before the end/,
    );
    expect(await of("--venue", "binance", "--data", join(folder.dir, "none"))).toMatch(/No market was named/);
    await using taken = await emptyFolder();
    await writeFile(join(taken.dir, ".deeptrader-data.lock"), String(process.pid));
    expect(await of("--venue", "binance", "--data", taken.dir, "--symbols", "BTC")).toMatch(/Process \d+ is writing/);
    await writeFile(join(folder.dir, "a-file"), "x");
    expect(await of("--venue", "binance", "--data", join(folder.dir, "a-file"), "--symbols", "BTC")).toMatch(
      /is a file, no folder/,
    );
  });

  it.skipIf(process.getuid?.() === 0)("says that a folder cannot be written", async () => {
    await using closed = await emptyFolder();
    await chmod(closed.dir, 0o500);
    const { message } = await failureOf(
      ["data", "download", "--venue", "binance", "--data", closed.dir, "--symbols", "BTC"],
      { env: env() },
    );
    expect(message).toMatch(/may not be written by this user/);
  });
});

describe("data import and export", () => {
  it("make folders on which a backtest decides the same, in every format", async () => {
    await using source = await seededFolder(TWO_COINS);
    await using work = await emptyFolder();
    const lib = join(work.dir, "lib");
    expect(await documentOf(["data", "import", source.dir, "--data", lib])).toMatchObject({
      format: "feather",
      markets: [{ symbol: "BTC/USDT", timeframe: "5m", added: 1000, candles: 1000 }, { symbol: "ETH/USDT" }],
      failed: [],
    });
    const dirs = [source.dir, lib];
    for (const format of ["parquet", "csv", "feather", "json", "json.gz"]) {
      const out = join(work.dir, format);
      await documentOf(["data", "export", out, "--data", lib, "--format", format]);
      dirs.push(out);
    }
    const hashes = await Promise.all(
      dirs.map(async (dir) => (await documentOf(["backtest", "--venue", "replay", "--data", dir]))["decisionsHash"]),
    );
    expect(new Set(hashes).size).toBe(1);
    // A folder of freqtrade's older kind is imported like any other: all of it is there already.
    expect(await documentOf(["data", "import", join(work.dir, "json.gz"), "--data", lib])).toMatchObject({
      markets: [{ file: "BTC_USDT-5m.feather", added: 0, candles: 1000 }, { added: 0 }],
      failed: [],
    });
    const [own, there] = [join(work.dir, "csv", "BTC-USDT-5m.csv"), join(source.dir, "BTC-USDT-5m.csv")];
    const numbers = async (file: string) =>
      (await readFile(file, "utf8"))
        .trim()
        .split("\n")
        .slice(1)
        .map((line) => line.split(",").map(Number));
    expect(await numbers(own)).toEqual(await numbers(there));
  });

  it("refuse a candle that differs, and leave what is there", async () => {
    await using a = await emptyFolder();
    await using b = await emptyFolder();
    const rows = ["1515542400000,2,3,1,2,10", "1515542700000,2,3,1,2,10"];
    await writeFile(join(a.dir, "ETH-BTC-5m.csv"), csv(rows));
    await writeFile(join(b.dir, "ETH-BTC-5m.csv"), csv([rows[0] ?? "", "1515542700000,2,3,1,2.5,10"]));
    const result = await runCli(["data", "import", b.dir, "--data", a.dir, "--json"]);
    expect(result.code).toBe(1);
    expect(JSON.parse(result.stdout)).toMatchObject({
      markets: [],
      failed: [
        {
          file: "ETH-BTC-5m.csv",
          error: expect.stringMatching(/one candle differs: 2018-01-10T00:05:00.000Z has close 2\.5 here and 2 in/),
        },
      ],
    });
    expect(await readFile(join(a.dir, "ETH-BTC-5m.csv"), "utf8")).toBe(csv(rows));
    expect((await failureOf(["data", "import", a.dir, "--data", a.dir])).code).toBe(2);
    expect((await failureOf(["data", "export", b.dir, "--data", a.dir])).message).toMatch(
      /--format feather, parquet, csv/,
    );
  });
});

describe("data verify", () => {
  it("names everything that is wrong, and leaves with 1; gaps alone are not wrong", async () => {
    await using bad = await emptyFolder();
    const open = (row: number) => 1515542400000 + row * LENGTH_MS;
    const row = (at: number, rest = "2,2.1,1.9,2,10") => `${open(at)},${rest}`;
    await writeFile(
      join(bad.dir, "ETH-BTC-5m.csv"),
      csv([
        row(0),
        row(1, "2,3,1,x,10"),
        row(2),
        row(2, "2,2.1,1.9,2,11"),
        `${open(3) + 7},2,2.1,1.9,2,10`,
        row(6),
        row(7, "2,9,2,9,1"),
        row(8),
        `${Date.now() - (Date.now() % LENGTH_MS)},2,2.1,1.9,2,10`,
      ]),
    );
    await writeFile(join(bad.dir, "LTC_BTC-5m.feather"), "no such file");
    const result = await runCli(["data", "verify", "--data", bad.dir, "--json"]);
    expect(result.code).toBe(1);
    const { markets, sound } = JSON.parse(result.stdout) as {
      markets: { problems: { kind: string }[]; missing: number }[];
      sound: boolean;
    };
    expect(sound).toBe(false);
    expect(markets.map(({ problems }) => problems.map(({ kind }) => kind))).toEqual([
      ["value", "conflict", "time", "unclosed", "implausible"],
      ["file"],
    ]);
    const { stdout } = await runCli(["data", "verify", "--data", bad.dir]);
    expect(stdout).toMatch(/ETH-BTC-5m\.csv:3: close is "x"/);
    expect(stdout).toMatch(/6 problems/);
  });
});
