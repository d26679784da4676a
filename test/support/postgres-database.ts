// A database of its own on the PostgreSQL of this machine, for tests of processes that are given its address.
import { randomUUID } from "node:crypto";
import postgres from "postgres";

/** A server of this machine whose user may create databases. */
const SERVER = process.env["DEEPTRADER_TEST_POSTGRES"] ?? "postgres://postgres@127.0.0.1:5432";
const NO_WORD = { max: 1, onnotice: () => {}, connect_timeout: 2 };

/** Whether there is one. */
export async function isPostgresThere(): Promise<boolean> {
  const sql = postgres(`${SERVER}/postgres`, NO_WORD);
  try {
    await sql`select 1`;
    return true;
  } catch {
    return false;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

async function administer(statement: string): Promise<void> {
  const sql = postgres(`${SERVER}/postgres`, NO_WORD);
  try {
    await sql.unsafe(statement);
  } finally {
    await sql.end();
  }
}

/** Removed when the test's scope ends (`await using`). */
export async function createDatabase() {
  const name = `deeptrader_cli_${randomUUID().replaceAll("-", "")}`;
  await administer(`create database ${name}`);
  return {
    url: `${SERVER}/${name}`,
    [Symbol.asyncDispose]: () => administer(`drop database if exists ${name} with (force)`),
  };
}
