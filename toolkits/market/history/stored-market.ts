// Floor 2. One market's file in a data folder: read whole and judged, written whole or not at all, with what is known of how it came.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type CandleColumns, candleColumns } from "#schemas/market.ts";
import { readCandleFile, writeCandles } from "../files/candle-file.ts";
import type { CandleFile } from "../files/file-names.ts";
import { folderFault } from "../replay/folder-files.ts";
import { writeWhole } from "./write-whole.ts";

/** What a Feather file says of its candles; files of other programs and formats say nothing. */
export const FileNote = z.object({
  venue: z.string(),
  /** The venue was asked from here on: it has no earlier candle up to the file's first. */
  askedFromMs: z.int().nonnegative(),
});
export type FileNote = z.infer<typeof FileNote>;

export interface StoredMarket {
  readonly rows: CandleColumns;
  readonly note: FileNote | null;
}

/** @throws DataFormatError for the first fault of the file; DataFolderError where it cannot be read */
export async function readStored(
  dir: string,
  name: CandleFile,
  options: { readonly signal: AbortSignal },
): Promise<StoredMarket> {
  const path = join(dir, name.file);
  const bytes = await readFile(path, options).catch((cause: unknown) => {
    options.signal.throwIfAborted();
    throw folderFault(path, cause);
  });
  const series = await readCandleFile(name, bytes, options);
  return {
    rows: candleColumns((field) => series[field]),
    note: name.format === "feather" ? await noteOf(name.file, bytes) : null,
  };
}

async function noteOf(file: string, bytes: Uint8Array): Promise<FileNote | null> {
  const { readFeather } = await import("../files/feather.ts");
  const { note } = readFeather(file, bytes);
  if (note === null) return null;
  try {
    return FileNote.safeParse(JSON.parse(note)).data ?? null;
  } catch {
    return null;
  }
}

/** @throws DataFolderError */
export const writeStored = async (dir: string, name: CandleFile, { rows, note }: StoredMarket): Promise<void> =>
  writeWhole(dir, name.file, await writeCandles(name.format, rows, note === null ? null : JSON.stringify(note)));
