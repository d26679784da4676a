import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { actionAt } from "#bench/evaluation/action-at.ts";
import { distancePct, intervalsOf, nearestActionPct, nearestLevel } from "#schemas/action-levels.ts";
import type { ActionInterval } from "#schemas/reading.ts";
import { levelsOf, makeView } from "../memory/fixtures.ts";

const enter = (from: number | null, to: number | null): ActionInterval => ({ action: "enter", from, to });
const exit = (from: number | null, to: number | null): ActionInterval => ({ action: "exit", from, to });

describe("what levels say of a price", () => {
  const levels = levelsOf([enter(null, 90), enter(95, 96), exit(110, null)]);

  it("is the action of the interval that holds it, both ends included, else to hold", () => {
    expect([80, 90, 90.01, 95, 96, 109.99, 110, 120].map((price) => actionAt(price, levels))).toEqual([
      "enter",
      "enter",
      "hold",
      "enter",
      "enter",
      "hold",
      "exit",
      "exit",
    ]);
  });

  it("is not known outside the search, nor where nothing was worked out: that is not to hold", () => {
    expect([79.99, 120.01].map((price) => actionAt(price, levels))).toEqual([null, null]);
    const unknown = levelsOf([], { status: "not-worked-out", note: "why", searched: null });
    expect(actionAt(100, unknown)).toBeNull();
  });
});

describe("the way to a level", () => {
  it("is to its nearest bound, negative downwards, and none from inside", () => {
    expect(distancePct(enter(null, 90), 100)).toBeCloseTo(-10, 9);
    expect(distancePct(enter(105, null), 100)).toBeCloseTo(5, 9);
    expect(distancePct(enter(101, 103), 100)).toBeCloseTo(1, 9);
    expect(distancePct(enter(97, 98), 100)).toBeCloseTo(-2, 9);
    expect(
      [enter(99, 101), enter(null, 100), enter(100, null), enter(null, null)].map((i) => distancePct(i, 100)),
    ).toEqual([0, 0, 0, 0]);
  });

  it("is that of the nearest interval of its action, of either side", () => {
    const levels = levelsOf([enter(null, 90), enter(104, null), exit(99, 99.5)]);
    expect(nearestLevel(levels, "enter", 100)).toMatchObject({
      from: 104,
      to: null,
      distancePct: expect.closeTo(4, 9),
    });
    expect(nearestLevel(levels, "enter", 95)).toMatchObject({ from: null, to: 90 });
    expect(nearestLevel(levels, "exit", 100)).toMatchObject({ from: 99, to: 99.5 });
    expect(nearestLevel(levelsOf([]), "enter", 100)).toBeNull();
  });

  it("of a market is the least of all its strategies, and none where none is known", () => {
    const near = makeView({ price: 100 }, [
      { levels: levelsOf([enter(null, 90)]) },
      { levels: levelsOf([exit(103, null)]) },
    ]);
    expect(nearestActionPct(near)).toBeCloseTo(3, 9);
    expect(nearestActionPct(makeView({ price: 100 }, []))).toBeNull();
  });

  it("leads to a price at which the strategy would do it, and to none nearer", () => {
    const bound = fc.integer({ min: 8_000, max: 12_000 }).map((tick) => tick / 100);
    const interval = fc.tuple(bound, bound).map(([a, b]) => enter(Math.min(a, b), Math.max(a, b)));
    fc.assert(
      fc.property(fc.array(interval, { minLength: 1, maxLength: 4 }), bound, (intervals, price) => {
        const levels = levelsOf(intervals);
        const nearest = nearestLevel(levels, "enter", price);
        if (nearest === null) throw new Error("there are intervals");
        const way = (nearest.distancePct / 100) * price;
        const there = Math.round((price + way) * 100) / 100;
        expect(actionAt(there, levels)).toBe("enter");
        const nearer = Array.from({ length: 20 }, (_, i) => price + (way * i) / 20);
        if (way !== 0) for (const one of nearer) expect(actionAt(one, levels)).toBe("hold");
        expect(intervalsOf(levels, "exit")).toEqual([]);
      }),
    );
  });
});
