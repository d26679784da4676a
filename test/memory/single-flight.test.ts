import { describe, expect, it } from "vitest";
import { createKhala, type Khala } from "#memory/khala.ts";
import { createSingleFlight, type SingleFlightParts } from "#memory/single-flight.ts";
import type { Analysis } from "#schemas/analysis.ts";
import { ProviderError } from "#schemas/errors.ts";
import type { BusHint } from "#schemas/ports/memory.ts";
import type { CallOptions, Lease } from "#schemas/ports/work.ts";
import { handClock, settled } from "#test/support/hand-clock.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { clockAt, ETH, KEY, makeAnalysis, msAfter, options, STEP_MS, T0 } from "./fixtures.ts";

const at = { nowMs: T0 };
const LEASE_NAME = "analysis:5m BTC/USDT sim:1";

function desk() {
  const clock = handClock();
  const store = createMemoryStore({ monotonicMs: clock.monotonicMs });
  const khala = () => createKhala({ store, clock: clockAt(T0), graceMs: 0, definitionId: "def-1", driftAtr: 2 });
  /** One of several processes: what they share is the store. */
  const process = (more: Partial<SingleFlightParts> = {}) =>
    createSingleFlight({
      khala: khala(),
      leases: store.leases,
      sleep: clock.sleep,
      monotonicMs: clock.monotonicMs,
      leaseMs: 3000,
      maxWaitMs: 5000,
      ...more,
    });
  const writer = khala();
  const computation = (analysis?: Analysis | null) => computationBy(writer, analysis);
  return { clock, store, khala: khala(), process, computation };
}

/** A computation that ends when it is told to, and remembers what it made. */
function computationBy(khala: Khala, analysis: Analysis | null = makeAnalysis()) {
  const { promise, resolve, reject } = Promise.withResolvers<Analysis | null>();
  const signals: AbortSignal[] = [];
  return {
    signals,
    runs: () => signals.length,
    end: () => resolve(analysis),
    fail: reject,
    compute: async ({ signal }: CallOptions) => {
      signals.push(signal);
      const made = await Promise.race([
        promise,
        new Promise<never>((_, refuse) => signal.addEventListener("abort", () => refuse(signal.reason))),
      ]);
      if (made !== null) await khala.remember(made, { signal });
      return made;
    },
  };
}

const never = () => expect.fail("it was computed");

describe("single flight in one process", () => {
  it("answers what is fresh without a lease and without computing", async () => {
    const { process, khala, store } = desk();
    await khala.remember(makeAnalysis(), options);
    const lease = await store.leases.acquire(LEASE_NAME, 1000, options);
    expect(await process().recallOrCompute(KEY, at, never, options)).toEqual({
      status: "recalled",
      analysis: makeAnalysis(),
    });
    expect(lease).not.toBeNull();
  });

  it("lets fifty callers that miss one key cause one computation", async () => {
    const { process, khala, computation } = desk();
    const flight = process();
    const work = computation();
    const calls = Array.from({ length: 50 }, (_, i) =>
      flight.recallOrCompute(KEY, { nowMs: msAfter(i % 7) }, work.compute, options),
    );
    await settled();
    work.end();
    const outcomes = await Promise.all(calls);
    expect(work.runs()).toBe(1);
    expect(outcomes.filter(({ status }) => status === "computed")).toHaveLength(1);
    expect(outcomes.filter(({ status }) => status === "shared")).toHaveLength(49);
    expect((await khala.recall(KEY, at, options)).status).toBe("fresh");
    expect((await flight.recallOrCompute(KEY, at, never, options)).status).toBe("recalled");
  });

  it("computes different keys beside each other", async () => {
    const { process, computation } = desk();
    const flight = process();
    const [btc, eth] = [computation(), computation(makeAnalysis({ symbol: ETH }))];
    const calls = [
      flight.recallOrCompute(KEY, at, btc.compute, options),
      flight.recallOrCompute({ ...KEY, symbol: ETH }, at, eth.compute, options),
    ];
    await settled();
    expect([btc.runs(), eth.runs()]).toEqual([1, 1]);
    btc.end();
    eth.end();
    await Promise.all(calls);
  });

  it("lets one who gives up go at once, and works on for the others", async () => {
    const { process, computation } = desk();
    const flight = process();
    const work = computation();
    const impatient = new AbortController();
    const first = flight.recallOrCompute(KEY, at, work.compute, { signal: impatient.signal });
    const second = flight.recallOrCompute(KEY, at, work.compute, options);
    await settled();
    impatient.abort(new Error("enough"));
    await expect(first).rejects.toThrow("enough");
    expect(work.signals[0]?.aborted).toBe(false);
    work.end();
    expect((await second).status).toBe("shared");
    expect(work.runs()).toBe(1);
  });

  it("ends the work when the last caller has gone, gives the lease back, and starts anew for the next", async () => {
    const { process, store, computation } = desk();
    const flight = process();
    const [work, again] = [computation(), computation()];
    const gone = new AbortController();
    const calls = [1, 2].map(() => flight.recallOrCompute(KEY, at, work.compute, { signal: gone.signal }));
    await settled();
    gone.abort(new Error("shutting down"));
    const next = flight.recallOrCompute(KEY, at, again.compute, options);
    for (const call of calls) await expect(call).rejects.toThrow("shutting down");
    expect(work.signals[0]?.aborted).toBe(true);
    await settled();
    again.end();
    expect((await next).status).toBe("computed");
    expect(await store.leases.acquire(LEASE_NAME, 1000, options)).not.toBeNull();
  });

  it("does not keep a failure: all who waited have it, and the next caller tries", async () => {
    const { process, computation } = desk();
    const flight = process();
    const [work, again] = [computation(), computation()];
    const calls = [1, 2, 3].map(() => flight.recallOrCompute(KEY, at, work.compute, options));
    await settled();
    work.fail(new Error("the venue is down"));
    for (const call of calls) await expect(call).rejects.toThrow("the venue is down");
    again.end();
    expect((await flight.recallOrCompute(KEY, at, again.compute, options)).status).toBe("computed");
    expect([work.runs(), again.runs()]).toEqual([1, 1]);
  });

  it("does not serve a caller of the next slot with the work of the last, and causes one more computation for all of them", async () => {
    const { process, computation } = desk();
    const flight = process();
    const [old, next] = [computation(), computation(makeAnalysis({ asOfMs: msAfter(STEP_MS) }))];
    const early = flight.recallOrCompute(KEY, at, old.compute, options);
    await settled();
    const late = Array.from({ length: 10 }, () =>
      flight.recallOrCompute(KEY, { nowMs: msAfter(STEP_MS) }, next.compute, options),
    );
    await settled();
    old.end();
    next.end();
    expect((await early).status).toBe("computed");
    const outcomes = await Promise.all(late);
    for (const outcome of outcomes) expect(outcome).toMatchObject({ analysis: { asOfMs: msAfter(STEP_MS) } });
    expect(next.runs()).toBe(1);
  });

  it("causes one computation also where what it makes is not fresh, as of a venue that lags", async () => {
    const { process, computation } = desk();
    const flight = process();
    const work = computation(makeAnalysis());
    const nowMs = msAfter(STEP_MS);
    const calls = Array.from({ length: 50 }, () => flight.recallOrCompute(KEY, { nowMs }, work.compute, options));
    await settled();
    work.end();
    for (const outcome of await Promise.all(calls)) expect(outcome).toMatchObject({ analysis: { asOfMs: T0 } });
    expect(work.runs()).toBe(1);
  });

  it("says that there is no candle, and asks again only when another slot has come", async () => {
    const { process, khala } = desk();
    const flight = process();
    await khala.remember(makeAnalysis(), options);
    let asked = 0;
    const compute = async () => {
      asked += 1;
      await khala.noteChecked(KEY, msAfter(STEP_MS), options);
      return null;
    };
    const ask = (ms: number) => flight.recallOrCompute(KEY, { nowMs: msAfter(ms) }, compute, options);
    const outcomes = await Promise.all([ask(STEP_MS), ask(STEP_MS), ask(STEP_MS)]);
    expect(outcomes).toEqual([{ status: "no-candle" }, { status: "no-candle" }, { status: "no-candle" }]);
    expect(await ask(STEP_MS + 1)).toEqual({ status: "no-candle" });
    expect(asked).toBe(1);
    await ask(2 * STEP_MS);
    expect(asked).toBe(2);
  });
});

describe("single flight between processes", () => {
  it("computes once; the others wait and then share what was written", async () => {
    const { process, clock, computation } = desk();
    const work = computation();
    const calls = [process(), process(), process()].map((each) => each.recallOrCompute(KEY, at, work.compute, options));
    await settled();
    expect(work.runs()).toBe(1);
    work.end();
    await settled();
    await clock.advance(25);
    const outcomes = await Promise.all(calls);
    expect(outcomes.map(({ status }) => status)).toEqual(["computed", "shared", "shared"]);
    expect(work.runs()).toBe(1);
  });

  it("does not compute what another process has written between the miss and the lease", async () => {
    const { process, khala, store } = desk();
    const leases: Lease = {
      async acquire(...args) {
        await khala.remember(makeAnalysis(), options);
        return store.leases.acquire(...args);
      },
    };
    expect((await process({ leases }).recallOrCompute(KEY, at, never, options)).status).toBe("shared");
  });

  it("looks again at growing intervals, and at once when a hint about its key comes", async () => {
    const listeners = new Set<(hint: BusHint) => void>();
    const bus = {
      subscribe(listener: (hint: BusHint) => void) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };
    const { process, clock, store, khala } = desk();
    const lease = await store.leases.acquire(LEASE_NAME, 60_000, options);
    const call = process({ bus }).recallOrCompute(KEY, at, never, options);
    await settled();
    const untils: number[] = [];
    for (let i = 0; i < 6; i++) {
      const untilMs = clock.sleepers[0]?.untilMs ?? 0;
      untils.push(untilMs - clock.monotonicMs());
      await clock.advance(untilMs - clock.monotonicMs());
    }
    expect(untils).toEqual([25, 50, 100, 200, 250, 250]);
    const say = async (symbol: typeof KEY.symbol) => {
      for (const listener of listeners) listener({ kind: "analyses", keys: [{ ...KEY, symbol }] });
      await settled();
    };
    await khala.remember(makeAnalysis(), options);
    await say(ETH);
    expect(clock.sleepers).toHaveLength(1);
    await say(KEY.symbol);
    expect(await call).toMatchObject({ status: "shared" });
    expect([listeners.size, clock.sleepers.length, lease === null]).toEqual([0, 0, false]);
  });

  it("takes over when the holder fails", async () => {
    const { process, clock, computation } = desk();
    const [first, second] = [computation(), computation()];
    const failing = process().recallOrCompute(KEY, at, first.compute, options);
    await settled();
    const waiting = process().recallOrCompute(KEY, at, second.compute, options);
    await settled();
    first.fail(new Error("the venue is down"));
    await expect(failing).rejects.toThrow("the venue is down");
    second.end();
    await clock.advance(25);
    expect((await waiting).status).toBe("computed");
  });

  it("takes over from a dead holder when its lease is over, not before", async () => {
    const { process, clock, store, computation } = desk();
    await store.leases.acquire(LEASE_NAME, 3000, options);
    const work = computation();
    work.end();
    const call = process().recallOrCompute(KEY, at, work.compute, options);
    await settled();
    for (let ms = 0; ms < 2950; ms += 50) await clock.advance(50);
    expect(work.runs()).toBe(0);
    for (let ms = 0; ms < 350; ms += 50) await clock.advance(50);
    expect((await call).status).toBe("computed");
  });

  it("keeps the lease of work that takes longer than it, and gives it back at the end", async () => {
    const { process, clock, store, computation } = desk();
    const work = computation();
    const call = process().recallOrCompute(KEY, at, work.compute, options);
    await settled();
    for (let ms = 0; ms < 20_000; ms += 500) {
      await clock.advance(500);
      expect(await store.leases.acquire(LEASE_NAME, 1, options)).toBeNull();
    }
    work.end();
    await call;
    expect(await store.leases.acquire(LEASE_NAME, 1, options)).not.toBeNull();
    expect(clock.sleepers).toEqual([]);
  });

  it("gives up with a clear error when another process takes too long, and the next call may do better", async () => {
    const { process, clock, store, khala } = desk();
    const lease = await store.leases.acquire(LEASE_NAME, 60_000, options);
    const flight = process();
    const calls = [1, 2].map(() => flight.recallOrCompute(KEY, at, never, options));
    const ended = Promise.allSettled(calls);
    for (let ms = 0; ms < 5500; ms += 50) await clock.advance(50);
    for (const result of await ended) {
      expect(result).toMatchObject({ status: "rejected", reason: expect.any(ProviderError) });
      expect(String((result as PromiseRejectedResult).reason.message)).toMatch(/BTC\/USDT 5m for 5000 ms\. Expected/);
    }
    await khala.remember(makeAnalysis(), options);
    expect((await flight.recallOrCompute(KEY, at, never, options)).status).toBe("recalled");
    expect(lease).not.toBeNull();
  });

  it("lets a waiting caller go when its signal fires", async () => {
    const { process, clock, store } = desk();
    await store.leases.acquire(LEASE_NAME, 60_000, options);
    const controller = new AbortController();
    const call = process().recallOrCompute(KEY, at, never, { signal: controller.signal });
    await settled();
    controller.abort(new Error("enough"));
    await expect(call).rejects.toThrow("enough");
    await settled();
    expect(clock.sleepers).toEqual([]);
  });

  it("does not lose a result because the lease cannot be given back or renewed", async () => {
    const { clock, store, process, computation } = desk();
    const flight = process({
      leases: {
        async acquire(...args) {
          const lease = await store.leases.acquire(...args);
          const broken = () => Promise.reject(new Error("the store is gone"));
          return lease === null ? null : { ...lease, renew: broken, release: broken };
        },
      },
    });
    const work = computation();
    const call = flight.recallOrCompute(KEY, at, work.compute, options);
    await settled();
    await clock.advance(1000);
    work.end();
    expect((await call).status).toBe("computed");
  });

  it("leaves a newer record alone when a holder that lost its lease writes late", async () => {
    const { process, clock, store, computation } = desk();
    const [late, next] = [computation(makeAnalysis()), computation(makeAnalysis({ asOfMs: msAfter(STEP_MS) }))];
    // A process that stands still renews nothing.
    const frozen = process({
      sleep: (_, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    });
    const slow = frozen.recallOrCompute(KEY, at, late.compute, options);
    await settled();
    await clock.advance(3001);
    next.end();
    const quick = await process().recallOrCompute(KEY, { nowMs: msAfter(STEP_MS) }, next.compute, options);
    expect(quick.status).toBe("computed");
    late.end();
    expect((await slow).status).toBe("computed");
    const [newest] = await store.analyses.newest([KEY], msAfter(STEP_MS), options);
    expect(newest?.record.asOfMs).toBe(msAfter(STEP_MS));
  });
});
