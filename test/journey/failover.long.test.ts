// Two processes as their operators start them, `bin/deeptrader.js start` and `start --standby`, on one PostgreSQL and one account at an exchange:
// the owner ends in every way with an order in flight, and there is one order, its stop in place, and never two owners.
import { performance } from "node:perf_hooks";
import postgres from "postgres";
import { describe, expect, it } from "vitest";
import { openMortalDesk } from "#test/apps/live/mortal-desk.ts";
import type { RunningCli } from "#test/support/cli.ts";
import { isPostgresThere } from "#test/support/postgres-database.ts";

/** From the owner's end, or its last moment awake, to the stop. */
const WITHIN_MS = 15_000;
const HANDED_OVER_MS = 2_000;

type MortalDesk = Awaited<ReturnType<typeof openMortalDesk>>;

/** One that waits beside an owner that has begun. */
async function standByFor(desk: MortalDesk, owner: RunningCli): Promise<RunningCli> {
  await owner.waitFor(/^ *page\s/m);
  const standby = desk.standBy();
  await standby.waitFor(/Standby of desk main, owned by process \d+ \(start\) on \S+, since/);
  return standby;
}

/** The first order that is sent is taken and filled, and answered once `release` is called. */
function holdTheAnswer(desk: MortalDesk) {
  const { promise: moment, resolve: release } = Promise.withResolvers<void>();
  desk.faults.add({ fault: { kind: "answered-after", moment }, at: ["place"], times: 1 });
  return release;
}

/** Ms until the work is done. */
async function timed(work: Promise<unknown>): Promise<number> {
  const beganMs = performance.now();
  await work;
  return performance.now() - beganMs;
}

async function stop(child: RunningCli): Promise<void> {
  child.signal("SIGTERM");
  expect((await child.ended).code).toBe(0);
}

const sentBy = ({ exchange }: MortalDesk) => (["place", "cancel", "move"] as const).map((kind) => exchange.count(kind));

describe.runIf(await isPostgresThere())("a standby desk", () => {
  it("takes over from an owner that was killed with its entry in flight: one order, and its stop", async () => {
    await using desk = await openMortalDesk("binance");
    desk.account.hiddenUntilMs = Number.POSITIVE_INFINITY;
    desk.faults.add({ fault: { kind: "unanswered" }, at: ["place"], times: 1 });
    const owner = desk.start();
    const standby = await standByFor(desk, owner);
    await desk.bought(owner);
    owner.signal("SIGKILL");
    desk.account.hiddenUntilMs = Date.now();
    const tookMs = await timed(desk.covered(standby));
    console.info(`killed with its entry in flight: ${Math.round(tookMs)} ms to the stop`);
    expect(tookMs).toBeLessThan(WITHIN_MS);
    await stop(standby);
    expect(await desk.wrongs()).toEqual([]);
  });

  it("takes over from an owner that was killed with a position and its stop in flight: no second stop", async () => {
    await using desk = await openMortalDesk("okx");
    const release = holdTheAnswer(desk);
    const owner = desk.start();
    const standby = await standByFor(desk, owner);
    await desk.bought(owner);
    desk.faults.add({ fault: { kind: "unanswered" }, at: ["place"], times: 1 });
    release();
    await desk.covered(owner);
    owner.signal("SIGKILL");
    const tookMs = await timed(standby.waitFor(/Took the desk from .*/).then(() => desk.asked(standby, 2)));
    console.info(`killed with its stop in flight: ${Math.round(tookMs)} ms until the venue was asked`);
    expect(tookMs).toBeLessThan(WITHIN_MS);
    await stop(standby);
    expect(await desk.wrongs()).toEqual([]);
  });

  it("takes over from an owner that is frozen, which sends nothing when it wakes, and ends by name", async () => {
    await using desk = await openMortalDesk("binance");
    const release = holdTheAnswer(desk);
    const owner = desk.start();
    const standby = await standByFor(desk, owner);
    await desk.bought(owner);
    owner.signal("SIGSTOP");
    const tookMs = await timed(desk.covered(standby));
    console.info(`frozen with its entry in flight: ${Math.round(tookMs)} ms to the stop`);
    expect(tookMs).toBeLessThan(WITHIN_MS);
    // The owner's own next step would be the stop.
    const before = sentBy(desk);
    release();
    owner.signal("SIGCONT");
    const { code, stderr } = await owner.ended;
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/no longer owns desk main: process \d+ \(start\) on \S+ has taken it/),
    ]);
    expect(sentBy(desk)).toEqual(before);
    await stop(standby);
    expect(await desk.wrongs()).toEqual([]);
  });

  it("has the desk of an owner that is asked to end as soon as that one has finished, and is known to `status` until then", async () => {
    await using desk = await openMortalDesk("binance");
    const owner = desk.start();
    const standby = await standByFor(desk, owner);
    await desk.covered(owner);
    const { owner: named } = (await desk.told("status")) as { owner: { process: string; leaseUntilMs: number } };
    expect(named).toMatchObject({
      process: expect.stringMatching(/^process \d+ \(start\)/),
      leaseUntilMs: expect.any(Number),
    });
    owner.signal("SIGTERM");
    const drainedMs = timed(owner.ended);
    const tookMs = await timed(standby.waitFor(/Took the desk from .*, which gave it up/));
    expect((await owner.ended).code).toBe(0);
    console.info(
      `handed over: ${Math.round(tookMs)} ms after SIGTERM; its process had ended after ${Math.round(await drainedMs)} ms`,
    );
    expect(tookMs - (await drainedMs)).toBeLessThan(HANDED_OVER_MS);
    await desk.asked(standby);
    await stop(standby);
    expect(await desk.wrongs()).toEqual([]);
  });

  it("has read the journal while it waited: what it holds it knows from then", async () => {
    await using desk = await openMortalDesk("binance");
    const owner = desk.start();
    await desk.covered(owner);
    const client = postgres(desk.databaseUrl, { max: 1, onnotice: () => {} });
    const [row] = await client`select max(seq) as newest from khala.journal`;
    const standby = await standByFor(desk, owner);
    await standby.waitFor(/The desk's journal is read, \d+ rows?/);
    owner.signal("SIGKILL");
    // None of what came before it can be read any more.
    await client`delete from khala.journal where seq < ${row?.["newest"]}`;
    await client.end();
    await standby.waitFor(/Took the desk from .*/);
    await desk.asked(standby);
    const { positions } = (await desk.told("positions")) as { positions: { symbol: string }[] };
    expect(positions.map(({ symbol }) => symbol)).toEqual(["BTC/USDT"]);
    await stop(standby);
  });
});
