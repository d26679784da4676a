// Bench. A market's candles from its file on the disk to a judged series, by format; and rows of an exchange's answer to one.
// Beside them what a library alone takes to make numbers of the same candles as CSV, and a loop that only fills six columns.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { type CandleColumns, candleColumns } from "#schemas/market.ts";
import { MarketSymbol, timeframeMs, unixMs } from "#schemas/units.ts";
import { toSeries } from "#toolkits/market/closed-candles.ts";
import { readCandleFile, writeCandles } from "#toolkits/market/files/candle-file.ts";
import { candleFile, FILE_FORMATS } from "#toolkits/market/files/file-names.ts";
import { type BenchRow, medianOf } from "./rows.ts";

const ROWS = 200_000;
const ROUNDS = 5;
const { signal } = new AbortController();

export async function benchCandleFiles(): Promise<BenchRow[]> {
  const columns = pastOf(ROWS);
  const dir = await mkdtemp(join(tmpdir(), "deeptrader-bench-"));
  try {
    return [...(await benchLoads(dir, columns)), await benchRows(columns)];
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function benchLoads(dir: string, columns: CandleColumns): Promise<readonly BenchRow[]> {
  const names = FILE_FORMATS.map((format) => candleFile(MarketSymbol.parse("BTC/USDT"), "5m", format));
  for (const name of names) await writeFile(join(dir, name.file), await writeCandles(name.format, columns));
  const loads = names.map((name) => async () => readCandleFile(name, await readFile(join(dir, name.file)), { signal }));
  const csv = join(dir, names.find(({ format }) => format === "csv")?.file ?? "");
  const library = async () => {
    const rows: readonly string[][] = parse(await readFile(csv), { from_line: 2 });
    return rows.map((cells) => cells.map(Number));
  };
  const [libraryMs = Number.NaN, ...loadsMs] = await medianOf(ROUNDS, [library, ...loads]);
  return names.map(({ format }, index) => {
    const ms = loadsMs[index] ?? Number.NaN;
    return {
      name: `load ${format}`,
      baseline: "csv-parse 7.0.3 to numbers",
      ratio: libraryMs / ms,
      unitsPerSecond: (ROWS / ms) * 1000,
      unit: "candles",
    };
  });
}

async function benchRows(columns: CandleColumns): Promise<BenchRow> {
  const rows = Array.from(columns.openMs, (openMs, row) => ({
    openMs,
    open: columns.open[row] ?? 0,
    high: columns.high[row] ?? 0,
    low: columns.low[row] ?? 0,
    close: columns.close[row] ?? 0,
    volume: columns.volume[row] ?? 0,
  }));
  const lastMs = columns.openMs.at(-1) ?? 0;
  const input = {
    ...{ symbol: MarketSymbol.parse("BTC/USDT"), timeframe: "5m" as const, rows },
    ...{ nowMs: unixMs(lastMs + timeframeMs("5m")), graceMs: 0, fromMs: unixMs(0) },
  };
  const fill = () => candleColumns((field) => Float64Array.from(rows, (row) => row[field]));
  const [fillMs = Number.NaN, cleanMs = Number.NaN] = await medianOf(ROUNDS, [fill, () => toSeries(input)]);
  return {
    name: "rows to clean candles",
    baseline: "six columns filled",
    ratio: fillMs / cleanMs,
    unitsPerSecond: (ROWS / cleanMs) * 1000,
    unit: "candles",
  };
}

/** A wave with two decimals, as an exchange has them, and volumes of eight. */
function pastOf(count: number): CandleColumns {
  const cents = (value: number): number => Math.round(100 * value) / 100;
  const price = (row: number): number => cents(40_000 + 4000 * Math.sin(row / 700) + 90 * Math.sin(row));
  const cell = {
    openMs: (row: number) => 1_500_000_000_000 + row * timeframeMs("5m"),
    open: price,
    high: (row: number) => cents(Math.max(price(row), price(row + 1)) + 5),
    low: (row: number) => cents(Math.min(price(row), price(row + 1)) - 5),
    close: (row: number) => price(row + 1),
    volume: (row: number) => Math.round(1e8 * (20 + 10 * Math.sin(row / 3))) / 1e8,
  };
  return candleColumns((field) => Float64Array.from({ length: count }, (_, row) => cell[field](row)));
}
