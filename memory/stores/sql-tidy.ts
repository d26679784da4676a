// Floor 2. A thinned database → the same with its room given back: what was deleted leaves room for new rows, and what is left of
// an index lies close together again.
//
// A B-tree gives back a page when its last entry goes. Of each hour one analysis stays, so a page keeps an entry in twelve, and
// no new one ever falls into its range: without a new index a year of 50 markets at 5m leaves more pages of air than of history.
import { sql } from "drizzle-orm";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { Database, Db } from "./db.ts";

/** Of these tables a page of an index holds fifty entries and more when it is full, thirty as they are written. */
const FEWEST_ENTRIES_A_PAGE = 24;
/** Below it there is not enough to win. */
const FEWEST_PAGES = 64;
/** An index is not worth that somebody waits: who reads a table for long (a backup) is let be, and the next hour tries again. */
const PATIENCE = "500ms";
const LOCK_NOT_AVAILABLE = "55P03";

interface TidyParts extends Pick<Database, "db" | "kind"> {
  /** Runs a transaction when it is this process's turn among those that consolidate. */
  readonly turn: Turn;
  /** False: only the room of what just went is given to new rows. */
  readonly isWhole: boolean;
}

/**
 * PGlite has no daemon that does it, and a PostgreSQL server may have its own switched off.
 * @throws the driver's errors; the signal's reason
 */
export async function tidy({ db, kind, turn, isWhole }: TidyParts, { signal }: CallOptions): Promise<void> {
  for (const table of await tablesOf(db)) {
    await nextTurn();
    signal.throwIfAborted();
    await db.execute(sql`vacuum (${sql.raw(isWhole ? "analyze, " : "")}skip_locked) khala.${sql.identifier(table)}`);
  }
  if (isWhole) for (const table of await sparselyIndexed(db)) await reindex(turn, table);
  // PGlite has no daemon that cuts the log either; elsewhere it takes a role of its own to ask for it.
  if (kind === "pglite") await db.execute(sql`checkpoint`);
}

export type Turn = <T>(work: (tx: Db) => Promise<T>) => Promise<T>;

// PGlite answers within one turn of the event loop: without a pause everything else would wait for all steps.
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const CLASSES = sql`pg_catalog.pg_class`;

const namesIn = async (db: Db, names: ReturnType<typeof sql>): Promise<readonly string[]> => {
  const rows = await db.select({ name: sql<string>`name` }).from(sql`(${names}) as found(name)`);
  return rows.map(({ name }) => name);
};

const tablesOf = (db: Db) =>
  namesIn(db, sql`select relname::text from ${CLASSES} where relnamespace = 'khala'::regnamespace and relkind = 'r'`);

/** Entries are as many as rows, by the count that the vacuum just took; an index of some rows only is not judged. */
const sparselyIndexed = (db: Db) =>
  namesIn(
    db,
    sql`select distinct t.relname::text from pg_catalog.pg_index x
      join ${CLASSES} t on t.oid = x.indrelid
      cross join lateral (select pg_relation_size(x.indexrelid) / current_setting('block_size')::int as pages) i
      where t.relnamespace = 'khala'::regnamespace and x.indpred is null
        and i.pages > ${FEWEST_PAGES} and t.reltuples < i.pages * ${FEWEST_ENTRIES_A_PAGE}`,
  );

/** Writers wait for it, some tenths of a second for a year of 50 markets. */
async function reindex(turn: Turn, table: string): Promise<void> {
  try {
    await turn(async (tx) => {
      await tx.execute(sql`set local lock_timeout = ${sql.raw(`'${PATIENCE}'`)}`);
      await tx.execute(sql`reindex table khala.${sql.identifier(table)}`);
    });
  } catch (error) {
    if (!isBusy(error)) throw error;
  }
}

const isBusy = (error: unknown): boolean =>
  error instanceof Error && (("code" in error && error.code === LOCK_NOT_AVAILABLE) || isBusy(error.cause));
