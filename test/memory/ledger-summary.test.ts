import { describe, expect, it } from "vitest";
import { daySpendOf, summarise } from "#memory/ledger-summary.ts";
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

  it("bounds what sleep made in vain from both sides", () => {
    const sleep = entry({ phase: "sleep", job: "sleep-cycle", made: 10 });
    const decisions = entry({ job: "decision-cycle", paths: { recalled: 6, delegated: 2 }, made: 2, served: 6 });
    const question = entry({ paths: { recalled: 1 }, served: 1 });
    expect(summarise([sleep, decisions, question])).toMatchObject({ wasteAtLeast: 3, wasteAtMost: 6 });
    expect(summarise([sleep])).toMatchObject({ wasteAtLeast: 10, wasteAtMost: 10 });
  });

  it("keeps what the shadow found apart from what was asked for", () => {
    const shadow = entry({ phase: "sleep", job: "shadow", paths: { agreed: 1 }, kinds: { rsi: 1 } });
    const summary = summarise([shadow, entry({ paths: { "pre-answered": 1 }, kinds: { price: 1 } })]);
    expect(summary.paths).toEqual({ "pre-answered": 1 });
    expect(summary.kinds).toEqual({ price: 1 });
    expect(summary.pathsByJob.shadow).toEqual({ agreed: 1 });
  });

  it("calls unread only what was missed, not made, and not quiet", () => {
    const slot = entry({
      job: "decision-cycle",
      paths: { recalled: 40, delegated: 3 },
      misses: { behind: 4, missing: 2, "no-candle": 5 },
    });
    expect(summarise([slot]).withoutSource).toEqual({ decisions: 40, answers: 0, unread: 3 });
  });

  it("tells the sweep from what sleep spends above it, and counts only thinking against the day", () => {
    const calls = (n: number) => ({ ...NO_WORK, providerCalls: n });
    const entries = [
      entry({ phase: "sleep", job: "sleep-cycle", work: calls(50) }),
      entry({ phase: "sleep", job: "thinking", work: calls(3) }),
      entry({ phase: "sleep", job: "relationships", work: calls(5) }),
      entry({ phase: "sleep", job: "shadow", work: { ...calls(1), inputTokens: 8 } }),
    ];
    expect(summarise(entries).unitsAboveSweep).toBe(902);
    const asked = entry({
      phase: "test-time",
      job: "question",
      work: { ...calls(9), inputTokens: 30, outputTokens: 2 },
    });
    expect(daySpendOf([...entries, asked])).toEqual({
      units: 402,
      tokens: 8,
      tokensByJob: { "sleep-cycle": 0, thinking: 0, relationships: 0, shadow: 8 },
      questionTokens: 32,
    });
  });

  it("does not call an analysis that served many times negative waste", () => {
    expect(summarise([entry({ phase: "sleep", made: 1 }), entry({ served: 9 })]).wasteAtLeast).toBe(0);
  });
});
