// A desk with money as its operator starts it, whose entry the venue has taken and filled while its answer is under way: whatever becomes of
// the process and of its database in that moment, there is one order, and its stop rests.
import postgres from "postgres";
import { describe, expect, it } from "vitest";
import type { CliResult, RunningCli } from "#test/support/cli.ts";
import { isPostgresThere } from "#test/support/postgres-database.ts";
import { openFreezingLink } from "./frozen-link.ts";
import { openMortalDesk } from "./mortal-desk.ts";

type MortalDesk = Awaited<ReturnType<typeof openMortalDesk>>;

/** Begins a process whose first order is taken, filled, and answered once `release` is called. */
async function startWithAnOrder(desk: MortalDesk, url?: string) {
  const { promise: moment, resolve: release } = Promise.withResolvers<void>();
  desk.faults.add({ fault: { kind: "answered-after", moment }, at: ["place"], times: 1 });
  const child = desk.start(url === undefined ? {} : { url });
  await desk.bought(child);
  return { child, release };
}

async function stop(child: RunningCli): Promise<void> {
  child.signal("SIGTERM");
  expect((await child.ended).code).toBe(0);
}

/** The next process finds nothing to do but to look. */
async function beginAgain(desk: MortalDesk): Promise<void> {
  const next = desk.start();
  await desk.asked(next, 3);
  await desk.covered(next);
  await stop(next);
}

/** Null: it lives, and its stop rests. */
const coveredOrEnded = (desk: MortalDesk, child: RunningCli): Promise<CliResult | null> =>
  Promise.race([
    child.ended,
    desk.covered(child).then(
      () => null,
      () => child.ended,
    ),
  ]);

/** Ends every connection to the database. */
async function endConnections(url: string): Promise<number> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    const ended = await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`;
    return ended.length;
  } finally {
    await sql.end();
  }
}

// Side by side: most of the time is waiting for a close.
describe.runIf(await isPostgresThere()).concurrent("a desk whose entry is taken and not answered yet", () => {
  it("goes on where the database ends all its connections, or says so and is begun again", async () => {
    await using desk = await openMortalDesk("binance");
    const { child, release } = await startWithAnOrder(desk);
    expect(await endConnections(desk.databaseUrl)).toBeGreaterThan(0);
    release();
    const ended = await coveredOrEnded(desk, child);
    if (ended === null) await stop(child);
    else expect([ended.code, ended.stderr]).toEqual([1, expect.stringMatching(/PostgreSQL at \S+ failed/)]);
    console.info(ended === null ? "it went on" : `it ended: ${ended.stderr}`);
    await beginAgain(desk);
    expect(await desk.wrongs()).toEqual([]);
  });

  it("and is asked to end by SIGTERM finishes it, with its stop", async () => {
    await using desk = await openMortalDesk("okx");
    const { child, release } = await startWithAnOrder(desk);
    child.signal("SIGTERM");
    await child.waitFor(/Stopping/);
    release();
    expect((await child.ended).code).toBe(0);
    expect(await desk.wrongs()).toEqual([]);
    await beginAgain(desk);
    expect(await desk.wrongs()).toEqual([]);
  });

  it("waits for a database that answers nothing, sends nothing meanwhile, and goes on once it answers", async () => {
    await using desk = await openMortalDesk("binance");
    await using link = await openFreezingLink(desk.databaseUrl);
    const { child, release } = await startWithAnOrder(desk, link.url);
    link.freeze();
    release();
    // It has the answer, and asks what has filled; then it has something to journal.
    await desk.asked(child);
    expect(desk.exchange.count("place")).toBe(1);
    link.thaw();
    await desk.covered(child);
    await stop(child);
    await beginAgain(desk);
    expect(await desk.wrongs()).toEqual([]);
  });

  it("says so where the database answers nothing for half a minute, and goes on once it answers, or is begun again", async () => {
    await using desk = await openMortalDesk("kraken");
    await using link = await openFreezingLink(desk.databaseUrl);
    const { child, release } = await startWithAnOrder(desk, link.url);
    link.freeze();
    release();
    await child.waitFor(/answered nothing for 30 s/);
    expect(desk.exchange.count("place")).toBe(1);
    link.thaw();
    // A slot that meets no database ends the desk.
    const ended = await coveredOrEnded(desk, child);
    if (ended === null) await stop(child);
    else expect(ended.code).toBe(1);
    await beginAgain(desk);
    expect(await desk.wrongs()).toEqual([]);
  });

  it("and is killed while its database answers nothing is followed by a process that takes its account, and covers it", async () => {
    await using desk = await openMortalDesk("bybit");
    await using link = await openFreezingLink(desk.databaseUrl);
    const { child, release } = await startWithAnOrder(desk, link.url);
    link.freeze();
    release();
    child.signal("SIGKILL");
    await child.ended;
    // For the database the dead process is there still.
    const next = desk.start();
    await next.waitFor(/Took the desk from/);
    await desk.covered(next);
    await stop(next);
    expect(await desk.wrongs()).toEqual([]);
  });
});
