// Folders of invented candles for the command line, from a seed: restless enough that the example strategy trades.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { CSV_HEADER, FIRST_OPEN_MS, FIVE_MINUTES_MS } from "#test/support/candle-files.ts";
import { emptyFolder, type TemporaryFolder } from "#test/support/cli.ts";

export interface SeededMarket {
  /** File name without its end: `BTC-USDT-5m`. */
  readonly name: string;
  readonly seed: number;
  readonly price: number;
  readonly count: number;
}

/** CSV rows of a random walk, oldest first. Each open is the close before it. */
export function seededRows({ seed, price, count }: Omit<SeededMarket, "name">): string[] {
  const random = xoroshiro128plus(seed);
  const uniform = (): number => uniformFloat64(random) - 0.5;
  let close = price;
  return Array.from({ length: count }, (_, row) => {
    const open = close;
    // The sum of three is near enough to a bell.
    close = open * (1 + 0.012 * (uniform() + uniform() + uniform()));
    const high = Math.max(open, close) * (1 + 0.002 * Math.abs(uniform()));
    const low = Math.min(open, close) * (1 - 0.002 * Math.abs(uniform()));
    const cells = [open, high, low, close].map((value) => value.toPrecision(10));
    return [FIRST_OPEN_MS + row * FIVE_MINUTES_MS, ...cells, (50 + 50 * (uniform() + 0.5)).toFixed(4)].join(",");
  });
}

/** Close of a market's candle `row`, ms. */
export const closeMsOf = (row: number): number => FIRST_OPEN_MS + (row + 1) * FIVE_MINUTES_MS;

export const writeRows = (dir: string, name: string, rows: readonly string[]): Promise<void> =>
  writeFile(join(dir, `${name}.csv`), [CSV_HEADER, ...rows, ""].join("\n"));

/** A folder with one file a market. */
export async function seededFolder(markets: readonly SeededMarket[]): Promise<TemporaryFolder> {
  const folder = await emptyFolder();
  for (const market of markets) await writeRows(folder.dir, market.name, seededRows(market));
  return folder;
}

/** Two native coins, which may be entered, over three days and a half. */
export const TWO_COINS: readonly SeededMarket[] = [
  { name: "BTC-USDT-5m", seed: 11, price: 20_000, count: 1000 },
  { name: "ETH-USDT-5m", seed: 12, price: 1500, count: 1000 },
];
