// The journal of another process' account, read on while that one writes: what it comes to, and what becomes of it where the store is away or rows
// cannot be taken.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ownAccount } from "#desk/account/account.ts";
import { AccountFold, type EventReader } from "#desk/account/account-fold.ts";
import { followJournal } from "#desk/account/follow-journal.ts";
import { InvariantError, StoreError } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Money } from "#schemas/money.ts";
import type { Journal } from "#schemas/ports/trading.ts";
import { DeskId, RunId, unixMs } from "#schemas/units.ts";
import { journalOf } from "#test/support/account.ts";
import { patience } from "#test/support/desk.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { openAccount } from "#test/support/open-account.ts";

const START = { quote: "USDT", cash: "10000" as Money };
const newJournal = (): Journal => journalOf(createMemoryStore(), DeskId.parse("main"), RunId.parse("live"));
const word = (nth: number): JournalEvent => {
  const action = nth % 3 === 0 ? "halt" : "resume";
  return { type: "control", strategyId: null, atMs: unixMs(nth), action, reason: "a test", by: "operator", nth };
};

/** Follows with a pause between two reads that the test ends; `rows` are those that each read has given. */
function follower(inner: Journal, readers: readonly EventReader[] = []) {
  const rows: number[] = [];
  const told: number[] = [];
  const journal: Journal = {
    ...inner,
    read: async (filter, options) => {
      const read = await inner.read(filter, options);
      rows.push(read.length);
      return read;
    },
  };
  let next = Promise.withResolvers<void>();
  let paused = Promise.withResolvers<void>();
  const sleep = (_ms: number, { signal }: { readonly signal: AbortSignal }): Promise<void> => {
    paused.resolve();
    signal.addEventListener("abort", () => next.reject(signal.reason), { once: true });
    return next.promise;
  };
  const fold = new AccountFold({ ...START, readers }, true);
  const failed = Promise.withResolvers<unknown>();
  const end = followJournal(fold, journal, {
    sleep,
    onRead: (count) => told.push(count),
    onFault: failed.resolve,
  });
  return {
    ...{ fold, journal, rows, told, end },
    hasRead: () => paused.promise,
    hasFailed: () => failed.promise,
    async readAgain(): Promise<void> {
      const { resolve } = next;
      next = Promise.withResolvers();
      paused = Promise.withResolvers();
      resolve();
      await paused.promise;
    },
  };
}

describe("an account that another process owns", () => {
  it("is read on while that one writes; who takes it over has only the rest to read", async () => {
    const inner = newJournal();
    await inner.append(
      Array.from({ length: 1500 }, (_, nth) => word(nth)),
      patience,
    );
    const heard: number[] = [];
    const { hasRead, readAgain, end, journal, fold, rows, told } = follower(inner, [
      { take: ({ atMs }) => heard.push(atMs) },
    ]);
    await hasRead();
    await inner.append([word(1500), word(1501)], patience);
    await readAgain();
    expect(await end()).toBe(true);
    await inner.append([word(1502)], patience);
    rows.length = 0;
    const account = await ownAccount(journal, fold, patience);
    expect(rows).toEqual([1]);
    expect(told).toEqual([1500]);
    expect(heard).toEqual(Array.from({ length: 1503 }, (_, nth) => nth));
    expect(account.portfolio()).toEqual((await openAccount(inner, START, patience)).portfolio());
  });

  it("is what it is when read at once, wherever it was read on", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 6 }), async (lengths) => {
        const inner = newJournal();
        const { hasRead, readAgain, end, journal, fold } = follower(inner);
        await hasRead();
        let nth = 0;
        for (const length of lengths) {
          await inner.append(
            Array.from({ length }, () => word(nth++)),
            patience,
          );
          await readAgain();
        }
        await end();
        const [followed, whole] = [
          await ownAccount(journal, fold, patience),
          await openAccount(inner, START, patience),
        ];
        expect(followed.portfolio()).toEqual(whole.portfolio());
        expect(followed.newestSlot()).toEqual(whole.newestSlot());
        expect(followed.decisionsHash()).toBe(whole.decisionsHash());
      }),
      { numRuns: 30 },
    );
  });

  it("is read on after a store that was away, from where it was", async () => {
    const inner = newJournal();
    await inner.append([word(0)], patience);
    let isAway = true;
    const store: Journal = {
      ...inner,
      read: (filter, options) =>
        isAway
          ? Promise.reject(new StoreError({ was: "The store is away.", remedy: "Wait." }))
          : inner.read(filter, options),
    };
    const { hasRead, readAgain, end, fold, told } = follower(store);
    await hasRead();
    expect(told).toEqual([]);
    isAway = false;
    await readAgain();
    expect(await end()).toBe(true);
    expect([fold.rows, told]).toEqual([1, [1]]);
  });

  it("is of no use where a row could not be taken: who opens it reads it from the beginning", async () => {
    const inner = newJournal();
    await inner.append([word(0)], patience);
    const breaks: EventReader = {
      take: () => {
        throw new InvariantError({ was: "A row that cannot be.", remedy: "This is a bug." });
      },
    };
    const { hasFailed, end } = follower(inner, [breaks]);
    expect(await hasFailed()).toMatchObject({ message: expect.stringContaining("A row that cannot be.") });
    expect(await end()).toBe(false);
  });

  it("is given up at once where a read hangs, and may be read on", async () => {
    const inner = newJournal();
    await inner.append([word(0)], patience);
    let hangs = true;
    const store: Journal = {
      ...inner,
      read: (filter, options) =>
        hangs
          ? new Promise((_, reject) => options.signal.addEventListener("abort", () => reject(options.signal.reason)))
          : inner.read(filter, options),
    };
    const { end, fold, told } = follower(store);
    expect(await end()).toBe(true);
    expect(told).toEqual([]);
    hangs = false;
    expect((await ownAccount(store, fold, patience)).portfolio()).toMatchObject({ operatorRows: 1 });
  });

  it("is read anew from a database that was put back: what was read is not of it", async () => {
    const inner = newJournal();
    await inner.append([word(0), word(1)], patience);
    const { hasRead, end, fold } = follower(inner);
    await hasRead();
    await end();
    expect(await fold.isOf(inner, patience)).toBe(true);
    await inner.append([word(2)], patience);
    expect(await fold.isOf(inner, patience)).toBe(true);
    const putBack = newJournal();
    await putBack.append([word(0)], patience);
    expect(await fold.isOf(putBack, patience)).toBe(false);
    await putBack.append([word(7), word(8)], patience);
    expect(await fold.isOf(putBack, patience)).toBe(false);
    expect(await new AccountFold(START, true).isOf(putBack, patience)).toBe(true);
  });
});
