import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IncompleteReadError } from "#schemas/errors.ts";
import type { CandleSeries } from "#schemas/market.ts";
import { unixMs } from "#schemas/units.ts";
import { warmupAt, warmupOf } from "#toolkits/indicators/warmup.ts";
import { blockOf, type CandleWindow, gridMsOf, gridOf, windowAt } from "#toolkits/indicators/window.ts";
import { CALM, closeAt, FIVE_MINUTES_MS, holes, openAt, seriesOf, walk, walkShape } from "./candles.ts";
import { rsiOf } from "./series.ts";

const closes = walk({ ...CALM, seed: 1, length: 1300 });
/** Number of slot 0; the grid points of these series are slots 133, 333, 533 and so on. */
const FIRST = openAt(0) / FIVE_MINUTES_MS;
const numberOf = (slot: number): number => FIRST + slot;

function windowOf(...args: Parameters<typeof windowAt>): CandleWindow {
  const window = windowAt(...args);
  if (window === null) throw new Error("expected a window");
  return window;
}

/** The candles of `series` with other prices before slot `slot`. */
const scrambledBefore = (series: CandleSeries, slot: number): CandleSeries => ({
  ...series,
  close: series.close.map((close, i) => ((series.openMs[i] ?? 0) < openAt(slot) ? close * (2 + (i % 5)) : close)),
});

describe("a window", () => {
  it("begins at a multiple of 200 candles since 1970, with 400 to 599 rows", () => {
    const series = seriesOf(closes);
    for (let slot = 600; slot < 1300; slot++) {
      const { length, startMs, gridMs } = windowOf(series, closeAt(slot));
      expect(startMs).toBe(gridMs);
      expect((startMs / FIVE_MINUTES_MS) % 200).toBe(0);
      expect(length).toBe(400 + ((numberOf(slot) + 1) % 200));
    }
  });

  it("is the same for everybody who reads up to a candle, wherever the reading began", () => {
    const long = windowOf(seriesOf(closes), closeAt(900));
    const short = { ...seriesOf(closes.subarray(0, 901)), askedFromMs: openAt(333) };
    const cut = windowOf({ ...short, ...sliced(short, 333) }, closeAt(900));
    expect(cut).toEqual(long);
  });

  it("begins with the first candle there is, where the source has nothing from the grid point on", () => {
    const window = windowOf(seriesOf(closes), closeAt(99));
    expect(window).toMatchObject({ startMs: openAt(0), length: 100, received: 100, filled: 0 });
    expect(window.gridMs).toBeLessThan(openAt(0));
  });

  it("shares the series' memory where there is no hole", () => {
    const series = seriesOf(closes);
    const window = windowOf(series, closeAt(732));
    expect(window.close).toEqual(closes.subarray(333, 733));
    expect(window.close.buffer).toBe(series.close.buffer);
    expect(window.source.openMs.buffer).toBe(series.openMs.buffer);
  });

  it("is longer for an indicator that needs more, and begins at a grid point all the same", () => {
    const { length, startMs } = windowOf(seriesOf(closes), closeAt(1299), 1000);
    expect({ length, startMs }).toEqual({ length: 1299 - 133 + 1, startMs: openAt(133) });
    expect(gridOf(numberOf(1299), 1000)).toBe(numberOf(133));
    expect(gridMsOf(closeAt(1299), "5m", 1000)).toBe(openAt(133));
  });

  it("does not begin before 1970", () => expect([gridOf(0), gridOf(399), gridOf(599)]).toEqual([0, 0, 200]));

  it("is null where no candle closes at asOf: before, after, between, in a hole, in an empty series", () => {
    const series = seriesOf(closes, new Set([400]));
    expect(windowAt(series, openAt(0))).toBeNull();
    expect(windowAt(series, closeAt(1300))).toBeNull();
    expect(windowAt(series, unixMs(closeAt(300) + 1))).toBeNull();
    expect(windowAt(series, closeAt(400))).toBeNull();
    expect(windowAt(seriesOf([]), closeAt(0))).toBeNull();
  });

  it("sees nothing after asOf: scrambling or cutting the future changes nothing", () => {
    const missing = new Set([420, 500, 730]);
    const before = windowOf(seriesOf(closes, missing), closeAt(740));
    const scrambled = closes.map((close, i) => (i > 740 ? close * (i % 7) : close));
    expect(windowOf(seriesOf(closes.subarray(0, 741), missing), closeAt(740))).toEqual(before);
    expect(windowOf(seriesOf(scrambled, missing), closeAt(740))).toEqual(before);
  });

  it("carries the notes of its own candles only", () => {
    const note = (slot: number) => ({ kind: "hole", atMs: openAt(slot), text: `slot ${slot}` }) as const;
    const series = { ...seriesOf(closes), notes: [note(332), note(333), note(740), note(741)] };
    expect(windowOf(series, closeAt(740)).notes).toEqual([note(333), note(740)]);
  });
});

describe("a window's warm-up", () => {
  const ema = (column: Float64Array, n: number): number =>
    column.reduce((value, close) => value + (2 / (n + 1)) * (close - value));

  it("is as long as its indicator needs: an EMA 200 forgets where it began in 1,120 rows, not in 400", () => {
    // A market that has come down tenfold: what lies before the window is far from what lies in it.
    const long = walk({ ...CALM, seed: 3, length: 5000, rescaleAt: 3400, rescale: 0.1 });
    const series = seriesOf(long);
    const worst = (warmupRows: number): number => {
      let most = 0;
      for (let slot = 4600; slot < 5000; slot++) {
        const window = windowOf(series, closeAt(slot), warmupRows);
        // The same rows behind another seed: what of it is left is what the window's beginning weighs.
        const [a, b] = [window.close, window.close.with(0, (window.close[0] ?? 0) * 2)];
        most = Math.max(most, Math.abs(ema(a, 200) - ema(b, 200)) / (window.close[0] ?? 1));
      }
      return most;
    };
    expect(worst(1120)).toBeLessThan(1e-4);
    expect(worst(400)).toBeGreaterThan(0.01);
  });
});

describe("holes", () => {
  it("are filled with the previous close and no volume", () => {
    const window = windowOf(seriesOf(closes, new Set([500, 501, 510])), closeAt(740));
    expect(window).toMatchObject({ length: 408, received: 405, filled: 3, startMs: openAt(333) });
    for (const [slot, before] of [
      [500, 499],
      [501, 499],
      [510, 509],
    ] as const) {
      const at = slot - 333;
      for (const column of [window.open, window.high, window.low, window.close])
        expect(column[at]).toBe(closes[before]);
      expect(window.volume[at]).toBe(0);
    }
    expect(window.close[511 - 333]).toBe(closes[511]);
    expect(window.volume[502 - 333]).toBe(512);
  });

  it("at the grid point are not filled from before it: the window is shorter, and nothing before matters", () => {
    const series = seriesOf(closes, new Set([333, 334, 335]));
    const window = windowOf(series, closeAt(740));
    expect(window).toMatchObject({ gridMs: openAt(333), startMs: openAt(336), length: 405, filled: 0 });
    expect(windowOf(scrambledBefore(series, 333), closeAt(740))).toEqual(window);
    const at = blockOf(series, numberOf(740));
    expect(blockOf(scrambledBefore(series, 333), numberOf(740))).toEqual(at);
  });

  it("are counted over the newest 20 and 100 rows, and over no others", () => {
    const counts = (...missing: number[]) => {
      const { filledLately, filledBefore } = windowOf(seriesOf(closes, new Set(missing)), closeAt(740));
      return [filledLately, filledBefore];
    };
    expect(counts(739)).toEqual([1, 1]);
    expect(counts(721)).toEqual([1, 1]);
    expect(counts(720)).toEqual([0, 1]);
    expect(counts(641)).toEqual([0, 1]);
    expect(counts(640)).toEqual([0, 0]);
  });
});

describe("a short read", () => {
  it("is no short history: a window is refused where the source was not asked, or did not answer, from its grid point on", () => {
    const asked = (slot: number): CandleSeries => ({ ...seriesOf(closes), askedFromMs: openAt(slot) });
    expect(windowOf(asked(333), closeAt(740)).length).toBe(408);
    expect(() => windowAt(asked(334), closeAt(740))).toThrow(IncompleteReadError);
    expect(() => blockOf(asked(334), numberOf(740))).toThrow(/known from .* on only.*from .* on/);
    expect(() => windowAt(asked(333), closeAt(740), 401 + 200)).toThrow(IncompleteReadError);
  });

  it("that was asked for in full is a young market", () => {
    const young = { ...seriesOf(closes.subarray(0, 741)), askedFromMs: openAt(333) };
    const window = windowOf({ ...young, ...sliced(young, 700) }, closeAt(740));
    expect(window).toMatchObject({ gridMs: openAt(333), startMs: openAt(700), length: 41, filled: 0 });
  });
});

describe("a block", () => {
  it("has the rows of all its 200 windows, to the bit, and says of each what the window says", () => {
    let [windows, holed] = [0, 0];
    fc.assert(
      fc.property(
        walkShape({ min: 20, max: 1600 }),
        holes(1600),
        fc.constantFrom(400, 401, 599, 1000),
        (shape, missing, warmupRows) => {
          const all = walk(shape);
          const series = seriesOf(all, missing);
          for (let slot = shape.length % 13; slot < all.length; slot += 13) {
            const block = blockOf(series, numberOf(slot), warmupRows);
            const window = windowAt(series, closeAt(slot), warmupRows);
            if (block === null || openAt(slot) < block.startMs) {
              expect(window).toBeNull();
              continue;
            }
            const row = (openAt(slot) - block.startMs) / FIVE_MINUTES_MS;
            if (window === null) {
              holed += 1;
              if (row < block.length) expect(warmupAt(block, row)).toBe("insufficient");
              continue;
            }
            windows += 1;
            expect(row).toBeGreaterThanOrEqual(block.firstRow);
            expect(row).toBeLessThan(block.firstRow + 200);
            for (const name of ["open", "high", "low", "close", "volume"] as const)
              expect(block[name].subarray(0, row + 1)).toEqual(window[name]);
            expect([block.gridMs, block.startMs, row + 1]).toEqual([window.gridMs, window.startMs, window.length]);
            expect(warmupAt(block, row)).toBe(warmupOf(window));
          }
        },
      ),
      { numRuns: 100 },
    );
    expect(Math.min(windows, holed)).toBeGreaterThan(30);
  });

  it("gives an RSI of other bits where windows slide by one instead", () => {
    const series = seriesOf(closes);
    const block = blockOf(series, numberOf(740));
    if (block === null) throw new Error("expected a block");
    let others = 0;
    for (let slot = 732; slot < 932; slot++) {
      const ofBlock = rsiOf(block.close.subarray(0, slot - 333 + 1));
      expect(rsiOf(windowOf(series, closeAt(slot)).close)).toBe(ofBlock);
      if (rsiOf(closes.subarray(slot - 399, slot + 1)) !== ofBlock) others += 1;
    }
    expect(others).toBeGreaterThan(100);
  });

  it("begins with its first candle's windows, ends with the 200th or the last candle there is", () => {
    const series = seriesOf(closes);
    const ends = (slot: number) => {
      const block = blockOf(series, numberOf(slot));
      return block === null ? null : [block.startMs, block.firstRow, block.length];
    };
    expect(ends(732)).toEqual([openAt(333), 399, 599]);
    expect(ends(931)).toEqual([openAt(333), 399, 599]);
    expect(ends(932)).toEqual([openAt(533), 399, 599]);
    expect(ends(1250)).toEqual([openAt(733), 399, 567]);
    expect(ends(1600)).toBeNull();
    expect(ends(-300)).toBeNull();
  });

  it("is the same whichever of its windows is asked for", () => {
    const series = seriesOf(closes, new Set([600, 800]));
    expect(blockOf(series, numberOf(931))).toEqual(blockOf(series, numberOf(732)));
  });
});

/** A series from slot `slot` on, in memory of its own. */
function sliced(series: CandleSeries, slot: number) {
  const { openMs, open, high, low, close, volume } = series;
  const of = (column: Float64Array): Float64Array => column.slice(slot);
  return { openMs: of(openMs), open: of(open), high: of(high), low: of(low), close: of(close), volume: of(volume) };
}
