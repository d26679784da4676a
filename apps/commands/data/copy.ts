// Floor 6. `data import` and `data export`: candle files from one folder into another, in the format that is wanted.
import { copyFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { systemClock } from "#scheduler/clock.ts";
import { DeepTraderError, UsageError } from "#schemas/errors.ts";
import type { MarketSymbol, Timeframe } from "#schemas/units.ts";
import { candleFile, type FileFormat } from "#toolkits/market/files/file-names.ts";
import { copyMarket } from "#toolkits/market/history/copy-market.ts";
import { fileOf, lockFolder, openDataFolder, openOrMakeFolder } from "#toolkits/market/history/data-folder.ts";
import type { ListedFolder } from "#toolkits/market/replay/folder-files.ts";
import type { Io } from "../../io.ts";
import type { ParsedOptions } from "../../options.ts";
import { chosenFiles, dataDirOf, formatOf } from "./input.ts";
import { createProgress } from "./progress.ts";

export interface CopyCall {
  readonly command: "data import" | "data export";
  /** The other folder: where from, or where to. */
  readonly other: string;
  readonly options: ParsedOptions;
  readonly flags: Readonly<Record<string, unknown>>;
  readonly io: Pick<Io, "note" | "progress">;
  readonly signal: AbortSignal;
}

/** @throws UsageError; DataFolderError. What is wrong with one file is told in `failed`, and the others go on. */
export async function copyFolder({ command, other, options, flags, io, signal }: CopyCall) {
  const isImport = command === "data import";
  const data = dataDirOf(options.config, command);
  const format = formatOf(flags, isImport ? "feather" : null);
  if (resolve(data) === resolve(other)) throw sameFolder(data);
  const source = await openDataFolder(isImport ? other : data);
  for (const note of source.notes) io.note(note);
  const files = chosenFiles(source.candleFiles, flags, options);
  if (files.length === 0) throw noFiles(source.dir);
  const target = await openOrMakeFolder(isImport ? data : other);
  await using _lock = await lockFolder(target.dir);
  const { sleep } = systemClock();
  const show = createProgress(io, process.stderr.isTTY === true);
  const markets: {
    readonly symbol: MarketSymbol;
    readonly timeframe: Timeframe;
    readonly file: string;
    readonly added: number;
    readonly candles: number;
  }[] = [];
  const failed: { readonly file: string; readonly error: string }[] = [];
  let candles = 0;
  for (const [index, name] of files.entries()) {
    const { symbol, timeframe, file } = name;
    show({
      what: `${command === "data import" ? "importing" : "exporting"} ${source.dir}`,
      ratio: index / files.length,
      candles,
    });
    const to = isImport ? fileOf(target, symbol, timeframe, format) : exactFile(target, symbol, timeframe, format);
    try {
      const done = await copyMarket({ dir: source.dir, name }, { dir: target.dir, ...to }, { signal, sleep });
      candles += done.candles;
      markets.push({ symbol, timeframe, file: to.name.file, ...done });
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof DeepTraderError) || error.policy === "exit") throw error;
      failed.push({ file, error: error.message });
    }
  }
  io.progress(null);
  const sideFiles = await copySideFiles(source, target);
  return { from: source.dir, to: target.dir, format, markets, sideFiles, failed };
}

/** Under the name of the format that is asked for, whatever other file of the market is there. */
function exactFile({ candleFiles }: ListedFolder, symbol: MarketSymbol, timeframe: Timeframe, format: FileFormat) {
  const name = candleFile(symbol, timeframe, format);
  return { name, exists: candleFiles.some(({ file }) => file === name.file) };
}

/** What is said of markets and tokens, where the target says nothing yet. */
async function copySideFiles(source: ListedFolder, target: ListedFolder): Promise<readonly string[]> {
  const wanted = source.sideFiles.filter((file) => !target.sideFiles.includes(file));
  for (const file of wanted) await copyFile(join(source.dir, file), join(target.dir, file));
  return wanted;
}

const sameFolder = (dir: string): UsageError =>
  new UsageError({ was: `Both folders are ${dir}.`, expected: "two folders", remedy: "Give another one." });

const noFiles = (dir: string): UsageError =>
  new UsageError({
    was: `${dir} has no candle file of what was asked for.`,
    expected: "files such as BTC-USDT-5m.csv, BTC_USDT-5m.feather or BTC_USDT-5m.parquet",
    remedy: "Check the folder, --symbols and --timeframe.",
  });
