import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createDayBudget, openPass } from "#desk/planning/budget.ts";
import { ThinkingPolicy } from "#schemas/config.ts";
import { DAY_MS, type DeskId, unixMs } from "#schemas/units.ts";
import { type LedgerEntry, NO_WORK, WorkTally } from "#schemas/work.ts";
import { patience } from "#test/support/desk.ts";
import { createMemoryStore } from "#test/support/memory-store/store.ts";

const policy = ThinkingPolicy.parse({ passUnits: 100, dayUnits: 250 });
const NOTHING = { units: 0 };
const T0 = unixMs(20_000 * DAY_MS);

const entry = (over: Partial<LedgerEntry> = {}): LedgerEntry => ({
  atMs: T0,
  phase: "sleep",
  job: "thinking",
  paths: {},
  misses: {},
  made: 0,
  served: 0,
  work: { ...NO_WORK, recordsRead: 40 },
  ageAtUseMs: [],
  ...over,
});

const question = (inputTokens: number, outputTokens: number): LedgerEntry =>
  entry({ phase: "test-time", job: "question", work: { ...NO_WORK, inputTokens, outputTokens } });

describe("the budget of a pass", () => {
  it("takes what just fits, and not one unit more", () => {
    const pass = openPass(policy, NOTHING);
    expect(pass.refuses(100)).toBeNull();
    expect(pass.refuses(100.1)).toBe("pass");
    pass.spend({ units: 60 });
    expect([pass.refuses(40), pass.refuses(40.1)]).toEqual([null, "pass"]);
  });

  it("ends with the day's, whatever the pass has left", () => {
    const pass = openPass(policy, { units: 200 });
    expect([pass.refuses(50), pass.refuses(51)]).toEqual([null, "day"]);
    expect(openPass(policy, { units: 300 }).refuses(0.1)).toBe("day");
  });

  it("is never exceeded by work that costs what was said", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 60 })), fc.nat({ max: 300 }), (prices, today) => {
        const pass = openPass(policy, { units: today });
        let spent = 0;
        for (const price of prices) {
          if (pass.refuses(price) !== null) continue;
          pass.spend({ units: price });
          spent += price;
        }
        expect(spent).toBeLessThanOrEqual(Math.max(0, Math.min(100, 250 - today)));
      }),
    );
  });
});

describe("the day's spend", () => {
  const open = (store = createMemoryStore()) => {
    const ledger = store.ledger("main" as DeskId);
    return { ledger, budget: createDayBudget(ledger) };
  };
  const units = async (budget: ReturnType<typeof createDayBudget>, nowMs: number = T0) =>
    (await budget.spentToday(unixMs(nowMs), patience)).units;

  it("is what the ledger says, so that a restart does not begin a new day", async () => {
    const { ledger, budget } = open();
    await ledger.record(entry(), patience);
    expect(await units(budget)).toBe(40);
    await budget.ledger.record(
      entry({ job: "debate", work: { ...NO_WORK, inputTokens: 8, outputTokens: 2 } }),
      patience,
    );
    expect(await budget.spentToday(T0, patience)).toEqual({
      units: 40,
      tokens: 10,
      tokensByJob: { thinking: 0, debate: 10 },
      questionTokens: 0,
    });
    expect(await createDayBudget(ledger).spentToday(T0, patience)).toEqual({
      units: 40,
      tokens: 10,
      tokensByJob: { thinking: 0, debate: 10 },
      questionTokens: 0,
    });
  });

  it("counts neither the sweep nor questions, yesterday nor what a run further ahead has spent", async () => {
    const { ledger, budget } = open();
    await ledger.record(entry({ job: "sleep-cycle" }), patience);
    await ledger.record(entry({ job: "question", phase: "test-time" }), patience);
    await ledger.record(entry({ atMs: unixMs(T0 - 1) }), patience);
    await ledger.record(entry({ atMs: unixMs(T0 + 1000) }), patience);
    expect(await units(budget)).toBe(0);
    await budget.ledger.record(entry({ atMs: unixMs(T0 + 500) }), patience);
    expect(await units(budget)).toBe(0);
    expect(await units(budget, T0 + 600)).toBe(40);
  });

  it("of questions counts those under way from their first call on, and each once", async () => {
    const { ledger, budget } = open();
    await ledger.record(question(100, 20), patience);
    const [first, second] = [new WorkTally(), new WorkTally()];
    const spend = await budget.openQuestion(first, T0, patience);
    await budget.openQuestion(second, T0, patience);
    second.count({ inputTokens: 7, outputTokens: 1 });
    expect(spend.spentToday()).toBe(128);
    await budget.ledger.record(question(7, 1), patience);
    budget.closeQuestion(second);
    first.count({ outputTokens: 2 });
    expect(spend.spentToday()).toBe(130);
    expect(await budget.spentToday(T0, patience)).toEqual({
      units: 0,
      tokens: 0,
      tokensByJob: {},
      questionTokens: 130,
    });
    expect((await createDayBudget(ledger).spentToday(T0, patience)).questionTokens).toBe(128);
  });

  it("begins anew at 00:00 UTC", async () => {
    const { budget } = open();
    await budget.ledger.record(entry({ atMs: unixMs(T0 + DAY_MS - 1) }), patience);
    expect(await units(budget, T0 + DAY_MS - 1)).toBe(40);
    expect(await units(budget, T0 + DAY_MS)).toBe(0);
  });
});
