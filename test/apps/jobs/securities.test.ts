// A desk's rounds over contracts and a worker at another address, over a queue and a store in this process, on time that a test lets pass: who
// asks which source about what, and what the desk then says of its coins.
import { afterEach, describe, expect, it } from "vitest";
import { createSecurityAsker } from "#apps/jobs/ask-security.ts";
import { createSecurityHandler } from "#apps/jobs/security-handler.ts";
import { createInProcessQueue } from "#memory/queues/in-process-queue.ts";
import type { JobQueue } from "#schemas/ports/jobs.ts";
import { HOUR_MS, MINUTE_MS } from "#schemas/units.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { createSimulatedTime } from "#test/support/simulated-time.ts";
import {
  baseOf,
  coins,
  createPacedSource,
  openTokenWorld,
  type SourceCall,
  START_MS,
} from "../../desk/security/token-world.ts";

const COINS = 200;

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

function world() {
  const time = createSimulatedTime(START_MS);
  const { clock } = time;
  const store = createMemoryStore({ monotonicMs: clock.now });
  const queue: JobQueue = createInProcessQueue({ sleep: clock.sleep, monotonicMs: clock.now, nowMs: clock.now });
  const notes: string[] = [];
  const asker = createSecurityAsker({
    ...{ queue, clock, owner: "desk", monotonicMs: clock.now },
    onNote: (text) => notes.push(text),
  });
  open.push(asker, queue);
  const desk = openTokenWorld({ time, store, identities: coins(COINS), askOthers: asker.ask });
  const workerCalls: SourceCall[] = [];
  /** At an address of its own: the source counts it apart. */
  const startWorker = () => {
    const { source, state } = createPacedSource(time, { calls: workerCalls });
    const room = {
      rememberSecurity: store.analyses.putSecurity.bind(store.analyses),
      recallSecurity: store.analyses.security.bind(store.analyses),
    };
    const handle = createSecurityHandler({ sources: [source], room, leases: store.leases, clock });
    return { state, worker: queue.work("security", handle, { concurrency: 1 }) };
  };
  const reports = () => Promise.all(Array.from({ length: COINS }, (_, n) => desk.report(baseOf(n))));
  return { desk, time, queue, notes, workerCalls, startWorker, reports };
}

/** Ms from the start to the last first question about a contract. */
const lastFirst = (calls: readonly SourceCall[]): number => Math.max(...calls.map(({ atMs }) => atMs)) - START_MS;

describe("token security with a worker", () => {
  it("is judged in about half the time, each contract asked about once, and says what a desk alone says", async () => {
    const alone = openTokenWorld({ identities: coins(COINS) });
    await alone.run(START_MS + HOUR_MS);
    const { desk, workerCalls, startWorker, reports, notes } = world();
    startWorker();
    await desk.run(START_MS + HOUR_MS);
    const all = [...desk.calls, ...workerCalls];
    expect(new Set(all.map(({ contract }) => contract)).size).toBe(COINS);
    expect(all).toHaveLength(COINS);
    expect(workerCalls.length).toBeGreaterThan(COINS / 3);
    expect(lastFirst(all)).toBeLessThan(0.65 * lastFirst(alone.calls));
    expect(desk.tokens.progress()).toEqual({ judged: COINS, of: COINS, minutesLeft: null });
    const said = (await reports()).map(({ verdict, checks }) => ({ verdict, checks }));
    const own = await Promise.all(Array.from({ length: COINS }, (_, n) => alone.report(baseOf(n))));
    expect(said).toEqual(own.map(({ verdict, checks }) => ({ verdict, checks })));
    expect(notes).toEqual([]);
  });

  it("goes on where its worker hears nothing of its source, or is closed in the middle", async () => {
    const { desk, time, workerCalls, startWorker } = world();
    const { state, worker } = startWorker();
    state.isDown = true;
    const closing = (async () => {
      await time.clock.sleep(3 * MINUTE_MS, new AbortController());
      await worker.close(0);
    })();
    await desk.run(START_MS + HOUR_MS);
    await closing;
    expect(workerCalls.length).toBeGreaterThan(0);
    expect(new Set(desk.calls.map(({ contract }) => contract)).size).toBe(COINS);
    expect(desk.tokens.progress()).toMatchObject({ judged: COINS, of: COINS });
  });

  it("with no worker there asks as a desk alone does, and the jobs are few however often it looks", async () => {
    const { desk, queue } = world();
    await desk.run(START_MS + HOUR_MS);
    expect(desk.calls).toHaveLength(COINS);
    const { roles } = await queue.overview(new AbortController());
    expect(roles.find(({ role }) => role === "security")?.waiting).toBe(COINS / 20);
  });
});
