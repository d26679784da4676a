import { describe, expect, it } from "vitest";
import type { MarketSymbol } from "#schemas/units.ts";
import { NO_WORK } from "#schemas/work.ts";
import { runControls } from "../../bench/evaluation/controls.ts";
import type { Asked, Session } from "../../bench/evaluation/session.ts";

const SCRATCH = 100;

const asked = (bar: number, text: string, content: string, symbol = "AAA/USDT"): Asked => ({
  bar,
  item: { text, kind: "rsi", swept: true, symbol: symbol as MarketSymbol },
  path: "recalled",
  work: NO_WORK,
  units: 1,
  scratchWork: NO_WORK,
  scratchUnits: SCRATCH,
  equal: true,
  content,
  bits: 1,
  shuffledBits: 1,
});

const session = (rows: readonly Asked[], made = 10): Session =>
  ({
    seed: 1,
    asked: rows,
    bars: 1,
    entries: [
      {
        atMs: 0,
        phase: "sleep",
        job: "sleep-cycle",
        paths: {},
        misses: {},
        made,
        served: 0,
        work: NO_WORK,
        ageAtUseMs: [],
      },
    ],
    spent: new Map(),
    scores: undefined,
  }) as unknown as Session;

const control = (rows: readonly Asked[], name: RegExp, made?: number) => {
  const found = runControls(session(rows, made)).find((row) => name.test(row.name));
  if (found === undefined) throw new Error(`no control ${name}`);
  return found;
};

describe("plain caches", () => {
  const twiceInABar = [asked(0, "q", "x"), asked(0, "q", "x"), asked(1, "q", "y"), asked(2, "q", "y")];

  it("that keep the rule of freshness save what is asked twice within a bar, and are never wrong", () => {
    const { unitsPerQuestion, equal, cut } = control(twiceInABar, /same bar only/);
    expect(unitsPerQuestion).toBe((3 * SCRATCH + 1) / 4);
    expect(equal).toBe(1);
    expect(cut).toBeCloseTo((4 * SCRATCH) / (3 * SCRATCH + 1), 12);
  });

  it("that serve old answers save more, and are wrong where the answer has changed", () => {
    const { unitsPerQuestion, equal } = control(twiceInABar, /whatever its age/);
    expect(unitsPerQuestion).toBe((SCRATCH + 3) / 4);
    expect(equal).toBe(0.5);
  });

  it("that ignore what was asked are right about the same question only", () => {
    const rows = [asked(0, "q", "x"), asked(0, "other", "z"), asked(0, "q", "x")];
    expect(control(rows, /latest answer/).equal).toBeCloseTo(2 / 3, 12);
  });

  it("with an oracle of k stale answers are always right and pay for looking", () => {
    // Newest first: y, then x. The last question has x again: found among three, not by the newest alone.
    const rows = [asked(0, "q", "x"), asked(1, "q", "y"), asked(2, "q", "x")];
    expect(control(rows, /pass@1/).unitsPerQuestion).toBe((3 * SCRATCH + 2) / 3);
    expect(control(rows, /pass@3/).unitsPerQuestion).toBe((2 * SCRATCH + 1 + 2) / 3);
    expect(control(rows, /pass@3/).equal).toBe(1);
  });

  it("hold no more than the desk has made ahead", () => {
    const rows = [asked(0, "a", "1"), asked(0, "b", "2", "BBB/USDT"), asked(0, "a", "1")];
    expect(control(rows, /same bar only/, 1).unitsPerQuestion).toBe(SCRATCH);
    expect(control(rows, /same bar only/, 2).unitsPerQuestion).toBe((2 * SCRATCH + 1) / 3);
  });
});
