// Consolidation on every store: all of them thin alike, and 10,000 cycles leave a bounded memory.

import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openPgliteInMemory } from "#bench/support/pglite-in-memory.ts";
import { createDatabase, whyNoPostgres } from "#bench/support/postgres-place.ts";
import { consolidate } from "#memory/consolidate.ts";
import { retentionCuts } from "#memory/consolidate-cuts.ts";
import { createKhala } from "#memory/khala.ts";
import { summarise } from "#memory/ledger-summary.ts";
import { openStore } from "#memory/stores/open.ts";
import type { AnalysisKey } from "#schemas/analysis.ts";
import type { JournalRow } from "#schemas/journal.ts";
import type { CandleSeries } from "#schemas/market.ts";
import type { Money } from "#schemas/money.ts";
import type { Store } from "#schemas/ports/memory.ts";
import { KEEP_CANDLES, RetentionPolicy } from "#schemas/retention.ts";
import { DAY_MS, DeskId, type UnixMs, unixMs, VenueId } from "#schemas/units.ts";
import { closeAccount, journalOf, runsOf } from "#test/support/account.ts";
import { count, FULL_COUNT } from "#test/support/count.ts";
import { foldPortfolio } from "#test/support/folds.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { clockAt, DESK, KEY, makeAnalysis, options, RUN, T0 } from "./fixtures.ts";
import {
  contractOf,
  equityMark,
  HOUR_MS,
  keysOf,
  type LongRun,
  ledgerEntry,
  liveThrough,
  SCOPE,
  SOURCE,
  slotOf,
  topic,
} from "./long-run.ts";

const noPostgres = await whyNoPostgres();
const START = { quote: "USDT", cash: "10000" as Money };

interface Place {
  readonly store: Store;
  close(): Promise<void>;
}

const places: readonly (readonly [name: string, open: () => Promise<Place>])[] = [
  ["memory", async () => placeOf(createMemoryStore())],
  ["PGlite", async () => placeOf(await openPgliteInMemory("test"))],
  ...(noPostgres === null ? [["PostgreSQL", openDatabase] as const] : []),
];
if (noPostgres !== null) {
  console.warn(`Left out: consolidation on PostgreSQL (${noPostgres}). Set DEEPTRADER_TEST_DATABASE_URL.`);
  it.skip(`PostgreSQL was left out: ${noPostgres}`);
}

const placeOf = (store: Store): Place => ({ store, close: () => store.close() });

async function openDatabase(): Promise<Place> {
  const database = await createDatabase();
  const store = await openStore({ kind: "postgres", url: database.url }, options);
  return {
    store,
    close: async () => {
      await store.close();
      await database.drop();
    },
  };
}

/** Everything that can be seen of a long run at one moment. */
async function seen(store: Store, run: LongRun, nowMs: UnixMs) {
  const khala = createKhala({ store, clock: clockAt(nowMs), graceMs: 0, definitionId: "def-1", driftAtr: 2 });
  const journal = await store.journal(DESK, RUN).read({}, options);
  const reports = Array.from({ length: run.assets }, (_, i) => ({ sourceId: SOURCE, contract: contractOf(i) }));
  const { ageAtUseMs, ...totals } = summarise(await store.ledger(DESK).entries({}, options));
  return {
    recalls: await khala.recallMany(keysOf(run), { nowMs }, options),
    reports: await store.analyses.security(reports, nowMs, options),
    coins: await store.snapshots.newest("identities", SCOPE, nowMs, options),
    digest: await store.topics(null).newest("digest", ["market"], nowMs, options),
    portfolio: foldPortfolio(events(journal), START),
    facts: journal.filter(({ event }) => event.type !== "equity"),
    totals,
    agesFromTo: [ageAtUseMs?.min, ageAtUseMs?.max],
    finished: await Promise.all(
      ["sleep-cycle", "decision-cycle"].map((job) => runsOf(store, DESK, RUN).lastFinished(job, options)),
    ),
  };
}

const events = (rows: readonly JournalRow[]) => rows.map(({ event }) => event);

/** How many of the times stay: all recent ones, and one for each old hour or day. */
function staying(timesMs: readonly number[], nowMs: number): number {
  const cuts = retentionCuts(RetentionPolicy.parse({}), nowMs);
  const slots = timesMs.map((timeMs) => {
    if (timeMs >= cuts.hourlyBeforeMs) return `at ${timeMs}`;
    return timeMs >= cuts.dailyBeforeMs ? `hour ${Math.floor(timeMs / HOUR_MS)}` : `day ${Math.floor(timeMs / DAY_MS)}`;
  });
  return new Set(slots).size;
}

async function expectBounded(store: Store, run: LongRun, cycles: number): Promise<void> {
  const nowMs = slotOf(run, cycles - 1);
  const slots = Array.from({ length: cycles }, (_, cycle) => slotOf(run, cycle));
  const hours = slots.filter((slotMs) => slotMs % HOUR_MS === 0);
  const dayAgo = nowMs - DAY_MS;
  const stats = await store.analyses.stats(options);
  expect(stats["analyses"]).toBe(run.assets * staying(slots, nowMs));
  expect(stats["securityReports"]).toBe(run.assets * staying(hours, nowMs));
  const all = { topic: null, nowMs, limit: 1e6 };
  expect(await store.topics(null).history("digest", all, options)).toHaveLength(staying(slots, nowMs));
  expect(await store.topics(null).history("reading", all, options)).toHaveLength(
    slots.filter((slotMs) => slotMs >= nowMs - 2 * DAY_MS).length,
  );
  expect(await store.topics(DESK).history("answer", all, options)).toHaveLength(
    slots.filter((slotMs) => slotMs + HOUR_MS >= dayAgo).length,
  );
  expect(await store.topics(DESK).history("question", all, options)).toHaveLength(
    slots.filter((slotMs) => slotMs >= nowMs - 30 * DAY_MS).length,
  );
  const marks = (await store.journal(DESK, RUN).read({}, options)).filter(({ event }) => event.type === "equity");
  expect(marks).toHaveLength(staying(slots, nowMs));
  expect(marks.at(-1)?.event.atMs).toBe(nowMs);
  const recent = slots.filter((slotMs) => slotMs >= dayAgo).length;
  const ledgerRows = (await store.ledger(DESK).entries({}, options)).length;
  // Two kinds of entries are written: at most two rows an hour, and all of the last day and the hour of its border.
  expect(ledgerRows).toBeLessThanOrEqual(recent + HOUR_MS / (slotOf(run, 1) - slotOf(run, 0)) + 2 * hours.length);
}

describe.each(places)("a long life in %s", (name, open) => {
  const big = name === "memory";
  // Either way more than the 30 days after which nothing is kept by the hour.
  const whole = big && FULL_COUNT;
  const run: LongRun = {
    assets: whole ? 50 : count(5, 2),
    timeframe: whole ? "5m" : "4h",
    consolidateEveryMs: DAY_MS,
  };
  const cycles = whole ? 10_000 : 200;

  it(`is bounded after ${cycles} cycles of ${run.assets} assets, and tells now what it would tell without consolidation`, async () => {
    const place = await open();
    const plain = createMemoryStore();
    await liveThrough(place.store, run, 0, cycles);
    // Beside it, one that was never thinned; of few assets, which are as good as many here.
    const few: LongRun = { ...run, assets: 1, consolidateEveryMs: null };
    await liveThrough(plain, few, 0, cycles);
    const nowMs = slotOf(run, cycles - 1);
    await consolidate(place.store, { nowMs }, options);
    await expectBounded(place.store, run, cycles);
    const thin = await seen(place.store, few, nowMs);
    const full = await seen(plain, few, nowMs);
    expect({ ...thin, facts: events(thin.facts) }).toEqual({ ...full, facts: events(full.facts) });
    const all = await seen(place.store, run, nowMs);
    expect(all.recalls.every((recall) => recall.status === "fresh")).toBe(true);
    await place.close();
  });

  it("shows the same before and after it is consolidated for the first time, and has nothing left to do then", async () => {
    const place = await open();
    const small: LongRun = { assets: 3, timeframe: "15m", consolidateEveryMs: null };
    await liveThrough(place.store, small, 0, 200);
    const [key] = keysOf(small);
    if (key === undefined) throw new Error("no key");
    const put = KEEP_CANDLES + 500;
    await place.store.candles.put(key, candlesFrom(key, put), put, options);
    const nowMs = unixMs(slotOf(small, 199) + 30 * DAY_MS);
    const before = await seen(place.store, small, nowMs);
    const { removed } = await consolidate(place.store, { nowMs }, options);
    expect(Object.entries(removed).filter(([, gone]) => gone === 0)).toEqual([]);
    expect(removed.candles).toBe(500);
    expect((await place.store.candles.window(key, put, options))?.openMs.at(-1)).toBe(T0 + (put - 1) * 900_000);
    expect(await seen(place.store, small, nowMs)).toEqual(before);
    const again = await consolidate(place.store, { nowMs }, options);
    expect(Object.entries(again.removed).filter(([, gone]) => gone > 0)).toEqual([]);
    expect(await seen(place.store, small, nowMs)).toEqual(before);
    await place.close();
  });

  // A digest's asOf is that of its oldest source, so it may be older than one that was made before it.
  it("keeps the digest that counts now where a later one of the same hour has not been made yet", async () => {
    const place = await open();
    const topics = place.store.topics(null);
    const nowMs = unixMs(T0 + 40 * DAY_MS);
    const counts = topic("digest", "market", unixMs(T0 + 30 * DAY_MS), 1);
    const notYet = topic("digest", "market", unixMs(T0 + 30 * DAY_MS + 1), 2);
    await topics.put([counts, { ...notYet, computedAtMs: unixMs(nowMs + 1) }], options);
    const { removed } = await consolidate(place.store, { nowMs }, options);
    expect(removed.digests).toBe(0);
    expect((await topics.newest("digest", ["market"], nowMs, options))[0]?.record).toEqual(counts);
    await place.close();
  });

  it("is left by the hourly passes of some days as by one pass at their end", async () => {
    const place = await open();
    const [hourly, once] = [
      { assets: 2, timeframe: "15m", consolidateEveryMs: HOUR_MS },
      { assets: 2, timeframe: "15m", consolidateEveryMs: null },
    ] as const;
    const plain = createMemoryStore();
    await liveThrough(place.store, hourly, 0, 3 * 96);
    await liveThrough(plain, once, 0, 3 * 96);
    const nowMs = slotOf(once, 3 * 96 - 4);
    await consolidate(plain, { nowMs }, options);
    const all = { nowMs, limit: 1e6 };
    for (const key of keysOf(once)) {
      expect(await place.store.analyses.history(key, all, options)).toEqual(
        await plain.analyses.history(key, all, options),
      );
    }
    const [left, whole] = [await seen(place.store, once, nowMs), await seen(plain, once, nowMs)];
    expect(left).toEqual({ ...whole, facts: left.facts });
    expect(events(await place.store.journal(DESK, RUN).read({}, options))).toEqual(
      events(await plain.journal(DESK, RUN).read({}, options)),
    );
    expect(await place.store.ledger(DESK).entries({}, options)).toEqual(await plain.ledger(DESK).entries({}, options));
    await place.close();
  });

  it("is thinned as the store in memory is, whatever was written in whatever order", async () => {
    const place = await open();
    const model = createMemoryStore();
    const nowMs = unixMs(T0 + 40 * DAY_MS);
    let serial = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(write, { maxLength: 40, size: "max" }), fc.nat({ max: 23 }), async (writes, hours) => {
        serial += 1;
        const names = { venueId: VenueId.parse(`random:${serial}`), deskId: DeskId.parse(`random-${serial}`) };
        for (const store of [place.store, model]) for (const each of writes) await put(store, names, each);
        const before = await kept(place.store, names, nowMs);
        expect(before).toEqual(await kept(model, names, nowMs));
        // An hourly pass, of which one that never was is said to have done what lies before; then one that looks at everything.
        const hourly = { nowMs, doneMs: unixMs(nowMs - hours * HOUR_MS) };
        expect(await consolidate(place.store, hourly, options)).toEqual(await consolidate(model, hourly, options));
        expect(await kept(place.store, names, nowMs)).toEqual(await kept(model, names, nowMs));
        expect(await consolidate(place.store, { nowMs }, options)).toEqual(
          await consolidate(model, { nowMs }, options),
        );
        const after = await kept(place.store, names, nowMs);
        expect(after).toEqual(await kept(model, names, nowMs));
        expect(after.newest).toEqual(before.newest);
        expect(after.digest).toEqual(before.digest);
        await closeAccount(place.store, names.deskId);
      }),
      { numRuns: count(big ? 1000 : 100, big ? 40 : 10) },
    );
    await place.close();
  });
});

it.skipIf(noPostgres !== null)(
  "is done by four processes at once without a deadlock, and no sum is counted twice",
  async () => {
    const database = await createDatabase();
    const open = () => openStore({ kind: "postgres", url: database.url }, options);
    const stores = await Promise.all([open(), open(), open(), open()]);
    const [first] = stores;
    if (first === undefined) throw new Error("no store");
    const run: LongRun = { assets: 3, timeframe: "15m", consolidateEveryMs: null };
    await liveThrough(first, run, 0, 150);
    const nowMs = unixMs(slotOf(run, 149) + 10 * DAY_MS);
    const before = await seen(first, run, nowMs);
    const reports = await Promise.all(stores.map((store) => consolidate(store, { nowMs }, options)));
    expect(reports.map(({ removed }) => removed.analyses).reduce((sum, gone) => sum + gone, 0)).toBeGreaterThan(0);
    expect(await seen(first, run, nowMs)).toEqual(before);
    expect(Object.values((await consolidate(first, { nowMs }, options)).removed).every((gone) => gone === 0)).toBe(
      true,
    );
    await Promise.all(stores.map((store) => store.close()));
    await database.drop();
  },
);

it("keeps the folder of an embedded store from growing with what was deleted", async () => {
  const home = mkdtempSync(join(tmpdir(), "deeptrader-grow-"));
  const store = await openStore({ kind: "pglite", home, owner: "test" }, options);
  const run: LongRun = { assets: count(10, 4), timeframe: "5m", consolidateEveryMs: null };
  const sizes: number[] = [];
  for (let day = 0; day < 6; day++) {
    for (let cycle = 288 * day; cycle < 288 * (day + 1); cycle++) {
      const analyses = keysOf(run).map((key) => makeAnalysis({ ...key, asOfMs: slotOf(run, cycle) }));
      await store.analyses.put(analyses, options);
    }
    await consolidate(store, { nowMs: slotOf(run, 288 * (day + 1)) }, options);
    sizes.push(sizeOf(join(home, "khala")));
  }
  await store.close();
  rmSync(home, { recursive: true });
  // Each day writes 288 rows an asset of some 2 kB and keeps 24 of those of the day before: 50 kB an asset, with its index.
  expect((sizes[5] ?? 0) - (sizes[2] ?? 0)).toBeLessThan(0.4 * run.assets * 2 ** 20);
});

const sizeOf = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((bytes, entry) => bytes + statSync(join(entry.parentPath, entry.name)).size, 0);

interface Names {
  readonly venueId: VenueId;
  readonly deskId: DeskId;
}

/** One write of some kind, at minutes after T0: before, at and after the borders of a now 40 days later. */
const write = fc.record({
  kind: fc.constantFrom("analysis", "invalidate", "digest", "equity", "report", "ledger", "run"),
  atMs: fc.oneof(
    fc.integer({ min: 0, max: 41 * 24 }).map((hours) => T0 + hours * HOUR_MS),
    fc.nat({ max: 300 }).map((minutes) => T0 + 39 * DAY_MS + (minutes - 150) * 60_000),
    fc.nat({ max: 300 }).map((minutes) => T0 + 10 * DAY_MS + (minutes - 150) * 60_000),
  ),
  madeLaterMs: fc.constantFrom(0, 60_000, 2 * DAY_MS),
  content: fc.nat(3),
});
type Write = typeof write extends fc.Arbitrary<infer T> ? T : never;

async function put(
  store: Store,
  { venueId, deskId }: Names,
  { kind, atMs, madeLaterMs, content }: Write,
): Promise<void> {
  const slotMs = unixMs(atMs);
  const analysis = makeAnalysis({
    venueId,
    asOfMs: slotMs,
    price: 100 + content,
    computedAtMs: unixMs(atMs + madeLaterMs),
  });
  switch (kind) {
    case "analysis":
      return store.analyses.put([analysis], options);
    case "invalidate":
      await store.analyses.invalidate({ venueId }, { reason: "invalidated", detail: "random" }, options);
      return;
    case "digest": {
      const made = { ...topic("digest", venueId, slotMs, content), computedAtMs: unixMs(atMs + madeLaterMs) };
      return store.topics(null).put([made], options);
    }
    case "equity":
      return journalOf(store, deskId, RUN).append([equityMark(slotMs, 10_000 + content)], options);
    case "report":
      return store.analyses.putSecurity(
        venueId,
        contractOf(content),
        { ...analysis.security, observedAtMs: atMs },
        options,
      );
    case "ledger":
      return store.ledger(deskId).record({ ...ledgerEntry(atMs, content), job: "question" }, options);
    case "run": {
      const runs = runsOf(store, deskId, RUN);
      const begun = await runs.begin({ job: `job ${content}`, slotMs, nowMs: slotMs }, options);
      if (begun.status !== "done" && madeLaterMs > 0) {
        await runs.finish({ job: `job ${content}`, slotMs, fence: begun.fence }, null, options);
      }
    }
  }
}

/** What is left of one set of names. */
async function kept(store: Store, { venueId, deskId }: Names, nowMs: UnixMs) {
  const key = { ...KEY, venueId };
  const ever = { nowMs: unixMs(nowMs + 365 * DAY_MS), limit: 1e6 };
  const entries = await store.ledger(deskId).entries({}, options);
  return {
    history: await store.analyses.history(key, ever, options),
    newest: await store.analyses.newest([key], nowMs, options),
    digests: await store.topics(null).history("digest", { ...ever, topic: venueId }, options),
    digest: await store.topics(null).newest("digest", [venueId], nowMs, options),
    journal: events(await store.journal(deskId, RUN).read({}, options)),
    entries,
    reports: await store.analyses.security(
      [0, 1, 2, 3].map((content) => ({ sourceId: venueId, contract: contractOf(content) })),
      nowMs,
      options,
    ),
    finished: await Promise.all([0, 1, 2, 3].map((n) => runsOf(store, deskId, RUN).lastFinished(`job ${n}`, options))),
  };
}

function candlesFrom(key: AnalysisKey, count: number): CandleSeries {
  const column = Float64Array.from({ length: count }, (_, i) => 100 + (i % 9));
  return {
    symbol: key.symbol,
    timeframe: key.timeframe,
    openMs: column.map((_, i) => T0 + i * 900_000),
    open: column,
    high: column,
    low: column,
    close: column,
    volume: column,
    notes: [],
    askedFromMs: unixMs(0),
    checkedThroughMs: T0,
  };
}
