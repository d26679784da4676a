// Secrets that are told from anything else, and the places in which they might turn up.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { Redis } from "ioredis";
import postgres from "postgres";

type Rows = readonly Readonly<Record<string, unknown>>[];

/** As text: a long value is kept compressed, so that its bytes on the disk show nothing. */
async function rowsBy(query: (text: string) => Promise<Rows>): Promise<string> {
  const tables = await query(`select table_schema, table_name from information_schema.tables
    where table_schema not in ('pg_catalog', 'information_schema')`);
  const rows: Rows[] = [];
  for (const { table_schema, table_name } of tables)
    rows.push(await query(`select t::text from "${table_schema}"."${table_name}" t`));
  return JSON.stringify(rows);
}

/** Every row of every table. */
export async function tablesOf(url: string): Promise<string> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await rowsBy((text) => sql.unsafe(text));
  } finally {
    await sql.end();
  }
}

/** The same of the store in a home that no process has open. */
export async function homeTablesOf(home: string): Promise<string> {
  const pg = await PGlite.create(join(home, "khala"));
  try {
    return await rowsBy(async (text) => (await pg.query<Rows[number]>(text)).rows);
  } finally {
    await pg.close();
  }
}

/** Names and bytes of every file under a folder. */
export async function filesOf(dir: string): Promise<string> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const texts = files.map(async ({ parentPath, name }) => {
    const path = join(parentPath, name);
    return `${path}\n${await readFile(path, "latin1")}`;
  });
  return (await Promise.all(texts)).join("\n");
}

/** Every key of a Redis database, with what it holds. */
export async function redisOf(url: string): Promise<string> {
  const redis = new Redis(url);
  try {
    const keys = await redis.keys("*");
    const dumps = keys.map(async (key) => `${key}\n${(await redis.dumpBuffer(key))?.toString("latin1")}`);
    return (await Promise.all(dumps)).join("\n");
  } finally {
    redis.disconnect();
  }
}

/** Which canary is where; empty: none is anywhere. Base64 is looked into where it holds one from its first letter. */
export function foundIn(
  places: Readonly<Record<string, string>>,
  canaries: Readonly<Record<string, string>>,
): readonly string[] {
  return Object.entries(places).flatMap(([place, text]) =>
    Object.entries(canaries).flatMap(([name, canary]) =>
      [canary, encodeURIComponent(canary), Buffer.from(canary).toString("base64").slice(0, -4)].flatMap((form) => {
        const at = text.indexOf(form);
        return at < 0 ? [] : [`${name} is in ${place}: …${text.slice(Math.max(0, at - 120), at)}[here]`];
      }),
    ),
  );
}
