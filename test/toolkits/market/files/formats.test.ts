import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import {
  CompressionType,
  compressionRegistry,
  RecordBatchFileWriter,
  tableFromArrays,
  tableFromIPC,
} from "apache-arrow";
import fc from "fast-check";
import lz4 from "lz4js";
import { describe, expect, test } from "vitest";
import { DataFormatError } from "#schemas/errors.ts";
import { candleColumns } from "#schemas/market.ts";
import { MarketSymbol } from "#schemas/units.ts";
import { FIRST_OPEN_MS, FIVE_MINUTES_MS } from "#test/support/candle-files.ts";
import { anyColumns, fixtureColumns, sameBits } from "#test/support/recorded-columns.ts";
import { readCandleFile, writeCandles } from "#toolkits/market/files/candle-file.ts";
import { readFeather, writeFeather } from "#toolkits/market/files/feather.ts";
import { candleFile, FILE_FORMATS, type FileFormat, namedFile } from "#toolkits/market/files/file-names.ts";
import { decompressFrame } from "#toolkits/market/files/lz4-frame.ts";
import { readParquet, writeParquet } from "#toolkits/market/files/parquet.ts";

const { signal } = new AbortController();
const ETH = MarketSymbol.parse("ETH/BTC");
const fixture = (file: string) => readFile(join(import.meta.dirname, "../../../fixtures/candles", file));
const ofFormat = (format: FileFormat) => candleFile(ETH, "5m", format);
const faultOf = (read: () => unknown): string => {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(DataFormatError);
    return String(error);
  }
  return "no fault";
};

describe("files of another program", () => {
  test.each(["lz4-ns.feather", "zstd-us.feather"])("%s is read to the bit", async (file) => {
    expect(sameBits(readFeather(file, await fixture(file)).columns, fixtureColumns())).toBe(true);
  });

  test.each(["snappy-us.parquet", "zstd-ms.parquet"])("%s is read to the bit", async (file) => {
    expect(sameBits(await readParquet(file, await fixture(file)), fixtureColumns())).toBe(true);
  });

  test("an LZ4 file that is cut or broken is refused, not read as other prices", async () => {
    const bytes = await fixture("lz4-ns.feather");
    const name = ofFormat("feather");
    const whole = readFeather("whole", bytes).columns;
    for (let at = 0; at < bytes.length; at += 7) {
      const outcome = await readCandleFile(name, bytes.subarray(0, at), { signal }).catch((error: unknown) => error);
      expect([at, outcome instanceof DataFormatError || sameBits(outcome as typeof whole, whole)]).toEqual([at, true]);
    }
  });

  test("freqtrade's JSON rows are candles, gzipped or not, and anything else is refused by what it is", async () => {
    const rows = [0, 1, 2].map((row) => [FIRST_OPEN_MS + row * FIVE_MINUTES_MS, 1.1, 1.3, 0.9, 1.2 + row / 100, 7]);
    const text = Buffer.from(JSON.stringify(rows));
    for (const [file, bytes] of [
      ["ETH_BTC-5m.json", text],
      ["ETH_BTC-5m.json.gz", gzipSync(text)],
    ] as const) {
      const name = namedFile(file);
      if (name?.kind !== "market") throw new Error(`${file} is no candle file by its name`);
      const series = await readCandleFile(name, bytes, { signal });
      expect([name.symbol, [...series.openMs], [...series.close]]).toEqual([
        ETH,
        rows.map(([openMs]) => openMs),
        [1.2, 1.21, 1.22],
      ]);
      const refused = (content: Uint8Array) =>
        expect(readCandleFile(name, content, { signal }).catch(String)).resolves.toMatch(/^DataFormatError: ETH_BTC/);
      await refused(bytes.subarray(0, bytes.length - 9));
      for (const other of [
        {},
        [],
        [1],
        [[...(rows[0] ?? []), 0]],
        [["a", 1, 1, 1, 1, 1]],
        [[FIRST_OPEN_MS, null, 1, 1, 1, 1]],
      ]) {
        const content = Buffer.from(JSON.stringify(other));
        await refused(file.endsWith("gz") ? gzipSync(content) : content);
      }
    }
    expect(namedFile("ETH_BTC-trades.json.gz")).toBeNull();
    expect(namedFile("ETH_BTC_BTC-1h-futures.json")).toBeNull();
    expect(namedFile("ETH_BTC-7m.json.gz")).toEqual({ kind: "timeframe", file: "ETH_BTC-7m.json.gz" });
  });

  test("trades, and columns with holes, are refused by what they hold", async () => {
    const trades = tableFromArrays({ timestamp: BigInt64Array.of(1n), price: Float64Array.of(1), side: ["buy"] });
    const bytes = RecordBatchFileWriter.writeAll(trades).toUint8Array(true);
    expect(faultOf(() => readFeather("T", bytes))).toMatch(
      /^DataFormatError: T: its columns are timestamp, price, side\./,
    );
    const empty = tableFromArrays({
      date: BigInt64Array.of(1n, 2n),
      open: [1, null],
      high: [1, 1],
      low: [1, 1],
      close: [1, 1],
      volume: [1, 1],
    });
    const holed = RecordBatchFileWriter.writeAll(empty).toUint8Array(true);
    expect(faultOf(() => readFeather("T", holed))).toMatch(/T: 1 cells of open are empty/);
    expect(faultOf(() => readFeather("T", Buffer.from("FEA1 is the first Feather")))).toMatch(/T: not a Feather file/);
    await expect(readParquet("T", Buffer.from("PAR1"))).rejects.toThrow(/T: not a Parquet file/);
  });
});

describe("files that are written", () => {
  test.each(FILE_FORMATS)("%s reads back every value to the bit", async (format) => {
    await fc.assert(
      fc.asyncProperty(anyColumns, async (columns) => {
        const bytes = await writeCandles(format, columns);
        const read = await readCandleFile(ofFormat(format), bytes, { signal });
        expect(sameBits(read, columns)).toBe(true);
        // A whole series is written as its columns.
        expect(Buffer.compare(await writeCandles(format, read), bytes)).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  test("Feather is not compressed: apache-arrow 21.2.0 states a wrong length before a compressed buffer", () => {
    const bytes = Buffer.from(writeFeather(fixtureColumns(), "a note"));
    expect(bytes.indexOf(Buffer.from(fixtureColumns().close.buffer))).toBeGreaterThan(0);
    expect(readFeather("own", bytes).note).toBe("a note");
    const names = tableFromIPC(bytes).schema.fields.map(({ name, type }) => `${name} ${type}`);
    expect(names).toEqual([
      "date Timestamp<NANOSECOND, UTC>",
      ...["open", "high", "low", "close", "volume"].map((name) => `${name} Float64`),
    ]);
    // Once it states the right one, files may be compressed.
    compressionRegistry.set(CompressionType.LZ4_FRAME, { encode: lz4.compress, decode: decompressFrame });
    const zeros = tableFromArrays({ only: new Float64Array(1000) });
    const packed = Buffer.from(
      RecordBatchFileWriter.writeAll(zeros, { compressionType: CompressionType.LZ4_FRAME }).toUint8Array(true),
    );
    const frame = packed.indexOf(Buffer.of(0x04, 0x22, 0x4d, 0x18));
    expect(packed.readBigInt64LE(frame - 8)).not.toBe(8000n);
  });

  test("Parquet says that its times are UTC, in ms", () => {
    const text = Buffer.from(writeParquet(fixtureColumns())).toString("latin1");
    for (const name of ["date", "open", "high", "low", "close", "volume"]) expect(text).toContain(name);
  });

  test("LZ4 frames are read as they are written, whatever they hold", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 3000 }), fc.nat(40), (bytes, times) => {
        const content = Buffer.concat(Array.from({ length: times + 1 }, () => bytes));
        expect(Buffer.compare(decompressFrame(lz4.compress(content)), content)).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});

describe("a row that is no candle", () => {
  const columns = candleColumns((field) =>
    field === "openMs" ? Float64Array.of(FIRST_OPEN_MS, FIRST_OPEN_MS + FIVE_MINUTES_MS) : Float64Array.of(1, 1),
  );
  test.each([
    ["a price that is no number", { close: Number.NaN }, /row 2: close is NaN\. Expected a finite number/],
    ["infinity", { high: Number.POSITIVE_INFINITY }, /row 2: high is Infinity/],
    ["a price of zero", { low: 0 }, /row 2: low is 0\. Expected a price above 0/],
    ["a low above the open", { low: 2 }, /row 2: low 2 is above 1/],
    ["a negative volume", { volume: -1 }, /row 2: volume is -1/],
    ["a time off the grid", { openMs: FIRST_OPEN_MS + 1 }, /row 2: timestamp \d+ is not on the 5m grid/],
    ["seconds", { openMs: FIRST_OPEN_MS / 1000 }, /row 2: .*it looks like seconds/],
    ["a row out of order", { openMs: FIRST_OPEN_MS - FIVE_MINUTES_MS }, /row 2: .* comes after/],
    ["two different rows for one time", { openMs: FIRST_OPEN_MS, volume: 2 }, /row 2: a second, different candle/],
  ])("%s is named with its row, in Feather and in Parquet", async (_hazard, wrong, message) => {
    const broken = candleColumns((field) =>
      Float64Array.of(columns[field][0] ?? 0, { ...columns, ...wrong }[field] as number),
    );
    const at = (field: keyof typeof columns) =>
      field in wrong ? (wrong as Record<string, number>)[field] : columns[field][1];
    for (const field of Object.keys(columns) as (keyof typeof columns)[]) broken[field][1] = at(field) ?? Number.NaN;
    for (const format of ["feather", "parquet"] as const) {
      const read = readCandleFile(ofFormat(format), await writeCandles(format, broken), { signal });
      await expect(read).rejects.toThrow(message);
    }
  });
});

test("names of files, ours and freqtrade's", () => {
  const named = (file: string) => {
    const found = namedFile(file);
    return found?.kind === "market" ? `${found.symbol} ${found.timeframe} ${found.format}` : (found?.kind ?? null);
  };
  expect(named("BTC-USDT-5m.csv")).toBe("BTC/USDT 5m csv");
  expect(named("BTC_USDT-5m.feather")).toBe("BTC/USDT 5m feather");
  expect(named("1INCH_USDT-1h.parquet")).toBe("1INCH/USDT 1h parquet");
  expect(named("A_B_USDT-1d.feather")).toBe("A_B/USDT 1d feather");
  expect(named("BTC_USDT-30m.feather")).toBe("timeframe");
  for (const other of ["BTC_USDT-trades.feather", "BTC_USDT_USDT-1h-futures.feather", "btc_usdt-5m.feather", "x.csv"])
    expect([other, named(other)]).toEqual([other, null]);
  for (const format of FILE_FORMATS) expect(namedFile(ofFormat(format).file)).toMatchObject({ symbol: ETH, format });
});
