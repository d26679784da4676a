// Floor 2. A database → its file. One transaction sees one moment, so a desk on PostgreSQL may go on writing meanwhile.
import { createHash, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { link, open, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { sql } from "drizzle-orm";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { DeepTraderError, StoreError, UsageError } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { UnixMs } from "#schemas/units.ts";
import type { Database, Db } from "../stores/db.ts";
import { rootMessage } from "../stores/guard.ts";
import { MIGRATIONS } from "../stores/migrations.ts";
import { FORMAT, KEPT_TABLES, type KeptTable, type StoreFileHeader, type TableInFile } from "./format.ts";
import { rowsOf } from "./rows-of.ts";

/** Some rows are documents of a megabyte. */
const ROWS_AT_A_TIME = 100;

export interface StoreFileOptions extends CallOptions {
  /** Told after each few rows. */
  readonly onRows?: (done: number, of: number) => void;
}

/**
 * Writes all of a database into a file that is not there yet: beside it first, and under its name once it is whole and on the disk.
 * @throws UsageError where the file is there already or cannot be written; StoreError
 */
export async function writeStoreFile(
  { db, what }: Pick<Database, "db" | "what">,
  file: string,
  about: { readonly version: string; readonly nowMs: UnixMs },
  options: StoreFileOptions,
): Promise<StoreFileHeader> {
  const beside = `${file}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    const header = await db.transaction(
      async (tx) => {
        const made = await headerOf(tx, about);
        const out = createWriteStream(beside, { flags: "wx", mode: 0o600 });
        await pipeline(Readable.from(linesOf(tx, made, options)), createGzip(), out, { signal: options.signal });
        return made;
      },
      { isolationLevel: "repeatable read", accessMode: "read only" },
    );
    const written = await open(beside, "r+");
    await written.sync().finally(() => written.close());
    // A rename would write over what came to be there meanwhile.
    await link(beside, file);
    return header;
  } catch (error) {
    if (options.signal.aborted || error instanceof DeepTraderError) throw error;
    throw "syscall" in (error as object) ? notWritten(file, error) : failed(what, error);
  } finally {
    await rm(beside, { force: true });
  }
}

async function headerOf(tx: Db, about: { readonly version: string; readonly nowMs: UnixMs }): Promise<StoreFileHeader> {
  const tables: TableInFile[] = [];
  for (const { name, columns, hasSequence } of KEPT_TABLES) {
    const [row] = rowsOf(await tx.execute(sql.raw(`select count(*)::text as rows from khala.${name}`)));
    const sequence = hasSequence
      ? rowsOf(await tx.execute(sql.raw(`select last_value::text as at from khala.${name}_seq_seq where is_called`)))[0]
      : undefined;
    tables.push({
      name,
      columns,
      rows: Number(row?.["rows"]),
      ...(sequence === undefined ? {} : { sequence: String(sequence["at"]) }),
    });
  }
  return {
    deeptrader: "store",
    format: FORMAT,
    schema: readMigrationFiles(MIGRATIONS).length,
    version: about.version,
    madeAtMs: about.nowMs,
    tables,
  };
}

async function* linesOf(tx: Db, header: StoreFileHeader, { signal, onRows }: StoreFileOptions): AsyncGenerator<string> {
  const hash = createHash("sha256");
  const hashed = (text: string): string => {
    hash.update(text);
    return text;
  };
  const total = header.tables.reduce((sum, { rows }) => sum + rows, 0);
  let done = 0;
  yield hashed(`${JSON.stringify(header)}\n`);
  for (const table of KEPT_TABLES) {
    for await (const lines of rowLines(tx, table)) {
      signal.throwIfAborted();
      done += lines.length;
      onRows?.(done, total);
      yield hashed(`${lines.join("\n")}\n`);
    }
  }
  yield `${JSON.stringify({ end: true, rows: done, sha256: hash.digest("hex") })}\n`;
}

async function* rowLines(tx: Db, { name, columns, order }: KeptTable): AsyncGenerator<readonly string[]> {
  const rows = `select ${columns.join(", ")} from khala.${name} order by ${order}`;
  // The database writes the JSON: what it reads back is the same to the last digit.
  await tx.execute(sql.raw(`declare kept no scroll cursor for select row_to_json(r)::text as row from (${rows}) r`));
  for (;;) {
    const lines = rowsOf(await tx.execute(sql.raw(`fetch ${ROWS_AT_A_TIME} from kept`))).map((one) =>
      String(one["row"]),
    );
    if (lines.length === 0) break;
    yield lines;
  }
  await tx.execute(sql.raw("close kept"));
}

const notWritten = (file: string, cause: unknown): UsageError =>
  new UsageError({
    was: `${file} cannot be written: ${(cause as Error).message}.`,
    expected: "the name of a new file, in a folder that this user may write to",
    remedy: "Name another one.",
    cause,
  });

const failed = (what: string, cause: unknown): StoreError =>
  new StoreError({
    was: `${what} could not be read: ${rootMessage(cause)}.`,
    remedy: "Run `deeptrader doctor`; it says what the store needs.",
    cause,
  });
