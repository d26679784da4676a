// Floor 2. A store's file → its rows, a few at a time, and the word that it is whole.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { DataFormatError, DeepTraderError, StoreError, UsageError } from "#schemas/errors.ts";
import { parseJson } from "#schemas/json.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { MIGRATIONS } from "../stores/migrations.ts";
import { FORMAT, KEPT_TABLES, StoreFileEnd, StoreFileHeader, type TableInFile } from "./format.ts";

/** A batch goes on once it has so many lines or characters. */
const BATCH_LINES = 500;
const BATCH_CHARACTERS = 2 ** 20;
/** No line of ours is longer: a file that says so is none. */
const LINE_CHARACTERS = 2 ** 28;

export interface StoreFileReading extends CallOptions {
  /** Rows of one table as their JSON, in the order of the file; left out: the file is only checked. */
  readonly onRows?: (table: TableInFile, rows: readonly string[]) => Promise<void>;
  readonly onProgress?: (done: number, of: number) => void;
}

/**
 * Reads it from one end to the other.
 * @throws UsageError where it cannot be opened; DataFormatError where it is no such file, was cut or altered; StoreError where a
 * newer program wrote it
 */
export async function readStoreFile(file: string, options: StoreFileReading): Promise<StoreFileHeader> {
  const { signal, onRows, onProgress } = options;
  const lines = linesOf(file, signal);
  const hash = createHash("sha256");
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done === true) throw broken(file, "it ends before its last line");
    return value;
  };
  try {
    const first = await next();
    const header = headerOf(file, first);
    hash.update(`${first}\n`);
    const total = header.tables.reduce((sum, { rows }) => sum + rows, 0);
    let read = 0;
    for (const table of header.tables) {
      let batch: string[] = [];
      let characters = 0;
      for (let left = table.rows; left > 0; left -= 1) {
        const line = await next();
        hash.update(`${line}\n`);
        batch.push(line);
        characters += line.length;
        if (left > 1 && batch.length < BATCH_LINES && characters < BATCH_CHARACTERS) continue;
        read += batch.length;
        await onRows?.(table, batch);
        signal.throwIfAborted();
        onProgress?.(read, total);
        batch = [];
        characters = 0;
      }
    }
    const end = StoreFileEnd.safeParse(parseJson(await next()));
    if (!end.success || end.data.rows !== total) throw broken(file, "it has other rows than its first line says");
    if (end.data.sha256 !== hash.digest("hex")) throw broken(file, "its checksum is another one");
    if ((await lines.next()).done !== true) throw broken(file, "something follows its last line");
    return header;
  } finally {
    await lines.return(undefined);
  }
}

async function* linesOf(file: string, signal: AbortSignal): AsyncGenerator<string> {
  try {
    yield* unzippedLines(file, signal);
  } catch (error) {
    if (signal.aborted || error instanceof DeepTraderError) throw error;
    const { syscall, message } = error as NodeJS.ErrnoException;
    throw syscall === undefined ? broken(file, message, error) : unreadable(file, message, error);
  }
}

/** Not by `readline`, to which two characters that JSON leaves as they are end a line as well. */
async function* unzippedLines(file: string, signal: AbortSignal): AsyncGenerator<string> {
  const source = createReadStream(file);
  const unzipped = createGunzip();
  // Whatever ends the one ends the other, with its error.
  pipeline(source, unzipped, () => {});
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let parts: string[] = [];
  let length = 0;
  for await (const chunk of unzipped) {
    signal.throwIfAborted();
    const [first = "", ...others] = decoder.decode(chunk as Buffer, { stream: true }).split("\n");
    parts.push(first);
    length += first.length;
    if (length > LINE_CHARACTERS) throw broken(file, "it has a line that is too long");
    for (const other of others) {
      yield parts.join("");
      parts = [other];
      length = other.length;
    }
  }
  decoder.decode();
  if (length > 0) yield parts.join("");
}

function headerOf(file: string, line: string): StoreFileHeader {
  const said = parseJson(line);
  const isOurs = typeof said === "object" && said !== null && "deeptrader" in said && said.deeptrader === "store";
  if (!isOurs) throw broken(file, "it was not written by `deeptrader export`");
  const { format, schema } = said as { readonly format?: unknown; readonly schema?: unknown };
  const known = readMigrationFiles(MIGRATIONS).length;
  if (format !== FORMAT || (typeof schema === "number" && schema > known)) {
    throw new StoreError({
      was: `${file} was written by another version of DeepTrader.`,
      expected: `a file of form ${FORMAT} with tables of ${known} changes or fewer, and it has form ${String(format)} with ${String(schema)}`,
      remedy: "Restore it with the version that wrote it, or a newer one.",
    });
  }
  const header = StoreFileHeader.safeParse(said);
  if (!header.success) throw broken(file, "its first line is damaged");
  for (const { name, columns } of header.data.tables) {
    const table = KEPT_TABLES.find((one) => one.name === name);
    const stranger = columns.find((column) => table?.columns.includes(column) !== true);
    if (table === undefined || stranger !== undefined) {
      throw broken(
        file,
        `it has ${table === undefined ? `a table ${name}` : `a column ${stranger} of ${name}`} that is none of ours`,
      );
    }
  }
  return header.data;
}

const broken = (file: string, why: string, cause?: unknown): DataFormatError =>
  new DataFormatError({
    where: file,
    was: `The file cannot be used: ${why}.`,
    expected: "a file of `deeptrader export`, whole and unchanged",
    remedy: "Nothing was restored. Take another copy of it.",
    cause,
  });

const unreadable = (file: string, why: string, cause: unknown): UsageError =>
  new UsageError({ was: `${file} cannot be read: ${why}.`, remedy: "Name a file of `deeptrader export`.", cause });
