import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { documentOf, failureOf, runCli, type TemporaryFolder } from "#test/support/cli.ts";
import { freshHome } from "#test/support/fresh-home.ts";
import { closeMsOf, seededFolder, seededRows, TWO_COINS, writeRows } from "./market-files.ts";

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await seededFolder(TWO_COINS);
});
afterAll(async () => {
  await folder[Symbol.asyncDispose]();
});

const replay = (dir: string): string[] => ["--venue", "replay", "--data", dir, "--timeframe", "5m"];
const BTC = { seed: 11, price: 20_000 };

describe("a replayed run", () => {
  const fromRow = (row: number): string[] => [...replay(folder.dir), "--as-of", String(closeMsOf(row))];

  it("ends by itself with the same decisions on any home, in a second run, and in the backtest", async () => {
    const args = [...fromRow(260), "--cycles", "110"];
    await using one = await freshHome();
    await using other = await freshHome();
    const runs = [
      await documentOf(["start", ...args], { home: one.dir }),
      await documentOf(["start", ...args], { home: one.dir }),
      await documentOf(["start", ...args, "--speed", "1e6"], { home: other.dir }),
      await documentOf(["backtest", ...args]),
    ];

    expect(runs[0]).toMatchObject({ cycles: 110, analyses: 220, simulated: false, security: "recorded" });
    // Otherwise equal hashes would say nothing.
    expect(runs[0]?.["fills"]).toBeGreaterThanOrEqual(2);
    expect(new Set(runs.map((run) => run["decisionsHash"])).size).toBe(1);
    expect(new Set(runs.map((run) => run["equity"])).size).toBe(1);
    for (const field of ["decisions", "refusals", "orders"]) {
      expect(runs[3]?.["metrics"]).toMatchObject({ [field]: runs[0]?.[field] });
    }
  });

  it("sends nothing at all while the halt file is there", async () => {
    const args = [...fromRow(260), "--cycles", "60"];
    await using home = await freshHome();
    await writeFile(join(home.dir, "halt"), "");
    const halted = await documentOf(["start", ...args], { home: home.dir });
    expect(halted).toMatchObject({ orders: 0, fills: 0, equity: "10000" });
    expect(halted["refusals"]).toBeGreaterThan(0);
    expect(halted["refusals"]).toBe(halted["decisions"]);
  });

  it("decides otherwise from another date", async () => {
    const [a, b] = await Promise.all([
      documentOf(["backtest", ...fromRow(260), "--cycles", "150"]),
      documentOf(["backtest", ...fromRow(420), "--cycles", "150"]),
    ]);
    expect(a["decisionsHash"]).not.toBe(b["decisionsHash"]);
  });

  it.each(["backtest", "start", "status", "sleep --once"])(
    "%s refuses a moment after the last candle in one line, naming both moments",
    async (command) => {
      await using home = await freshHome();
      const { code, name, message } = await failureOf([...command.split(" "), ...fromRow(5000)], { home: home.dir });
      expect([code, name]).toEqual([1, "DataFolderError"]);
      expect(message).toMatch(
        /^--as-of 2018-\S+Z lies beyond .* end at 2018-01-13 11:20 UTC\. Choose an earlier --as-of\.$/,
      );
    },
  );

  it("a start that fails before its first slot does not become the run that is looked at", async () => {
    await using home = await freshHome();
    const at = { home: home.dir };
    const { run } = await documentOf(["start", ...fromRow(260), "--cycles", "2"], at);
    const failing: readonly (readonly [readonly string[], Readonly<Record<string, string>>])[] = [
      [fromRow(5000), {}],
      // Inside the last candle: there is a moment to stand at, and no slot left to run.
      [[...replay(folder.dir), "--as-of", "2018-01-13T11:20:01Z"], {}],
      [[...fromRow(260), "--cash", "0"], {}],
      [fromRow(260), { DEEPTRADER_WEBHOOK_URL: "http://example.com/secret" }],
      [fromRow(260), { DEEPTRADER_DEBATE_DAY_TOKENS: "200000", DEEPTRADER_SLEEP_MODEL: "openai/gpt-5" }],
    ];
    for (const [args, env] of failing) {
      expect((await failureOf(["start", ...args], { ...at, env })).code).toBeGreaterThan(0);
    }
    expect(await documentOf(["status", ...fromRow(260)], at)).toMatchObject({ run });
  });
});

describe("analyse --venue replay", () => {
  const analyse = (dir: string, row: number): Promise<Record<string, unknown>> =>
    documentOf(["analyse", "BTC/USDT", "--dry", ...replay(dir), "--as-of", new Date(closeMsOf(row)).toISOString()]);

  /** Where the window of row 799 begins: its open is a multiple of 200 candles since 1970. */
  const FIRST_ROW = 392;

  it("agrees with indicators computed here from the rows of the file", async () => {
    const document = await analyse(folder.dir, 799);
    const closes = (await readFile(join(folder.dir, "BTC-USDT-5m.csv"), "utf8"))
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => Number(line.split(",")[4]))
      .slice(FIRST_ROW, 800);

    const { rsiWilder, bollinger } = document["indicators"] as {
      rsiWilder: number;
      bollinger: { upper: number; middle: number; lower: number; percentB: number; bandwidth: number };
    };
    expect(Math.abs(rsiWilder - rsiOf(closes))).toBeLessThanOrEqual(1e-6);
    const bands = bandsOf(closes.slice(-20));
    for (const band of ["upper", "middle", "lower"] as const) {
      expect(Math.abs(bollinger[band] / bands[band] - 1)).toBeLessThanOrEqual(1e-9);
    }
    expect(document).toMatchObject({
      venue: "replay",
      symbol: "BTC/USDT",
      timeframe: "5m",
      asOfMs: closeMsOf(799),
      computedAtMs: closeMsOf(799),
      origin: "test-time",
      price: closes.at(-1),
      simulated: false,
      indicators: { candles: 800 - FIRST_ROW, warmup: "full", flat: false, windowStartMs: closeMsOf(FIRST_ROW - 1) },
      security: { verdict: "not-applicable" },
    });
  });

  it("says the same to the last byte after one more candle, or after a scrambled future", async () => {
    const rows = seededRows({ ...BTC, count: 700 });
    const at = ["analyse", "BTC", "--dry", "--json", "--as-of", String(closeMsOf(599))];
    const said: string[] = [];
    for (const after of [
      rows.slice(0, 600),
      rows.slice(0, 601),
      [...rows.slice(0, 600), ...seededRows({ seed: 9, price: 1, count: 700 }).slice(600)],
    ]) {
      await using cut = await seededFolder([]);
      await writeRows(cut.dir, "BTC-USDT-5m", after);
      said.push((await runCli([...at, ...replay(cut.dir)])).stdout);
    }
    expect(said[0]).toContain(`"asOfMs": ${closeMsOf(599)}`);
    expect(new Set(said).size).toBe(1);
  });

  it("notes an identical duplicate and a hole, and computes over them", async () => {
    await using holed = await seededFolder([]);
    const rows = seededRows({ ...BTC, count: 600 });
    await writeRows(holed.dir, "BTC-USDT-5m", [
      ...rows.slice(0, 400),
      ...rows.slice(410, 500),
      rows[499] ?? "",
      ...rows.slice(500),
    ]);
    const document = await analyse(holed.dir, 599);
    expect(document["indicators"]).toMatchObject({ candles: 398, filled: 10, warmup: "full" });
    expect((document["notes"] as { kind: string }[]).map(({ kind }) => kind).sort()).toEqual(["duplicate", "hole"]);
  });

  it("computes no value where too many of the newest 100 candles are missing", async () => {
    await using holed = await seededFolder([]);
    const rows = seededRows({ ...BTC, count: 600 });
    await writeRows(holed.dir, "BTC-USDT-5m", [...rows.slice(0, 520), ...rows.slice(536)]);
    expect((await analyse(holed.dir, 599))["indicators"]).toMatchObject({
      rsiWilder: null,
      bollinger: null,
      warmup: "insufficient",
      filled: 16,
    });
  });

  it("refuses a market whose newest candle is missing", async () => {
    const { code, message } = await failureOf([
      "analyse",
      "BTC",
      "--dry",
      ...replay(folder.dir),
      "--as-of",
      String(closeMsOf(1000)),
    ]);
    expect(code).toBe(1);
    expect(message).toMatch(/BTC\/USDT cannot be analysed: .*2018-01-13/);
  });
});

describe("a folder that is not as it should be", () => {
  const rows = seededRows({ ...BTC, count: 300 });
  const changed = (row: number, change: (cells: string[]) => string[]): string[] =>
    rows.map((line, at) => (at === row ? change(line.split(",")).join(",") : line));
  const other = (cells: readonly string[], at: number, text: string): string[] => cells.with(at, text);

  it.each([
    ["text in a price", changed(100, (cells) => other(cells, 1, "abc")), 102, /open is "abc"/],
    ["NaN", changed(100, (cells) => other(cells, 4, "NaN")), 102, /close is "NaN"/],
    ["a negative volume", changed(100, (cells) => other(cells, 5, "-5")), 102, /volume is -5/],
    ["a row out of order", [...rows.slice(0, 100), rows[101] ?? "", rows[100] ?? ""], 103, /ascending/],
    [
      "two different candles for one time",
      [...rows.slice(0, 101), (rows[100] ?? "").replace(/[^,]*$/, "7"), ...rows.slice(101)],
      103,
      /different candle/,
    ],
  ])("names file and line of %s", async (_, lines, line, what) => {
    await using bad = await seededFolder([]);
    await writeRows(bad.dir, "BTC-USDT-5m", lines);
    const { code, name, message } = await failureOf(["analyse", "BTC", "--dry", ...replay(bad.dir)]);
    expect([code, name]).toEqual([1, "DataFormatError"]);
    expect(message).toMatch(what);
    expect(message).toMatch(new RegExp(`BTC-USDT-5m\\.csv:${line}: .* Expected .*Correct`));
  });

  it("names the header it found and the one it expects", async () => {
    await using bad = await seededFolder([]);
    await writeRows(bad.dir, "BTC-USDT-5m", rows);
    const path = join(bad.dir, "BTC-USDT-5m.csv");
    await writeFile(path, (await readFile(path, "utf8")).replace("timestamp", "date"));
    const { code, message } = await failureOf(["analyse", "BTC", "--dry", ...replay(bad.dir)]);
    expect(code).toBe(1);
    expect(message).toMatch(/BTC-USDT-5m\.csv:1: .*"date,open.*Expected exactly timestamp,open/);
  });

  it.each([
    ["empty", (dir: string) => dir, /holds no candle file/],
    ["missing", (dir: string) => join(dir, "nowhere"), /does not exist/],
    ["a file", (dir: string) => join(dir, "BTC-USDT-5m.csv"), /cannot be read/],
  ])("is refused when it is %s", async (kind, path, what) => {
    await using bad = await seededFolder([]);
    if (kind === "a file") await writeRows(bad.dir, "BTC-USDT-5m", rows);
    const { code, name, message } = await failureOf(["analyse", "BTC", "--dry", ...replay(path(bad.dir))]);
    expect([code, name]).toEqual([1, "DataFolderError"]);
    expect(message).toMatch(what);
    expect(message).toMatch(/--data DIR/);
  });
});

const REAL = process.env["DEEPTRADER_REAL_DATA"];

// Recorded candles are not part of the repository: name a folder of them to run this.
describe.skipIf(REAL === undefined)("a folder of recorded candles (DEEPTRADER_REAL_DATA)", () => {
  it("is backtested to the same decisions twice", async () => {
    const args = ["backtest", ...replay(REAL ?? ""), "--cycles", "1000"];
    const [a, b] = [await documentOf(args), await documentOf(args)];
    expect(a["decisionsHash"]).toBe(b["decisionsHash"]);
    expect((a["metrics"] as { slots: number }).slots).toBe(1000);
  });
});

/** Wilder 1978: seed is the mean of the first 14 changes, then (13 x before + now) / 14. */
function rsiOf(closes: readonly number[]): number {
  const changes = closes.slice(1).map((close, i) => close - (closes[i] ?? Number.NaN));
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / 14;
  let up = mean(changes.slice(0, 14).map((change) => Math.max(0, change)));
  let down = mean(changes.slice(0, 14).map((change) => Math.max(0, -change)));
  for (const change of changes.slice(14)) {
    up = (up * 13 + Math.max(0, change)) / 14;
    down = (down * 13 + Math.max(0, -change)) / 14;
  }
  return 100 - 100 / (1 + up / down);
}

function bandsOf(closes: readonly number[]): { upper: number; middle: number; lower: number } {
  const middle = closes.reduce((sum, close) => sum + close, 0) / closes.length;
  const variance = closes.reduce((sum, close) => sum + (close - middle) ** 2, 0) / closes.length;
  return { upper: middle + 2 * Math.sqrt(variance), middle, lower: middle - 2 * Math.sqrt(variance) };
}
