// What a database has read so far of its tables, and how much room they take, by its own counts.
import { sql } from "drizzle-orm";
import { rowsOf } from "#memory/store-file/rows-of.ts";
import type { Db } from "#memory/stores/db.ts";

export interface Reads {
  /** Of all tables but the next one. */
  readonly rows: number;
  /** Of the candles of the live window, of which there are 1,000 a market from the fourth day on. */
  readonly windowRows: number;
  /** Of tables and indexes, 8 kB each. */
  readonly pages: number;
}

/** Of what this connection has asked for, all by now. */
export async function readsOf(db: Db): Promise<Reads> {
  await db.execute(sql`select pg_stat_force_next_flush()`);
  const [row] = rowsOf(
    await db.execute(sql`
      with read as (
        select relname = 'candles' as is_window, seq_tup_read + coalesce(idx_tup_fetch, 0) as rows,
          heap_blks_hit + heap_blks_read + coalesce(idx_blks_hit + idx_blks_read, 0)
            + coalesce(toast_blks_hit + toast_blks_read + tidx_blks_hit + tidx_blks_read, 0) as pages
        from pg_stat_user_tables join pg_statio_user_tables using (relid, relname)
      )
      select (sum(rows) filter (where not is_window))::float8 as rows, (sum(rows) filter (where is_window))::float8 as window_rows,
        sum(pages)::float8 as pages
      from read`),
  );
  return { rows: Number(row?.["rows"]), windowRows: Number(row?.["window_rows"]), pages: Number(row?.["pages"]) };
}

export interface TableSize {
  readonly name: string;
  readonly rows: number;
  readonly heapMb: number;
  readonly indexMb: number;
  readonly toastMb: number;
}

/** The largest first. */
export async function tableSizes(db: Db): Promise<readonly TableSize[]> {
  const names = rowsOf(
    await db.execute(sql`select relname::text as name, pg_table_size(oid)::float8 as all_bytes, pg_relation_size(oid)::float8 as heap, pg_indexes_size(oid)::float8 as index
      from pg_catalog.pg_class where relnamespace = 'khala'::regnamespace and relkind = 'r' order by pg_total_relation_size(oid) desc`),
  );
  const sizes: TableSize[] = [];
  for (const { name, all_bytes, heap, index } of names) {
    const [row] = rowsOf(
      await db.execute(sql`select count(*)::float8 as rows from khala.${sql.identifier(String(name))}`),
    );
    const [heapMb, indexMb, toastMb] = [Number(heap), Number(index), Number(all_bytes) - Number(heap)].map(
      (bytes) => bytes / 2 ** 20,
    );
    sizes.push({
      name: String(name),
      rows: Number(row?.["rows"]),
      heapMb: heapMb ?? 0,
      indexMb: indexMb ?? 0,
      toastMb: toastMb ?? 0,
    });
  }
  return sizes;
}

export async function databaseBytes(db: Db): Promise<number> {
  const [row] = rowsOf(await db.execute(sql`select pg_database_size(current_database())::float8 as bytes`));
  return Number(row?.["bytes"]);
}

export async function serverProcess(db: Db): Promise<number> {
  const [row] = rowsOf(await db.execute(sql`select pg_backend_pid() as pid`));
  return Number(row?.["pid"]);
}
