// A database of one's own on a PostgreSQL server, for the slow tests.
import { randomUUID } from "node:crypto";
import postgres from "postgres";

/** A server where the test may create databases; the default asks the local one for the role `postgres` without password. */
const SERVER = process.env["DEEPTRADER_TEST_DATABASE_URL"] ?? "postgres://postgres@127.0.0.1:5432/postgres";

/** Null where it can be used, else why not. */
export async function whyNoPostgres(): Promise<string | null> {
  const sql = postgres(SERVER, { max: 1, connect_timeout: 3, onnotice: () => {} });
  try {
    const [row] = await sql`select rolcreatedb or rolsuper as ok from pg_roles where rolname = current_user`;
    return row?.["ok"] === true ? null : "its role may not create databases";
  } catch (error) {
    return (error as Error).message || String((error as NodeJS.ErrnoException).code);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

export interface Database {
  readonly url: string;
  drop(): Promise<void>;
}

export async function createDatabase(): Promise<Database> {
  const name = `deeptrader_test_${randomUUID().replaceAll("-", "")}`;
  await onServer((sql) => sql`create database ${sql(name)}`);
  const url = new URL(SERVER);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => onServer((sql) => sql`drop database ${sql(name)} with (force)`) };
}

async function onServer(work: (sql: postgres.Sql) => Promise<unknown>): Promise<void> {
  const sql = postgres(SERVER, { max: 1, onnotice: () => {} });
  try {
    await work(sql);
  } finally {
    await sql.end();
  }
}
