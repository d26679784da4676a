// Folders of candle files for tests: written to a temporary place, gone background.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const CSV_HEADER = "timestamp,open,high,low,close,volume";
export const FIVE_MINUTES_MS = 300_000;
/** Wed 10 Jan 2018, 00:00 UTC: the open of every test market's first candle. */
export const FIRST_OPEN_MS = 1_515_542_400_000;

/** A walk without chance: a slow wave, so that neighbouring candles differ and the prices stay positive. */
export function candleLines(input: {
  readonly count: number;
  readonly price: number;
  readonly volume?: number;
  readonly stepMs?: number;
}): string[] {
  const { count, price, volume = 100, stepMs = FIVE_MINUTES_MS } = input;
  const at = (row: number): number => price * (1 + 0.02 * Math.sin(row / 7));
  return Array.from({ length: count }, (_, row) => {
    const [open, close] = [at(row), at(row + 1)];
    const [high, low] = [Math.max(open, close) * 1.001, Math.min(open, close) * 0.999];
    return [FIRST_OPEN_MS + row * stepMs, open, high, low, close, volume + (row % 5)].join(",");
  });
}

export const csv = (lines: readonly string[]): string => [CSV_HEADER, ...lines, ""].join("\n");

/** A folder of `files`, removed when the test's scope ends (`await using`). */
export async function temporaryFolder(
  files: Readonly<Record<string, string>>,
): Promise<{ readonly dir: string } & AsyncDisposable> {
  const dir = await mkdtemp(join(tmpdir(), "deeptrader-candles-"));
  for (const [name, text] of Object.entries(files)) await writeFile(join(dir, name), text);
  return { dir, [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }) };
}
