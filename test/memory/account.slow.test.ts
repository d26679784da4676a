// Several processes on one PostgreSQL and one desk: one writes.
import postgres from "postgres";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createDatabase, type Database, whyNoPostgres } from "#bench/support/postgres-place.ts";
import { openStore } from "#memory/stores/open.ts";
import { AccountInUseError, WriterLostError } from "#schemas/errors.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { OpenAccountOptions } from "#schemas/ports/trading.ts";
import { DeskId } from "#schemas/units.ts";
import { alone } from "#test/support/account.ts";
import { type Child, startChild } from "./child.ts";
import { control, DESK, options, RUN } from "./fixtures.ts";

const HOLDER = new URL("./children/hold-account.ts", import.meta.url);
const missing = await whyNoPostgres();
if (missing !== null)
  console.warn(`Left out: one writer on PostgreSQL (${missing}). Set DEEPTRADER_TEST_DATABASE_URL.`);

describe.skipIf(missing !== null)("one account on one PostgreSQL", () => {
  let database: Database;
  let sql: postgres.Sql;
  const stores: Store[] = [];
  const children: Child[] = [];

  beforeAll(async () => {
    database = await createDatabase();
    sql = postgres(database.url, { max: 1, onnotice: () => {} });
    await (await open()).close();
  });
  afterEach(async () => {
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
  const hold = async () => {
    const child = startChild(HOLDER, [database.url], "pipe");
    children.push(child);
    return { child, fence: Number((await child.line("holds")).slice("holds ".length)) };
  };
  const write = (child: Child, atMs: number) => child.process.stdin?.write(`${atMs}\n`);
  const events = async (store: Store) => (await store.journal(DESK, RUN).read({}, options)).map(({ event }) => event);
  const lockSessions = () => sql<{ pid: number }[]>`select pid from pg_locks where locktype = 'advisory' and granted
    and database = (select oid from pg_database where datname = current_database())`;
  /** Its time passes as it waits; it has told what it waits for. */
  const waiting = (): OpenAccountOptions & { readonly told: readonly string[] } => {
    const told: string[] = [];
    let nowMs = 0;
    const sleep: OpenAccountOptions["sleep"] = async (ms) => {
      nowMs += ms;
    };
    return { ...alone, sleep, monotonicMs: () => nowMs, onWait: (text) => told.push(text), told };
  };

  it("is refused to a second process, by the name of the first, once that one gives a sign of life", async () => {
    let beat = () => {};
    const sleep: OpenAccountOptions["sleep"] = (ms, call) =>
      Promise.race([alone.sleep(ms, call), new Promise<void>((resolve) => (beat = resolve))]);
    const first = await (await open("start")).openAccount(DESK, { ...alone, sleep });
    const second = waiting();
    const refused = (await open()).openAccount(DESK, { ...second, sleep: async () => beat() });
    await expect(refused).rejects.toThrow(AccountInUseError);
    await expect(refused).rejects.toThrow(new RegExp(`process ${process.pid} \\(start\\) on .*--desk`));
    expect(second.told).toEqual([
      expect.stringMatching(/^Waiting for the desk of process \d+ \(start\) on .* at most 8 s\.$/),
    ]);
    await first.journal(RUN).append([control(1)], options);
  });

  it("is free at once where its process was killed", async () => {
    const { child, fence } = await hold();
    write(child, 1);
    await child.line("wrote");
    child.process.kill("SIGKILL");
    await child.ended();
    const next = waiting();
    const writer = await (await open()).openAccount(DESK, next);
    expect(writer.fence).toBeGreaterThan(fence);
    expect(next.told.filter((text) => !text.startsWith("Waiting"))).toEqual([]);
  });

  it("is taken from a frozen process, which writes nothing when it wakes, says why and ends with 1", async () => {
    const { child } = await hold();
    write(child, 1);
    await child.line("wrote 1");
    child.process.kill("SIGSTOP");
    write(child, 2);
    const next = waiting();
    const store = await open("start");
    const writer = await store.openAccount(DESK, next);
    await writer.journal(RUN).append([control(3)], options);
    child.process.kill("SIGCONT");
    expect(await child.line("lost")).toMatch(
      /^lost WriterLostError This process no longer owns desk main: process \d+ \(start\) on .* has taken it\. Nothing was written/,
    );
    expect(await child.ended()).toBe(1);
    expect(await events(store)).toEqual([control(1), control(3)]);
    expect(next.told).toEqual([
      expect.stringMatching(/^Waiting for the desk of process \d+ \(holder\) on .*, at most \d+ s\.$/),
      expect.stringMatching(/^Took the desk from process \d+ \(holder\) on .*: no sign of life for \d+ s\.$/),
    ]);
    // And its lock: a third one has to ask.
    expect(await lockSessions()).toHaveLength(1);
  });

  it("is taken from a frozen process by one of several", async () => {
    const { child } = await hold();
    child.process.kill("SIGSTOP");
    const rivals = await Promise.all([open(), open(), open()]);
    // One time for all three, which ends before the one that has taken it could be silent for too long.
    let nowMs = 0;
    const sleep: OpenAccountOptions["sleep"] = async (ms) => {
      nowMs = Math.min(nowMs + ms, 12_000);
    };
    const together = { ...waiting(), sleep, monotonicMs: () => nowMs };
    const outcomes = await Promise.allSettled(rivals.map((store) => store.openAccount(DESK, together)));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") expect(outcome.reason).toBeInstanceOf(AccountInUseError);
    }
  });

  it("stays with its process where only the connection was lost, and is locked anew", async () => {
    let beat = () => {};
    const sleep: OpenAccountOptions["sleep"] = (ms, call) =>
      Promise.race([alone.sleep(ms, call), new Promise<void>((resolve) => (beat = resolve))]);
    const writer = await (await open()).openAccount(DESK, { ...alone, sleep });
    const [before] = await lockSessions();
    await sql`select pg_terminate_backend(${before?.pid ?? 0})`;
    await expect
      .poll(async () => {
        beat();
        return (await lockSessions())[0]?.pid ?? before?.pid;
      })
      .not.toBe(before?.pid);
    await writer.journal(RUN).append([control(1)], options);
    expect(writer.lost.aborted).toBe(false);
  });

  it("is known to be lost without a write, at the next sign of life that is refused", async () => {
    let beat = () => {};
    const sleep: OpenAccountOptions["sleep"] = (ms, call) =>
      Promise.race([alone.sleep(ms, call), new Promise<void>((resolve) => (beat = resolve))]);
    const writer = await (await open()).openAccount(DESK, { ...alone, sleep });
    await (await open("start")).openAccount(DESK, waiting());
    const lost = new Promise((resolve) => writer.lost.addEventListener("abort", () => resolve(writer.lost.reason)));
    await expect
      .poll(() => {
        beat();
        return writer.lost.aborted;
      })
      .toBe(true);
    expect(await lost).toBeInstanceOf(WriterLostError);
  });

  it("is not taken while an append is under way: what it writes is written before", async () => {
    const store = await open();
    const first = await store.openAccount(DESK, alone);
    const rival = postgres(database.url, { max: 1, onnotice: () => {} });
    await rival`begin`;
    // The same event, not yet committed: the append waits for it, with its fence checked.
    await rival`insert into khala.journal (desk_id, run_id, event_id, event) values (${DESK}, ${RUN}, 'control:pause:1', '{}')`;
    const waiters = async () =>
      (await sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
        .length;
    const append = first.journal(RUN).append([control(1)], options);
    let isTaken = false;
    try {
      await expect.poll(waiters).toBe(1);
      void store.openAccount(DESK, alone).then(() => {
        isTaken = true;
      });
      await expect.poll(async () => isTaken || (await waiters()) === 2).toBe(true);
      expect(isTaken).toBe(false);
    } finally {
      await rival`rollback`;
      await rival.end();
      await append;
    }
    await expect.poll(() => isTaken).toBe(true);
    expect(await events(store)).toEqual([control(1)]);
  });

  it("ends a process that waits by its signal", async () => {
    await (await open()).openAccount(DESK, alone);
    const stop = new AbortController();
    const sleep: OpenAccountOptions["sleep"] = async (_ms, { signal }) => {
      stop.abort(new Error("stopped"));
      signal.throwIfAborted();
    };
    const waits = (await open()).openAccount(DESK, { ...waiting(), signal: stop.signal, sleep });
    await expect(waits).rejects.toThrow("stopped");
  });

  it("is one for each desk", async () => {
    await (await open()).openAccount(DESK, alone);
    const other = await (await open()).openAccount(DeskId.parse("other"), alone);
    await other.journal(RUN).append([control(1)], options);
  });
});
