import { describe, expect, it } from "vitest";
import { createKhala } from "#memory/khala.ts";
import { createInProcessTier } from "#memory/tiers/in-process.ts";
import type { AnalysisKey } from "#schemas/analysis.ts";
import { FutureRecordError } from "#schemas/errors.ts";
import type { Clock } from "#schemas/ports/market.ts";
import type { AnalysisStore, Store } from "#schemas/ports/memory.ts";
import { MarketSymbol, VenueId } from "#schemas/units.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { BTC, clockAt, ETH, KEY, makeAnalysis, msAfter, options, STEP_MS, T0 } from "./fixtures.ts";

/** A store that counts the reads of `newest` and lets a test stop a verb half-way. */
function watchedStore() {
  const store = createMemoryStore();
  const asked: (readonly AnalysisKey[])[] = [];
  const hooks = { beforePutReturns: async () => {}, beforeNewestReturns: async () => {} };
  const analyses: AnalysisStore = {
    ...store.analyses,
    newest: async (keys, nowMs, callOptions) => {
      asked.push(keys);
      const found = await store.analyses.newest(keys, nowMs, callOptions);
      await hooks.beforeNewestReturns();
      return found;
    },
    put: async (records, callOptions) => {
      await store.analyses.put(records, callOptions);
      await hooks.beforePutReturns();
    },
  };
  return { store: { ...store, analyses } satisfies Store, asked, hooks };
}

function open(clock: Clock = clockAt(T0), graceMs = 0) {
  const watched = watchedStore();
  const khala = createKhala({ store: watched.store, clock, graceMs, definitionId: "def-1", driftAtr: 2 });
  const recall = (nowMs: number, price?: number) =>
    khala.recall(KEY, { nowMs: msAfter(nowMs - T0), ...(price === undefined ? {} : { price }) }, options);
  return { khala, recall, ...watched };
}

const INVALIDATED = { reason: "invalidated", detail: "by hand" } as const;

describe("Khala", () => {
  it("answers what it just remembered without asking the store", async () => {
    const { khala, recall, asked } = open();
    const analysis = makeAnalysis();
    await khala.remember(analysis, options);
    expect(await recall(T0)).toEqual({ status: "fresh", record: analysis, ageMs: 0 });
    expect(asked).toEqual([]);
  });

  it("asks the store once for all keys that are not fresh in its map", async () => {
    const { khala, asked } = open();
    const keys = [KEY, { ...KEY, symbol: ETH }, { ...KEY, timeframe: "1h" as const }];
    await khala.remember(makeAnalysis({ symbol: ETH }), options);
    const recalls = await khala.recallMany(keys, { nowMs: T0 }, options);
    expect(recalls.map(({ status }) => status)).toEqual(["missing", "fresh", "missing"]);
    expect(asked).toEqual([[keys[0], keys[2]]]);
  });

  it("keeps answers beside their keys where fresh, stale and missing are mixed", async () => {
    const { khala } = open();
    const keys = ["a", "b", "c", "d"].map((name) => ({ ...KEY, venueId: VenueId.parse(name) }));
    const [a, b, , d] = keys;
    await khala.rememberMany([makeAnalysis(a), makeAnalysis({ ...b, definitionId: "old" }), makeAnalysis(d)], options);
    const recalls = await khala.recallMany(keys, { nowMs: T0 }, options);
    expect(recalls.map((r) => (r.status === "missing" ? null : [r.status, r.record.venueId]))).toEqual([
      ["fresh", "a"],
      ["stale", "b"],
      null,
      ["fresh", "d"],
    ]);
  });

  it("judges each market by its own price", async () => {
    const { khala } = open();
    await khala.rememberMany([makeAnalysis(), makeAnalysis({ symbol: ETH })], options);
    const prices = new Map([[BTC, 1]]);
    const recalls = await khala.recallMany([KEY, { ...KEY, symbol: ETH }], { nowMs: T0, prices }, options);
    expect(recalls.map(({ status }) => status)).toEqual(["stale", "fresh"]);
  });

  it("finds a newer record that another process wrote, once its own is behind", async () => {
    const { khala, recall, store } = open();
    await khala.remember(makeAnalysis(), options);
    const newer = makeAnalysis({ asOfMs: msAfter(STEP_MS) });
    await store.analyses.put([newer], options);
    expect(await recall(T0 + STEP_MS)).toMatchObject({ status: "fresh", record: { id: newer.id } });
  });

  it("does not show a later record at an earlier simulated moment", async () => {
    const { khala, recall } = open();
    const later = makeAnalysis({ asOfMs: msAfter(STEP_MS) });
    await khala.rememberMany([makeAnalysis(), later], options);
    expect(await recall(T0)).toMatchObject({ status: "fresh", record: { asOfMs: T0 } });
    expect(await recall(T0 - 1)).toEqual({ status: "missing" });
    expect(await recall(T0 + STEP_MS)).toMatchObject({ record: { id: later.id } });
  });

  it("does not let a look at the past push the present out of the map", async () => {
    const { khala, recall, asked } = open();
    await khala.rememberMany([makeAnalysis(), makeAnalysis({ asOfMs: msAfter(STEP_MS) })], options);
    await recall(T0);
    asked.length = 0;
    await recall(T0 + STEP_MS);
    expect(asked).toEqual([]);
  });

  it("serves a correction of the same candle, not what it corrects", async () => {
    const { khala, recall } = open();
    await khala.remember(makeAnalysis(), options);
    await khala.remember(makeAnalysis({ price: 101 }), options);
    await khala.remember(makeAnalysis(), options); // a repeated write undoes nothing
    expect(await recall(T0)).toMatchObject({ status: "fresh", record: { price: 101 } });
  });

  it("serves a candle from its map again once the store has said which content counts", async () => {
    const { khala, recall, asked } = open();
    await khala.remember(makeAnalysis(), options);
    await khala.remember(makeAnalysis({ price: 101 }), options);
    await recall(T0);
    asked.length = 0;
    expect(await recall(T0)).toMatchObject({ record: { price: 101 } });
    expect(asked).toEqual([]);
  });

  it("does not serve the first content from a read that its correction overtook", async () => {
    const { khala, recall, store, hooks } = open();
    await store.analyses.put([makeAnalysis()], options);
    hooks.beforeNewestReturns = async () => {
      hooks.beforeNewestReturns = async () => {};
      await khala.remember(makeAnalysis({ price: 101 }), options);
    };
    await recall(T0);
    expect(await recall(T0)).toMatchObject({ record: { price: 101 } });
  });

  it("serves the renewed dates of the same content", async () => {
    const { khala, recall } = open();
    const { security } = makeAnalysis();
    await khala.remember(makeAnalysis({ security: { ...security, validUntilMs: T0 + 1000 } }), options);
    expect(await recall(T0 + 1000)).toMatchObject({ reason: "security-expired" });
    const renewed = { ...security, validUntilMs: T0 + 9000 };
    await khala.remember(makeAnalysis({ computedAtMs: msAfter(1000), security: renewed }), options);
    expect((await recall(T0 + 1000)).status).toBe("fresh");
  });

  it("obeys an invalidation at once, until the record is written again", async () => {
    const { khala, recall } = open();
    await khala.remember(makeAnalysis(), options);
    expect(await khala.invalidate({ symbol: BTC }, INVALIDATED, options)).toBe(1);
    expect(await recall(T0)).toMatchObject({ status: "stale", reason: "invalidated" });
    expect(await recall(T0)).toMatchObject({ status: "stale", reason: "invalidated" });
    await khala.remember(makeAnalysis(), options);
    expect((await recall(T0)).status).toBe("fresh");
  });

  it("does not serve a record from a read that an invalidation overtook", async () => {
    const { khala, recall, store, hooks } = open();
    await store.analyses.put([makeAnalysis()], options);
    hooks.beforeNewestReturns = async () => {
      hooks.beforeNewestReturns = async () => {};
      await khala.invalidate({}, INVALIDATED, options);
    };
    await recall(T0);
    expect(await recall(T0)).toMatchObject({ status: "stale", reason: "invalidated" });
  });

  it("does not serve a record from a write that an invalidation overtook", async () => {
    const { khala, recall, hooks } = open();
    hooks.beforePutReturns = async () => {
      await khala.invalidate({}, INVALIDATED, options);
    };
    await khala.remember(makeAnalysis(), options);
    expect(await recall(T0)).toMatchObject({ status: "stale", reason: "invalidated" });
  });

  it("asks the store again after a write whose outcome is not known", async () => {
    const { khala, recall, hooks } = open();
    await khala.remember(makeAnalysis(), options);
    hooks.beforePutReturns = () => Promise.reject(new Error("connection lost"));
    await expect(khala.remember(makeAnalysis({ price: 101 }), options)).rejects.toThrow("connection lost");
    expect(await recall(T0)).toMatchObject({ record: { price: 101 } });
  });

  it("hands out records that nobody can change", async () => {
    const { khala, recall } = open();
    await khala.remember(makeAnalysis(), options);
    const found = await recall(T0);
    if (found.status === "missing") throw new Error("expected a record");
    expect(() => found.record.security.checks.pop()).toThrow(TypeError);
    expect(() => Object.assign(found.record.indicators, { rsiWilder: 1 })).toThrow(TypeError);
  });

  it("says no-candle after the source was asked in vain, and fresh of nothing", async () => {
    const { khala, recall } = open();
    await khala.remember(makeAnalysis(), options);
    await khala.noteChecked(KEY, msAfter(STEP_MS), options);
    expect(await recall(T0 + STEP_MS)).toMatchObject({ status: "stale", reason: "no-candle" });
    expect(await recall(T0 + 2 * STEP_MS)).toMatchObject({ status: "stale", reason: "behind" });
  });

  it("lists what is there at that moment, with what recall says of it", async () => {
    const { khala } = open();
    await khala.rememberMany(
      [makeAnalysis({ symbol: ETH }), makeAnalysis(), makeAnalysis({ timeframe: "1h", asOfMs: msAfter(STEP_MS) })],
      options,
    );
    const listed = await khala.list(KEY.venueId, { nowMs: T0 }, options);
    expect(listed.map(({ key, recall }) => [key.symbol, key.timeframe, recall.status])).toEqual([
      ["BTC/USDT", "5m", "fresh"],
      ["ETH/USDT", "5m", "fresh"],
    ]);
    expect(await khala.list(VenueId.parse("other"), { nowMs: T0 }, options)).toEqual([]);
  });

  it("recalls the newest security report, over or not, and none from later", async () => {
    const { khala } = open();
    const CONTRACT = { chain: "1", contract: "0x1111111111111111111111111111111111111111" };
    const report = { ...makeAnalysis().security, observedAtMs: T0, validUntilMs: T0 + 10 };
    await khala.rememberSecurity("goplus", CONTRACT, report, options);
    const asked = [{ sourceId: "goplus", contract: CONTRACT }];
    expect(await khala.recallSecurity(asked, msAfter(-1), options)).toEqual([undefined]);
    expect(await khala.recallSecurity(asked, msAfter(9), options)).toEqual([report]);
    expect(await khala.recallSecurity(asked, msAfter(10), options)).toEqual([report]);
  });

  describe("under the system clock", () => {
    const GRACE_MS = 3000;

    it("refuses to remember a record more than 1 s + grace ahead of it, and writes nothing", async () => {
      const { khala, store } = open(clockAt(T0, "system"), GRACE_MS);
      await khala.remember(makeAnalysis({ asOfMs: msAfter(1000 + GRACE_MS) }), options);
      const ahead = makeAnalysis({ symbol: ETH, asOfMs: msAfter(1001 + GRACE_MS) });
      await expect(khala.remember(ahead, options)).rejects.toThrow(FutureRecordError);
      expect(await store.analyses.keys(null, options)).toEqual([KEY]);
    });

    it("refuses to recall past such a record, naming it", async () => {
      const { recall, store } = open(clockAt(T0, "system"), GRACE_MS);
      await store.analyses.put([makeAnalysis(), makeAnalysis({ asOfMs: msAfter(STEP_MS) })], options);
      await expect(recall(T0)).rejects.toThrow(/BTC\/USDT 5m is dated .* ahead of the clock/);
    });

    it("looks at an earlier moment without calling what came after it ahead", async () => {
      const { recall, store } = open(clockAt(msAfter(STEP_MS), "system"), GRACE_MS);
      await store.analyses.put([makeAnalysis(), makeAnalysis({ asOfMs: msAfter(STEP_MS) })], options);
      expect(await recall(T0)).toMatchObject({ record: { asOfMs: T0 } });
    });

    it("does not use a record ahead by less, but the one before it", async () => {
      const { recall, store } = open(clockAt(T0, "system"), GRACE_MS);
      await store.analyses.put([makeAnalysis(), makeAnalysis({ asOfMs: msAfter(1000 + GRACE_MS) })], options);
      expect(await recall(T0)).toMatchObject({ record: { asOfMs: T0 } });
    });
  });
});

describe("the hot cache", () => {
  it("never holds more than its bound, and drops what was used least recently", () => {
    const cache = createInProcessTier(2);
    const [a, b, c] = ["A/USDT", "B/USDT", "C/USDT"].map((name) => makeAnalysis({ symbol: MarketSymbol.parse(name) }));
    if (a === undefined || b === undefined || c === undefined) throw new Error("three records");
    cache.read(a);
    cache.read(b);
    cache.get(a);
    cache.read(c);
    expect([cache.get(a), cache.get(b), cache.get(c)]).toEqual([a, undefined, c]);
    expect(cache.size()).toBe(2);
  });

  it("holds 24 venues and timeframes at most, however many are asked for", () => {
    const cache = createInProcessTier(2);
    const records = Array.from({ length: 60 }, (_, n) => makeAnalysis({ venueId: VenueId.parse(`venue-${n}`) }));
    for (const record of records) cache.read(record);
    expect(cache.size()).toBe(24);
    const newest = records.at(-1);
    if (newest === undefined) throw new Error("sixty records");
    expect(cache.get(newest)).toBe(newest);
  });
});
