// A desk on a PostgreSQL database, and workers of their own processes that read its candles first: who asks the exchange, and whether the desk
// decides as it would have alone.
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { createSweepAsker } from "#apps/jobs/ask-sweeps.ts";
import { whyNoPostgres } from "#bench/support/postgres-place.ts";
import { freshPrefix, REDIS_URL, whyNoRedis } from "#bench/support/redis-place.ts";
import { openBullQueue } from "#memory/queues/bullmq-queue.ts";
import { systemClock } from "#scheduler/clock.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { unixMs } from "#schemas/units.ts";
import { rsi } from "#toolkits/indicators/refs.ts";
import { compileStrategy } from "#toolkits/strategies/compile-strategy.ts";
import { defineStrategy } from "#toolkits/strategies/define-strategy.ts";
import { type Child, startChild } from "../memory/child.ts";
import { alone, hashesOf, openMany, type Settings } from "./many-desks.ts";

const FIRST_MS = unixMs(1_780_000_200_000);
/** The last of them closes a candle of 5m. */
const SLOTS = 6;
const ASSETS = 20;
/** Of the desk's own questions: the worker has time for some. */
const LATENCY_MS = 50;
/** Of claims that run out, by the database's clock. */
const SHORT_MS = 400;
const SCRIPT = new URL("./children/sweep-worker.ts", import.meta.url);

/** Acts often, and reads a higher timeframe. */
const eagerOnTwo = compileStrategy(
  defineStrategy({
    id: "eager-on-two",
    title: "Enters under RSI 49, leaves over 51",
    indicators: { rsi: rsi(14), slow: rsi(14).on("5m") },
    timeframes: ["5m"],
    lookBack: 0,
    enter: ({ now }) => now.rsi < 49 && now.slow < 90 && { strength: (49 - now.rsi) / 49, because: [`RSI ${now.rsi}`] },
    exit: ({ now }) => now.rsi > 51 && { strength: (now.rsi - 51) / 49, because: [`RSI ${now.rsi}`] },
    describe: ({ now }) => [`RSI ${now.rsi}`],
  }),
  { file: null },
);
const { sleep } = systemClock();
const SETTINGS: Omit<Settings, "deskId"> = {
  assets: ASSETS,
  strategies: [eagerOnTwo],
  claimMs: SHORT_MS,
  // In real time: the worker has the processor while the desk waits.
  sleep,
  around: (venue) => ({
    ...venue,
    candles: async (request, options) => {
      await sleep(LATENCY_MS, options);
      return venue.candles(request, options);
    },
  }),
};

const missing = (await whyNoPostgres()) ?? (await whyNoRedis());
if (missing !== null) console.warn(`Left out: sweeps on workers (${missing}).`);

describe.skipIf(missing !== null)("sweeps on workers", () => {
  let one: Awaited<ReturnType<typeof alone>>;
  const ends: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    one = await alone(SETTINGS, FIRST_MS, SLOTS);
  });
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  /** A desk that asks for sweeps. Who asks the exchange is told by the name under which it was reached. */
  const openAsking = async () => {
    const many = await openMany("1m", FIRST_MS);
    ends.push(() => many.close());
    const { now: nowMs } = systemClock();
    const prefix = freshPrefix();
    const queue = openBullQueue({ place: { url: REDIS_URL, prefix, version: "1" }, name: "desk", nowMs, sleep });
    ends.push(() => queue.close());
    const notes: string[] = [];
    const sweeps: Promise<unknown>[] = [];
    const asker = createSweepAsker({
      queue: {
        run: (...given) => {
          const sweep = queue.run(...given);
          sweeps.push(sweep);
          return sweep;
        },
      },
      venue: { venue: "binance", exchangeUrl: many.exchange.url, sandbox: false },
      owner: "desk",
      onNote: (text) => notes.push(text),
    });
    ends.push(async () => asker.close());
    const desk = await many.open({ ...SETTINGS, deskId: "main", askOthers: asker.ask, address: "desk" });
    const startWorker = async (how = ""): Promise<Child> => {
      const url = many.exchange.url.replace("127.0.0.1", "localhost");
      const args = [REDIS_URL, prefix, many.databaseUrl, url, String(SHORT_MS), how];
      const child = startChild(SCRIPT, args);
      ends.push(async () => {
        child.process.kill("SIGKILL");
        await child.ended();
      });
      await child.line("works");
      return child;
    };
    /** Questions about candles since the last call. */
    const asked = () => {
      const seen = many.exchange.requests.splice(0).filter(({ kinds }) => kinds.includes("candles"));
      const ofWorkers = seen.filter(({ headers }) => String(headers["host"]).startsWith("localhost")).length;
      return { ofDesk: seen.length - ofWorkers, ofWorkers };
    };
    const slot = async (n: number) => expect(await many.slot(n, [desk])).toEqual([ASSETS]);
    /** A close comes a minute after the one before: a worker has that long, however busy the machine is. */
    const swept = () => Promise.allSettled(sweeps.splice(0));
    return { desk, queue, notes, startWorker, asked, slot, swept };
  };

  it("read most of what a desk needs, its higher timeframe too, and it decides to the last digit as alone", async () => {
    const { desk, startWorker, asked, slot, swept, notes } = await openAsking();
    const worker = await startWorker();
    await slot(0);
    await swept();
    asked();
    const sums = { ofDesk: 0, ofWorkers: 0 };
    for (let n = 1; n < SLOTS; n++) {
      await slot(n);
      await swept();
      const { ofDesk, ofWorkers } = asked();
      sums.ofDesk += ofDesk;
      sums.ofWorkers += ofWorkers;
    }
    console.info(
      `candles asked for in ${SLOTS - 1} slots: ${sums.ofDesk} by the desk, ${sums.ofWorkers} by the worker`,
    );
    expect(sums.ofWorkers).toBeGreaterThan(0);
    expect(worker.lines.some((line) => line.startsWith("begins 5m"))).toBe(true);
    expect(await hashesOf(desk)).toMatchObject({ told: one.told, actions: one.actions, decisions: one.decisions });
    expect(one.told.length).toBeGreaterThan(0);
    expect(notes).toEqual([]);
  });

  it("leave a desk whose worker is killed with its claims to read by itself, and it decides the same", async () => {
    const { desk, startWorker, asked, slot } = await openAsking();
    await slot(0);
    for (let n = 1; n < SLOTS; n++) {
      const mortal = n === 2 || n === SLOTS - 1 ? await startWorker("dies") : null;
      await slot(n);
      if (mortal !== null) expect(await mortal.ended()).toBe(null);
    }
    expect(asked().ofWorkers).toBe(0);
    expect(await hashesOf(desk)).toMatchObject({ told: one.told, actions: one.actions, decisions: one.decisions });
  });

  it("that nobody does are taken back at the next close, and said", async () => {
    const { desk, queue, slot, asked, notes } = await openAsking();
    for (let n = 0; n < SLOTS; n++) await slot(n);
    expect(asked().ofWorkers).toBe(0);
    const waiting = async () =>
      (await queue.overview(NEVER_ABORTED)).roles.find(({ role }) => role === "sweep")?.waiting;
    // Of the last close of 1m, and of the last of 5m.
    await expect.poll(waiting).toBe(2);
    expect(notes[0]).toMatch(/^workers did 0 of 1 sweeps of 1m in time/);
    expect(await hashesOf(desk)).toMatchObject({ told: one.told, actions: one.actions, decisions: one.decisions });
  });
});
