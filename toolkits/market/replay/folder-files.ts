// Floor 2. A folder's path → what each file in it is, by its name: candles of a market, a side file, or something else.
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DataFolderError, DeepTraderError } from "#schemas/errors.ts";
import { MarketSymbol, Timeframe } from "#schemas/units.ts";
import { CANDLE_HEADER, type CandleFile } from "./parse-candles.ts";

const CANDLE_FILE = /^([\p{Lu}\p{Lo}\p{M}\p{N}._]+)-([\p{Lu}\p{Lo}\p{M}\p{N}._]+)-(\d+[A-Za-z]+)\.csv$/u;

const SIDE_FILES = ["markets.json", "security.json"] as const;

/** `ETH-BTC-5m.csv` by its name alone; null where the name is none of a candle file, or its timeframe none of ours. */
function candleFile(file: string): CandleFile | null {
  const [, base, quote, length] = CANDLE_FILE.exec(file) ?? [];
  const symbol = MarketSymbol.safeParse(`${base}/${quote}`);
  const timeframe = Timeframe.safeParse(length);
  return symbol.success && timeframe.success ? { file, symbol: symbol.data, timeframe: timeframe.data } : null;
}

/** Whether a CSV file under another name begins with our header: then its name is a slip, not an accident. */
async function looksLikeCandles(path: string): Promise<boolean> {
  const head: Buffer[] = [];
  for await (const chunk of createReadStream(path, { start: 0, end: CANDLE_HEADER.length + 2 })) head.push(chunk);
  return Buffer.concat(head)
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .startsWith(CANDLE_HEADER);
}

async function noteOn(dir: string, file: string): Promise<string> {
  if (CANDLE_FILE.test(file)) return `${file} is ignored: its timeframe is none of ${Timeframe.options.join(" ")}`;
  if (!/\.csv$/i.test(file) || !(await looksLikeCandles(join(dir, file)))) return `${file} is ignored`;
  throw new DataFolderError({
    was: `${join(dir, file)} holds candles under a name that does not say of which market.`,
    expected: "BASE-QUOTE-TIMEFRAME.csv in capitals, for example BTC-USDT-5m.csv",
    remedy: "Rename the file or remove it.",
  });
}

/** Any failure of the file system as a DataFolderError that names the path; our own errors pass. */
export function folderFault(path: string, cause: unknown): Error {
  if (cause instanceof DeepTraderError) return cause;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown error";
  const was = code === "ENOENT" ? `${path} does not exist.` : `${path} cannot be read (${code}).`;
  return new DataFolderError({
    was,
    expected: "a readable folder of BASE-QUOTE-TIMEFRAME.csv files",
    remedy: "Give the folder with --data DIR.",
    cause,
  });
}

/** Sorted by name in code-unit order, so that the same folder reads the same on every machine. Hidden files are not seen. */
export async function listFolder(dir: string) {
  const names = (await readdir(dir)).filter((name) => !name.startsWith(".")).sort();
  const candleFiles: CandleFile[] = [];
  const notes: string[] = [];
  for (const name of names) {
    const found = candleFile(name);
    if (found !== null) candleFiles.push(found);
    else if (!SIDE_FILES.some((side) => side === name)) notes.push(await noteOn(dir, name));
  }
  return { candleFiles, sideFiles: SIDE_FILES.filter((side) => names.includes(side)), notes };
}
