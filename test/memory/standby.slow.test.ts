// Processes that stand by for an account on one PostgreSQL: when one of them takes it, and that never two have it.
import postgres from "postgres";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createDatabase, type Database, whyNoPostgres } from "#bench/support/postgres-place.ts";
import { ACTS_FOR_MS } from "#memory/stores/account-claim.ts";
import { openStore } from "#memory/stores/open.ts";
import { openPostgresDatabase } from "#memory/stores/postgres.ts";
import { thisProcess } from "#memory/stores/process-identity.ts";
import { holderInSql, raiseFenceOver } from "#memory/stores/sql-account.ts";
import { WriterLostError } from "#schemas/errors.ts";
import { journalEventId } from "#schemas/journal.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { AccountHolder, AccountWriter, OpenAccountOptions } from "#schemas/ports/trading.ts";
import { alone } from "#test/support/account.ts";
import { type Child, startChild } from "./child.ts";
import { control, DESK, options, RUN } from "./fixtures.ts";

const HOLDER = new URL("./children/hold-account.ts", import.meta.url);
const missing = await whyNoPostgres();

describe.skipIf(missing !== null)("a process that stands by for an account", () => {
  let database: Database;
  let sql: postgres.Sql;
  const stores: Store[] = [];
  const children: Child[] = [];
  let stop = new AbortController();

  beforeAll(async () => {
    database = await createDatabase();
    sql = postgres(database.url, { max: 1, onnotice: () => {} });
    await (await open()).close();
  });
  afterEach(async () => {
    stop.abort();
    stop = new AbortController();
    for (const { process: child } of children.splice(0)) child.kill("SIGKILL");
    await Promise.all(stores.splice(0).map((store) => store.close()));
    await sql`truncate khala.accounts, khala.journal`;
  });
  afterAll(async () => {
    await sql?.end();
    await database?.drop();
  });

  const open = async (owner = "test") => {
    const store = await openStore({ kind: "postgres", url: database.url, owner }, options);
    stores.push(store);
    return store;
  };
  /** Time stands still but where the test moves it; each look has told of the owner. */
  const standingBy = () => {
    const seen: (AccountHolder | null)[] = [];
    const told: string[] = [];
    let nowMs = 0;
    let look = () => {};
    const next = () => new Promise<void>((resolve) => (look = resolve));
    const given: OpenAccountOptions = {
      ...alone,
      signal: stop.signal,
      sleep: () => new Promise((resolve) => setImmediate(resolve)),
      monotonicMs: () => nowMs,
      onWait: (text) => told.push(text),
      onOwner: (owner) => {
        seen.push(owner);
        look();
      },
    };
    const looked = async (times = 2) => {
      for (let i = 0; i < times; i++) await next();
    };
    const pass = (ms: number): void => {
      nowMs += ms;
    };
    return { given, seen, told, looked, pass };
  };
  const takenBy = (waiting: Promise<AccountWriter>) => {
    const state: { writer: AccountWriter | null } = { writer: null };
    void waiting.then(
      (writer) => (state.writer = writer),
      () => {},
    );
    return state;
  };

  it("waits for as long as the owner lives, knows what it runs with, and has the account the moment it is given back", async () => {
    const owner = await (await open("start")).openAccount(DESK, { ...alone, settings: { timeframe: "5m" } });
    const store = await open();
    const standby = standingBy();
    const waiting = store.openAccount(DESK, standby.given);
    const taken = takenBy(waiting);
    await standby.looked();
    const holder = standby.seen.at(-1);
    expect(holder).toMatchObject({ process: `process ${process.pid} (start) on ${thisProcess("").host}` });
    expect(holder?.settings).toEqual({ timeframe: "5m" });
    expect((holder?.leaseUntilMs ?? 0) - (holder?.sinceMs ?? 0)).toBeGreaterThanOrEqual(8_000);
    expect(await store.holderOf(DESK, options)).toEqual(holder);
    expect(taken.writer).toBeNull();
    await owner.release();
    const writer = await waiting;
    expect(writer.fence).toBeGreaterThan(owner.fence);
    expect([owner.leftMs(), writer.leftMs()]).toEqual([Number.NEGATIVE_INFINITY, ACTS_FOR_MS]);
    await writer.journal(RUN).append([control(1)], options);
    await expect(owner.journal(RUN).append([control(2)], options)).rejects.toThrow(WriterLostError);
    expect(standby.told).toEqual([expect.stringMatching(/^Took the desk from .*, which gave it up\.$/)]);
  });

  it("has it at once where the owner died in the middle of giving it up, its connection still there", async () => {
    const child = startChild(HOLDER, [database.url], "pipe");
    children.push(child);
    await child.line("holds");
    const standby = standingBy();
    const waiting = (await open()).openAccount(DESK, standby.given);
    await standby.looked();
    child.process.kill("SIGSTOP");
    await sql`update khala.accounts set fence = fence + 1, renewed_at_ms = 0`;
    expect((await waiting).leftMs()).toBe(ACTS_FOR_MS);
  });

  it("is one of two: the other goes on standing by, for the one that has it", async () => {
    const owner = await (await open("start")).openAccount(DESK, alone);
    const standbys = [standingBy(), standingBy()] as const;
    const [one, other] = await Promise.all(
      standbys.map(async ({ given }) => takenBy((await open()).openAccount(DESK, given))),
    );
    await Promise.all(standbys.map((each) => each.looked()));
    await owner.release();
    await expect.poll(() => [one?.writer, other?.writer].filter((writer) => writer != null).length).toBe(1);
    const loser = one?.writer == null ? standbys[0] : standbys[1];
    await loser.looked(3);
    expect([one?.writer, other?.writer].filter((writer) => writer != null)).toHaveLength(1);
  });

  it("takes a row that stood still for 8 s of its own time, and its owner, which lives, writes nothing more", async () => {
    const owner = await (await open("start")).openAccount(DESK, alone);
    const standby = standingBy();
    const waiting = (await open()).openAccount(DESK, standby.given);
    const taken = takenBy(waiting);
    await standby.looked();
    standby.pass(7_999);
    await standby.looked(3);
    expect(taken.writer).toBeNull();
    standby.pass(1);
    const writer = await waiting;
    await expect(owner.journal(RUN).append([control(1)], options)).rejects.toThrow(WriterLostError);
    await writer.journal(RUN).append([control(2)], options);
  });

  it("takes nothing that was renewed between its look and its word", async () => {
    const { db, disconnect } = await openPostgresDatabase(database.url, options);
    try {
      await (await open("start")).openAccount(DESK, alone);
      const seen = await holderInSql(db, DESK, options);
      await sql`update khala.accounts set renewed_at_ms = renewed_at_ms + 1`;
      expect(await raiseFenceOver(db, DESK, thisProcess("standby"), seen)).toBeNull();
      // Nor what another has inserted where there was nothing.
      expect(await raiseFenceOver(db, DESK, thisProcess("standby"), null)).toBeNull();
      expect(await holderInSql(db, DESK, options)).toMatchObject({ fence: seen?.fence, process: { label: "start" } });
    } finally {
      await disconnect();
    }
  });

  it("goes on where the store is gone at the moment of taking, and gives the owner its whole time again", async () => {
    await (await open("start")).openAccount(DESK, alone);
    const standby = standingBy();
    const waiting = (await open()).openAccount(DESK, standby.given);
    const taken = takenBy(waiting);
    await standby.looked();
    const name = new URL(database.url).pathname.slice(1);
    const admin = postgres(new URL("/postgres", database.url).href, { max: 1, onnotice: () => {} });
    try {
      await admin.unsafe(`alter database ${name} allow_connections false`);
      await admin`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name}`;
      await expect.poll(() => standby.seen.at(-1)).toBeNull();
      standby.pass(60_000);
      await admin.unsafe(`alter database ${name} allow_connections true`);
    } finally {
      await admin.end();
    }
    await expect.poll(() => standby.seen.at(-1), { timeout: 20_000 }).not.toBeNull();
    await standby.looked(3);
    expect(taken.writer).toBeNull();
    standby.pass(8_000);
    expect((await waiting).leftMs()).toBe(ACTS_FOR_MS);
  });

  it("may send for 5 s after it last asked to stay the owner, and again once it has asked", async () => {
    let nowMs = 0;
    let beat = () => {};
    const sleep: OpenAccountOptions["sleep"] = (ms, call) =>
      Promise.race([alone.sleep(ms, call), new Promise<void>((resolve) => (beat = resolve))]);
    const given = { ...alone, sleep, monotonicMs: () => nowMs };
    const writer = await (await open("start")).openAccount(DESK, given);
    nowMs += ACTS_FOR_MS - 1;
    expect(writer.leftMs()).toBe(1);
    nowMs += 1;
    expect(writer.leftMs()).toBe(0);
    await expect
      .poll(() => {
        beat();
        return writer.leftMs();
      })
      .toBe(ACTS_FOR_MS);
  });

  it("sees rows in the order of their numbers: an append waits for one before it, although nobody waits for that any more", async () => {
    const owner = await (await open("start")).openAccount(DESK, alone);
    const journal = owner.journal(RUN);
    await sql.unsafe(`
      create function khala.stall() returns trigger language plpgsql as $$ begin
        if new.event_id = '${journalEventId(control(1))}' then perform pg_advisory_xact_lock(77); end if; return new;
      end $$;
      create trigger stall before insert on khala.journal for each row execute function khala.stall()`);
    const holder = postgres(database.url, { max: 1, onnotice: () => {} });
    const state = { first: false, second: false };
    const waiting = async () => {
      const [row] = await sql`select count(*)::int as n from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`;
      return row?.["n"];
    };
    try {
      await holder`select pg_advisory_lock(77)`;
      const first = journal.append([control(1)], options).then(() => (state.first = true));
      await expect.poll(waiting).toBe(1);
      const second = journal.append([control(2)], options).then(() => (state.second = true));
      await expect.poll(async () => state.second || (await waiting()) === 2).toBe(true);
      expect(state).toEqual({ first: false, second: false });
      await holder`select pg_advisory_unlock(77)`;
      await Promise.all([first, second]);
      const rows = await (await open()).journal(DESK, RUN).read({}, options);
      expect(rows.map(({ event }) => event)).toEqual([control(1), control(2)]);
    } finally {
      await holder.end();
      await sql.unsafe("drop trigger stall on khala.journal; drop function khala.stall()");
    }
  });
});
