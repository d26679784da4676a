import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openThreads, threadIdOf } from "#agents/threads.ts";
import { createDatabase, type Database, whyNoPostgres } from "#bench/support/postgres-place.ts";
import { openPostgresStore } from "#memory/stores/postgres.ts";
import type { SideDatabase, Store } from "#schemas/ports/memory.ts";
import type { Intent } from "#schemas/question.ts";
import { DeskId, type MarketSymbol, unixMs } from "#schemas/units.ts";
import { options } from "#test/memory/fixtures.ts";
import { journalOf } from "#test/support/account.ts";
import { openPgliteInMemory } from "#test/support/pglite-in-memory.ts";

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
const exchange = (n: number, over: Partial<{ intent: Intent | null }> = {}) => ({
  question: `question ${n}`,
  answer: `answer ${n}\nwith a second line`,
  intent,
  atMs: NOW,
  ...over,
});
const threadOf = (deskId: DeskId, conversation: string) => threadIdOf({ deskId, runId: "live", conversation });

/** Every place where threads may lie keeps the same promises. */
function threads(
  where: string,
  open: () => Promise<{ side: SideDatabase; store: Store | null; close(): Promise<void> }>,
): void {
  describe(`chat threads ${where}`, () => {
    let place: Awaited<ReturnType<typeof open>>;
    beforeAll(async () => {
      place = await open();
    });
    afterAll(() => place.close());

    it("come back in the order said, the newest ones, with what was understood", async () => {
      const main = await openThreads(place.side, MAIN);
      const id = threadOf(MAIN, "a");
      for (const n of [1, 2, 3]) await main.remember(id, exchange(n, n === 2 ? { intent: null } : {}));
      expect(await main.recent(id, 2)).toEqual([exchange(2, { intent: null }), exchange(3)]);
      expect(await main.recent(id, 10)).toHaveLength(3);
      expect(await main.recent(threadOf(MAIN, "never begun"), 10)).toEqual([]);
      await main.close();
    });

    it("keep conversations and desks apart, and purge one desk whole", async () => {
      const [main, other] = [await openThreads(place.side, MAIN), await openThreads(place.side, OTHER)];
      await main.remember(threadOf(MAIN, "b"), exchange(7));
      await other.remember(threadOf(OTHER, "b"), exchange(8));
      expect(await other.recent(threadOf(OTHER, "b"), 5)).toEqual([exchange(8)]);
      expect(await main.purge()).toBeGreaterThanOrEqual(1);
      expect(await main.recent(threadOf(MAIN, "b"), 5)).toEqual([]);
      expect(await other.recent(threadOf(OTHER, "b"), 5)).toEqual([exchange(8)]);
      // A conversation may go on after it was forgotten.
      await main.remember(threadOf(MAIN, "b"), exchange(9));
      expect(await main.recent(threadOf(MAIN, "b"), 5)).toEqual([exchange(9)]);
      await main.close();
      await other.close();
    });

    it("leave Khala's own rows alone while both write", async () => {
      const { store } = place;
      if (store === null) return;
      const main = await openThreads(place.side, MAIN);
      const journal = journalOf(store, MAIN, "live" as never);
      const rows = Array.from({ length: 20 }, (_, n) => ({
        type: "control" as const,
        atMs: unixMs(NOW + n),
        action: "pause" as const,
        reason: `${n}`,
      }));
      await Promise.all([
        ...rows.map((row) => journal.append([row], options)),
        (async () => {
          for (let n = 0; n < 5; n++) await main.remember(threadOf(MAIN, "c"), exchange(n));
        })(),
      ]);
      expect(await journal.read({}, options)).toHaveLength(20);
      expect(await main.recent(threadOf(MAIN, "c"), 9)).toHaveLength(5);
      await main.close();
    });
  });
}

threads("in memory", async () => ({ side: null, store: null, close: async () => {} }));
threads("on PGlite", async () => {
  const store = await openPgliteInMemory("test");
  return { side: store.side, store, close: () => store.close() };
});

const noPostgres = await whyNoPostgres();
if (noPostgres === null) {
  threads("on PostgreSQL", async () => {
    const database: Database = await createDatabase();
    const store = await openPostgresStore(database.url, "test", options);
    return {
      side: store.side,
      store,
      close: async () => {
        await store.close();
        await database.drop();
      },
    };
  });
}
