import { describe, expect, it } from "vitest";
import { type FreshnessQuestion, judgeFreshness } from "#memory/freshness.ts";
import type { Analysis } from "#schemas/analysis.ts";
import { makeAnalysis, msAfter, STEP_MS, T0 } from "./fixtures.ts";

const GRACE_MS = 3000;
/** The moment from which the candle after T0's is closed by law 1. */
const NEXT_MS = T0 + STEP_MS + GRACE_MS;

const reasonOf = (record: Analysis, over: Partial<FreshnessQuestion> = {}): string => {
  const recall = judgeFreshness({
    stored: { record, invalidated: null },
    nowMs: T0 + GRACE_MS,
    graceMs: GRACE_MS,
    definitionId: "def-1",
    driftAtr: 2,
    ...over,
  });
  return recall.status === "stale" ? recall.reason : recall.status;
};

describe("judgeFreshness", () => {
  it("holds a record fresh until the millisecond in which the next candle is closed", () => {
    expect(reasonOf(makeAnalysis(), { nowMs: NEXT_MS - 1 })).toBe("fresh");
    expect(reasonOf(makeAnalysis(), { nowMs: NEXT_MS })).toBe("behind");
    expect(reasonOf(makeAnalysis(), { nowMs: NEXT_MS + 1 })).toBe("behind");
  });

  it("counts age from data time, not from when it was computed", () => {
    const record = makeAnalysis({ computedAtMs: msAfter(4000) });
    const recall = judgeFreshness({
      stored: { record, invalidated: null },
      nowMs: T0 + 5000,
      graceMs: 0,
      definitionId: "def-1",
      driftAtr: 2,
    });
    expect(recall).toEqual({ status: "fresh", record, ageMs: 5000 });
  });

  it("says no-candle from the moment on in which the source could have had one and did not", () => {
    const checkedAt = (ms: number) => makeAnalysis({ checkedThroughMs: msAfter(ms) });
    const reason = (ms: number) => reasonOf(checkedAt(ms), { nowMs: NEXT_MS + 10 });
    expect(reason(STEP_MS + GRACE_MS - 1)).toBe("behind");
    expect(reason(STEP_MS + GRACE_MS)).toBe("no-candle");
    expect(reason(STEP_MS + GRACE_MS + 1)).toBe("no-candle");
  });

  it("says behind again once a candle later than the check is due", () => {
    const record = makeAnalysis({ checkedThroughMs: msAfter(STEP_MS + GRACE_MS) });
    expect(reasonOf(record, { nowMs: NEXT_MS + STEP_MS })).toBe("behind");
  });

  it("does not know of a check that is later than now (law 3)", () => {
    const record = makeAnalysis({ checkedThroughMs: msAfter(STEP_MS + GRACE_MS + 5) });
    expect(reasonOf(record, { nowMs: NEXT_MS + 4 })).toBe("behind");
    expect(reasonOf(record, { nowMs: NEXT_MS + 5 })).toBe("no-candle");
  });

  it("expires with its security report, at the very millisecond", () => {
    const plain = makeAnalysis();
    const record = makeAnalysis({ security: { ...plain.security, validUntilMs: T0 + 5000 } });
    expect(reasonOf(record, { nowMs: T0 + 4999 })).toBe("fresh");
    expect(reasonOf(record, { nowMs: T0 + 5000 })).toBe("security-expired");
    expect(reasonOf(record, { nowMs: T0 + 5001 })).toBe("security-expired");
  });

  it("drifts only beyond the limit, on either side (price 100, ATR 2, limit 2 ATR)", () => {
    const at = (price: number) => reasonOf(makeAnalysis(), { price });
    expect([95.99, 96, 104, 104.01].map(at)).toEqual(["drifted", "fresh", "fresh", "drifted"]);
  });

  it("does not judge drift without a price at hand or without an ATR", () => {
    const { indicators } = makeAnalysis();
    expect(reasonOf(makeAnalysis({ indicators: { ...indicators, atr: null } }), { price: 1 })).toBe("fresh");
    expect(reasonOf(makeAnalysis(), { price: undefined })).toBe("fresh");
  });

  it("is stale under another definition", () => {
    expect(reasonOf(makeAnalysis({ definitionId: "def-0" }))).toBe("definition-changed");
  });

  it.each(["invalidated", "source-changed"] as const)("names %s as it was given", (reason) => {
    const stored = { record: makeAnalysis(), invalidated: { reason, detail: "by hand" } };
    expect(reasonOf(makeAnalysis(), { stored })).toBe(reason);
  });

  it("names the first of its order where several reasons apply", () => {
    const plain = makeAnalysis();
    const all = makeAnalysis({ definitionId: "def-0", security: { ...plain.security, validUntilMs: T0 } });
    const rest = { nowMs: NEXT_MS, price: 1 };
    const invalidated = { reason: "invalidated", detail: "" } as const;
    expect(reasonOf(all, { ...rest, stored: { record: all, invalidated } })).toBe("invalidated");
    expect(reasonOf(all, rest)).toBe("definition-changed");
    expect(reasonOf(all, { ...rest, definitionId: "def-0" })).toBe("behind");
    expect(reasonOf(all, { ...rest, definitionId: "def-0", nowMs: NEXT_MS - 1 })).toBe("security-expired");
  });
});
