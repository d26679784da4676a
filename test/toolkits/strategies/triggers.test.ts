import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NO_TRIGGERS, type Triggers } from "#schemas/analysis.ts";
import type { CandleSeries } from "#schemas/market.ts";
import type { CandleWindow } from "#toolkits/indicators/window.ts";
import { meanReversion } from "#toolkits/strategies/mean-reversion.ts";
import { CALM, holes, seriesOf, type WalkShape, walk, walkShape } from "../indicators/candles.ts";
import { actionAt, floatsAbove, isFollowed, newTally, ruleIf, tallySeries, windowOfRow } from "./trigger-check.ts";

/** Last bits around a trigger within which rounding has a say. */
const ROUNDING = 8;

/** Walks of prices: numbers of 9 digits, as a market has them. */
const priceWalk = (shape: WalkShape): Float64Array => walk(shape).map((close) => Number(close.toPrecision(9)));

/** What is wrong around the triggers of row `row`, whose next row may close anywhere. */
function faultsAround(series: CandleSeries, row: number, triggersOf = meanReversion.triggers): string[] {
  const triggers = triggersOf(windowOfRow(series, row));
  const faults: string[] = [];
  const check = (close: number) => {
    const [said, decided] = [actionAt(triggers, close), ruleIf(series, row + 1, close)];
    if (said !== decided) faults.push(`row ${row + 1}: ${decided}, not ${said}, at ${close}`);
  };
  check(series.close[row] ?? Number.NaN);
  for (const trigger of [triggers.enterAtOrBelow, triggers.exitAtOrAbove]) {
    if (trigger === null) continue;
    for (const digits of [3, 6, 9]) check(Number(trigger.toPrecision(digits)));
    for (const share of [1e-9, 1e-6, 0.01, 0.9]) for (const side of [-1, 1]) check(trigger * (1 + side * share));
  }
  return faults;
}

/** The same where rounding is benign, as it nearly always is: to the last float64. */
function faultsAtFloats(series: CandleSeries, row: number, triggersOf = meanReversion.triggers): string[] {
  const triggers = triggersOf(windowOfRow(series, row));
  return [triggers.enterAtOrBelow, triggers.exitAtOrAbove].flatMap((trigger) =>
    Array.from({ length: 2 * ROUNDING + 1 }, (_, i) => floatsAbove(trigger ?? 0, i - ROUNDING)).flatMap((close) => {
      const decided = ruleIf(series, row + 1, close);
      return decided === actionAt(triggers, close) ? [] : [`row ${row + 1}: ${decided} at ${close}`];
    }),
  );
}

const faultsOver = (series: CandleSeries, rows: readonly number[], triggersOf?: (w: CandleWindow) => Triggers) =>
  rows
    .filter((row) => row < series.openMs.length && isFollowed(series, row))
    .flatMap((row) => faultsAround(series, row, triggersOf));

const every = (step: number, length: number, from = 0) =>
  Array.from({ length: Math.floor((length - from) / step) }, (_, i) => from + i * step);

describe("trigger prices", () => {
  it("say of every close what the rule then says: flats, freezes, gaps, holes, warm-up, scales from 1e-8 to 1e6", () => {
    let [entries, exits] = [0, 0];
    fc.assert(
      fc.property(walkShape({ min: 20, max: 1100 }), holes(1100), (shape, missing) => {
        const tally = newTally();
        tallySeries(tally, seriesOf(priceWalk(shape), missing));
        entries += tally.entries;
        exits += tally.exits;
        expect(tally.differences).toEqual([]);
      }),
      { numRuns: 40 },
    );
    expect(Math.min(entries, exits)).toBeGreaterThan(50);
  });

  it("say the same of closes put right beside them, at round prices, and far away", () => {
    fc.assert(
      fc.property(walkShape({ min: 20, max: 1100 }), holes(1100), (shape, missing) => {
        const series = seriesOf(priceWalk(shape), missing);
        expect(faultsOver(series, every(23, series.openMs.length, 18))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it("would be caught one float64 off, on either side", () => {
    const series = seriesOf(walk({ ...CALM, seed: 51, length: 700 }));
    const shifted = (steps: number) => (window: CandleWindow) => {
      const { enterAtOrBelow: enter, exitAtOrAbove: exit } = meanReversion.triggers(window);
      return {
        enterAtOrBelow: enter === null ? null : floatsAbove(enter, steps),
        exitAtOrAbove: exit === null ? null : floatsAbove(exit, -steps),
      };
    };
    const rows = every(10, 690, 260);
    const faults = (triggersOf?: (window: CandleWindow) => Triggers) =>
      rows.flatMap((row) => faultsAtFloats(series, row, triggersOf));
    expect(faults()).toEqual([]);
    for (const steps of [1, -1]) expect(faults(shifted(steps))).toHaveLength(2 * rows.length);
  });

  it("are right at the price where rule and rounding tie: sixteen equal closes, then four a step lower", () => {
    // Four in twenty lie exactly 2 deviations under their mean: 0.2 + 2 × 0.4 steps. Rounding decides, and is foretold.
    const said = new Set<string>();
    for (let step = 1; step <= 200; step++) {
      for (const [high, low] of [
        [0.00012 + step * 1e-8, 0.00012],
        [1 + step / 1e4, (1 + step / 1e4) / 1000],
      ] as const) {
        const price = (close: number) => Number(close.toPrecision(9));
        const closes = Array.from({ length: 400 }, (_, i) =>
          price(i < 380 ? high * (1 + (i % 2) * 1e-4) : i < 396 ? high : low),
        );
        const series = seriesOf(closes);
        said.add(ruleIf(series, 399, price(low)));
        expect(faultsAround(series, 398)).toEqual([]);
      }
    }
    expect([...said].sort()).toEqual(["enter", "hold"]);
  });

  it("come with the candle that makes the next window warm: entries at 250, exits at 20", () => {
    const series = seriesOf(walk({ ...CALM, seed: 54, length: 300 }));
    const at = (row: number) => meanReversion.triggers(windowOfRow(series, row));
    expect(at(17)).toEqual(NO_TRIGGERS);
    expect(at(18)).toEqual({ enterAtOrBelow: null, exitAtOrAbove: expect.any(Number) });
    expect(at(247).enterAtOrBelow).toBeNull();
    expect(at(248).enterAtOrBelow).toEqual(expect.any(Number));
  });

  it("do not exist where too many of the next window's newest rows are holes, and come back when those are older", () => {
    const missing = new Set(Array.from({ length: 13 }, (_, i) => 500 + i));
    const series = seriesOf(walk({ ...CALM, seed: 55, length: 700 }), missing);
    const at = (slot: number) => meanReversion.triggers(windowOfRow(series, slot - 13));
    // The newest 100 rows of the window that ends with 600 begin with 501.
    expect([at(520), at(598)]).toEqual([NO_TRIGGERS, NO_TRIGGERS]);
    expect(at(599).enterAtOrBelow).not.toBeNull();
    expect(faultsOver(series, every(1, 620 - 13, 580 - 13))).toEqual([]);
  });

  it("of a market that stands still lie just beside its price: any real fall enters, any real rise exits", () => {
    const { enterAtOrBelow, exitAtOrAbove } = meanReversion.triggers(
      windowOfRow(seriesOf(Array.from({ length: 400 }, () => 0.1)), 399),
    );
    expect(enterAtOrBelow).toBeLessThan(0.1);
    expect(enterAtOrBelow).toBeGreaterThan(0.1 * (1 - 1e-14));
    expect(exitAtOrAbove).toBeGreaterThan(0.1);
    expect(exitAtOrAbove).toBeLessThan(0.1 * (1 + 1e-14));
  });

  it("name no entry where no price above 0 is low enough", () => {
    // The last 19 closes are 1 and 3 in turn: 4.3 deviations would be needed under a mean of 2, and 2 are there.
    const closes = Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? 1 : 3));
    const triggers = meanReversion.triggers(windowOfRow(seriesOf(closes), 399));
    expect(triggers.enterAtOrBelow).toBeNull();
    expect(ruleIf(seriesOf([...closes, 1]), 400, Number.MIN_VALUE)).toBe("hold");
    expect(actionAt(triggers, triggers.exitAtOrAbove ?? 0)).toBe("exit");
  });
});
