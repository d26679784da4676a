// A curve of bounded length that smooths no drawdown away.
import { describe, expect, it } from "vitest";
import { type CurvePoint, EquityCurve, thinned } from "#desk/account/equity-curve.ts";
import type { JournalEvent } from "#schemas/journal.ts";
import type { Money } from "#schemas/money.ts";
import { unixMs } from "#schemas/units.ts";

const STEP_MS = 300_000;
const point = (i: number, value: number, drawdownPct = 0): CurvePoint => ({
  atMs: unixMs(i * STEP_MS),
  equity: String(value) as Money,
  value,
  growth: 1,
  drawdownPct,
});

const row = (i: number, equity: number, drawdownPct = 0): JournalEvent => ({
  type: "equity",
  atMs: unixMs(i * STEP_MS),
  slotMs: unixMs(i * STEP_MS),
  equity: String(equity) as Money,
  loss: {
    dayStartMs: Math.floor((i * STEP_MS) / 86_400_000) * 86_400_000,
    dayStartEquity: 1000,
    peaks: [],
    equity,
    dayChangePct: (equity / 1000 - 1) * 100,
    drawdownPct,
    dayLossLatched: false,
    drawdownLatched: false,
  },
});

describe("a thinned curve", () => {
  it("keeps first, last, lowest, highest and deepest point, in the order of time and within the count", () => {
    const points = Array.from({ length: 10_000 }, (_, i) => point(i, 1000 + Math.sin(i / 100), i === 7_777 ? 12.5 : 1));
    const spiked = points.with(4_321, point(4_321, 400)).with(1_234, point(1_234, 1_900));
    const shown = thinned(spiked, 100);
    expect(shown.length).toBeLessThanOrEqual(100);
    expect(shown.length).toBeGreaterThan(60);
    for (const i of [0, 1_234, 4_321, 7_777, 9_999]) expect(shown).toContain(spiked[i]);
    expect(shown.map(({ atMs }) => atMs)).toEqual(shown.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
  });

  it("is left as it is where it is short enough", () => {
    const points = [point(0, 1), point(1, 2)];
    expect(thinned(points, 10)).toBe(points);
  });
});

describe("the curve of a run", () => {
  it("of 100,000 slots keeps a bounded number of points, the one crash of long ago, and every point of the newest week", () => {
    const curve = new EquityCurve();
    for (let i = 0; i < 100_000; i++) curve.take(row(i, i === 3_001 ? 512.5 : 1000 + (i % 7), i === 3_001 ? 48.75 : 0));
    const points = curve.points();
    expect(points.length).toBeLessThan(5_200);
    expect(points).toContainEqual(expect.objectContaining({ equity: "512.5", drawdownPct: 48.75 }));
    expect(points.slice(-2016).map(({ atMs }) => atMs / STEP_MS)).toEqual(
      Array.from({ length: 2016 }, (_, i) => 100_000 - 2016 + i),
    );
    // The older part is as dense in its first tenth as in its last.
    const older = points.slice(0, -2016).map(({ atMs }) => atMs / STEP_MS);
    const [begin, end] = [older.filter((i) => i < 9_000).length, older.filter((i) => i >= 80_000 && i < 89_000).length];
    expect(begin / end).toBeGreaterThan(0.6);
    expect(begin / end).toBeLessThan(1.7);
  });

  it("says by how much money that was put in has made it grow, so that no one takes that for profit", () => {
    const curve = new EquityCurve();
    const [amount, equity] = ["500" as Money, "1000" as Money];
    curve.take(row(0, 1000));
    curve.take({ type: "allotment", atMs: unixMs(1), amount, equity, by: "anna", nth: 0, reason: "more" });
    curve.take(row(1, 1650));
    expect(curve.points()).toMatchObject([
      { equity: "1000", growth: 1 },
      { equity: "1650", growth: 1.5 },
    ]);
  });

  it("has one mark a day, with the day's last equity and its change", () => {
    const curve = new EquityCurve();
    for (const [i, equity] of [
      [0, 1000],
      [287, 1010],
      [288, 1005],
      [300, 990],
    ] as const)
      curve.take(row(i, equity));
    expect(curve.days()).toEqual([
      { dayStartMs: 0, startEquity: 1000, endEquity: 1010, changePct: expect.closeTo(1, 9) },
      { dayStartMs: 86_400_000, startEquity: 1000, endEquity: 990, changePct: expect.closeTo(-1, 9) },
    ]);
  });
});
