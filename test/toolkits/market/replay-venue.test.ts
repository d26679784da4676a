import { rename } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DataFolderError, DataFormatError, UnknownNameError } from "#schemas/errors.ts";
import { DAY_MS, MarketSymbol, type Timeframe, unixMs } from "#schemas/units.ts";
import { readCandleFile } from "#toolkits/market/files/candle-file.ts";
import { readCsvRows } from "#toolkits/market/files/csv-rows.ts";
import { openReplayFolder } from "#toolkits/market/replay/folder.ts";
import { parseTimeMs } from "#toolkits/market/replay/iso-time.ts";
import { createReplayVenue } from "#toolkits/market/replay-venue.ts";
import {
  CSV_HEADER,
  candleLines,
  csv,
  FIRST_OPEN_MS,
  FIVE_MINUTES_MS,
  temporaryFolder,
} from "../../support/candle-files.ts";

const { signal } = new AbortController();
const options = { timeframe: "5m", signal } as const;
const ETH = MarketSymbol.parse("ETH/BTC");
const openAt = (row: number): number => FIRST_OPEN_MS + row * FIVE_MINUTES_MS;
const line = (row: number, rest = "2,3,1,2,10"): string => `${openAt(row)},${rest}`;

async function open(files: Readonly<Record<string, string>>) {
  await using folder = await temporaryFolder(files);
  return await openReplayFolder(folder.dir, options);
}

const failure = (files: Readonly<Record<string, string>>): Promise<unknown> =>
  open(files).then(
    () => undefined,
    (error: unknown) => error,
  );

/** The message of the DataFormatError that one file of these lines causes. */
async function fault(lines: readonly string[]): Promise<string> {
  const error = await failure({ "ETH-BTC-5m.csv": csv(lines) });
  expect(error).toBeInstanceOf(DataFormatError);
  return (error as DataFormatError).message;
}

describe("a candle file", () => {
  test.each([
    ["text in a price", [line(0), line(1, "2,abc,1,2,10")], /^ETH-BTC-5m\.csv:3: high is "abc"\./],
    ["NaN", [line(0, "2,3,1,NaN,10")], /^ETH-BTC-5m\.csv:2: close is "NaN"\./],
    ["infinity", [line(0, "2,1e999,1,2,10")], /^ETH-BTC-5m\.csv:2: high is "1e999"\./],
    ["a hexadecimal price", [line(0, "2,0x10,1,2,10")], /:2: high is "0x10"\./],
    ["an empty cell", [line(0, "2,3,1,,10")], /^ETH-BTC-5m\.csv:2: close is ""\./],
    ["a negative volume", [line(0), line(1), line(2, "2,3,1,2,-1")], /:4: volume is -1\. Expected 0 or more\./],
    ["a price of zero", [line(0, "2,3,0,2,10")], /:2: low is 0\. Expected a price above 0\./],
    ["a negative price", [line(0, "-2,3,1,2,10")], /:2: open is -2\./],
    ["a low above the close", [line(0, "2,3,1.5,1.2,10")], /:2: low 1\.5 is above 1\.2\./],
    ["a high below the open", [line(0, "2,1.9,1,1.5,10")], /:2: high 1\.9 is below 2\./],
    ["rows out of order", [line(1), line(0)], /:3: 2018-01-10T00:00:00\.000Z comes after 2018-01-10T00:05:00\.000Z\./],
    ["two different rows for one time", [line(0), line(0, "2,3,1,2,11")], /:3: a second, different candle for 2018/],
    ["a time off the grid", [line(0), `${openAt(1) + 1},2,3,1,2,10`], /:3: timestamp \d+ is not on the 5m grid\./],
    ["seconds instead of milliseconds", [`${openAt(0) / 1000},2,3,1,2,10`], /:2: .* it looks like seconds\./],
    ["a time that is none", ["yesterday,2,3,1,2,10"], /:2: timestamp is "yesterday"\./],
    ["a missing column", [line(0, "2,3,1,2")], /:2: 5 columns\. Expected 6/],
    ["a column too many", [line(0), line(1, "2,3,1,2,10,7")], /:3: 7 columns\. Expected 6/],
    ["a quote that never closes", [line(0), '"1,2', line(2)], /^ETH-BTC-5m\.csv:\d+: not CSV/],
    ["no row below the header", [], /^ETH-BTC-5m\.csv:2: the file ends after its header; it holds no candle\./],
  ])("is refused for %s, by line", async (_hazard, lines, message) => {
    expect(await fault(lines)).toMatch(message);
  });

  test("is refused for another header, or none", async () => {
    const other = await failure({ "ETH-BTC-5m.csv": "time,open,high,low,close,volume\n" });
    expect(String(other)).toMatch(/ETH-BTC-5m\.csv:1: the header is "time,open/);
    expect(String(await failure({ "ETH-BTC-5m.csv": "" }))).toMatch(/ETH-BTC-5m\.csv:1: the file is empty\./);
  });

  test("counts lines as an editor does, with CRLF, a byte-order mark and blank lines", async () => {
    const text = `\uFEFF${[CSV_HEADER, line(0), "", line(1), line(2, "2,3,1,x,10")].join("\r\n")}\r\n`;
    expect(String(await failure({ "ETH-BTC-5m.csv": text }))).toMatch(/ETH-BTC-5m\.csv:5: close is "x"\./);
    const good = await open({ "ETH-BTC-5m.csv": text.replace(",x,", ",2,") });
    expect([...good.series(ETH).openMs]).toEqual([openAt(0), openAt(1), openAt(2)]);
  });

  test("collapses an identical repetition and notes it; notes each run of missing candles and each jump once", async () => {
    const lines = [line(0), line(0), line(0), line(1), line(4), line(5, "2,9,1,9,10")];
    const series = (await open({ "ETH-BTC-5m.csv": csv(lines) })).series(ETH);
    expect([...series.openMs]).toEqual([openAt(0), openAt(1), openAt(4), openAt(5)]);
    expect(series.notes.map(({ kind, atMs }) => [kind, atMs])).toEqual([
      ["duplicate", openAt(0)],
      ["hole", openAt(2)],
      ["jump", openAt(5)],
    ]);
  });

  test("keeps every digit of a price that a float wrote out in full", async () => {
    const rest = "0.00005330000000000001,0.0000534,5.33e-5,0.000053300000000000005,1e-8";
    const series = (await open({ "ETH-BTC-5m.csv": csv([line(0, rest)]) })).series(ETH);
    expect([series.open[0], series.low[0], series.volume[0]]).toEqual([0.00005330000000000001, 5.33e-5, 1e-8]);
  });

  test("reads ISO times as the same moments as epoch ms", async () => {
    const iso = ["2018-01-10T00:00:00Z", "2018-01-10 00:05:00", "2018-01-10T01:10:00+01:00"];
    const series = (await open({ "ETH-BTC-5m.csv": csv(iso.map((time) => `${time},2,3,1,2,10`)) })).series(ETH);
    expect([...series.openMs]).toEqual([openAt(0), openAt(1), openAt(2)]);
  });

  test("reads the same row by row as at one go", async () => {
    const name = { file: "ETH-BTC-5m.csv", symbol: ETH, timeframe: "5m", format: "csv" } as const;
    const number = fc.oneof(
      fc.double({ min: 1e-9, max: 1e9, noNaN: true }).map(String),
      fc.tuple(fc.nat(99_999), fc.stringMatching(/^[0-9]{1,30}$/)).map(([whole, decimals]) => `${whole}.${decimals}`),
      fc.constantFrom("5", "5.", ".5", "1e-7", "+2", "-1", "", ".", "1e999", "0x10", "-0", " 3"),
    );
    const row = fc.tuple(number, number, number, number, number).map((cells) => cells.join(","));
    const lines = fc.array(row, { minLength: 1, maxLength: 5 });
    const ending = fc.constantFrom("\n", "\r\n");
    const last = fc.boolean();
    await fc.assert(
      fc.asyncProperty(lines, ending, last, async (rows, end, closed) => {
        const text = [CSV_HEADER, ...rows.map((cells, at) => `${openAt(at)},${cells}`)].join(end) + (closed ? end : "");
        const bytes = Buffer.from(text);
        const outcome = (read: () => Promise<unknown>) => read().catch((error: unknown) => String(error));
        expect(await outcome(() => readCandleFile(name, bytes, { signal }))).toEqual(
          await outcome(() => readCsvRows(name, bytes, { signal })),
        );
      }),
      { numRuns: 150 },
    );
  });

  test("grows beyond its first columns without losing a row", async () => {
    const series = (await open({ "ETH-BTC-5m.csv": csv(candleLines({ count: 9000, price: 0.05 })) })).series(ETH);
    expect(series.openMs).toHaveLength(9000);
    expect(series.openMs.every((at, row) => at === openAt(row))).toBe(true);
    expect(series.close.at(8998)).toBe(series.open.at(8999));
  });
});

test("times of files: what Date reads in UTC, or null", () => {
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date(253_402_300_799_999), noInvalidDate: true }), (date) => {
      expect(parseTimeMs(date.toISOString())).toBe(date.getTime());
      expect(parseTimeMs(String(date.getTime()))).toBe(date.getTime());
    }),
  );
  for (const text of ["2018-02-29", "2018-13-01", "2018-01-10T24:00:00Z", "1969-12-31", "", "1.5e12", "2018-1-1"])
    expect(parseTimeMs(text)).toBeNull();
});

describe("a replay folder", () => {
  const candles = (count: number, price = 0.05): string => csv(candleLines({ count, price }));

  test("has one id for one content, whatever its path, and another after any change", async () => {
    const files = { "ETH-BTC-5m.csv": candles(30), "ETH-BTC-1h.csv": "not read", "security.json": '{"records":[]}' };
    const first = await open(files);
    expect(first.venueId).toMatch(/^replay:[0-9a-f]{12}$/);
    expect((await open(files)).venueId).toBe(first.venueId);
    expect((await open({ ...files, "README.md": "a note" })).venueId).toBe(first.venueId);
    for (const changed of [
      { ...files, "ETH-BTC-5m.csv": candles(31) },
      { ...files, "ETH-BTC-1h.csv": "not read either" },
      { ...files, "security.json": '{"records": []}' },
      { "LTC-BTC-5m.csv": files["ETH-BTC-5m.csv"], "ETH-BTC-1h.csv": "not read", "security.json": '{"records":[]}' },
    ])
      expect((await open(changed)).venueId).not.toBe(first.venueId);
  });

  test("lists all markets, and those with candles of the timeframe; the rest are empty, not unknown", async () => {
    const folder = await open({ "LTC-BTC-1h.csv": "", "ETH-BTC-5m.csv": candles(30) });
    expect(folder.symbols).toEqual(["ETH/BTC", "LTC/BTC"]);
    expect(folder.symbolsWithCandles).toEqual(["ETH/BTC"]);
    const LTC = MarketSymbol.parse("LTC/BTC");
    expect(folder.series(LTC).openMs).toHaveLength(0);
  });

  test("settles in its most frequent quote, alphabetical where two are as frequent", async () => {
    const tie = await open({ "ETH-USDT-5m.csv": candles(3), "ETH-BTC-5m.csv": candles(3) });
    expect(tie.defaultQuote).toBe("BTC");
    const files = { "ETH-USDT-5m.csv": candles(3), "LTC-USDT-5m.csv": candles(3), "ETH-BTC-5m.csv": candles(3) };
    expect((await open({ ...files, "A-BTC-1h.csv": "", "B-BTC-1h.csv": "" })).defaultQuote).toBe("USDT");
  });

  test("is warm at the close of the 250th candle of the first market to have so many", async () => {
    const late = candleLines({ count: 300, price: 1 }).slice(20);
    const folder = await open({ "ETH-BTC-5m.csv": csv(late), "LTC-BTC-5m.csv": candles(260) });
    expect(folder.range("BTC").warmStartMs).toBe(openAt(250));
    expect((await open({ "ETH-BTC-5m.csv": csv(late) })).range("BTC").warmStartMs).toBe(openAt(270));
    expect((await open({ "ETH-BTC-5m.csv": candles(249) })).range("BTC").warmStartMs).toBeNull();
  });

  test("ends, and warms up, with the markets of the quote that is settled in", async () => {
    const files = { "ETH-BTC-5m.csv": candles(260), "LTC-BTC-5m.csv": candles(255), "ETH-USDT-5m.csv": candles(900) };
    const folder = await open(files);
    expect(folder.range("BTC")).toEqual({ warmStartMs: openAt(250), lastCloseMs: openAt(260) });
    expect(folder.range("USDT")).toEqual({ warmStartMs: openAt(250), lastCloseMs: openAt(900) });
    expect(() => folder.range("EUR")).toThrow(/no candles of this timeframe quoted in EUR.*one of BTC, USDT/);
  });

  test("names the first faulty file and the others, and runs on none of them", async () => {
    const bad = csv([line(0, "2,3,1,x,10")]);
    const error = await failure({ "A-BTC-5m.csv": candles(3), "B-BTC-5m.csv": bad, "C-BTC-5m.csv": bad });
    expect(error).toBeInstanceOf(DataFormatError);
    expect(error).toMatchObject({ where: "B-BTC-5m.csv:2", exitCode: 1 });
    expect(String(error)).toContain("1 more faulty: C-BTC-5m.csv");
  });

  test("does not read files of other timeframes as candles", async () => {
    const folder = await open({ "ETH-BTC-5m.csv": candles(3), "ETH-BTC-1m.csv": "no candles at all" });
    expect(folder.symbols).toEqual(["ETH/BTC"]);
    expect(folder.notes).toEqual(["1 file of 1m candles: not read"]);
  });

  test("notes files that it ignores, and refuses candles under a name that says nothing", async () => {
    const folder = await open({ "ETH-BTC-5m.csv": candles(3), "notes.txt": "x", "ETH-BTC-3m.csv": candles(3) });
    expect(folder.notes).toEqual([
      "ETH-BTC-3m.csv is ignored: its timeframe is none of 1m 5m 15m 1h 4h 1d",
      "notes.txt is ignored",
    ]);
    const error = await failure({ "ETH-BTC-5m.csv": candles(3), "ltcbtc.csv": candles(3) });
    expect(error).toBeInstanceOf(DataFolderError);
    expect(String(error)).toContain("Rename the file");
  });

  test("says what is there where it has nothing to run on", async () => {
    expect(String(await failure({ "README.md": "x" }))).toContain("holds no candle file");
    const other = await failure({ "ETH-BTC-1h.csv": "", "LTC-BTC-1d.csv": "" });
    expect(other).toBeInstanceOf(DataFolderError);
    expect(String(other)).toMatch(/holds no 5m candles.*It has 1d, 1h: choose one with --timeframe/);
    const missing = await openReplayFolder("/nowhere/at/all", options).catch((error: unknown) => error);
    expect(missing).toBeInstanceOf(DataFolderError);
    expect(String(missing)).toContain("/nowhere/at/all does not exist");
  });

  test("refuses a folder in the place of a candle file", async () => {
    await using folder = await temporaryFolder({ "ETH-BTC-5m.csv": candles(3) });
    await using other = await temporaryFolder({});
    await rename(other.dir, join(folder.dir, "LTC-BTC-5m.csv"));
    const error = await openReplayFolder(folder.dir, options).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(DataFolderError);
    expect(String(error)).toContain("LTC-BTC-5m.csv cannot be read (EISDIR)");
  });

  test("stops reading when the signal is aborted", async () => {
    await using folder = await temporaryFolder({ "ETH-BTC-5m.csv": candles(3) });
    const reason = new Error("the operator left");
    const aborted = { timeframe: "5m", signal: AbortSignal.abort(reason) } as const;
    expect(await openReplayFolder(folder.dir, aborted).catch((error: unknown) => error)).toBe(reason);
  });
});

describe("markets of a folder", () => {
  const files = {
    "ETH-BTC-5m.csv": csv(candleLines({ count: 3, price: 0.05 })),
    "BTC-USDT-5m.csv": csv(candleLines({ count: 3, price: 44_000 })),
    "SHIB-USDT-5m.csv": csv(candleLines({ count: 3, price: 0.0000123 })),
  };
  const market = async (symbol: string, extra: Readonly<Record<string, string>> = {}) =>
    (await open({ ...files, ...extra })).markets().find((one) => one.symbol === symbol);

  test("are assumed, and say so, where nothing is said of them", async () => {
    expect(await market("ETH/BTC")).toMatchObject({ tickSize: "0.00000001", minNotional: "0.0001", assumed: true });
    expect(await market("BTC/USDT")).toMatchObject({
      tickSize: "0.001",
      minQuantity: "0",
      maxQuantity: null,
      minNotional: "5",
      feeBps: null,
      assumed: true,
    });
    expect(await market("SHIB/USDT")).toMatchObject({ tickSize: "0.000000000001", stepSize: "0.00000001" });
  });

  test("are what markets.json says, whole or in part", async () => {
    const whole = {
      symbol: "ETH/BTC",
      tickSize: "0.00001",
      stepSize: 0.001,
      minNotional: "0.001",
      feeBps: 7.5,
      slippageBps: 2,
    };
    const said = { "markets.json": JSON.stringify({ markets: [whole, { symbol: "BTC/USDT", feeBps: 4 }] }) };
    expect(await market("ETH/BTC", said)).toMatchObject({ ...whole, stepSize: "0.001", assumed: false });
    expect(await market("BTC/USDT", said)).not.toHaveProperty("slippageBps");
    expect(await market("BTC/USDT", said)).toMatchObject({ feeBps: 4, tickSize: "0.001", assumed: true });
  });

  test.each([
    ["{", /^DataFormatError: markets\.json: not JSON/],
    ['{"markets":[{"symbol":"ETH/BTC","tickSize":"0"}]}', /markets\.json: markets\[0\]\.tickSize/],
    ['{"markets":[{"symbol":"ETH/BTC","feeBps":1001}]}', /markets\.json: markets\[0\]\.feeBps: .*1000/],
    ['{"markets":[{"symbol":"ETH/BTC","slippageBps":-1}]}', /markets\.json: markets\[0\]\.slippageBps/],
    ['{"markets":[{"symbol":"ethbtc"}]}', /markets\.json: markets\[0\]\.symbol: expected BASE\/QUOTE/],
    ['{"markets":[{"symbol":"ETH/BTC","tick":"1"}]}', /markets\.json: markets\[0\]/],
  ])("are refused with file and path: %s", async (text, message) => {
    expect(String(await failure({ ...files, "markets.json": text }))).toMatch(message);
  });

  test("that have no candles are noted", async () => {
    const folder = await open({ ...files, "markets.json": '{"markets":[{"symbol":"XYZ/BTC"}]}' });
    expect(folder.notes).toEqual(["markets.json names XYZ/BTC, which has no candle file; that entry is ignored"]);
  });
});

describe("a folder with shorter candles", () => {
  const minute = (n: number, price: number) =>
    `${openAt(0) + n * 60_000},${price},${price + 2},${price - 1},${price + 1},1`;
  const minutes = Array.from({ length: 14 }, (_, n) => minute(n, 100 + n));

  test("gives a market without a longer file the whole candles of its minutes, and says so", async () => {
    const files = {
      "BTC-USDT-1m.csv": csv(minutes),
      "ETH-USDT-5m.csv": csv(candleLines({ count: 3, price: 5, volume: 1 })),
    };
    await using kept = await temporaryFolder(files);
    const folder = await openReplayFolder(kept.dir, { timeframe: "5m", finer: "1m", signal });
    const [btc, eth] = ["BTC/USDT", "ETH/USDT"].map((name) => MarketSymbol.parse(name));
    if (btc === undefined || eth === undefined) return;
    const series = folder.series(btc);
    expect(series.openMs.length).toBe(2);
    expect([series.open[1], series.high[1], series.low[1], series.close[1], series.volume[1]]).toEqual([
      105, 111, 104, 110, 5,
    ]);
    expect(folder.series(btc, "1m").openMs.length).toBe(14);
    expect(folder.series(eth, "1m").openMs.length).toBe(0);
    expect(folder.notes).toContain("BTC/USDT has no file of 5m candles: put together from whole 1m candles");
  });
});

describe("the replay venue", () => {
  const files = { "ETH-BTC-5m.csv": csv(candleLines({ count: 400, price: 0.05, volume: 10 })), "LTC-BTC-1h.csv": "" };

  test("names the nearest markets of the folder for one it does not have", async () => {
    const venue = createReplayVenue(await open(files));
    const request = {
      symbol: MarketSymbol.parse("ETC/BTC"),
      timeframe: "5m",
      nowMs: unixMs(openAt(10)),
      fromMs: unixMs(openAt(5)),
    } as const;
    const asked = async () => venue.candles(request, { signal });
    const error = await asked().catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(UnknownNameError);
    expect(String(error)).toMatch(/ETC\/BTC is not in .*Expected one of ETH\/BTC, LTC\/BTC/);
  });

  test("refuses a shorter timeframe, and one of which it has files that were not read", async () => {
    const venue = createReplayVenue(await open(files));
    for (const timeframe of ["1m", "1h"] as const) {
      const request = { symbol: ETH, timeframe, nowMs: unixMs(openAt(10)), fromMs: unixMs(openAt(5)) };
      await expect(venue.candles(request, { signal })).rejects.toThrow(/opened for 5m candles, not 1[mh]/);
    }
  });

  test("serves a higher timeframe from its own file where there is one, else put together, and says so", async () => {
    const hours = csv([`${openAt(0)},1,3,1,2,7`, `${openAt(12)},2,3,1,2,7`]);
    const both = { ...files, "ETH-BTC-1h.csv": hours, "LTC-BTC-5m.csv": csv(candleLines({ count: 30, price: 1 })) };
    const { "LTC-BTC-1h.csv": _, ...named } = both;
    await using folder = await temporaryFolder(named);
    const opened = await openReplayFolder(folder.dir, { timeframe: "5m", higher: ["1h"], signal });
    expect(opened.venueId).toBe((await openReplayFolder(folder.dir, { timeframe: "5m", signal })).venueId);
    expect(opened.notes).toEqual(["LTC/BTC has no file of 1h candles: put together from whole 5m candles"]);
    const venue = createReplayVenue(opened);
    const at = (symbol: string) => ({
      symbol: MarketSymbol.parse(symbol),
      timeframe: "1h" as const,
      nowMs: unixMs(openAt(25)),
      fromMs: unixMs(0),
    });
    expect([...(await venue.candles(at("ETH/BTC"), { signal })).volume]).toEqual([7, 7]);
    const made = await venue.candles(at("LTC/BTC"), { signal });
    expect(made.openMs.length).toBe(2);
    expect(made.openMs[0]).toBe(Math.ceil(openAt(0) / 3_600_000) * 3_600_000);
    expect(
      (await venue.candles({ ...at("LTC/BTC"), nowMs: unixMs((made.openMs[1] ?? 0) + 3_599_999) }, { signal })).openMs,
    ).toHaveLength(1);
  });

  test("is warm where every timeframe that is needed is", async () => {
    const folder = await open({ "ETH-BTC-5m.csv": csv(candleLines({ count: 2000, price: 1 })) });
    const warm = (...needs: [Timeframe, number][]) => folder.range("BTC", new Map(needs)).warmStartMs;
    expect(warm()).toBe(openAt(250));
    expect(warm(["5m", 1120])).toBe(openAt(1120));
    expect(warm(["5m", 30], ["1h", 50])).toBe(openAt(600));
    expect(warm(["1h", 10])).toBe(openAt(250));
    expect(warm(["1d", 50])).toBeNull();
  });

  test("takes the value traded from the candles closed in the last 24 hours, no older and no later one", async () => {
    // Two candles are missing, so that 288 candles reach further back than a day.
    const lines = candleLines({ count: 400, price: 0.05, volume: 10 }).filter((_, row) => row !== 200 && row !== 201);
    const folder = await open({ "ETH-BTC-5m.csv": csv(lines) });
    const nowMs = unixMs(openAt(350) + 60_000);
    const [ticker] = await createReplayVenue(folder).tickers({ symbols: [ETH], nowMs }, { signal });
    const { openMs, close, volume } = folder.series(ETH);
    const inDay = (closeMs: number): boolean => closeMs <= nowMs && closeMs > nowMs - DAY_MS;
    const expected = openMs.reduce(
      (sum, at, row) => sum + (inDay(at + FIVE_MINUTES_MS) ? (close[row] ?? 0) * (volume[row] ?? 0) : 0),
      0,
    );
    expect(ticker?.quoteVolume).toBeCloseTo(expected, 9);
    const last = close[347];
    expect(ticker).toMatchObject({ atMs: openAt(350), bid: last, ask: last, last });
  });

  test("has no price for a market without candles, nor before the first close", async () => {
    const venue = createReplayVenue(await open(files));
    const LTC = MarketSymbol.parse("LTC/BTC");
    expect(await venue.tickers({ symbols: [LTC], nowMs: unixMs(openAt(10)) }, { signal })).toEqual([]);
    expect(await venue.tickers({ symbols: [ETH], nowMs: unixMs(openAt(1) - 1) }, { signal })).toEqual([]);
  });
});
