import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isEdited, newsVisible } from "#desk/news/visible.ts";
import { type NewsItem, visibleFrom } from "#schemas/news.ts";
import { unixMs } from "#schemas/units.ts";
import { newsItem } from "#test/support/news.ts";

const time = fc.integer({ min: 0, max: 40 });
/** Versions of three items, seen and dated in any order, each moment of seeing once an item. */
const versions = fc.uniqueArray(
  fc.record({
    guid: fc.constantFrom("a", "b", "c"),
    seen: time,
    published: fc.option(time, { nil: undefined }),
    title: fc.constantFrom("Venue will delist ABC", "one (ABC)", "two"),
  }),
  { selector: ({ guid, seen }) => `${guid} ${seen}`, maxLength: 12 },
);
const itemsOf = (rows: readonly { guid: string; seen: number; published: number | undefined; title: string }[]) =>
  rows.map(({ guid, seen, published, title }) =>
    newsItem({ guid, title, ...(published === undefined ? {} : { publishedAtMs: published }) }, seen),
  );

describe("news at a moment", () => {
  it("has nothing that was seen or dated after it, whatever was seen, dated and asked in which order", () => {
    fc.assert(
      fc.property(versions, time, (rows, nowMs) => {
        for (const item of newsVisible(itemsOf(rows), { nowMs })) {
          expect(item.seenAtMs).toBeLessThanOrEqual(nowMs);
          expect(item.publishedAtMs ?? 0).toBeLessThanOrEqual(nowMs);
        }
      }),
    );
  });

  it("is the same whether what comes later is there, is gone, or says something else", () => {
    fc.assert(
      fc.property(versions, versions, time, (rows, others, nowMs) => {
        const items = itemsOf(rows);
        const past = items.filter((item) => visibleFrom(item) <= nowMs);
        const future = itemsOf(others).filter((item) => visibleFrom(item) > nowMs);
        const shown = newsVisible(items, { nowMs });
        expect(newsVisible(past, { nowMs })).toEqual(shown);
        expect(newsVisible([...future, ...past], { nowMs })).toEqual(shown);
      }),
    );
  });

  it("has each item that there is once, in the version that was seen last by then", () => {
    fc.assert(
      fc.property(versions, time, (rows, nowMs) => {
        const items = itemsOf(rows);
        const there = items.filter((item) => visibleFrom(item) <= nowMs);
        const shown = newsVisible(items, { nowMs });
        expect(shown.map(({ id }) => id).sort()).toEqual([...new Set(there.map(({ id }) => id))].sort());
        for (const item of shown) {
          const seen = there.filter(({ id }) => id === item.id).map(({ seenAtMs }) => seenAtMs);
          expect(item.seenAtMs).toBe(Math.max(...seen));
        }
      }),
    );
  });

  it("never loses an item as time goes on", () => {
    fc.assert(
      fc.property(versions, time, time, (rows, a, b) => {
        const items = itemsOf(rows);
        const [earlier, later] = [Math.min(a, b), Math.max(a, b)].map((nowMs) => newsVisible(items, { nowMs }));
        const ids = new Set(later?.map(({ id }) => id));
        expect(earlier?.every(({ id }) => ids.has(id))).toBe(true);
      }),
    );
  });

  it("shows an edited item as it was before the edit was seen, and before its new date has come", () => {
    const before = newsItem({ guid: "g", title: "old" }, 10);
    const after = newsItem({ guid: "g", title: "new", publishedAtMs: 30 }, 20);
    const titleAt = (nowMs: number) => newsVisible([after, before], { nowMs }).map(({ title }) => title);
    expect([9, 10, 20, 29, 30].map(titleAt)).toEqual([[], ["old"], ["old"], ["old"], ["new"]]);
  });

  it("takes a coin by its identity where both are known, else by its ticker", () => {
    const named = (coinId: string | null): NewsItem => ({
      ...newsItem({ title: "(SOL)" }, 1),
      assets: [{ ticker: "SOL", coinId }],
    });
    const shows = (of: string | null, asked: string | null): boolean =>
      newsVisible([named(of)], { nowMs: 9, about: [{ ticker: "sol", coinId: asked }] }).length === 1;
    expect(shows("solana", "solana")).toBe(true);
    expect(shows("another-sol", "solana")).toBe(false);
    expect(shows(null, "solana")).toBe(true);
    expect(shows("solana", null)).toBe(true);
    expect(newsVisible([named(null)], { nowMs: 9, about: [{ ticker: "SOLX", coinId: null }] })).toEqual([]);
  });

  it("takes no date that was set back to the moment of seeing for an edit", () => {
    const item = (seenAtMs: number, publishedAtMs: number) =>
      newsItem({ guid: "g", title: "x", publishedAtMs }, seenAtMs);
    expect(isEdited(item(10, 10), item(20, 15))).toBe(false);
    expect(isEdited(item(10, 90), item(20, 15))).toBe(true);
    expect(isEdited(item(10, 5), { ...item(20, 5), title: "y" })).toBe(true);
    expect(isEdited(item(10, 5), { ...item(20, 5), seenAtMs: unixMs(30) })).toBe(false);
  });
});
