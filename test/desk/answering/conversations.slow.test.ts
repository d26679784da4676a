import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPgliteInMemory } from "#bench/support/pglite-in-memory.ts";
import { createDatabase, whyNoPostgres } from "#bench/support/postgres-place.ts";
import { type Conversations, createConversations } from "#desk/answering/conversations.ts";
import { consolidate } from "#memory/consolidate.ts";
import { openPostgresStore } from "#memory/stores/postgres.ts";
import { createTopics } from "#memory/topics.ts";
import { createSimulatedClock } from "#scheduler/clock.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { Intent } from "#schemas/question.ts";
import { DAY_MS, DeskId, type MarketSymbol, RunId, unixMs } from "#schemas/units.ts";
import { options } from "#test/memory/fixtures.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";

const MAIN = DeskId.parse("main");
const OTHER = DeskId.parse("other");
const NOW = unixMs(1_735_689_600_000);
const intent: Intent = {
  kind: "rsi",
  symbol: "BTC/USDT" as MarketSymbol,
  other: null,
  timeframe: "5m",
  side: null,
  negation: false,
  horizon: null,
};
const exchange = (n: number, over: Partial<{ intent: Intent | null; atMs: typeof NOW }> = {}) => ({
  question: `question ${n}`,
  answer: `answer ${n}\nwith a second line`,
  intent,
  atMs: NOW,
  facts: [],
  nextFactId: null,
  ...over,
});

/** As a desk that has just been started on the store. */
function restarted(store: Store, over: Partial<{ deskId: DeskId; runId: string; nowMs: number }> = {}): Conversations {
  const { deskId = MAIN, runId = "live", nowMs = NOW } = over;
  const khala = { recallMany: async () => [] };
  return createConversations(
    {
      runId: RunId.parse(runId),
      topics: createTopics({ store, khala, deskId, definitionId: () => "none" }),
      clock: createSimulatedClock(unixMs(nowMs)),
    },
    (text) => {
      throw new Error(text);
    },
  );
}

/** Every place where conversations may lie keeps the same promises. */
function conversations(
  where: string,
  open: () => Promise<{ readonly store: Store; readonly close: () => Promise<void> }>,
) {
  describe(`conversations ${where}`, () => {
    let place: Awaited<ReturnType<typeof open>>;
    beforeAll(async () => {
      place = await open();
    });
    afterAll(() => place.close());

    it("come back after a restart in the order asked, the newest ones, with what was understood", async () => {
      const before = restarted(place.store);
      for (const n of [1, 2, 3]) await before.keep("a", exchange(n, n === 2 ? { intent: null } : {})).write();
      const after = restarted(place.store);
      expect(await after.recent("a", 2)).toEqual([exchange(2, { intent: null }), exchange(3)]);
      expect(await after.recent("a", 10)).toHaveLength(3);
      expect(await after.recent("never begun", 10)).toEqual([]);
      await after.keep("a", exchange(4, { intent: null })).write();
      // Of a declined question nothing was understood: the one before it is meant.
      expect(await restarted(place.store).previous("a")).toEqual(intent);
    });

    it("tell the same question at one moment of a clock that stands still from the one before", async () => {
      const eth: Intent = { ...intent, symbol: "ETH/USDT" as MarketSymbol };
      const { keep } = restarted(place.store);
      for (const asked of [exchange(1), exchange(2, { intent: eth }), exchange(1)]) await keep("still", asked).write();
      expect(await restarted(place.store).recent("still", 9)).toHaveLength(3);
      expect((await restarted(place.store).previous("still"))?.symbol).toBe("BTC/USDT");
    });

    it("keep names, runs and desks apart, and are forgotten with what is private to a desk", async () => {
      const other = { deskId: OTHER };
      const name = `${"a name longer than a topic ".repeat(20)}b`;
      await restarted(place.store).keep(name, exchange(7)).write();
      await restarted(place.store, other).keep(name, exchange(8)).write();
      expect(await restarted(place.store, other).recent(name, 5)).toEqual([exchange(8)]);
      expect(await restarted(place.store, { runId: "r-1" }).recent(name, 5)).toEqual([]);
      expect(await restarted(place.store).count()).toBe(3);
      await place.store.purge(MAIN, options);
      expect(await restarted(place.store).count()).toBe(0);
      expect(await restarted(place.store).previous(name)).toBeNull();
      expect(await restarted(place.store, other).recent(name, 5)).toEqual([exchange(8)]);
      // A conversation may go on after it was forgotten.
      await restarted(place.store).keep(name, exchange(9)).write();
      expect(await restarted(place.store).recent(name, 5)).toEqual([exchange(9)]);
    });

    it("go with the questions when they are old, and count among them", async () => {
      const { keep } = restarted(place.store);
      const nowMs = unixMs(NOW + 31 * DAY_MS);
      await keep("old", exchange(1)).write();
      await keep("old", exchange(2, { atMs: nowMs })).write();
      const { removed } = await consolidate(place.store, { nowMs }, options);
      expect(removed.questions).toBeGreaterThanOrEqual(1);
      expect(await restarted(place.store, { nowMs }).recent("old", 5)).toEqual([exchange(2, { atMs: nowMs })]);
    });
  });
}

conversations("in memory", async () => {
  const store = createMemoryStore();
  return { store, close: () => store.close() };
});
conversations("on PGlite", async () => {
  const store = await openPgliteInMemory("test");
  return { store, close: () => store.close() };
});

if ((await whyNoPostgres()) === null) {
  conversations("on PostgreSQL", async () => {
    const database = await createDatabase();
    const store = await openPostgresStore(database.url, "test", options);
    return {
      store,
      close: async () => {
        await store.close();
        await database.drop();
      },
    };
  });
}
