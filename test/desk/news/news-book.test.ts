import { describe, expect, it } from "vitest";
import { NewsBook } from "#desk/news/news-book.ts";
import { readNewsNow } from "#desk/news/read-between.ts";
import { createSimulatedClock } from "#scheduler/clock.ts";
import { StoreError } from "#schemas/errors.ts";
import { NewsItem } from "#schemas/news.ts";
import type { NewsSource } from "#schemas/ports/market.ts";
import { unixMs } from "#schemas/units.ts";
import { patience } from "#test/support/desk.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { scriptedNews } from "#test/support/news.ts";
import { FIRST_MS, openStaged, STEP_MS } from "../watch/staged-world.ts";

const START_MS = unixMs(Date.UTC(2026, 0, 5, 12, 1));
const EVERY_MS = 900_000;

function openBook({
  store = createMemoryStore(),
  clock = createSimulatedClock(START_MS),
  coins = {} as Record<string, string>,
  isShared = false,
} = {}) {
  const notes: string[] = [];
  const open = (sources: readonly NewsSource[]): NewsBook =>
    new NewsBook({
      sources,
      snapshots: store.snapshots,
      ...(isShared ? { leases: store.leases } : {}),
      clock,
      everyMs: EVERY_MS,
      coinIdOf: (ticker) => coins[ticker] ?? null,
      onNote: (text) => void notes.push(text),
    });
  return { store, clock, notes, open };
}
const titlesAt = (book: NewsBook, nowMs: number) => book.visible({ nowMs }).map(({ title }) => title);

describe("the book of news", () => {
  it("keeps what a feed says, as seen when the answer was there, and knows it after a restart", async () => {
    const { clock, open, store } = openBook({ coins: { FOO: "foo-coin" } });
    const source = scriptedNews([{ title: "Venue will list Foo (FOO)" }]);
    const slow: NewsSource = {
      ...source,
      items: async (request, options) => {
        const items = await source.items(request, options);
        clock.advanceTo(unixMs(START_MS + 7_000));
        return items;
      },
    };
    const book = open([slow]);
    expect(await book.read(slow, patience)).toHaveLength(1);
    expect(titlesAt(book, START_MS + 6_999)).toEqual([]);
    const [seen] = book.visible({ nowMs: START_MS + 7_000 });
    expect(seen).toMatchObject({ kind: "listing", assets: [{ ticker: "FOO", coinId: "foo-coin" }] });

    const after = open([]);
    await after.load(patience);
    expect(after.visible({ nowMs: clock.now() })).toEqual([seen]);
    const [kept] = await store.snapshots.list(
      "news",
      { scope: null, fromMs: unixMs(0), nowMs: clock.now(), limit: 9 },
      patience,
    );
    expect(NewsItem.parse(kept?.body)).toEqual(seen);
  });

  it("asks a feed once for all desks on one store, and again when it is due; one that cannot reach it leaves it to the next", async () => {
    const clock = createSimulatedClock(START_MS);
    const store = createMemoryStore({ monotonicMs: () => clock.now() });
    const { open } = openBook({ clock, store, isShared: true });
    const [reached, silent] = [scriptedNews([{ title: "one", guid: "1" }]), scriptedNews(null)];
    const feed = (source: NewsSource): NewsSource => ({ ...source, addressDigest: "of one address" });
    const desks = [silent, reached, reached, reached].map((source) => {
      const own = feed(source);
      return { own, book: open([own]) };
    });
    const round = async () => {
      for (const { own, book } of desks) {
        if (book.due(clock.now()).length === 0) continue;
        await book.load(patience);
        await book.read(own, patience);
      }
    };
    await round();
    expect([silent.asked, reached.asked]).toEqual([1, 1]);
    // What another has read comes within a minute.
    for (let minute = 1; minute < 15; minute++) {
      clock.advanceTo(unixMs(START_MS + minute * 60_000));
      if (minute < 13) await round();
      for (const { book } of desks.slice(1)) expect(titlesAt(book, clock.now())).toEqual(["one"]);
    }
    expect(reached.asked).toBe(1);
    clock.advanceTo(unixMs(START_MS + EVERY_MS));
    await round();
    expect(reached.asked).toBe(2);
  });

  it("writes an item once, however often, by how many desks and after how many restarts it is read", async () => {
    const { clock, open, store } = openBook();
    const headlines = [
      { title: "one", guid: "1" },
      { title: "two", guid: "2" },
    ];
    for (let round = 0; round < 4; round += 1) {
      clock.advanceTo(unixMs(START_MS + round * EVERY_MS));
      const source = scriptedNews(headlines);
      const book = open([source]);
      await book.load(patience);
      await book.read(source, patience);
      await book.read(source, patience);
    }
    expect(
      await store.snapshots.list("news", { scope: null, fromMs: unixMs(0), nowMs: clock.now(), limit: 99 }, patience),
    ).toHaveLength(2);
  });

  it("keeps an edit beside what it was before, and no more of one item than ten", async () => {
    const { clock, open } = openBook();
    const source = scriptedNews([]);
    const book = open([source]);
    for (let n = 0; n < 15; n += 1) {
      clock.advanceTo(unixMs(START_MS + n * EVERY_MS));
      source.headlines = [{ guid: "g", title: `version ${n}` }];
      await book.read(source, patience);
    }
    expect(titlesAt(book, START_MS + EVERY_MS)).toEqual(["version 1"]);
    expect(titlesAt(book, clock.now())).toEqual(["version 9"]);
  });

  it("names a feed that cannot be read once, says so while it lasts, and reads the others", async () => {
    const { clock, open, notes } = openBook();
    const [dead, alive] = [scriptedNews(null, "dead.example"), scriptedNews([{ title: "x" }], "alive.example")];
    const book = open([dead, alive]);
    for (let round = 0; round < 3; round += 1) {
      clock.advanceTo(unixMs(START_MS + round * EVERY_MS));
      for (const source of book.due(clock.now())) await book.read(source, patience);
    }
    expect(notes).toEqual([expect.stringContaining("dead.example is an HTML page")]);
    expect(titlesAt(book, clock.now())).toEqual(["x"]);
    expect(book.feeds().map(({ id, fault }) => [id, fault === null])).toEqual([
      ["dead.example", false],
      ["alive.example", true],
    ]);
    dead.headlines = [];
    await book.read(dead, patience);
    expect(book.feeds()[0]?.fault).toBeNull();
    dead.headlines = null;
    await book.read(dead, patience);
    expect(notes).toHaveLength(2);
  });

  it("asks each feed again after its time, and not before", async () => {
    const { clock, open } = openBook();
    const source = scriptedNews([]);
    const book = open([source]);
    expect(book.due(START_MS)).toEqual([source]);
    await book.read(source, patience);
    clock.advanceTo(unixMs(START_MS + EVERY_MS - 1));
    expect(book.due(clock.now())).toEqual([]);
    clock.advanceTo(unixMs(START_MS + EVERY_MS));
    expect(book.due(clock.now())).toEqual([source]);
  });

  it("learns what another desk on the same store has read", async () => {
    const { clock, open } = openBook();
    const source = scriptedNews([{ title: "x" }]);
    const [own, other] = [open([]), open([source])];
    await own.load(patience);
    clock.advanceTo(unixMs(START_MS + 60_000));
    await other.read(source, patience);
    await own.load(patience);
    expect(titlesAt(own, clock.now())).toEqual(["x"]);
  });

  it("passes over a kept document that is none of this version's", async () => {
    const { open, store } = openBook();
    await store.snapshots.put(
      "news",
      [{ scope: "a", seenAtMs: START_MS, body: { title: "from the future" } }],
      patience,
    );
    const book = open([]);
    await book.load(patience);
    expect(titlesAt(book, START_MS)).toEqual([]);
  });
});

describe("between two slots", () => {
  async function openDesk(afterMs: number) {
    const source = scriptedNews([{ title: "x" }]);
    const clock = createSimulatedClock(unixMs(FIRST_MS + afterMs));
    const { desk } = (await openStaged({ news: [source], clock })).test();
    const { news } = desk;
    if (news === null) throw new Error("no news");
    return { desk, news, source };
  }

  it("reads a feed, and its call stands in the ledger as work of sleep", async () => {
    const { desk, news, source } = await openDesk(STEP_MS / 2);
    await readNewsNow(desk, news, () => false, patience);
    expect(source.asked).toBe(1);
    const rows = await desk.ledger.entries({}, patience);
    expect(rows.filter(({ job }) => job === "news")).toMatchObject([{ phase: "sleep", work: { providerCalls: 1 } }]);
    await readNewsNow(desk, news, () => false, patience);
    expect(source.asked).toBe(1);
  });

  it("asks none while a slot is at work, nor so late that an answer could come after the close", async () => {
    for (const [afterMs, running] of [
      [STEP_MS / 2, true],
      [STEP_MS - 14_000, false],
      [STEP_MS - 1, false],
    ] as const) {
      const { desk, news, source } = await openDesk(afterMs);
      await readNewsNow(desk, news, () => running, patience);
      expect(source.asked).toBe(0);
    }
  });

  it("stops between two feeds when the slot begins", async () => {
    const { desk, news, source } = await openDesk(STEP_MS / 2);
    const late = scriptedNews([{ title: "y" }], "late.example");
    const book = {
      due: () => [source, late],
      load: async () => {},
      read: (one: NewsSource) => news.read(one, patience),
    };
    await readNewsNow(desk, book, () => source.asked > 0, patience);
    expect([source.asked, late.asked]).toEqual([1, 0]);
  });

  it("lets a store that fails be seen", async () => {
    const { desk } = await openDesk(STEP_MS / 2);
    const broken = new StoreError({ was: "The disk is full.", remedy: "Make room." });
    const book = { due: () => [scriptedNews([])], load: () => Promise.reject(broken), read: async () => [] };
    await expect(readNewsNow(desk, book, () => false, patience)).rejects.toBe(broken);
  });
});
