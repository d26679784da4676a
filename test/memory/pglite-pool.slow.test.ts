import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { poolOver } from "#memory/stores/pglite-pool.ts";
import { InvariantError } from "#schemas/errors.ts";

let pg: PGlite;
beforeAll(async () => {
  pg = await PGlite.create();
  await pg.exec(
    "create table khala (id int primary key); create table chat (id serial primary key, said jsonb, at timestamptz)",
  );
});
afterAll(() => pg.close());

const ids = async (): Promise<readonly number[]> =>
  (await pg.query<{ id: number }>("select id from khala order by id")).rows.map(({ id }) => id);
const saidSoFar = async (): Promise<number> => (await pg.query("select 1 from chat")).rows.length;

describe("a pool over the one session that Khala works on", () => {
  it("keeps Khala's rows out of a transaction that is rolled back", async () => {
    const client = await poolOver(pg).connect();
    await client.query("BEGIN");
    await client.query("insert into chat (said) values ($1)", [{ text: "lost" }]);
    // Khala does not know of the chat's transaction: its write waits, is acknowledged, and stays.
    const acknowledged = pg.query("insert into khala values (1)");
    await client.query("ROLLBACK");
    client.release();
    await acknowledged;
    expect(await ids()).toContain(1);
    expect(await saidSoFar()).toBe(0);
  });

  it("commits all of a transaction, and shows its own rows inside it", async () => {
    const client = await poolOver(pg).connect();
    await client.query("begin isolation level serializable");
    await client.query({ text: "insert into chat (said, at) values ($1, $2)", values: [{ a: 1 }, new Date(0)] });
    const inside = await client.query("select said, at from chat");
    await client.query("COMMIT");
    client.release();
    expect(inside).toMatchObject({ rowCount: 1, rows: [{ said: { a: 1 }, at: new Date(0) }] });
    expect(await saidSoFar()).toBe(1);
  });

  it("rolls back what a client leaves open when it goes back to the pool, and lets the next one in", async () => {
    const pool = poolOver(pg);
    const client = await pool.connect();
    await client.query("BEGIN");
    await client.query("delete from chat");
    client.release();
    expect((await pool.query("select count(*)::int as n from chat")).rows).toEqual([{ n: 1 }]);
  });

  it("goes on after a statement that failed inside a transaction", async () => {
    const pool = poolOver(pg);
    const client = await pool.connect();
    await client.query("BEGIN");
    await expect(client.query("insert into khala values (1)")).rejects.toThrow(/duplicate/);
    await client.query("ROLLBACK");
    client.release();
    await pool.query("insert into khala values (2)");
    expect(await ids()).toEqual([1, 2]);
  });

  it("counts what a statement changed, and takes several statements without values", async () => {
    const pool = poolOver(pg);
    expect(await pool.query("create table t (x int); insert into t values (1), (2)")).toMatchObject({ rowCount: 2 });
    expect(await pool.query("update t set x = x + $1", [1])).toMatchObject({ rowCount: 2, rows: [] });
  });

  it("refuses what would change the session for Khala too, and a transaction within another", async () => {
    const client = await poolOver(pg).connect();
    await expect(client.query("SET search_path TO chat")).rejects.toThrow(InvariantError);
    await client.query("BEGIN");
    await expect(client.query("BEGIN")).rejects.toThrow(InvariantError);
    await client.query("SET LOCAL statement_timeout = 1000");
    await client.query("COMMIT");
    client.release();
  });

  it("ends nothing that is Khala's", async () => {
    await poolOver(pg).end();
    expect(await ids()).toEqual([1, 2]);
  });
});
