import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clearDrawdown, LossState } from "#schemas/portfolio.ts";
import { DAY_MS, unixMs } from "#schemas/units.ts";
import { advanceLoss } from "#toolkits/risk/loss-meter.ts";

const limits = { maxDayLossPct: 2, maxDrawdownPct: 10 };
/** Five minutes into the day, where nothing else is said: the slot at 00:00 belongs to the day before. */
const at = (day: number, equity: number, minutes = 5) => ({ slotMs: unixMs(day * DAY_MS + minutes * 60_000), equity });
const run = (steps: readonly ReturnType<typeof at>[], by = limits): LossState =>
  steps.reduce<LossState | null>((state, step) => advanceLoss(state, step, by), null) as LossState;

describe("the loss meter", () => {
  it("latches at exactly −2 % and not a cent before", () => {
    expect(run([at(1, 10_000), at(1, 9_800.01, 10)]).dayLossLatched).toBe(false);
    expect(run([at(1, 10_000), at(1, 9_800, 10)])).toMatchObject({ dayLossLatched: true, dayChangePct: -2 });
  });

  it("latches at the exact limit whatever float64 makes of it", () => {
    const cents = fc.integer({ min: 1_000, max: 100_000_000 });
    fc.assert(
      fc.property(cents, fc.integer({ min: 1, max: 9_999 }), (start, limitBps) => {
        const equity = (start * (10_000 - limitBps)) / 10_000 / 100;
        const by = { maxDayLossPct: limitBps / 100, maxDrawdownPct: 100 };
        expect(run([at(1, start / 100), at(1, equity, 10)], by).dayLossLatched).toBe(true);
      }),
    );
  });

  it("gives the slot at 00:00 to the day that it ends: a loss of the last candle trips it", () => {
    const fallen = [at(1, 10_000), at(1, 9_990, 1435), at(2, 9_700, 0)];
    expect(run(fallen)).toMatchObject({ dayStartMs: DAY_MS, dayLossLatched: true, dayStartEquity: 10_000 });
  });

  it("measures each day of a desk on daily candles from one 00:00 to the next", () => {
    const daily = [at(1, 10_000, 0), at(2, 9_852, 0), at(3, 9_589, 0), at(4, 9_580, 0)];
    const states = daily.map((_, n) => run(daily.slice(0, n + 1)));
    expect(states.map(({ dayLossLatched }) => dayLossLatched)).toEqual([false, false, true, false]);
    expect(states.map(({ dayStartEquity }) => dayStartEquity)).toEqual([10_000, 10_000, 9_852, 9_589]);
  });

  it("takes the equity at 00:00 as the new day's reference, so that its first candle belongs to it", () => {
    const opened = run([at(1, 10_000), at(2, 9_900, 0), at(2, 9_701)]);
    expect(opened).toMatchObject({ dayStartMs: 2 * DAY_MS, dayStartEquity: 9_900, dayLossLatched: true });
  });

  it("has no reference from the day before where 00:00 was missed", () => {
    expect(run([at(1, 10_000), at(1, 9_990, 1435), at(2, 9_701)])).toMatchObject({ dayStartEquity: 9_701 });
  });

  it("goes on in the day of a journal that does not say when it was measured", () => {
    const { slotMs: _, ...old } = { ...run([at(1, 10_000)]), dayStartMs: 2 * DAY_MS };
    expect(advanceLoss(old, at(2, 9_799), limits)).toMatchObject({ dayStartEquity: 10_000, dayLossLatched: true });
    expect(advanceLoss(old, at(3, 9_799), limits)).toMatchObject({ dayStartEquity: 9_799, dayLossLatched: false });
  });

  it("stays latched for the day although equity recovers, and opens at 00:00 UTC", () => {
    const latched = [at(1, 10_000), at(1, 9_700, 10), at(1, 10_500, 1435)];
    expect(run(latched).dayLossLatched).toBe(true);
    expect(run([...latched, at(2, 10_500)])).toMatchObject({ dayLossLatched: false, dayStartEquity: 10_500 });
  });

  it("survives a restart: the journaled state goes on where it was", () => {
    const state = run([at(1, 10_000), at(1, 9_700, 10)]);
    const restored = LossState.parse(JSON.parse(JSON.stringify(state)));
    expect(advanceLoss(restored, at(1, 9_990, 15), limits)).toMatchObject({
      dayLossLatched: true,
      dayStartEquity: 10_000,
    });
  });

  it("takes the first start of a day as its reference", () => {
    expect(run([at(1, 10_000, 600)])).toMatchObject({ dayStartEquity: 10_000, dayStartMs: DAY_MS, dayChangePct: 0 });
  });

  it("never reopens a day when the clock steps back over midnight", () => {
    const state = run([at(2, 10_000), at(2, 9_700, 10), at(1, 9_700, 1439)]);
    expect(state).toMatchObject({ dayStartMs: 2 * DAY_MS, dayLossLatched: true });
  });

  it("measures the drawdown from the highest equity of 30 days, and forgets the 31st", () => {
    const kept = run([at(0, 20_000), at(0, 19_900, 10), ...range(1, 29).map((d) => at(d, 19_000))]);
    expect(kept.drawdownPct).toBe(5);
    expect(advanceLoss(kept, at(30, 19_000), limits).drawdownPct).toBe(0);
    expect(advanceLoss(kept, at(30, 19_000), limits).peaks).toHaveLength(30);
  });

  it("latches the drawdown at exactly 10 % until it is cleared, across days", () => {
    const days = [at(1, 10_000), at(2, 9_900), at(3, 9_800), at(4, 9_000)];
    const state = run([...days, at(9, 12_000)]);
    expect(state.drawdownLatched).toBe(true);
    const cleared = clearDrawdown(run(days));
    expect(cleared).toMatchObject({ drawdownLatched: false, drawdownPct: 0 });
    expect(advanceLoss(cleared, at(4, 8_950, 10), limits)).toMatchObject({ drawdownLatched: false });
    expect(advanceLoss(cleared, at(4, 8_100, 15), limits)).toMatchObject({ drawdownLatched: true });
  });

  it("keeps the day's latch when the drawdown is cleared", () => {
    expect(clearDrawdown(run([at(1, 10_000), at(1, 8_000, 10)]))).toMatchObject({ dayLossLatched: true });
  });

  it("refuses an equity that is no amount", () => {
    expect(() => run([at(1, Number.NaN)])).toThrow(/Equity is NaN/);
    expect(() => run([at(1, 0)])).toThrow(/Equity is 0/);
  });
});

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}
