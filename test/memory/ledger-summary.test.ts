import { describe, expect, it } from "vitest";
import { summarise } from "#memory/ledger-summary.ts";
import { type LedgerEntry, NO_WORK } from "#schemas/work.ts";

const entry = (over: Partial<LedgerEntry>): LedgerEntry => ({
  atMs: 1,
  phase: "test-time",
  job: "question",
  paths: {},
  misses: {},
  made: 0,
  served: 0,
  work: NO_WORK,
  ageAtUseMs: [],
  ...over,
});

describe("summarise", () => {
  it("adds up paths, misses, work by phase and job, and says what sleep made in vain", () => {
    const summary = summarise([
      entry({ phase: "sleep", job: "sleep-cycle", made: 5, work: { ...NO_WORK, providerCalls: 7 } }),
      entry({ paths: { recalled: 1 }, served: 1, ageAtUseMs: [30] }),
      entry({ paths: { recalled: 1, delegated: 1 }, misses: { behind: 1 }, made: 1, served: 1, ageAtUseMs: [10, 20] }),
    ]);
    expect(summary).toMatchObject({
      entries: 3,
      paths: { recalled: 2, delegated: 1 },
      misses: { behind: 1 },
      made: { sleep: 5, "test-time": 1 },
      served: 2,
      wasteAtLeast: 3,
      ageAtUseMs: { min: 10, median: 20, max: 30 },
    });
    expect(summary.workByPhase.sleep.providerCalls).toBe(7);
    expect(summary.workByJob["sleep-cycle"]?.providerCalls).toBe(7);
    expect(summary.workByJob["question"]?.providerCalls).toBe(0);
  });

  it("takes the mean of the two middle ages, and has none where nothing was served", () => {
    expect(summarise([entry({ ageAtUseMs: [1, 2, 10, 20] })]).ageAtUseMs?.median).toBe(6);
    expect(summarise([]).ageAtUseMs).toBeNull();
  });

  it("does not call an analysis that served many times negative waste", () => {
    expect(summarise([entry({ phase: "sleep", made: 1 }), entry({ served: 9 })]).wasteAtLeast).toBe(0);
  });
});
