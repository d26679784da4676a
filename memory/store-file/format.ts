// Floor 2. A store as one file: gzip of lines of JSON. The first names the tables, their columns and how many rows each has; then come
// the rows, table after table, as the database itself writes them; the last has the number of lines and the SHA-256 of all before it.
import { getTableColumns, getTableName, is } from "drizzle-orm";
import { getTableConfig, PgTable } from "drizzle-orm/pg-core";
import { z } from "zod";
import { Count, UnixMs } from "#schemas/units.ts";
import * as khalaTables from "../stores/tables.ts";

/** Of this file's own form; what the tables hold has the number of their migrations. */
export const FORMAT = 1;

const TableInFile = z.object({
  name: z.string(),
  columns: z.array(z.string()).readonly(),
  rows: Count,
  /** Where the numbers that the database gives out stood, as text; left out: the table has none, or none was given out. */
  sequence: z.string().regex(/^\d+$/).exactOptional(),
});
export type TableInFile = Readonly<z.infer<typeof TableInFile>>;

export const StoreFileHeader = z.object({
  deeptrader: z.literal("store"),
  format: z.literal(FORMAT),
  /** How many migrations the tables had had. */
  schema: Count,
  /** Of the program that wrote it. */
  version: z.string(),
  madeAtMs: UnixMs,
  tables: z.array(TableInFile).readonly(),
});
export type StoreFileHeader = Readonly<z.infer<typeof StoreFileHeader>>;

export const StoreFileEnd = z.strictObject({ end: z.literal(true), rows: Count, sha256: z.hex() });

/** A table as the file's statements need it; names are our own and need no quoting. */
export interface KeptTable {
  readonly name: string;
  readonly columns: readonly string[];
  /** What its rows are ordered by, so that the same rows make the same lines in every database. */
  readonly order: string;
  readonly hasSequence: boolean;
}

/** A transaction's number means nothing in another database: it is that of the restore. */
export const NOT_CARRIED = "changed_xid";

/** All tables of the store, in an order of their own, but for what venues said a moment ago. */
export const KEPT_TABLES: readonly KeptTable[] = Object.values(khalaTables)
  .filter((one) => is(one, PgTable))
  .filter((one) => one !== khalaTables.venueAnswers)
  .map((table) => {
    const { columns, primaryKeys, uniqueConstraints } = getTableConfig(table);
    const key = new Set((primaryKeys[0] ?? uniqueConstraints[0])?.columns.map(({ name }) => name));
    const ordered = columns
      .filter(({ name, primary }) => primary || key.has(name))
      .map((column) => (column.getSQLType() === "text" ? `${column.name} collate "C"` : column.name));
    return {
      name: getTableName(table),
      columns: columns.map(({ name }) => name).filter((name) => name !== NOT_CARRIED),
      order: ordered.join(", "),
      hasSequence: Object.values(getTableColumns(table)).some(
        ({ generatedIdentity }) => generatedIdentity !== undefined,
      ),
    };
  })
  .sort((a, b) => (a.name < b.name ? -1 : 1));
