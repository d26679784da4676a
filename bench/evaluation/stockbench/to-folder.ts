// Bench. A checkout of StockBench's repository → a replay folder of its daily candles, with its sessions, costs and lots. The prices are
// Polygon's: they stay with whoever has the checkout.
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DataFolderError } from "#schemas/errors.ts";
import { type Candle, candleColumns } from "#schemas/market.ts";
import { writeCsv } from "#toolkits/market/files/csv-columns.ts";
import { readParquet } from "#toolkits/market/files/parquet.ts";
import { TERMS } from "./published.ts";

/** An index fund, of which the repository has a few days: not one of the stocks. */
const NOT_TRADED = new Set(["SPY"]);
/** Sessions before its window begins: 2024-12-13 to 2025-02-28 are 52. */
const WARMUP_SESSIONS = 50;

/** @returns the stocks, by name. @throws DataFolderError where it is no such checkout */
export async function stockbenchFolder(checkout: string, folder: string): Promise<readonly string[]> {
  const root = join(checkout, "storage", "parquet");
  const stocks = (await names(root)).filter((name) => !NOT_TRADED.has(name));
  if (stocks.length === 0) throw notStockbench(checkout);
  await mkdir(folder, { recursive: true });
  for (const stock of stocks) {
    const rows = await candlesOf(join(root, stock, "day"));
    const columns = candleColumns((name) => Float64Array.from(rows, (row) => row[name]));
    await writeFile(join(folder, `${stock}-USD-1d.csv`), writeCsv(columns));
  }
  await writeFile(join(folder, "markets.json"), `${JSON.stringify(marketsOf(stocks), null, 2)}\n`);
  return stocks;
}

const marketsOf = (stocks: readonly string[]) => ({
  calendar: { name: "XNYS", sessions: "from-candles", sessionsPerYear: 252, warmupSessions: WARMUP_SESSIONS },
  markets: stocks.map((stock) => ({
    symbol: `${stock}/USD`,
    tickSize: "0.01",
    stepSize: TERMS.step,
    minQuantity: TERMS.step,
    minNotional: "1",
    feeBps: TERMS.commissionBps,
  })),
});

/** One file a day, each of one row. */
async function candlesOf(dir: string): Promise<readonly Candle[]> {
  const byDay = new Map<number, Candle>();
  for (const name of await names(dir)) {
    if (!name.endsWith(".parquet")) continue;
    const { openMs, open, high, low, close, volume } = await readParquet(name, await readFile(join(dir, name)));
    for (const [row, at] of openMs.entries()) {
      byDay.set(at, {
        openMs: at,
        open: open[row] ?? Number.NaN,
        high: high[row] ?? Number.NaN,
        low: low[row] ?? Number.NaN,
        close: close[row] ?? Number.NaN,
        volume: volume[row] ?? Number.NaN,
      });
    }
  }
  return [...byDay.values()].sort((a, b) => a.openMs - b.openMs);
}

const names = async (dir: string): Promise<readonly string[]> =>
  (
    await readdir(dir).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ENOTDIR") return [];
      throw error;
    })
  ).sort();

const notStockbench = (checkout: string): DataFolderError =>
  new DataFolderError({
    was: `${checkout} has no folder storage/parquet with stocks in it.`,
    expected: "a checkout of github.com/ChenYXxxx/stockbench",
    remedy: "Clone it with git, and name its folder with --stockbench.",
  });
