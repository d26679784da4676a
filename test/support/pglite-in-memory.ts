// A store on a PGlite that lives in memory only: the product's SQL without a folder.
import { PGlite } from "@electric-sql/pglite";
import { drizzle } from "drizzle-orm/pglite";
import { migrate } from "drizzle-orm/pglite/migrator";
import { MIGRATIONS } from "#memory/stores/migrations.ts";
import { thisProcess } from "#memory/stores/process-identity.ts";
import { createSqlStore } from "#memory/stores/sql-store.ts";
import type { Store } from "#schemas/ports/memory.ts";

export async function openPgliteInMemory(label: string): Promise<Store> {
  const pg = await PGlite.create();
  const db = drizzle(pg);
  await migrate(db, MIGRATIONS);
  return createSqlStore({
    kind: "pglite",
    what: "The store in memory",
    db,
    owner: thisProcess(label),
    disconnect: () => pg.close(),
  });
}
