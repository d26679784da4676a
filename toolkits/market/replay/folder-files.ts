// Floor 2. A folder's path → what each file in it is, by its name: candles of a market, a side file, or something else.
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DataFolderError, DeepTraderError } from "#schemas/errors.ts";
import { Timeframe } from "#schemas/units.ts";
import { CANDLE_HEADER } from "../files/csv-rows.ts";
import { type CandleFile, FILE_FORMATS, namedFile } from "../files/file-names.ts";

const SIDE_FILES = ["markets.json", "security.json", "universe.json"] as const;
/** At most so many files are named in one note. */
const NAMED = 6;

/** Whether a CSV file under another name begins with our header: then its name is a slip, not an accident. */
async function looksLikeCandles(path: string): Promise<boolean> {
  const head: Buffer[] = [];
  for await (const chunk of createReadStream(path, { start: 0, end: CANDLE_HEADER.length + 2 })) head.push(chunk);
  return Buffer.concat(head)
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .startsWith(CANDLE_HEADER);
}

async function refuseUnnamedCandles(dir: string, file: string): Promise<void> {
  if (!/\.csv$/i.test(file) || !(await looksLikeCandles(join(dir, file)))) return;
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
    expected: "a readable folder of candle files such as BTC-USDT-5m.csv or BTC_USDT-5m.feather",
    remedy: "Give the folder with --data DIR.",
    cause,
  });
}

export interface ListedFolder {
  /** Where the files are: the folder, or the only folder in it that has candles, as freqtrade keeps one an exchange. */
  readonly dir: string;
  readonly candleFiles: readonly CandleFile[];
  readonly sideFiles: readonly (typeof SIDE_FILES)[number][];
  readonly notes: readonly string[];
}

/**
 * Sorted by name in code-unit order, so that the same folder reads the same on every machine. Hidden files are not seen. Of two
 * files of one market and timeframe the first format of FILE_FORMATS is taken, and the other named.
 * @throws DataFolderError for two of one format, for candles in several folders, and for CSV candles under no market's name
 */
export async function listFolder(dir: string): Promise<ListedFolder> {
  const entries = await entriesOf(dir);
  if (candleFilesOf(entries.files).length > 0) return listedFolder(dir, entries);
  const nested: ListedFolder[] = [];
  for (const name of entries.folders) {
    const inner = await entriesOf(join(dir, name));
    if (candleFilesOf(inner.files).length > 0) nested.push(await listedFolder(join(dir, name), inner));
  }
  const [only, ...others] = nested;
  if (only === undefined) return listedFolder(dir, entries);
  if (others.length === 0) return { ...only, notes: [`candles are read from ${only.dir}`, ...only.notes] };
  throw new DataFolderError({
    was: `${dir} has candles in ${nested.length} folders: ${nested.map((one) => one.dir).join(", ")}.`,
    expected: "the candles of one exchange",
    remedy: "Give one of them with --data.",
  });
}

interface Entries {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

async function entriesOf(dir: string): Promise<Entries> {
  const entries = await readdir(dir, { withFileTypes: true });
  const seen = entries.filter(({ name }) => !name.startsWith(".")).sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    // A folder under a candle file's name is refused when it is read.
    files: seen.filter((entry) => !entry.isDirectory() || namedFile(entry.name) !== null).map(({ name }) => name),
    folders: seen.filter((entry) => entry.isDirectory() && namedFile(entry.name) === null).map(({ name }) => name),
  };
}

const candleFilesOf = (names: readonly string[]): readonly CandleFile[] =>
  names.flatMap((name) => {
    const named = namedFile(name);
    return named?.kind === "market" ? [named] : [];
  });

async function listedFolder(dir: string, { files, folders }: Entries): Promise<ListedFolder> {
  const { taken, notes } = oneFileEach(dir, candleFilesOf(files));
  const otherLengths = files.filter((name) => namedFile(name)?.kind === "timeframe");
  const others = files.filter((name) => namedFile(name) === null && !SIDE_FILES.some((side) => side === name));
  for (const name of others) await refuseUnnamedCandles(dir, name);
  return {
    dir,
    candleFiles: taken,
    sideFiles: SIDE_FILES.filter((side) => files.includes(side)),
    notes: [
      ...notes,
      ...ignored(otherLengths, (its) => `: ${its} timeframe is none of ${Timeframe.options.join(" ")}`),
      ...ignored([...others, ...folders].sort(), () => ""),
    ],
  };
}

/** `notes.txt is ignored`, and many of them in one line. */
function ignored(names: readonly string[], why: (its: "its" | "their") => string): readonly string[] {
  if (names.length <= NAMED) return names.map((name) => `${name} is ignored${why("its")}`);
  const named = names.slice(0, NAMED).join(", ");
  return [`${named} and ${names.length - NAMED} more files are ignored${why("their")}`];
}

function oneFileEach(dir: string, all: readonly CandleFile[]) {
  const notes: string[] = [];
  const taken = [...Map.groupBy(all, ({ symbol, timeframe }) => `${symbol} ${timeframe}`)].map(([market, same]) => {
    const [first, ...rest] = FILE_FORMATS.flatMap((format) => same.filter((file) => file.format === format));
    if (first === undefined) throw new TypeError(`no file of ${market}`);
    for (const other of rest) {
      if (other.format === first.format) throw twoFiles(dir, market, first.file, other.file);
      notes.push(`${other.file} is not read: ${first.file} holds the same market`);
    }
    return first;
  });
  return { taken: taken.sort((a, b) => (a.file < b.file ? -1 : 1)), notes };
}

const twoFiles = (dir: string, market: string, a: string, b: string): DataFolderError =>
  new DataFolderError({
    was: `${dir} holds ${market} twice: ${a} and ${b}.`,
    expected: "one file for each market and timeframe",
    remedy: "Remove one of them.",
  });
