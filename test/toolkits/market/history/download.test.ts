import { readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { untilAborted } from "#schemas/abort.ts";
import { DataFolderError, DataFormatError, VenuePausedError } from "#schemas/errors.ts";
import type { CandleColumns } from "#schemas/market.ts";
import { MarketSymbol, type UnixMs, unixMs } from "#schemas/units.ts";
import { FIRST_OPEN_MS, temporaryFolder } from "#test/support/candle-files.ts";
import { sameBits } from "#test/support/recorded-columns.ts";
import {
  GRACE_MS,
  LENGTH_MS,
  pastOf,
  recordedSource,
  type SourceInput,
  silence,
} from "#test/support/recorded-source.ts";
import { candleFile, type FileFormat } from "#toolkits/market/files/file-names.ts";
import { type DownloadDeps, downloadMarket } from "#toolkits/market/history/download-market.ts";
import { partPath } from "#toolkits/market/history/part-file.ts";
import { rowsWithin } from "#toolkits/market/history/rows.ts";
import { readStored, writeStored } from "#toolkits/market/history/stored-market.ts";

const { signal } = new AbortController();
const symbol = MarketSymbol.parse("ETH/USDT");
const openAt = (row: number): UnixMs => unixMs(FIRST_OPEN_MS + row * LENGTH_MS);
const nameOf = (format: FileFormat = "feather") => candleFile(symbol, "5m", format);
const NAME = nameOf();

interface Run extends Partial<Pick<DownloadDeps, "pieceCandles" | "again" | "sleep">>, Partial<SourceInput> {
  readonly from?: number;
  readonly to: number;
  readonly format?: FileFormat;
}

/** The lock on the market is held by one process here: its beats never come. */
const withoutBeats =
  (sleep: DownloadDeps["sleep"]): DownloadDeps["sleep"] =>
  (ms, options) =>
    options.signal !== signal ? untilAborted(new Promise(() => {}), options.signal) : sleep(ms, options);

/** One process that downloads rows `from` to `to` of the past; the clock stands shortly after the last of them. */
async function download(dir: string, past: CandleColumns, { from = 0, to, format = "feather", ...run }: Run) {
  const now = () => unixMs(openAt(to) + GRACE_MS + 1);
  const { source, calls } = recordedSource({ past: () => past, now, ...run });
  const name = nameOf(format);
  const request = { symbol, timeframe: "5m", fromMs: openAt(from), toMs: openAt(to) } as const;
  const deps = { source, dir, name, now, pieceCandles: 10, ...run, sleep: withoutBeats(run.sleep ?? (async () => {})) };
  return { ...(await downloadMarket(deps, request, { signal })), calls };
}

const stored = async (dir: string, name = NAME) => (await readStored(dir, name, { signal })).rows;
const isWhole = async (dir: string, past: CandleColumns, from: number, to: number): Promise<boolean> =>
  sameBits(await stored(dir), rowsWithin(past, openAt(from), openAt(to)));

describe("a download", () => {
  test("has every candle of the range once, holes as they are, and leaves nothing beside the file", async () => {
    await using folder = await temporaryFolder({});
    const past = pastOf(
      FIRST_OPEN_MS,
      200,
      new Set([3, 40, 41, 42, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72]),
    );
    const { added } = await download(folder.dir, past, { from: 2, to: 150 });
    expect(added).toBe(148 - 17);
    expect(await isWhole(folder.dir, past, 2, 150)).toBe(true);
    expect(await readdir(folder.dir)).toEqual([NAME.file]);
  });

  test("asks only for what is missing, before and behind, and for a candle at each seam", async () => {
    await using folder = await temporaryFolder({});
    const past = pastOf(FIRST_OPEN_MS, 200);
    await download(folder.dir, past, { from: 50, to: 100 });
    const behind = await download(folder.dir, past, { from: 50, to: 120 });
    expect(behind.added).toBe(20);
    expect(behind.calls.map(({ fromMs }) => fromMs)).toEqual([openAt(99), openAt(109)]);
    const ahead = await download(folder.dir, past, { from: 30, to: 120 });
    expect(ahead.added).toBe(20);
    expect(Math.max(...ahead.calls.map(({ nowMs }) => nowMs))).toBeLessThan(openAt(52));
    expect(await isWhole(folder.dir, past, 30, 120)).toBe(true);
    expect((await download(folder.dir, past, { from: 30, to: 120 })).calls).toEqual([]);
  });

  test("remembers that a market has no earlier candle, and does not walk through years without one", async () => {
    await using folder = await temporaryFolder({});
    const past = pastOf(openAt(288 * 80), 3000);
    const first = await download(folder.dir, past, { from: 0, to: 288 * 80 + 3000, pieceCandles: 1000 });
    expect(first.added).toBe(3000);
    expect(first.calls.length).toBeLessThan(8);
    expect((await download(folder.dir, past, { from: 0, to: 288 * 80 + 3000 })).calls).toEqual([]);
  });

  test("says what a venue no longer keeps, and begins with what it does", async () => {
    await using folder = await temporaryFolder({});
    const past = pastOf(FIRST_OPEN_MS, 5000);
    const { added, notes } = await download(folder.dir, past, { to: 5000, keeps: 720, pieceCandles: 1000 });
    expect(added).toBe(720);
    expect(notes).toEqual([expect.stringMatching(/^binance keeps no 5m candles of ETH\/USDT from before 2018-/)]);
    // Asked for again, also where it is not far back: nothing is to be had, and the file claims no more than it knows.
    for (const from of [0, 4000]) {
      const again = await download(folder.dir, past, { from, to: 5000, keeps: 720 });
      expect([again.added, again.calls.length, again.notes.length]).toEqual([0, 1, 1]);
      expect((await readStored(folder.dir, NAME, { signal })).note?.askedFromMs).toBe(openAt(4280));
    }
    const later = pastOf(FIRST_OPEN_MS, 7000);
    const gap = await download(folder.dir, later, { from: 4280, to: 7000, keeps: 720, pieceCandles: 3000 });
    expect(gap.notes).toEqual([
      expect.stringMatching(/^binance no longer keeps the candles from .* they are missing$/),
    ]);
    expect((await stored(folder.dir)).openMs.length).toBe(1440);
  });

  test("never has a candle that has not closed, whatever --to says", async () => {
    await using folder = await temporaryFolder({});
    const past = pastOf(FIRST_OPEN_MS, 200);
    await download(folder.dir, past, { to: 100, now: () => unixMs(openAt(90) + GRACE_MS - 1) });
    expect(await isWhole(folder.dir, past, 0, 89)).toBe(true);
  });

  test("goes on in the format of the file that is there", async () => {
    for (const format of ["csv", "parquet"] as const) {
      await using folder = await temporaryFolder({});
      const past = pastOf(FIRST_OPEN_MS, 200);
      await writeStored(folder.dir, nameOf(format), { rows: rowsWithin(past, openAt(0), openAt(50)), note: null });
      await download(folder.dir, past, { to: 200, format });
      expect(sameBits(await stored(folder.dir, nameOf(format)), past)).toBe(true);
    }
  });

  test("waits where the venue is silent, and gives up with what it has", async () => {
    await using folder = await temporaryFolder({});
    const past = pastOf(FIRST_OPEN_MS, 200);
    const waits: number[] = [];
    const sleep = async (ms: number) => void waits.push(ms);
    const before = (call: number) => {
      if (call === 1 || call === 4 || call >= 8) throw silence();
    };
    await expect(download(folder.dir, past, { to: 200, before, sleep })).rejects.toThrow(/silent/);
    expect(waits).toEqual([5_000, 5_000, 5_000, 20_000, 60_000]);
    const { resumedAtMs, calls } = await download(folder.dir, past, { to: 200 });
    expect([resumedAtMs, calls[0]?.fromMs]).toEqual([openAt(40), openAt(39)]);
    expect(await isWhole(folder.dir, past, 0, 200)).toBe(true);
  });

  test("leaves a venue alone until the moment that it has said, however often it says so", async () => {
    await using folder = await temporaryFolder({});
    const past = pastOf(FIRST_OPEN_MS, 20);
    const nowMs = openAt(20) + GRACE_MS + 1;
    const waits: number[] = [];
    const sleep = async (ms: number) => void waits.push(ms);
    const before = (call: number) => {
      if (call <= 6) throw new VenuePausedError({ untilMs: nowMs + call * 1000, was: "asked too often" });
    };
    const { added } = await download(folder.dir, past, { to: 20, before, sleep });
    expect(added).toBe(20);
    expect(waits).toEqual([1000, 2000, 3000, 4000, 5000, 6000]);
  });
});

describe("a download that meets other candles than it has", () => {
  const changed = (past: CandleColumns, row: number): CandleColumns => ({
    ...past,
    close: past.close.map((value, at) => (at === row ? value + 0.25 : value)),
    high: past.high.map((value, at) => (at === row ? value + 0.25 : value)),
  });

  test("behind the file: names both values, and the file stays as it is", async () => {
    await using folder = await temporaryFolder({});
    const past = pastOf(FIRST_OPEN_MS, 200);
    await download(folder.dir, past, { to: 100 });
    const refused = download(folder.dir, changed(past, 99), { to: 200 });
    await expect(refused).rejects.toThrow(
      /ETH\/USDT 5m: the candle 2018-\S+ has high \S+ here and \S+ at binance.*--again/,
    );
    expect(await isWhole(folder.dir, past, 0, 100)).toBe(true);
  });

  test("in the part of a download that was cut short", async () => {
    await using folder = await temporaryFolder({});
    const past = pastOf(FIRST_OPEN_MS, 200);
    const before = (call: number) => {
      if (call > 5) throw new Error("killed");
    };
    await expect(download(folder.dir, past, { to: 200, before })).rejects.toThrow("killed");
    await expect(download(folder.dir, changed(past, 39), { to: 200 })).rejects.toThrow(DataFormatError);
    expect(await readdir(folder.dir)).toEqual([`.${NAME.file}.part`]);
  });

  test("before the file", async () => {
    await using folder = await temporaryFolder({});
    const past = pastOf(FIRST_OPEN_MS, 200);
    await download(folder.dir, past, { from: 100, to: 200 });
    await expect(download(folder.dir, changed(past, 100), { to: 200 })).rejects.toThrow(DataFormatError);
    expect(await isWhole(folder.dir, past, 100, 200)).toBe(true);
  });

  test("takes the venue's with --again, and nothing but the range", async () => {
    await using folder = await temporaryFolder({});
    const past = pastOf(FIRST_OPEN_MS, 200);
    await download(folder.dir, past, { to: 200 });
    const other = changed(changed(past, 99), 20);
    await download(folder.dir, other, { from: 50, to: 200, again: true });
    expect(sameBits(await stored(folder.dir), changed(past, 99))).toBe(true);
    // A venue that has nothing takes nothing away.
    await download(folder.dir, rowsWithin(past, 0, 0), { from: 50, to: 200, again: true });
    expect((await stored(folder.dir)).openMs.length).toBe(200);
  });

  test("of another venue, by file and by part", async () => {
    await using folder = await temporaryFolder({});
    const past = pastOf(FIRST_OPEN_MS, 200);
    await writeStored(folder.dir, NAME, { rows: past, note: { venue: "kraken", askedFromMs: openAt(0) } });
    const refused = download(folder.dir, past, { to: 200 });
    await expect(refused).rejects.toThrow(/holds candles of kraken, not of binance/);
    await expect(refused).rejects.toThrow(DataFolderError);
  });
});

describe("a process that dies", () => {
  // Each round of a case is a process: it dies at a call of its own, and the disk may have kept only a part of what it wrote last.
  test("leaves what the next goes on with: no gap, no candle twice, wherever it died", async () => {
    const life = fc.record({
      diesAt: fc.integer({ min: 1, max: 8 }),
      torn: fc.nat(700),
      to: fc.integer({ min: 30, max: 200 }),
    });
    const holes = fc.uniqueArray(fc.nat(199), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(fc.array(life, { maxLength: 6 }), holes, fc.nat(60), async (lives, missing, from) => {
        await using folder = await temporaryFolder({});
        const past = pastOf(FIRST_OPEN_MS, 200, new Set(missing));
        for (const { diesAt, torn, to } of lives) {
          const before = (call: number) => {
            if (call >= diesAt) throw new Error("killed");
          };
          await download(folder.dir, past, { from, to, before }).catch((error: Error) =>
            expect(error.message).toBe("killed"),
          );
          const part = partPath(folder.dir, NAME.file);
          const bytes = await readFile(part).catch(() => null);
          if (bytes !== null) await truncate(part, Math.max(bytes.indexOf("\n") + 1, bytes.length - torn));
        }
        await download(folder.dir, past, { from, to: 200 });
        expect(await isWhole(folder.dir, past, from, 200)).toBe(true);
        expect(await readdir(folder.dir)).toEqual([NAME.file]);
      }),
      { numRuns: 150 },
    );
  });

  test("between the file and the removal of its part adds nothing twice", async () => {
    await using folder = await temporaryFolder({});
    const past = pastOf(FIRST_OPEN_MS, 200);
    const before = (call: number) => {
      if (call > 9) throw new Error("killed");
    };
    await expect(download(folder.dir, past, { to: 100, before })).rejects.toThrow("killed");
    const part = await readFile(partPath(folder.dir, NAME.file));
    await download(folder.dir, past, { to: 100 });
    await writeFile(partPath(folder.dir, NAME.file), part);
    expect((await download(folder.dir, past, { to: 120 })).added).toBe(20);
    expect(await isWhole(folder.dir, past, 0, 120)).toBe(true);
  });
});

test("a full disk, and a file in the place of the folder, are said by path", async () => {
  await using folder = await temporaryFolder({ "a-file": "x" });
  const past = pastOf(FIRST_OPEN_MS, 20);
  const { source } = recordedSource({ past: () => past, now: () => openAt(21) });
  const deps = { source, name: NAME, now: () => openAt(21), sleep: () => Promise.resolve() };
  const request = { symbol, timeframe: "5m", fromMs: openAt(0), toMs: openAt(20) } as const;
  const at = (dir: string) => downloadMarket({ ...deps, dir }, request, { signal });
  await expect(at(join(folder.dir, "a-file"))).rejects.toThrow(/a-file.* is a file, no folder/);
});
