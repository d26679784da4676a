// Floor 2. The database as the queries see it: PGlite and PostgreSQL alike.
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";

/** Either database, as drizzle sees it. */
export type Db = PgDatabase<PgQueryResultHKT, Record<string, never>>;
