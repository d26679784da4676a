// A desk's candles and a worker that reads some of them first, over a queue and a store in this process, on time that moves only when it is
// told to.
import { afterEach, describe, expect, it } from "vitest";
import { createSweepAsker } from "#apps/jobs/ask-sweeps.ts";
import { createSweepHandler } from "#apps/jobs/sweep-handler.ts";
import { createInProcessQueue } from "#memory/queues/in-process-queue.ts";
import { SharedAnswers } from "#memory/shared-answers.ts";
import { shareCandles } from "#memory/shared-candles.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { ProviderError, VenuePausedError } from "#schemas/errors.ts";
import { newestClosed } from "#schemas/market.ts";
import type { JobQueue } from "#schemas/ports/jobs.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { MarketSymbol, unixMs } from "#schemas/units.ts";
import { makeCandle, makeSeries, options, STEP_MS, T0, VENUE } from "#test/memory/fixtures.ts";
import { handClock, settled } from "#test/support/hand-clock.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";

const MARKETS = Array.from({ length: 120 }, (_, i) => MarketSymbol.parse(`M${i}/USDT`));
const GRACE_MS = 3_000;
const FIRST_CLOSE = 200;

type Request = Parameters<MarketData["candles"]>[0];

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

function world() {
  const clock = handClock();
  const store = createMemoryStore({ monotonicMs: clock.monotonicMs });
  const startMs = T0 + FIRST_CLOSE * STEP_MS + GRACE_MS;
  const now = () => unixMs(startMs + clock.monotonicMs());
  const asks: string[] = [];
  const notes: string[] = [];
  /** What a question meets, by who asks and market; left out: an answer. */
  const faults = new Map<string, Error>();
  /** Markets whose newest candle is not there yet. */
  const late = new Set<MarketSymbol>();
  const answer = ({ symbol, timeframe, nowMs, fromMs }: Request) => {
    const closed = (newestClosed(nowMs, timeframe, GRACE_MS) - T0) / STEP_MS - (late.has(symbol) ? 1 : 0);
    const rows = Array.from({ length: closed }, (_, step) => makeCandle(step)).filter(({ openMs }) => openMs >= fromMs);
    return { ...makeSeries(rows), symbol, timeframe, askedFromMs: fromMs, checkedThroughMs: nowMs };
  };
  const sourceOf = (name: string) => ({
    graceMs: GRACE_MS,
    candles: async (request: Request, call: CallOptions) => {
      asks.push(`${name} ${request.symbol}`);
      await clock.sleep(50, call);
      const fault = faults.get(`${name} ${request.symbol}`) ?? faults.get(name);
      if (fault !== undefined) throw fault;
      return answer(request);
    },
  });
  const sharedOf = (address: string) =>
    new SharedAnswers({
      store: store.answers,
      venueId: VENUE,
      address,
      isHelped: true,
      claimMs: 3_000,
      presentMs: 600_000,
      sleep: clock.sleep,
      monotonicMs: clock.monotonicMs,
    });
  const queue: JobQueue = createInProcessQueue({ sleep: clock.sleep, monotonicMs: clock.monotonicMs, nowMs: now });
  const asker = createSweepAsker({
    queue,
    venue: { venue: "binance", exchangeUrl: null, sandbox: false },
    owner: "desk",
    onNote: (text) => notes.push(text),
  });
  open.push({ close: async () => asker.close() }, queue);
  const candles = shareCandles(sourceOf("desk"), sharedOf("here"), asker.ask);
  /** @param behindMs how far its clock is behind the desk's */
  const startWorker = (name: string, behindMs = 0) => {
    const place = { source: sourceOf(name), shared: sharedOf(name) };
    const own = { now: () => unixMs(now() - behindMs), sleep: clock.sleep };
    queue.work("sweep", createSweepHandler({ open: async () => place, clock: own }), { concurrency: 2 });
  };
  /** As a desk's slot: eight at once, the first markets first. @returns open times of each market's newest candle */
  const slot = async () => {
    const nowMs = now();
    const fromMs = unixMs(newestClosed(nowMs, "5m", GRACE_MS) - 4 * STEP_MS);
    const newest: (number | undefined)[] = [];
    const waiting = [...MARKETS.entries()];
    const lane = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [at, symbol] = next;
        newest[at] = (await candles({ symbol, timeframe: "5m", nowMs, fromMs }, options)).openMs.at(-1);
      }
    };
    await finish(Promise.all(Array.from({ length: 8 }, lane)));
    return { newest, tookMs: now() - nowMs };
  };
  const finish = async <T>(work: Promise<T>): Promise<T> => {
    let isOver = false;
    const watched = work.finally(() => {
      isOver = true;
    });
    watched.catch(() => {});
    for (let turn = 0; turn < 2_000 && !isOver; turn++) {
      for (let micro = 0; micro < 5 && !isOver; micro++) await settled();
      if (!isOver) await clock.advance(10);
    }
    if (!isOver) throw new Error("It waits for ever.");
    return watched;
  };
  const nextClose = async () => {
    asks.length = 0;
    await clock.advance(STEP_MS - (clock.monotonicMs() % STEP_MS));
  };
  const asked = (name: string) => asks.filter((ask) => ask.startsWith(`${name} `)).length;
  return { clock, queue, asks, notes, faults, late, startWorker, slot, finish, nextClose, asked };
}

const waitingOf = async (queue: JobQueue) =>
  (await queue.overview(NEVER_ABORTED)).roles.find(({ role }) => role === "sweep")?.waiting;

const newestAt = (closes: number) => MARKETS.map(() => T0 + (FIRST_CLOSE + closes - 1) * STEP_MS);

describe("candles that workers read beside a desk", () => {
  it("are asked for once each, most of them by the workers, and are the desk's as if it had asked", async () => {
    const { startWorker, slot, nextClose, asked, asks, notes } = world();
    startWorker("there");
    expect((await slot()).newest).toEqual(newestAt(0));
    // Of the first close it does not know which markets it will read.
    expect([asked("desk"), asked("there")]).toEqual([120, 0]);
    await nextClose();
    const { newest, tookMs } = await slot();
    expect(newest).toEqual(newestAt(1));
    expect(asks).toHaveLength(120);
    expect(asked("there")).toBeGreaterThanOrEqual(50);
    console.info(`120 markets of 50 ms: ${tookMs} ms with one worker, ${asked("there")} of them read by it`);
    expect(notes).toEqual([]);
  });

  it("are the desk's own where nobody works; what is past is taken back, and that is said once", async () => {
    const { slot, nextClose, asked, notes, queue, startWorker } = world();
    await slot();
    for (const close of [1, 2, 3]) {
      await nextClose();
      expect((await slot()).newest).toEqual(newestAt(close));
      expect(asked("desk")).toBe(120);
      expect(await waitingOf(queue)).toBe(3);
    }
    expect(notes).toEqual(["workers did 0 of 3 sweeps of 5m in time; this desk read the other markets itself"]);
    startWorker("there");
    await settled();
    for (const close of [4, 5, 6]) {
      await nextClose();
      expect((await slot()).newest).toEqual(newestAt(close));
    }
    expect(notes).toHaveLength(1);
  });

  it("that a worker cannot read are left to the desk at once, with the reason, said once", async () => {
    const { startWorker, slot, nextClose, faults, notes, queue } = world();
    startWorker("there");
    await slot();
    faults.set("there M119/USDT", new ProviderError({ was: "no answer of M119/USDT.", remedy: "Ask again." }));
    for (const close of [1, 2]) {
      await nextClose();
      const { newest, tookMs } = await slot();
      expect(newest).toEqual(newestAt(close));
      expect(tookMs).toBeLessThan(3_000);
    }
    expect(notes).toEqual([
      expect.stringMatching(/^a worker left 1 of the markets of 5m to this desk: no answer of M119/),
    ]);
    expect(await queue.failed(NEVER_ABORTED)).toEqual([]);
  });

  it("are left to the desk where the exchange gives the worker's address a rest: it asks for no more of the shard", async () => {
    const { startWorker, slot, nextClose, faults, asked } = world();
    startWorker("there");
    await slot();
    faults.set("there", new VenuePausedError({ untilMs: T0 + 1000 * STEP_MS, was: "too many requests." }));
    await nextClose();
    expect((await slot()).newest).toEqual(newestAt(1));
    expect(asked("desk")).toBe(120);
    expect(asked("there")).toBeLessThanOrEqual(3 * 8);
  });

  it("that have no newest candle yet are not said by a worker: the desk asks for itself", async () => {
    const { startWorker, slot, nextClose, late, asks, notes } = world();
    startWorker("there");
    await slot();
    const [quiet = MarketSymbol.parse("A/B")] = MARKETS.slice(-1);
    late.add(quiet);
    await nextClose();
    const { newest } = await slot();
    expect(newest.at(-1)).toBe(T0 + (FIRST_CLOSE - 1) * STEP_MS);
    expect(asks.filter((ask) => ask === `desk ${quiet}`)).toHaveLength(1);
    expect(notes).toEqual([]);
  });

  it("are read by a worker whose clock is a little behind once its own says that they are closed", async () => {
    const { startWorker, slot, nextClose, asked, notes } = world();
    startWorker("there", 300);
    await slot();
    await nextClose();
    expect((await slot()).newest).toEqual(newestAt(1));
    expect(asked("there")).toBeGreaterThan(0);
    expect(notes).toEqual([]);
  });

  it("are left to the desk by a worker whose clock is far behind, which says by how much", async () => {
    const { startWorker, slot, nextClose, asked, notes } = world();
    startWorker("there", 60_000);
    await slot();
    await nextClose();
    expect((await slot()).newest).toEqual(newestAt(1));
    expect(asked("there")).toBe(0);
    expect(notes).toEqual(["a worker left 20 of the markets of 5m to this desk: its clock is 60 s behind this desk's"]);
  });

  it("are not asked for by a worker that comes to them when their close is past", async () => {
    const { startWorker, slot, nextClose, asked } = world();
    startWorker("there", -STEP_MS);
    await slot();
    await nextClose();
    expect((await slot()).newest).toEqual(newestAt(1));
    expect(asked("there")).toBe(0);
  });
});
