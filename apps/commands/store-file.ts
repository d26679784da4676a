// Floor 6. `export` and `restore`: all that a store holds, as one file, out of a home or a database and into another one.
import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { formatTime } from "#desk/documents/format.ts";
import type { StoreFileHeader } from "#memory/store-file/format.ts";
import type { Database } from "#memory/stores/db.ts";
import { StoreError, UsageError } from "#schemas/errors.ts";
import { type UnixMs, unixMs } from "#schemas/units.ts";
import type { Io } from "../io.ts";
import type { Call } from "../own-command.ts";
import { storeSpecOf } from "../store-spec.ts";
import { VERSION } from "../version.ts";

export interface StoreFileDocument {
  /** Absolute. */
  readonly file: string;
  /** The file's size. */
  readonly bytes: number;
  /** Names the home's folder or the database, without secrets. */
  readonly store: string;
  /** When the file was made: what it holds is as of then. */
  readonly madeAtMs: UnixMs;
  readonly rows: number;
  /** Rows by table. */
  readonly tables: Readonly<Record<string, number>>;
}

/** @throws UsageError where the file is there already, HomeLockedError while a desk runs on the home, StoreError */
export async function exportStore(call: Call): Promise<StoreFileDocument> {
  const { writeStoreFile } = await import("#memory/store-file/write-store-file.ts");
  const { config } = call.options;
  const file = resolve(call.input.args[0] ?? "");
  if (existsSync(file)) {
    throw new UsageError({
      was: `${file} is there already.`,
      expected: "the name of a new file",
      remedy: "Name another one.",
    });
  }
  if (config.databaseUrl === null && !existsSync(join(config.home, "khala"))) {
    throw new StoreError({
      was: `There is no store in ${config.home}.`,
      remedy: "Name the home with --home, or the database with DATABASE_URL.",
    });
  }
  return withDatabase(call, "export", async (database) => {
    const onRows = progressOf(call.io, "rows written");
    const about = { version: VERSION, nowMs: unixMs(Date.now()) };
    const header = await writeStoreFile(database, file, about, { signal: call.signal, onRows });
    return documentOf(file, database, header);
  });
}

/** @throws UsageError, DataFormatError for a file that is none, cut or altered, before anything is opened; StoreError where the store has rows */
export async function restoreStore(call: Call): Promise<StoreFileDocument> {
  const { readStoreFile } = await import("#memory/store-file/read-store-file.ts");
  const { restoreStoreFile } = await import("#memory/store-file/restore-store-file.ts");
  const { makeHomeFolder } = await import("../home-folder.ts");
  const { io, signal, options } = call;
  const file = resolve(call.input.args[0] ?? "");
  await readStoreFile(file, { signal, onProgress: progressOf(io, "rows read") });
  await makeHomeFolder(options.config.home);
  return withDatabase(call, "restore", async (database) => {
    const onRows = progressOf(io, "rows restored");
    const header = await restoreStoreFile(database, file, { signal, onRows });
    return documentOf(file, database, header);
  });
}

export const renderExport = ({ file, bytes, store, rows }: StoreFileDocument): string =>
  `${counted(rows)} of ${lowerFirst(store)} written to ${file} (${megabytes(bytes)}).`;

export const renderRestore = ({ file, store, rows, madeAtMs }: StoreFileDocument): string =>
  [
    `${store} has the ${counted(rows)} of ${file}, as of ${formatTime(madeAtMs)} UTC.`,
    "The desk goes on from there. Never start it on the old store again: two desks would trade one account.",
  ].join("\n");

async function withDatabase<T>({ options, io, signal }: Call, owner: string, work: (database: Database) => Promise<T>) {
  const { openDatabase } = await import("#memory/stores/open.ts");
  const database = await openDatabase(storeSpecOf(options.config, owner), { signal, onNote: io.note });
  try {
    return await work(database);
  } finally {
    io.progress(null);
    await database.disconnect();
  }
}

async function documentOf(file: string, { what }: Database, header: StoreFileHeader): Promise<StoreFileDocument> {
  const { size } = await stat(file);
  return {
    file,
    bytes: size,
    store: what,
    madeAtMs: header.madeAtMs,
    rows: header.tables.reduce((sum, { rows }) => sum + rows, 0),
    tables: Object.fromEntries(header.tables.map(({ name, rows }) => [name, rows])),
  };
}

const SHOW_EVERY_MS = 250;

/** What is done within a second is not shown. */
function progressOf(io: Pick<Io, "progress">, what: string): (done: number, of: number) => void {
  let shownMs = performance.now() + 1000 - SHOW_EVERY_MS;
  return (done, of) => {
    if (performance.now() - shownMs < SHOW_EVERY_MS) return;
    shownMs = performance.now();
    io.progress(`${what}: ${done.toLocaleString("en-US")} of ${of.toLocaleString("en-US")}`);
  };
}

const counted = (rows: number): string => `${rows.toLocaleString("en-US")} ${rows === 1 ? "row" : "rows"}`;
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e6 ? 3 : 1)} MB`;
const lowerFirst = (text: string): string => (text.startsWith("The ") ? `t${text.slice(1)}` : text);
