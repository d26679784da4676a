// Bench. A store on a PGlite that lives in memory only: the product's SQL without a folder. Making one takes seconds, so a
// closed one is emptied and used again.
import { PGlite } from "@electric-sql/pglite";
import { drizzle } from "drizzle-orm/pglite";
import { migrate } from "drizzle-orm/pglite/migrator";
import { MIGRATIONS } from "#memory/stores/migrations.ts";
import { thisProcess } from "#memory/stores/process-identity.ts";
import { createSqlStore } from "#memory/stores/sql-store.ts";
import type { Store } from "#schemas/ports/memory.ts";

const empty: PGlite[] = [];

/** An empty store. Close it, so that the next one need not be made. */
export async function openPgliteInMemory(label: string): Promise<Store> {
  const pg = empty.pop() ?? (await create());
  return createSqlStore({
    kind: "pglite",
    what: "The store in memory",
    db: drizzle(pg),
    owner: thisProcess(label),
    disconnect: async () => {
      await pg.exec(EMPTY_ALL);
      empty.push(pg);
    },
  });
}

async function create(): Promise<PGlite> {
  const pg = await PGlite.create();
  await migrate(drizzle(pg), MIGRATIONS);
  return pg;
}

/** Every table but the list of migrations; ids begin at 1 again. */
const EMPTY_ALL = `do $$ begin execute (
  select 'truncate ' || string_agg(format('%I.%I', schemaname, tablename), ', ') || ' restart identity'
  from pg_tables where schemaname not in ('pg_catalog', 'information_schema', 'drizzle')
); end $$`;
