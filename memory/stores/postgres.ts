// Floor 2. A DATABASE_URL → a Store on PostgreSQL.

import { drizzle } from "drizzle-orm/postgres-js";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import { untilAborted } from "#schemas/abort.ts";
import { StoreError } from "#schemas/errors.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { Database } from "./db.ts";
import { rootMessage } from "./guard.ts";
import { MIGRATIONS } from "./migrations.ts";
import { createPostgresAccounts } from "./postgres-accounts.ts";
import { connectPostgres } from "./postgres-client.ts";
import { thisProcess } from "./process-identity.ts";
import { createSqlStore } from "./sql-store.ts";

const CLOSE_TIMEOUT_S = 5;
/** With those of account, bus and budget a desk has eight, so that ten fit into the hundred that a server takes as it is installed. */
const CONNECTIONS = 5;
/** Any fixed number. Programs that migrate the same database wait for each other by it. */
const MIGRATION_LOCK = 54252;

/** @throws StoreError */
export async function openPostgresStore(url: string, label: string, options: CallOptions): Promise<Store> {
  const database = await openPostgresDatabase(url, options);
  const owner = thisProcess(label);
  const accounts = createPostgresAccounts(url, owner);
  const disconnect = async () => {
    await accounts.close();
    await database.disconnect();
  };
  return createSqlStore({ ...database, owner, hold: accounts.hold, disconnect });
}

/** Connects and migrates. @throws StoreError without the password where the server cannot be reached or says no */
export async function openPostgresDatabase(url: string, { signal }: CallOptions): Promise<Database> {
  const where = withoutSecrets(url);
  const { sql, answered } = connectPostgres(url, { max: CONNECTIONS });
  try {
    await untilAborted(migrateAlone(url), signal);
    const disconnect = () => sql.end({ timeout: CLOSE_TIMEOUT_S });
    return { kind: "postgres", what: `PostgreSQL at ${where}`, db: drizzle(sql), answered, disconnect };
  } catch (error) {
    await sql.end({ timeout: 0 });
    if (signal.aborted) throw error;
    throw new StoreError({
      was: `PostgreSQL at ${where} cannot be opened: ${rootMessage(error)}.`,
      remedy:
        "Check DATABASE_URL and that the server runs and lets this user create a schema; without it a folder is used.",
      cause: error,
    });
  }
}

// Migrations of one empty database by several processes fail on each other's half-made objects. The lock belongs to a session,
// so it has a connection of its own, and ends with that at the latest.
async function migrateAlone(url: string): Promise<void> {
  const { sql, answered } = connectPostgres(url, { max: 1 });
  const work = async (): Promise<void> => {
    await sql`select pg_advisory_lock(${MIGRATION_LOCK})`;
    await migrate(drizzle(sql), MIGRATIONS);
  };
  try {
    await answered(work(), true);
  } finally {
    await sql.end({ timeout: CLOSE_TIMEOUT_S });
  }
}

function withoutSecrets(url: string): string {
  if (!URL.canParse(url)) {
    throw new StoreError({
      was: "DATABASE_URL is not a URL.",
      expected: "postgres://USER:PASSWORD@HOST:PORT/DATABASE",
      remedy: "Correct it, or unset it to use a folder.",
    });
  }
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
