// RSI remembers its whole past, a window does not. With A the smoothed sum of changes (14 times Wilder's two averages), window
// and history have done the same since the window's 15th row; what they disagree about was in A there, and fades by 13/14
// a row. Of n rows with A(n) at the end, |RSI - RSI'| <= 100 (A(15) + A'(15)) (13/14)^(n - 15) / A(n).
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CandleRows } from "#toolkits/indicators/kernel.ts";
import { rsi } from "#toolkits/indicators/refs.ts";
import { runColumns } from "#toolkits/indicators/run-columns.ts";
import { CALM, walk, walkShape } from "./candles.ts";
import { kernelOf, rowsOf, slice } from "./kernel-rows.ts";

const PERIOD = 14;
const DECAY = 13 / 14;
/** The shortest window of an analysis that is warm. */
const WINDOW = 400;
const HISTORY = 1600;
const kernel = kernelOf(rsi(PERIOD));

/** RSI after the last row, counted from the first. */
function lastOf(rows: CandleRows): number {
  const end = rows.close.length;
  return runColumns([kernel], rows, end - 1, end)[0]?.columns[0]?.[0] ?? Number.NaN;
}

/** RSI of the last 400 rows against that of all. */
function differenceOf(closes: Float64Array): number {
  const rows = rowsOf(closes);
  return Math.abs(lastOf(rows) - lastOf(slice(rows, closes.length - WINDOW, closes.length)));
}

const changesOf = (closes: Float64Array): readonly number[] =>
  Array.from(closes.subarray(1), (close, i) => Math.abs(close - (closes[i] ?? Number.NaN)));

/** The smoothed sum after these changes. */
const smoothed = (changes: readonly number[]): number =>
  changes.reduce((sum, change, i) => (i < PERIOD ? sum : sum * DECAY) + change, 0);

describe("RSI of a window of 400 rows", () => {
  it("differs from the full history's by no more than what has not yet faded, whatever the closes", () => {
    let tried = 0;
    fc.assert(
      fc.property(walkShape({ min: WINDOW + 1, max: HISTORY }), (shape) => {
        const closes = walk(shape);
        const changes = changesOf(closes);
        const seedEnd = changes.length - (WINDOW - 1) + PERIOD;
        const unlike = smoothed(changes.slice(0, seedEnd)) + smoothed(changes.slice(seedEnd - PERIOD, seedEnd));
        const weight = smoothed(changes);
        // Nothing moves in the window: history remembers, the window says 50.
        if (changes.slice(1 - WINDOW).every((change) => change === 0)) return;
        tried++;
        const bound = (100 * unlike * DECAY ** (WINDOW - 1 - PERIOD)) / weight;
        expect(differenceOf(closes)).toBeLessThanOrEqual(bound + 1e-10);
      }),
      { numRuns: 200 },
    );
    expect(tried).toBeGreaterThan(150);
  });

  it("is within 1e-9 of it where no change before the window exceeds 100 times the window's mean", () => {
    let tried = 0;
    // Markets that go on as they are, up to half of the candles without a change, a halt of 30 candles, a jump before the window.
    const shapes = walkShape({ min: WINDOW + 1, max: HISTORY }).map((shape) => ({
      ...shape,
      flatShare: Math.min(shape.flatShare, 0.5),
      frozen: Math.min(shape.frozen, 30),
      rescaleAt: Math.min(shape.rescaleAt, shape.length - WINDOW),
      rescale: shape.rescale < 0.5 || shape.rescale > 2 ? 1.04 : shape.rescale,
    }));
    fc.assert(
      fc.property(shapes, (shape) => {
        const closes = walk(shape);
        const changes = changesOf(closes);
        const inside = changes.slice(1 - WINDOW);
        const mean = inside.reduce((sum, change) => sum + change, 0) / inside.length;
        if (mean === 0 || changes.slice(0, 1 - WINDOW).some((change) => change > 100 * mean)) return;
        tried++;
        expect(differenceOf(closes)).toBeLessThan(1e-9);
      }),
      { numRuns: 200 },
    );
    expect(tried).toBeGreaterThan(100);
  });

  it("is not where a change before the window is a million times its mean", () => {
    const calm = walk({ ...CALM, seed: 1, length: 2 * WINDOW });
    expect(differenceOf(calm)).toBeLessThan(1e-9);
    expect(differenceOf(calm.map((close, i) => (i < WINDOW ? close + 1e6 : close)))).toBeGreaterThan(1e-9);
  });

  // The mean of such a window is large, so the sentence about 100 times would let it pass; the bound above does not.
  it("is not where the window's first rows hold nearly all that moved in it", () => {
    const crash = walk({ ...CALM, step: 1e-6, seed: 2, length: WINDOW + 200, rescaleAt: 205, rescale: 1e-8 });
    expect(differenceOf(crash)).toBeGreaterThan(1e-3);
  });
});
