// Desks with money as their operators start them, each on a machine of its own whose links are cut: to the database, to the exchange, of an
// owner or of the one that waits for it. Each decides or holds, sends no order twice, and goes on by itself.
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { openMortalDesk } from "#test/apps/live/mortal-desk.ts";
import type { RunningCli } from "#test/support/cli.ts";
import { FULL_COUNT } from "#test/support/count.ts";
import { isPostgresThere } from "#test/support/postgres-database.ts";
import { type Machine, openMachine, whyNoNetwork } from "./network.ts";
import { createPostgresServer, whyNoPostgresServer } from "./servers.ts";

type MortalDesk = Awaited<ReturnType<typeof openMortalDesk>>;

/** Longer than a silent owner keeps its desk. */
const CUT_MS = 12_000;
const MINUTE_MS = 60_000;
/** From the cut to the close that is met without a database. */
const BEFORE_MS = 6_000;
const EXCHANGE = "DEEPTRADER_EXCHANGE_URL";
const HOLDS = /The database does not answer: the desk holds/;
const TOOK = /Took the desk from (.*)/;

/** Where a process of the desk runs, with a link to its database and one to its exchange. */
async function placeOf(desk: MortalDesk, machine: Machine) {
  const database = await machine.reach(desk.databaseUrl);
  const exchange = await machine.reach(desk.exchange.url);
  const { text } = await machine.reach(JSON.stringify(desk.env));
  const env = { ...(JSON.parse(text) as Readonly<Record<string, string>>), [EXCHANGE]: exchange.text };
  return { database, exchange, place: { url: database.text, env, under: machine.under } };
}

async function begun(desk: MortalDesk, place: Parameters<MortalDesk["start"]>[0]): Promise<RunningCli> {
  const child = desk.start(place);
  await child.waitFor(/^ *page\s/m);
  return child;
}

async function stop(child: RunningCli): Promise<void> {
  child.signal("SIGTERM");
  expect((await child.ended).code).toBe(0);
}

const sentBy = ({ exchange }: MortalDesk) => (["place", "cancel", "move"] as const).map((kind) => exchange.count(kind));
const toCloseMs = (): number => MINUTE_MS - (Date.now() % MINUTE_MS);
/** All that a process has said so far. */
const saidBy = (child: RunningCli): Promise<string> => child.waitFor(/^/);

const missing = whyNoNetwork() ?? whyNoPostgresServer() ?? ((await isPostgresThere()) ? null : "no PostgreSQL here");
if (missing !== null) console.warn(`Left out: desks whose network is cut (${missing}).`);

// Side by side: most of the time is waiting for a close.
describe.skipIf(missing !== null || !FULL_COUNT).concurrent("a desk whose network is cut", () => {
  it("holds while its database is not there, enters nothing, says why, and enters at a close after it is", async () => {
    await using desk = await openMortalDesk("bybit");
    await using machine = await openMachine();
    const { database, place } = await placeOf(desk, machine);
    const child = await begun(desk, place);
    // Shorter than a connection without a byte is believed in.
    await sleep(Math.max(0, toCloseMs() - BEFORE_MS));
    database.cut();
    await sleep(toCloseMs() + CUT_MS);
    expect(sentBy(desk)).toEqual([0, 0, 0]);
    expect(await saidBy(child)).toMatch(HOLDS);
    database.mend();
    await child.waitFor(/The database answers again/);
    await desk.covered(child);
    await stop(child);
    expect(await desk.wrongs()).toEqual([]);
  });

  it("loses it to the one that waits, with an entry in flight: one order and its stop, by the one that has the database", async () => {
    await using desk = await openMortalDesk("okx");
    await using here = await openMachine();
    await using there = await openMachine();
    const { promise: moment, resolve: release } = Promise.withResolvers<void>();
    desk.faults.add({ fault: { kind: "answered-after", moment }, at: ["place"], times: 1 });
    const first = await placeOf(desk, here);
    const owner = await begun(desk, first.place);
    const standby = desk.standBy((await placeOf(desk, there)).place);
    await standby.waitFor(/Standby of desk main, owned by/);
    await desk.bought(owner);
    first.database.cut();
    // It learns that it has bought, and would place the stop next.
    release();
    await standby.waitFor(TOOK);
    await desk.covered(standby);
    const before = sentBy(desk);
    first.database.mend();
    const { code, stderr } = await owner.ended;
    expect([code, stderr]).toEqual([1, expect.stringMatching(/the desk holds.*no longer owns desk main/s)]);
    expect(sentBy(desk)).toEqual(before);
    await stop(standby);
    expect(await desk.wrongs()).toEqual([]);
  });

  it("keeps it while the one that waits is cut off, while its exchange is, and through a restart of PostgreSQL", async () => {
    const server = await createPostgresServer();
    await server.start();
    await using desk = await openMortalDesk("binance", {}, { url: server.url, [Symbol.asyncDispose]: server.remove });
    await using here = await openMachine();
    await using there = await openMachine();
    const first = await placeOf(desk, here);
    const second = await placeOf(desk, there);
    const owner = await begun(desk, first.place);
    const standby = desk.standBy(second.place);
    await standby.waitFor(/Standby of desk main, owned by/);
    await desk.covered(owner);
    const before = sentBy(desk);
    second.database.cut();
    await sleep(CUT_MS);
    second.database.mend();
    first.exchange.cut();
    await owner.waitFor(/binance did not give .*EHOSTUNREACH|binance has not answered/);
    first.exchange.mend();
    await desk.asked(owner, 2);
    await server.stop();
    await sleep(3_000);
    await server.start();
    await desk.asked(owner, 2);
    expect(sentBy(desk)).toEqual(before);
    expect(await saidBy(standby)).not.toMatch(TOOK);
    await stop(owner);
    await standby.waitFor(TOOK);
    await stop(standby);
    expect(await desk.wrongs()).toEqual([]);
  });
});
