// Floor 2. The database as the queries see it: PGlite and PostgreSQL alike.
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";
import type { Answered } from "./postgres-client.ts";

/** Either database, as drizzle sees it. */
export type Db = PgDatabase<PgQueryResultHKT, Record<string, never>>;

/** A database that was opened and migrated. */
export interface Database {
  readonly kind: "pglite" | "postgres";
  /** Names it in messages, without secrets. */
  readonly what: string;
  readonly db: Db;
  /** Of a server: what asks it ends. */
  readonly answered?: Answered;
  /** Closes the connection, and gives a home back; called once. */
  disconnect(): Promise<void>;
}
