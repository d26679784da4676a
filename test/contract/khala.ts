// The contract of Khala over its tiers: two processes on one store, whatever the store, the bus and the cache are.
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createKhala, type Khala, type KhalaParts } from "#memory/khala.ts";
import type { AnalysisKey } from "#schemas/analysis.ts";
import { FutureRecordError } from "#schemas/errors.ts";
import type { Clock } from "#schemas/ports/market.ts";
import type { AnalysisStore, Bus, HotCache, Store } from "#schemas/ports/memory.ts";
import { MarketSymbol, VenueId } from "#schemas/units.ts";
import { clockAt, ETH, KEY, makeAnalysis, msAfter, options, STEP_MS, T0 } from "#test/memory/fixtures.ts";

/** What one process has in its hands. */
export interface KhalaProcess {
  readonly store: Store;
  readonly bus: Bus;
  readonly cache: HotCache | null;
  close(): Promise<void>;
}

/** Where several processes meet. */
export interface KhalaPlace {
  open(): Promise<KhalaProcess>;
  remove(): Promise<void>;
}

const GRACE_MS = 3000;
const TRUST_MS = 500;
const INVALIDATED = { reason: "invalidated", detail: "by hand" } as const;

/** A store that counts what it is asked of analyses. */
export function counting(store: Store) {
  const calls = { newest: 0, versions: 0, changedSince: 0 };
  const analyses: AnalysisStore = {
    ...store.analyses,
    newest: (...args) => {
      calls.newest += 1;
      return store.analyses.newest(...args);
    },
    versions: (...args) => {
      calls.versions += 1;
      return store.analyses.versions(...args);
    },
    changedSince: (...args) => {
      calls.changedSince += 1;
      return store.analyses.changedSince(...args);
    },
  };
  return { store: { ...store, analyses } satisfies Store, calls };
}

export function khalaContract(name: string, makePlace: () => Promise<KhalaPlace>, { interleavings = 100 } = {}): void {
  describe(`Khala contract: ${name}`, () => {
    let place: KhalaPlace;
    let here: KhalaProcess;
    let there: KhalaProcess;
    let serial = 0;
    const opened: Khala[] = [];

    const freshKey = (): AnalysisKey => {
      serial += 1;
      return { ...KEY, venueId: VenueId.parse(`test:${serial}`) };
    };
    const open = (process: KhalaProcess, over: Partial<KhalaParts> = {}): Khala => {
      const khala = createKhala({
        clock: clockAt(T0),
        graceMs: GRACE_MS,
        definitionId: "def-1",
        driftAtr: 2,
        exclusive: false,
        store: process.store,
        bus: process.bus,
        cache: process.cache,
        // Stands still: only hints can tell, unless a test lets time pass.
        monotonicMs: () => 0,
        ...over,
      });
      opened.push(khala);
      return khala;
    };
    /** Has it take its first look, at which it forgets all, so that from now on it believes what it holds. */
    const settle = async (khala: Khala) => {
      const key = freshKey();
      await here.store.analyses.put([makeAnalysis(key)], options);
      for (let i = 0; i < 3; i++) expect(await priceOf(khala, key)).toBe(100);
    };
    const priceOf = async (khala: Khala, key: AnalysisKey, at = {}) => {
      const recall = await khala.recall(key, { nowMs: T0, ...at }, options);
      return recall.status === "fresh" ? recall.record.price : recall.status;
    };

    beforeAll(async () => {
      place = await makePlace();
      here = await place.open();
      there = await place.open();
    });
    afterAll(async () => {
      for (const khala of opened) khala.close();
      await here?.close();
      await there?.close();
      await place?.remove();
    });

    it("answers many keys in their order, with gaps where there is nothing", async () => {
      const khala = open(here);
      const keys = Array.from({ length: 4 }, freshKey);
      const [a, , c, d] = keys;
      await khala.rememberMany(
        [makeAnalysis(d), makeAnalysis({ ...a, definitionId: "old" }), makeAnalysis(c)],
        options,
      );
      for (const from of [khala, open(here), open(there)]) {
        const recalls = await from.recallMany([...keys, ...keys.slice(0, 1)], { nowMs: T0 }, options);
        expect(recalls.map((r) => (r.status === "missing" ? null : [r.status, r.record.venueId]))).toEqual([
          ["stale", a?.venueId],
          null,
          ["fresh", c?.venueId],
          ["fresh", d?.venueId],
          ["stale", a?.venueId],
        ]);
      }
    });

    it("gives the very record from every tier, and lets nobody change it", async () => {
      const khala = open(here);
      const key = freshKey();
      const analysis = makeAnalysis(key);
      await khala.remember(analysis, options);
      for (const from of [khala, khala, open(here), open(there), open(there)]) {
        const recall = await from.recall(key, { nowMs: T0 }, options);
        expect(recall).toEqual({ status: "fresh", record: analysis, ageMs: 0 });
        if (recall.status === "missing") continue;
        expect(() => recall.record.security.checks.pop()).toThrow(TypeError);
      }
    });

    it("is fresh up to the next close + grace, stale from it on, and not there before its own", async () => {
      const key = freshKey();
      await open(here).remember(makeAnalysis(key), options);
      for (const khala of [open(here), open(there)]) {
        const statusAt = async (ms: number) => (await khala.recall(key, { nowMs: msAfter(ms) }, options)).status;
        expect(await statusAt(STEP_MS + GRACE_MS - 1)).toBe("fresh");
        expect(await statusAt(STEP_MS + GRACE_MS)).toBe("stale");
        expect(await statusAt(0)).toBe("fresh");
        expect(await statusAt(-1)).toBe("missing");
      }
    });

    it("shows at each moment the record of that moment", async () => {
      const key = freshKey();
      const steps = [0, 1, 2].map((step) => makeAnalysis({ ...key, asOfMs: msAfter(step * STEP_MS) }));
      await open(here).rememberMany(steps, options);
      const khala = open(there);
      for (const step of [0, 1, 2, 0, 1, 2, 1]) {
        const recall = await khala.recall(key, { nowMs: msAfter(step * STEP_MS) }, options);
        expect(recall).toMatchObject({ record: { id: steps[step]?.id } });
      }
      const history = await khala.history(key, { nowMs: msAfter(STEP_MS), limit: 10 }, options);
      expect(history.map(({ record }) => record.asOfMs)).toEqual([msAfter(STEP_MS), T0]);
    });

    it("serves a correction, not what it corrects, also after a repeated write of the latter", async () => {
      const key = freshKey();
      const khala = open(here);
      await khala.remember(makeAnalysis(key), options);
      await khala.remember(makeAnalysis({ ...key, price: 101 }), options);
      await khala.remember(makeAnalysis(key), options);
      for (const from of [khala, khala, open(there)]) expect(await priceOf(from, key)).toBe(101);
    });

    it("serves the renewed dates of the same content", async () => {
      const key = freshKey();
      const { security } = makeAnalysis(key);
      const dated = (computedMs: number, validMs: number) =>
        makeAnalysis({
          ...key,
          computedAtMs: msAfter(computedMs),
          security: { ...security, validUntilMs: msAfter(validMs) },
        });
      const [khala, other] = [open(here), open(there)];
      await khala.remember(dated(0, 1000), options);
      expect(await priceOf(other, key)).toBe(100);
      await khala.remember(dated(1, 9000), options);
      const recall = await other.recall(key, { nowMs: msAfter(1000) }, options);
      expect(recall.status).toBe("fresh");
    });

    it("says no-candle after the source was asked in vain, in every process", async () => {
      const key = freshKey();
      const khala = open(here);
      const other = open(there);
      await khala.remember(makeAnalysis(key), options);
      expect(await priceOf(other, key)).toBe(100);
      await khala.noteChecked(key, msAfter(STEP_MS + GRACE_MS), options);
      for (const from of [khala, other, open(there)]) {
        const recall = await from.recall(key, { nowMs: msAfter(STEP_MS + GRACE_MS) }, options);
        expect(recall).toMatchObject({ status: "stale", reason: "no-candle" });
      }
    });

    it("refuses an aborted call with its reason, whatever it holds", async () => {
      const key = freshKey();
      const khala = open(here);
      await khala.remember(makeAnalysis(key), options);
      const aborted = { signal: AbortSignal.abort(new Error("enough")) };
      await expect(khala.recall(key, { nowMs: T0 }, aborted)).rejects.toThrow("enough");
      await expect(khala.recallMany([key], { nowMs: T0 }, aborted)).rejects.toThrow("enough");
      await expect(khala.remember(makeAnalysis(key), aborted)).rejects.toThrow("enough");
      await expect(khala.invalidate(key, INVALIDATED, aborted)).rejects.toThrow("enough");
    });

    it("names records from the future once, and goes on with those before them, until time has healed it", async () => {
      const [key, other] = [freshKey(), freshKey()];
      const writer = open(here);
      for (const one of [key, other]) {
        const later = makeAnalysis({ ...one, asOfMs: msAfter(STEP_MS), price: 101 });
        await writer.rememberMany([makeAnalysis(one), later], options);
      }
      const refused: Error[] = [];
      const system: Clock = clockAt(T0, "system");
      const khala = open(there, { clock: system, onRefused: (error) => refused.push(error) });
      expect(await priceOf(khala, key)).toBe(100);
      expect(await priceOf(khala, key, { verify: true })).toBe(100);
      expect(await priceOf(khala, other)).toBe(100);
      // One market's is enough to say: a right clock is not doubted market by market.
      expect(refused.map(({ message }) => message)).toEqual([expect.stringMatching(/BTC\/USDT 5m is dated .* ahead/)]);
      expect(await priceOf(khala, key, { nowMs: msAfter(STEP_MS) })).toBe(101);
      await expect(priceOf(open(there, { clock: system }), key)).rejects.toThrow(FutureRecordError);
    });

    it("does not go on with an older record once a later one that was a little ahead of the clock counts", async () => {
      const key = freshKey();
      await open(here).rememberMany(
        [makeAnalysis(key), makeAnalysis({ ...key, asOfMs: msAfter(STEP_MS), price: 101 })],
        options,
      );
      const khala = open(there, { clock: clockAt(T0, "system"), bus: null });
      await settle(khala);
      for (let i = 0; i < 2; i++) expect(await priceOf(khala, key, { nowMs: msAfter(STEP_MS - 1) })).toBe(100);
      expect(await priceOf(khala, key, { nowMs: msAfter(STEP_MS) })).toBe(101);
    });

    describe("the store beneath", () => {
      it("gives versions that agree with the records, in the order of the keys, with gaps", async () => {
        const { analyses } = here.store;
        const [a, gap, b] = [freshKey(), freshKey(), freshKey()];
        await analyses.put([makeAnalysis(a), makeAnalysis(b), makeAnalysis({ ...b, price: 101 })], options);
        await analyses.put([makeAnalysis({ ...a, asOfMs: msAfter(STEP_MS) })], options);
        await analyses.noteChecked(b, msAfter(7), options);
        await analyses.invalidate(b, INVALIDATED, options);
        const keys = [b, gap, a, b];
        for (const nowMs of [msAfter(-1), T0, msAfter(STEP_MS)]) {
          const newest = await analyses.newest(keys, nowMs, options);
          expect(await analyses.versions(keys, nowMs, options)).toEqual(
            newest.map((stored) => {
              if (stored === undefined) return undefined;
              const { asOfMs, id, computedAtMs, checkedThroughMs } = stored.record;
              return {
                asOfMs,
                id,
                computedAtMs,
                checkedThroughMs,
                revision: stored.revision,
                invalidated: stored.invalidated,
              };
            }),
          );
        }
        expect(await analyses.versions([], T0, options)).toEqual([]);
      });

      it("lets id and computedAt name one body for good", async () => {
        const key = freshKey();
        const first = makeAnalysis(key);
        await here.store.analyses.put([first], options);
        await here.store.analyses.put([makeAnalysis({ ...key, origin: "test-time" })], options);
        expect((await here.store.analyses.newest([key], T0, options))[0]?.record).toEqual(first);
      });

      it("tells what changed since a look, once, whoever wrote it", async () => {
        const [one, other] = [here.store.analyses, there.store.analyses];
        const [a, b] = [freshKey(), freshKey()];
        await one.put([makeAnalysis(a), makeAnalysis(b)], options);
        let { mark, keys } = await other.changedSince(null, options);
        expect(keys).toEqual([]);
        const changed = async () => {
          const look = await other.changedSince(mark, options);
          mark = look.mark;
          return look.keys.map(({ venueId }) => venueId).toSorted();
        };
        expect(await changed()).toEqual([]);
        await one.put([makeAnalysis(a)], options);
        await one.noteChecked(b, msAfter(1), options);
        expect(await changed()).toEqual([a.venueId]);
        await one.invalidate(b, INVALIDATED, options);
        await one.put([makeAnalysis({ ...a, price: 101 })], options);
        expect(await changed()).toEqual([a.venueId, b.venueId].toSorted());
        expect(await changed()).toEqual([]);
      });
    });

    describe("between two processes", () => {
      it("shows what was written, corrected and invalidated there to a tier that held something else", async () => {
        const [khala, other] = [open(here), open(there)];
        const key = freshKey();
        await Promise.all([khala, other].map(settle));
        await khala.remember(makeAnalysis(key), options);
        await expect.poll(() => priceOf(other, key), POLL).toBe(100);
        expect(await priceOf(khala, key)).toBe(100);
        await khala.remember(makeAnalysis({ ...key, price: 101 }), options);
        expect(await priceOf(khala, key)).toBe(101);
        await expect.poll(() => priceOf(other, key), POLL).toBe(101);
        await khala.invalidate(key, INVALIDATED, options);
        await expect.poll(() => priceOf(other, key), POLL).toBe("stale");
        await other.remember(makeAnalysis({ ...key, price: 101, computedAtMs: msAfter(1) }), options);
        await expect.poll(() => priceOf(khala, key), POLL).toBe(101);
        await other.invalidate({ venueId: key.venueId }, INVALIDATED, options);
        await expect.poll(() => priceOf(khala, key), POLL).toBe("stale");
      });

      it("finds it within 500 ms by one look of all callers, though every hint be lost", async () => {
        const key = freshKey();
        const others = Array.from({ length: 49 }, (_, i) => ({ ...key, symbol: MarketSymbol.parse(`A${i}/USDT`) }));
        let nowMs = 0;
        const writer = open(here);
        const { store, calls } = counting(there.store);
        const deaf = open(there, { store, bus: null, monotonicMs: () => nowMs });
        await writer.rememberMany(
          [key, ...others].map((each) => makeAnalysis(each)),
          options,
        );
        await deaf.recallMany([key, ...others], { nowMs: T0 }, options);
        expect(await priceOf(deaf, key)).toBe(100); // the first look
        await deaf.recallMany([key, ...others], { nowMs: T0 }, options);
        await writer.remember(makeAnalysis({ ...key, price: 101 }), options);
        calls.changedSince = 0;
        nowMs += TRUST_MS;
        expect(await priceOf(deaf, key)).toBe(100);
        expect(calls.changedSince).toBe(0);
        nowMs += 1;
        const reads = calls.newest + calls.versions;
        const recalls = await Promise.all([key, ...others].map((each) => deaf.recall(each, { nowMs: T0 }, options)));
        expect(recalls[0]).toMatchObject({ status: "fresh", record: { price: 101 } });
        expect(recalls.every(({ status }) => status === "fresh")).toBe(true);
        expect(calls.changedSince).toBe(1);
        // Only the changed key was read again.
        expect(calls.newest + calls.versions - reads).toBeLessThanOrEqual(here.cache === null ? 1 : 2);
      });

      it("reads for orders from the store, though hints are lost and the tier is still believed", async () => {
        const key = freshKey();
        const writer = open(here);
        const deaf = open(there, { bus: null });
        await writer.remember(makeAnalysis(key), options);
        expect([await priceOf(deaf, key), await priceOf(deaf, key)]).toEqual([100, 100]);
        await writer.invalidate(key, INVALIDATED, options);
        expect(await priceOf(deaf, key)).toBe(100);
        expect(await priceOf(deaf, key, { verify: true })).toBe("stale");
        const [verified] = await deaf.recallMany([key], { nowMs: T0, verify: true }, options);
        expect(verified?.status).toBe("stale");
      });

      it("lets no old read put back what was invalidated while it was under way", async () => {
        const key = freshKey();
        const writer = open(here);
        await writer.remember(makeAnalysis(key), options);
        const { promise: invalidated, resolve } = Promise.withResolvers<void>();
        let isSlow = false;
        const slow = async <T>(read: Promise<T>): Promise<T> => {
          const found = await read;
          if (isSlow) await invalidated;
          return found;
        };
        const analyses: AnalysisStore = {
          ...there.store.analyses,
          newest: (...args) => slow(there.store.analyses.newest(...args)),
        };
        // No cache here: with one, the slow read would be of the body only.
        const reader = open(there, { store: { ...there.store, analyses }, cache: null });
        await settle(reader);
        isSlow = true;
        const reading = priceOf(reader, key);
        await writer.invalidate(key, INVALIDATED, options);
        await heard(there.bus, () => writer.invalidate({ ...key, symbol: ETH }, INVALIDATED, options));
        resolve();
        await reading;
        expect(await priceOf(reader, key)).toBe("stale");
      });

      it(`lets the newest asOf win, whoever writes in whatever order (${interleavings} runs)`, async () => {
        const [khala, other] = [open(here), open(there)];
        const write = fc.record({
          step: fc.integer({ min: 0, max: 3 }),
          price: fc.integer({ min: 100, max: 102 }),
          by: fc.constantFrom(khala, other),
        });
        await fc.assert(
          fc.asyncProperty(fc.array(write, { minLength: 2, maxLength: 6 }), fc.boolean(), async (writes, atOnce) => {
            const key = freshKey();
            const run = ({ step, price, by }: (typeof writes)[number]) =>
              by.remember(makeAnalysis({ ...key, asOfMs: msAfter(step * STEP_MS), price }), options);
            if (atOnce) await Promise.all(writes.map(run));
            else for (const each of writes) await run(each);
            const newest = Math.max(...writes.map(({ step }) => step));
            const at = { nowMs: msAfter(newest * STEP_MS), verify: true };
            const found = await Promise.all([khala, other].map((each) => each.recall(key, at, options)));
            expect(found[0]).toMatchObject({ status: "fresh", record: { asOfMs: at.nowMs } });
            expect(found[1]).toEqual(found[0]);
          }),
          { numRuns: interleavings },
        );
      });
    });

    it("closes twice", async () => {
      const process = await place.open();
      const khala = open(process);
      khala.close();
      khala.close();
      await process.close();
      await process.close();
    });
  });
}

const POLL = { interval: 5 };

/** Resolves when this bus has said something, after `act`. */
async function heard(bus: Bus, act: () => Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = bus.subscribe(() => resolve());
  await act();
  await promise;
  stop();
}
