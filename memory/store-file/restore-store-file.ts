// Floor 2. A store's file → an empty database, in one transaction: all of it, or nothing.
import { sql } from "drizzle-orm";
import { DeepTraderError, StoreError } from "#schemas/errors.ts";
import type { Database, Db } from "../stores/db.ts";
import { rootMessage } from "../stores/guard.ts";
import { KEPT_TABLES, NOT_CARRIED, type StoreFileHeader, type TableInFile } from "./format.ts";
import { readStoreFile } from "./read-store-file.ts";
import { rowsOf } from "./rows-of.ts";
import type { StoreFileOptions } from "./write-store-file.ts";

const ALL_TABLES = KEPT_TABLES.map(({ name }) => `khala.${name}`).join(", ");

/**
 * The file should have been read through before the database was opened: then a broken one changes nothing at all.
 * @throws StoreError where the database has rows already; what `readStoreFile` throws
 */
export async function restoreStoreFile(
  { db, what }: Pick<Database, "db" | "what">,
  file: string,
  { signal, onRows }: StoreFileOptions,
): Promise<StoreFileHeader> {
  try {
    return await db.transaction(async (tx) => {
      // Until the end nobody else writes: what is empty stays so.
      await tx.execute(sql.raw(`lock table ${ALL_TABLES} in share row exclusive mode`));
      await requireEmpty(tx, what);
      const header = await readStoreFile(file, {
        signal,
        ...(onRows === undefined ? {} : { onProgress: onRows }),
        onRows: async (table, rows) => {
          await tx.execute(insertOf(table, rows));
        },
      });
      for (const table of header.tables) await carryNumbers(tx, table);
      return header;
    });
  } catch (error) {
    if (signal.aborted || error instanceof DeepTraderError) throw error;
    throw new StoreError({
      was: `${what} could not take ${file}: ${rootMessage(error)}.`,
      remedy: "Nothing was restored. Run `deeptrader doctor`; it says what the store needs.",
      cause: error,
    });
  }
}

async function requireEmpty(tx: Db, what: string): Promise<void> {
  const rows = KEPT_TABLES.map(({ name }) => `(select '${name}' as name where exists (select 1 from khala.${name}))`);
  const found = rowsOf(await tx.execute(sql.raw(rows.join(" union all "))));
  if (found.length === 0) return;
  throw new StoreError({
    was: `${what} is not empty: it has ${found.map(({ name }) => String(name)).join(", ")}.`,
    expected: "a store in which nothing was kept yet",
    remedy: "Name a new home with --home, or a new database with DATABASE_URL. Nothing was changed.",
  });
}

/** Columns that the file does not have are as a new row has them: it was written before they were there. */
const insertOf = ({ name, columns }: TableInFile, rows: readonly string[]) => {
  const own = columns.join(", ");
  return sql`${sql.raw(`insert into khala.${name} (${own}) overriding system value select ${own} from`)}
    json_populate_recordset(${sql.raw(`null::khala.${name}`)}, ${`[${rows.join(",")}]`}::text::json)`;
};

async function carryNumbers(tx: Db, { name, sequence }: TableInFile): Promise<void> {
  if (KEPT_TABLES.find((one) => one.name === name)?.hasSequence === true && sequence !== undefined) {
    await tx.execute(sql`select setval(${`khala.${name}_seq_seq`}::regclass, ${sequence}::bigint)`);
  }
  if (name === "analysis_keys") {
    await tx.execute(sql.raw(`update khala.analysis_keys set ${NOT_CARRIED} = pg_current_xact_id()::text::bigint`));
  }
}
