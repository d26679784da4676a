import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createAccount } from "#desk/account/account.ts";
import { StoreError } from "#schemas/errors.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Money } from "#schemas/money.ts";
import type { Journal } from "#schemas/ports/trading.ts";
import type { DeskId, RunId, UnixMs } from "#schemas/units.ts";
import { journalOf } from "#test/support/account.ts";
import { patience } from "#test/support/desk.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";
import { openAccount } from "#test/support/open-account.ts";

const START = { quote: "USDT", cash: "10000" as Money };
const at = (ms: number) => ms as UnixMs;

const newJournal = (): Journal => journalOf(createMemoryStore(), "main" as DeskId, "live" as RunId);

const control = (action: "pause" | "resume" | "halt", atMs: number): JournalEvent => ({
  type: "control",
  strategyId: null,
  atMs: at(atMs),
  action,
  reason: "a test",
});

/** A journal that answers when it is told to, in any order. */
function slowJournal(inner: Journal): { readonly journal: Journal; readonly waiting: (() => void)[] } {
  const waiting: (() => void)[] = [];
  return {
    waiting,
    journal: {
      ...inner,
      append: async (events, options) => {
        await inner.append(events, options);
        await new Promise<void>((resolve) => waiting.push(resolve));
      },
    },
  };
}

/** Answers what waits, the newest first, until everything has ended. */
async function answerAll<T>(waiting: (() => void)[], all: Promise<T>): Promise<T> {
  let ended = false;
  const end = all.finally(() => {
    ended = true;
  });
  end.catch(() => {});
  while (!ended) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    waiting.pop()?.();
  }
  return end;
}

describe("an account", () => {
  it("keeps the order of two appends under way, whatever order the journal acknowledges them in", async () => {
    const inner = newJournal();
    const { journal, waiting } = slowJournal(inner);
    const account = await openAccount(journal, START, patience);
    const both = [account.append([control("halt", 1)], patience), account.append([control("resume", 2)], patience)];
    await answerAll(waiting, Promise.all(both));
    const after = await openAccount(inner, START, patience);
    expect(account.portfolio().control).toBe(after.portfolio().control);
    expect(account.portfolio().control).toBe("running");
  });

  it("lets readers hear each event once, in the order of the journal, from the first one on", async () => {
    const journal = newJournal();
    await journal.append([control("pause", 1)], patience);
    const heard: JournalEvent[] = [];
    const account = await openAccount(journal, { ...START, readers: [{ take: (e) => heard.push(e) }] }, patience);
    const late: JournalEvent[] = [];
    const stop = account.subscribe({ take: (e) => late.push(e) });
    await account.append([control("resume", 2), control("halt", 3)], patience);
    stop();
    await account.append([control("resume", 4)], patience);
    expect(heard.map(({ atMs }) => atMs)).toEqual([1, 2, 3, 4]);
    expect(late.map(({ atMs }) => atMs)).toEqual([2, 3]);
  });

  it("goes on after an append that failed, and moves on nothing that the journal does not have", async () => {
    const inner = newJournal();
    let fails = true;
    const journal: Journal = {
      ...inner,
      append: async (events, options) => {
        if (fails) throw new StoreError({ was: "The disk is full.", remedy: "Free some." });
        await inner.append(events, options);
      },
    };
    const account = await openAccount(journal, START, patience);
    await expect(account.append([control("halt", 1)], patience)).rejects.toThrow("The disk is full.");
    expect(account.portfolio().control).toBe("running");
    fails = false;
    await account.append([control("pause", 2)], patience);
    expect(account.portfolio().control).toBe("paused");
  });

  it("finds out, before it writes again, that an append which seemed to fail was written", async () => {
    const inner = newJournal();
    let breaks = true;
    const journal: Journal = {
      ...inner,
      append: async (events, options) => {
        await inner.append(events, options);
        if (breaks) throw new StoreError({ was: "The connection broke.", remedy: "Look at the server." });
      },
    };
    const account = await openAccount(journal, START, patience);
    await expect(account.append([control("halt", 1)], patience)).rejects.toThrow("The connection broke.");
    breaks = false;
    await account.append([{ type: "looked", atMs: at(2), throughSeq: 1 }], patience);
    expect(account.portfolio().control).toBe("halted");
  });

  it("agrees with a fresh fold of its journal, whatever fails and however slow it is", async () => {
    const step = fc.record({
      action: fc.constantFrom("pause" as const, "resume" as const, "halt" as const),
      fails: fc.constantFrom("no" as const, "before" as const, "after" as const),
    });
    let failed = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const inner = newJournal();
        let call = 0;
        const { journal: slow, waiting } = slowJournal(inner);
        const journal: Journal = {
          ...slow,
          append: async (events, options) => {
            const fails = steps[call++]?.fails ?? "no";
            if (fails !== "before") await slow.append(events, options);
            if (fails !== "no") throw new StoreError({ was: "It broke.", remedy: "Try again." });
          },
        };
        const account = await openAccount(journal, START, patience);
        const appends = steps.map(({ action }, i) => account.append([control(action, i + 1)], patience));
        failed += (await answerAll(waiting, Promise.allSettled(appends))).filter(
          ({ status }) => status === "rejected",
        ).length;
        // One more, that goes through: it resolves what the last failure left open.
        const last = account.append([{ type: "looked", atMs: at(99), throughSeq: 1 }], patience);
        await answerAll(waiting, Promise.resolve(last));
        const fresh = await openAccount(inner, START, patience);
        expect(account.portfolio()).toEqual(fresh.portfolio());
        expect(account.decisionsHash()).toBe(fresh.decisionsHash());
      }),
      { numRuns: 60 },
    );
    expect(failed).toBeGreaterThan(20);
  });

  it("of a backtest has no journal and takes its events at once", async () => {
    const account = createAccount(START);
    await account.append([control("pause", 1)], patience);
    expect(account.portfolio().control).toBe("paused");
  });
});
