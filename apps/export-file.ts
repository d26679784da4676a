// Floor 6. `--export FILE` and `--export-format`: where closed trades go and in which shape. Checked before the work begins; written beside
// and renamed, so that what was there stays until the new one is whole.
import { rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { UsageError } from "#schemas/errors.ts";
import { EXPORT_FORMATS, type ExportFormat, type TradesToExport, tradesFileText } from "./text/trades-file.ts";

export interface ExportFile {
  readonly file: string;
  readonly format: ExportFormat;
}

const BY_NAME: readonly (readonly [ending: string, format: ExportFormat])[] = [
  [".freqtrade.json", "freqtrade"],
  [".json", "json"],
  [".csv", "csv"],
];

/** Null: nothing is exported. @throws UsageError for no name, a format that is none, or a name that says none */
export function exportFileOf(flags: Readonly<Record<string, unknown>>): ExportFile | null {
  const { export: file, exportFormat: said } = flags;
  if (file === undefined) {
    if (said === undefined) return null;
    throw new UsageError({ was: "--export-format was given without a file.", remedy: "Add --export FILE." });
  }
  if (typeof file !== "string" || file.trim() === "") {
    throw new UsageError({
      was: `--export was ${JSON.stringify(file)}.`,
      expected: "the name of a file to write",
      remedy: "Correct it, for example --export trades.csv.",
    });
  }
  const named = BY_NAME.find(([ending]) => file.toLowerCase().endsWith(ending))?.[1];
  const format = said === undefined ? named : EXPORT_FORMATS.find((one) => one === said);
  if (format !== undefined) return { file, format };
  throw new UsageError({
    was: said === undefined ? `The name ${file} says no format.` : `--export-format is ${JSON.stringify(said)}.`,
    expected: "csv, json or freqtrade, or a name that ends in .csv, .json or .freqtrade.json",
    remedy: "Choose one with --export-format.",
  });
}

/** @throws UsageError for a folder, or a file in a folder that is not there: a long run must not end in it */
export async function checkExportFile({ file }: ExportFile): Promise<void> {
  const found = await stat(file).catch(() => null);
  if (found !== null && !found.isFile()) throw notWritten(file, "it is a folder, or no plain file");
  const folder = dirname(file);
  const within = await stat(folder).catch(() => null);
  if (within?.isDirectory() !== true) throw notWritten(file, `there is no folder ${folder}`);
}

/** @returns what was written, for a note. @throws UsageError where it cannot be written; what was there is as it was */
export async function writeExportFile(to: ExportFile, given: TradesToExport): Promise<string> {
  await checkExportFile(to);
  const { file, format } = to;
  const beside = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(beside, tradesFileText(given, format));
    await rename(beside, file);
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => {});
    throw notWritten(file, (cause as Error).message, cause);
  }
  return `${given.trades.length} closed ${given.trades.length === 1 ? "trade" : "trades"} in ${file} (${format})`;
}

const notWritten = (file: string, why: string, cause?: unknown): UsageError =>
  new UsageError({
    was: `The trades cannot be written to ${file}: ${why}.`,
    expected: "a file in a folder that this user may write to",
    remedy: "Name another one with --export.",
    cause,
  });
