// A journal of a year is read a page at a time, and the desk goes on between two of them.
import { setImmediate } from "node:timers/promises";
import { expect, it } from "vitest";
import { journalIn, journalPages } from "#desk/account/journal-pages.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Money } from "#schemas/money.ts";
import type { Journal } from "#schemas/ports/trading.ts";
import { DeskId, RunId, unixMs } from "#schemas/units.ts";
import { journalOf } from "#test/support/account.ts";
import { patience } from "#test/support/desk.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { openAccount } from "#test/support/open-account.ts";

const ROWS = 2345;
const MOST_AT_ONCE = 1000;

/** With how many rows each read has given, and how often something else had its turn before it. */
async function longJournal() {
  const inner = journalOf(createMemoryStore(), DeskId.parse("main"), RunId.parse("live"));
  const words = Array.from({ length: ROWS }, (_, nth): JournalEvent => {
    const action = nth % 2 === 0 ? "pause" : "resume";
    return { type: "control", strategyId: null, atMs: unixMs(nth), action, reason: "a test", by: "operator", nth };
  });
  await inner.append(words, patience);
  const pages: number[] = [];
  const journal: Journal = {
    ...inner,
    read: async (filter, options) => {
      const rows = await inner.read(filter, options);
      pages.push(rows.length);
      return rows;
    },
  };
  return { journal, pages, words };
}

const START = { quote: "USDT", cash: "10000" as Money };

it("opens an account by pages of its journal, in order, each row once", async () => {
  const { journal, pages } = await longJournal();
  const account = await openAccount(journal, START, patience);
  expect(pages).toEqual([MOST_AT_ONCE, MOST_AT_ONCE, ROWS - 2 * MOST_AT_ONCE]);
  expect(account.portfolio()).toMatchObject({ control: "paused", operatorRows: ROWS });
});

it("gives other work its turn between two pages", async () => {
  const { journal, words } = await longJournal();
  let turns = 0;
  let isOver = false;
  const turn = (): void => {
    turns += 1;
    if (!isOver) globalThis.setImmediate(turn);
  };
  globalThis.setImmediate(turn);
  const rows = await journalIn(journal)({}, patience);
  isOver = true;
  expect(rows.map(({ event }) => event)).toEqual(words);
  expect(turns).toBeGreaterThanOrEqual(2);
});

it("has the next page on its way while one is looked at, and nobody hears of one that fails in vain", async () => {
  const { journal, pages } = await longJournal();
  const failing: Journal = {
    ...journal,
    read: async (filter, options) => {
      if (filter.sinceSeq !== 0) throw new Error("the database is away");
      return journal.read(filter, options);
    },
  };
  for await (const rows of journalPages(failing, {}, patience)) {
    expect(rows).toHaveLength(MOST_AT_ONCE);
    break;
  }
  expect(pages).toEqual([MOST_AT_ONCE]);
  await expect(journalIn(failing)({}, patience)).rejects.toThrow("the database is away");
  for await (const [first] of journalPages(journal, {}, patience)) {
    expect(first?.seq).toBeGreaterThan(0);
    await setImmediate();
    expect(pages).toHaveLength(4);
    break;
  }
});

it("reads a part of it alone, page by page", async () => {
  const { journal, words } = await longJournal();
  const [first] = await journal.read({ first: 1 }, patience);
  const sinceSeq = (first?.seq ?? 0) + 9;
  const rows = await journalIn(journal)({ sinceSeq, types: ["control"] }, patience);
  expect(rows.map(({ event }) => event)).toEqual(words.slice(10));
  expect(await journalIn(journal)({ types: ["fill"] }, patience)).toEqual([]);
});
