import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { consolidate } from "#memory/consolidate.ts";
import { retentionCuts } from "#memory/consolidate-cuts.ts";
import { ledgerMerges } from "#memory/consolidate-ledger.ts";
import { exactSum } from "#memory/exact-sum.ts";
import { summarise } from "#memory/ledger-summary.ts";
import { RetentionPolicy } from "#schemas/retention.ts";
import { DAY_MS, unixMs } from "#schemas/units.ts";
import { type LedgerEntry, NO_WORK } from "#schemas/work.ts";
import { journalOf, runsOf } from "#test/support/account.ts";
import { thinned } from "#test/support/memory-store/consolidate.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { STRATEGY } from "#test/support/strategy.ts";
import { control, DESK, KEY, makeAnalysis, options, RUN, T0 } from "./fixtures.ts";
import { HOUR_MS, topic } from "./long-run.ts";

const DEFAULTS = RetentionPolicy.parse({});
/** Noon of some day, 100 days after T0. */
const NOW = T0 + 100 * DAY_MS + 12 * HOUR_MS;
const timeOf = (timeMs: number) => timeMs;
const keep = (times: readonly number[], nowMs = NOW) => thinned(times, timeOf, retentionCuts(DEFAULTS, nowMs));

describe("a retention policy", () => {
  it("keeps less detail the older it is, never more", () => {
    expect(() => RetentionPolicy.parse({ allForDays: 40, hourlyForDays: 30 })).toThrow(
      /at least DEEPTRADER_KEEP_ALL_DAYS/,
    );
    expect(RetentionPolicy.parse({ allForDays: 30 })).toMatchObject({ hourlyForDays: 30 });
  });

  it("has borders at full hours and days, so that an hour is thinned as a whole", () => {
    const cuts = retentionCuts(DEFAULTS, NOW + 59 * 60_000);
    expect(cuts).toMatchObject({
      hourlyBeforeMs: NOW - DAY_MS,
      dailyBeforeMs: T0 + 70 * DAY_MS,
      ledgerBeforeMs: NOW - DAY_MS,
    });
  });

  it("reaches back to the beginning of time where the past is younger than the policy", () => {
    expect(retentionCuts(DEFAULTS, 1000)).toMatchObject({ hourlyBeforeMs: 0, dailyBeforeMs: 0, ledgerBeforeMs: 0 });
  });
});

describe("a thinned history", () => {
  it("keeps all of the last day, from its border on", () => {
    const border = NOW - DAY_MS;
    expect(keep([border - 2, border - 1, border, border + 1])).toEqual([border - 1, border, border + 1]);
  });

  it("keeps the last of each hour up to the border of the days, and the last of each day before it", () => {
    const midnight = T0 + 70 * DAY_MS;
    const [yesterday, late] = [midnight - 5 * HOUR_MS, midnight - 1];
    const [early, hourEnd] = [midnight, midnight + HOUR_MS - 1];
    expect(keep([yesterday, late, early, hourEnd, midnight + HOUR_MS])).toEqual([late, hourEnd, midnight + HOUR_MS]);
  });

  it("keeps the later of two rows of one moment", () => {
    const rows = [1, 2].map((revision) => ({ revision, timeMs: T0 }));
    expect(thinned(rows, (row) => row.timeMs, retentionCuts(DEFAULTS, NOW))).toEqual([{ revision: 2, timeMs: T0 }]);
  });

  const times = fc
    .array(fc.integer({ min: NOW - 60 * DAY_MS, max: NOW + DAY_MS }), { maxLength: 200 })
    .map((list) => list.sort((a, b) => a - b));

  it("shows at every moment from its border on what it showed before", () => {
    fc.assert(
      fc.property(times, fc.integer({ min: NOW - DAY_MS, max: NOW + DAY_MS }), (all, nowMs) => {
        const newest = (list: readonly number[]) => list.findLast((timeMs) => timeMs <= nowMs);
        expect(newest(keep(all))).toBe(newest(all));
      }),
    );
  });

  it("is not thinned further by doing it again, and needs no step between two nows", () => {
    fc.assert(
      fc.property(times, fc.nat({ max: 40 * DAY_MS }), (all, laterMs) => {
        expect(keep(keep(all))).toEqual(keep(all));
        expect(keep(keep(all), NOW + laterMs)).toEqual(keep(all, NOW + laterMs));
      }),
    );
  });

  it("holds at most one row of an old hour or day", () => {
    fc.assert(
      fc.property(times, (all) => {
        const cuts = retentionCuts(DEFAULTS, NOW);
        const old = keep(all).filter((timeMs) => timeMs < cuts.dailyBeforeMs);
        expect(new Set(old.map((timeMs) => Math.floor(timeMs / DAY_MS))).size).toBe(old.length);
      }),
    );
  });
});

const counts = fc.dictionary(fc.constantFrom("recalled", "delegated", "missing"), fc.nat(1000));
const optionalMembers = fc.record(
  {
    kinds: fc.dictionary(fc.constantFrom("rsi", "price"), fc.nat(9)),
    prepared: fc.dictionary(fc.constantFrom("digest", "answer"), fc.nat(9)),
    firstUses: fc.nat(9),
    // Units are multiples of 1/20; tenths and twentieths are what float64 sums in one order and not in another.
    savedUnits: fc.integer({ min: -99_999, max: 99_999 }).map((n) => n / 20),
    overBudget: fc.dictionary(fc.constantFrom("question", "sleep-pass"), fc.nat(9)),
    durationMs: fc.nat(1_000_000).map((us) => us / 1000),
  },
  { requiredKeys: [] },
);
const ledgerMembers = fc.record({
  atMs: fc.integer({ min: T0, max: T0 + 5 * HOUR_MS }),
  phase: fc.constantFrom("sleep" as const, "test-time" as const),
  job: fc.constantFrom("sleep-cycle" as const, "decision-cycle" as const, "question" as const),
  paths: counts,
  misses: counts,
  made: fc.nat(1000),
  served: fc.nat(1000),
  work: fc.record({ providerCalls: fc.nat(99), inputTokens: fc.nat(9999) }).map((part) => ({ ...NO_WORK, ...part })),
  ageAtUseMs: fc.array(fc.nat(1_000_000), { maxLength: 60 }),
});
const ledgerEntry: fc.Arbitrary<LedgerEntry> = fc
  .tuple(ledgerMembers, optionalMembers)
  .map(([members, optional]) => ({ ...members, ...optional }));

describe("merged ledger entries", () => {
  const merge = (entries: readonly LedgerEntry[], beforeMs: number) => {
    const merges = ledgerMerges(entries, (entry) => entry, beforeMs);
    const gone = new Set(merges.flatMap((each) => each.gone));
    const sums = new Map(merges.map((each) => [each.into, each.entry]));
    return entries.filter((entry) => !gone.has(entry)).map((entry) => sums.get(entry) ?? entry);
  };

  it("keep every total, and the least and the greatest age", () => {
    fc.assert(
      fc.property(fc.array(ledgerEntry, { maxLength: 60 }), fc.integer({ min: 0, max: 6 }), (entries, hours) => {
        const { ageAtUseMs: before, durations: _, ...totals } = summarise(entries);
        const merged = merge(entries, T0 + hours * HOUR_MS);
        const { ageAtUseMs: after, durations: __, ...mergedTotals } = summarise(merged);
        expect(mergedTotals).toEqual(totals);
        expect(exactSum(merged.map((entry) => entry.durationMs ?? 0))).toBe(
          exactSum(entries.map((entry) => entry.durationMs ?? 0)),
        );
        expect([after?.min, after?.max]).toEqual([before?.min, before?.max]);
      }),
    );
  });

  it("have no member that none of them had, and no single duration", () => {
    const entries = [
      emptyEntry(T0),
      { ...emptyEntry(T0 + 1), durationMs: 3 },
      { ...emptyEntry(T0 + 2), durationMs: 5 },
    ];
    const [merged] = merge(entries, T0 + HOUR_MS);
    expect(merged).toEqual({ ...emptyEntry(T0 + 2), entries: 3, durationMs: 8 });
    expect(summarise(entries).durations).toEqual({ "sleep-cycle": { count: 2, medianMs: 4 } });
    expect(summarise(merge(entries, T0 + HOUR_MS)).durations).toEqual({});
  });

  it("are at most one per hour, job and phase, with few ages, and the same when merged again", () => {
    fc.assert(
      fc.property(fc.array(ledgerEntry, { maxLength: 60 }), (entries) => {
        const once = merge(entries, T0 + 5 * HOUR_MS);
        const old = once.filter((entry) => entry.atMs < T0 + 5 * HOUR_MS);
        const groups = old.map(({ atMs, job, phase }) => `${Math.floor(atMs / HOUR_MS)} ${job} ${phase}`);
        expect(new Set(groups).size).toBe(groups.length);
        for (const entry of old)
          if (entry.entries !== undefined) expect(entry.ageAtUseMs.length).toBeLessThanOrEqual(25);
        expect(merge(once, T0 + 5 * HOUR_MS)).toEqual(once);
      }),
    );
  });

  it("estimate the median within the spacing of the ages that stay", () => {
    const entries = Array.from({ length: 100 }, (_, i) => ({
      ...emptyEntry(T0 + i),
      ageAtUseMs: [i * 10, i * 10 + 5],
    }));
    const median = summarise(merge(entries, T0 + HOUR_MS)).ageAtUseMs?.median ?? 0;
    // 200 ages from 0 to 995, of which 25 stay: 995 / 24 apart.
    expect(Math.abs(median - 497.5)).toBeLessThanOrEqual(995 / 24);
  });
});

const emptyEntry = (atMs: number): LedgerEntry => ({
  atMs,
  phase: "sleep",
  job: "sleep-cycle",
  paths: {},
  misses: {},
  made: 0,
  served: 0,
  work: NO_WORK,
  ageAtUseMs: [],
});

describe("consolidate", () => {
  const nowMs = unixMs(NOW);

  it("never touches decisions, refusals, orders, fills and controls, however old", async () => {
    const store = createMemoryStore();
    const journal = journalOf(store, DESK, RUN);
    await journal.append(
      [
        control(1),
        control(2),
        { type: "dust", strategyId: STRATEGY, atMs: T0, symbol: KEY.symbol, quantity: "1" as never },
      ],
      options,
    );
    const before = await journal.read({}, options);
    await consolidate(store, { nowMs }, options);
    expect(await journal.read({}, options)).toEqual(before);
  });

  it("drops an answer a day after it expired, not a moment earlier, and a question after 30 days", async () => {
    const store = createMemoryStore();
    const topics = store.topics(DESK);
    const expiredAt = (ms: number) => topic("answer", `expired ${ms}`, unixMs(ms - HOUR_MS), 1);
    const kept = [NOW - DAY_MS, NOW - DAY_MS + 1].map(expiredAt);
    const askedAt = (ms: number) => topic("question", `asked ${ms}`, unixMs(ms), 1);
    const asked = [NOW - 30 * DAY_MS].map(askedAt);
    await topics.put([...kept, expiredAt(NOW - DAY_MS - 1), ...asked, askedAt(NOW - 30 * DAY_MS - 1)], options);
    const { removed } = await consolidate(store, { nowMs }, options);
    expect(removed).toMatchObject({ answers: 1, questions: 1 });
    const all = { topic: null, nowMs, limit: 10 };
    const names = async (kind: "answer" | "question") =>
      (await topics.history(kind, all, options)).map((t) => t.record.id);
    expect((await names("answer")).sort()).toEqual(kept.map(({ id }) => id).sort());
    expect(await names("question")).toEqual(asked.map(({ id }) => id));
  });

  it("drops the results of old slots, but knows the newest finished one of each job for ever", async () => {
    const store = createMemoryStore();
    const runs = runsOf(store, DESK, RUN);
    const begin = (job: string, slotMs: number) =>
      runs.begin({ job, slotMs: unixMs(slotMs), nowMs: unixMs(slotMs) }, options);
    const finish = async (job: string, slotMs: number) => {
      const begun = await begin(job, slotMs);
      if (begun.status === "done") throw new Error("it is new");
      await runs.finish({ job, slotMs: unixMs(slotMs), fence: begun.fence }, slotMs, options);
    };
    await finish("once-a-year", T0);
    await finish("often", T0);
    await finish("often", NOW - DAY_MS - 1);
    await finish("often", NOW - DAY_MS);
    await begin("often", NOW);
    expect((await consolidate(store, { nowMs }, options)).removed.runs).toBe(2);
    expect(await runs.lastFinished("often", options)).toBe(NOW - DAY_MS);
    expect(await runs.lastFinished("once-a-year", options)).toBe(T0);
    expect(await begin("once-a-year", T0)).toEqual({ status: "done", result: T0 });
    expect((await begin("often", NOW)).status).toBe("taken-up");
  });

  it("keeps the newest analysis of a key that nobody analyses any more, with its invalidation", async () => {
    const store = createMemoryStore();
    const old = [0, 1, 2].map((step) => makeAnalysis({ asOfMs: unixMs(T0 + step * 1000) }));
    await store.analyses.put(old, options);
    await store.analyses.invalidate(KEY, { reason: "source-changed", detail: "reissued" }, options);
    const before = await store.analyses.newest([KEY], nowMs, options);
    expect((await consolidate(store, { nowMs }, options)).removed.analyses).toBe(2);
    expect(await store.analyses.newest([KEY], nowMs, options)).toEqual(before);
  });

  it("ends with the signal's reason", async () => {
    const reason = new Error("the hour is over");
    await expect(consolidate(createMemoryStore(), { nowMs }, { signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    );
  });
});
