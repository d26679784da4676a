import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { expect, it } from "vitest";
import { createDatabase, whyNoPostgres } from "#bench/support/postgres-place.ts";
import { startChild } from "./child.ts";

const OPEN_POSTGRES = new URL("./children/open-postgres.ts", import.meta.url);

it("finds nothing to generate: the committed SQL is what the tables say", () => {
  // drizzle-kit takes paths relative to where it runs only.
  const out = mkdtempSync("node_modules/.migrations-");
  try {
    cpSync("memory/stores/migrations", out, { recursive: true });
    const before = readdirSync(out).sort();
    execFileSync(
      process.execPath,
      [
        "node_modules/drizzle-kit/bin.cjs",
        "generate",
        "--dialect=postgresql",
        "--schema=./memory/stores/tables.ts",
        `--out=./${out}`,
      ],
      { stdio: "pipe" },
    );
    expect(readdirSync(out).sort()).toEqual(before);
    expect(readdirSync(join(out, "meta"))).toEqual(readdirSync("memory/stores/migrations/meta"));
  } finally {
    rmSync(out, { recursive: true });
  }
});

const noPostgres = await whyNoPostgres();
if (noPostgres !== null)
  console.warn(`Left out: migrating PostgreSQL (${noPostgres}). Set DEEPTRADER_TEST_DATABASE_URL.`);

it.skipIf(noPostgres !== null)("run once where eight processes open one empty database at the same time", async () => {
  const database = await createDatabase();
  const children = Array.from({ length: 8 }, () => startChild(OPEN_POSTGRES, [database.url]));
  expect(await Promise.all(children.map((child) => child.ended()))).toEqual(Array.from({ length: 8 }, () => 0));
  const sql = postgres(database.url, { max: 1, onnotice: () => {} });
  const applied = await sql`select count(*)::int as count from drizzle.khala_migrations`;
  await sql.end();
  expect(applied[0]?.["count"]).toBe(
    readdirSync("memory/stores/migrations").filter((name) => name.endsWith(".sql")).length,
  );
  await database.drop();
});
