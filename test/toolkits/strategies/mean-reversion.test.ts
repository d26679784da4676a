import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { IndicatorSnapshot } from "#schemas/indicator.ts";
import { Signal } from "#schemas/reading.ts";
import { IndicatorStream } from "#toolkits/indicators/indicator-stream.ts";
import { computeSnapshot } from "#toolkits/indicators/snapshot.ts";
import { windowAt } from "#toolkits/indicators/window.ts";
import { meanReversion } from "#toolkits/strategies/mean-reversion.ts";
import { mustLook } from "#toolkits/strategies/strategy.ts";
import { CALM, closeAt, holes, seriesOf, walk, walkShape } from "../indicators/candles.ts";

const BANDS = { upper: 110, middle: 100, lower: 90, bandwidth: 0.2, percentB: 0 };
const snapshot = (part: Partial<IndicatorSnapshot> = {}): IndicatorSnapshot => ({
  rsiWilder: 25,
  bollinger: BANDS,
  atr: 1,
  candles: 500,
  filled: 0,
  windowStartMs: 0,
  warmup: "full",
  flat: false,
  ...part,
});
const signal = (price: number, part: Partial<IndicatorSnapshot> = {}) =>
  meanReversion.signal({ snapshot: snapshot(part), price });

describe("mean reversion", () => {
  it("enters under RSI 30 at or under the lower band, and not on either level's other side", () => {
    expect(signal(90).action).toBe("enter");
    expect(signal(90, { rsiWilder: 29.999999 }).action).toBe("enter");
    expect(signal(90, { rsiWilder: 30 }).action).toBe("hold");
    expect(signal(90.000001).action).toBe("hold");
  });

  it("exits over RSI 70 at or over the upper band, and not on either level's other side", () => {
    expect(signal(110, { rsiWilder: 70.000001 }).action).toBe("exit");
    expect(signal(110, { rsiWilder: 70 }).action).toBe("hold");
    expect(signal(109.999999, { rsiWilder: 75 }).action).toBe("hold");
  });

  it("never enters before it is fully warm, but may exit", () => {
    expect(signal(89, { warmup: "partial", candles: 249 })).toMatchObject({ action: "hold", strength: 0 });
    expect(signal(111, { rsiWilder: 75, warmup: "partial", candles: 249 }).action).toBe("exit");
  });

  it("holds where there are no values, where nothing moved, and where the bands have no width", () => {
    const none = { rsiWilder: null, bollinger: null, atr: null, warmup: "insufficient" } as const;
    expect(signal(89, none).action).toBe("hold");
    expect(signal(89, { flat: true, rsiWilder: 50 }).action).toBe("hold");
    expect(signal(89, { flat: true }).action).toBe("hold");
    const frozen = { ...BANDS, upper: 90, middle: 90, lower: 90, percentB: null };
    expect(signal(90, { bollinger: frozen }).action).toBe("hold");
    expect(signal(90, { bollinger: frozen, rsiWilder: 80 }).action).toBe("hold");
  });

  it("ranks the deeper fall first, by RSI and by the band, within 0 and 1", () => {
    expect(signal(90, { rsiWilder: 30 - 1e-6 }).strength).toBeCloseTo(0, 6);
    // RSI 15 is half way to 0; 80 is half a band width (20) under the lower band.
    expect(signal(80, { rsiWilder: 15 }).strength).toBe(0.5);
    expect(signal(89).strength).toBeGreaterThan(signal(90).strength);
    expect(signal(90, { rsiWilder: 20 }).strength).toBeGreaterThan(signal(90, { rsiWilder: 25 }).strength);
    expect(signal(1e-9, { rsiWilder: 0 }).strength).toBeLessThanOrEqual(1);
    expect(signal(1e9, { rsiWilder: 100 }).strength).toBeLessThanOrEqual(1);
  });

  it("says why with the numbers, micro prices without an exponent", () => {
    const bollinger = { ...BANDS, upper: 3e-8, middle: 2e-8, lower: 1.25e-8 };
    expect(signal(1.2e-8, { bollinger }).reasons).toEqual([
      "RSI 25.00 is under 30",
      "close 0.000000012 is at or under the lower band 0.0000000125",
    ]);
    for (const rsiWilder of [25, 50, 75])
      expect(signal(100, { rsiWilder }).reasons.join()).toContain(`RSI ${rsiWilder}.00`);
  });

  it("is never missed by the screen: where the true window says enter, or exit while held, it said look", () => {
    fc.assert(
      fc.property(walkShape({ min: 20, max: 1400 }), holes(1400), (shape, missing) => {
        const closes = walk(shape);
        const series = seriesOf(closes, missing);
        const stream = new IndicatorStream();
        closes.forEach((close, slot) => {
          stream.push(close, missing.has(slot));
          const seen = { enter: mustLook(meanReversion, stream, false), exit: mustLook(meanReversion, stream, true) };
          if (seen.enter && seen.exit) return;
          const window = windowAt(series, closeAt(slot));
          if (window === null) return;
          const { action } = meanReversion.signal({ snapshot: computeSnapshot(window), price: close });
          if (action !== "hold" && !seen[action])
            throw new Error(`missed ${action} at slot ${slot}, RSI ${stream.rsi}`);
        });
      }),
      { numRuns: 60 },
    );
  });

  it("is not looked at for an exit where nothing is held", () => {
    const screen = { rsi: 75, close: 111, lower: () => 90, upper: () => 110 };
    expect([meanReversion.mayAct(screen, true), meanReversion.mayAct(screen, false)]).toEqual([true, false]);
  });

  it("is seldom looked at in vain: the screen says no to most candles, and most it says yes to do act", () => {
    const closes = walk({ ...CALM, seed: 41, length: 5000 });
    const series = seriesOf(closes);
    const stream = new IndicatorStream();
    let looks = 0;
    let acts = 0;
    closes.forEach((close, slot) => {
      stream.push(close, false);
      if (slot < 250 || !mustLook(meanReversion, stream, true)) return;
      looks++;
      const window = windowAt(series, closeAt(slot));
      if (window === null) throw new Error("expected a window");
      const answer = meanReversion.signal({ snapshot: computeSnapshot(window), price: close });
      expect(Signal.safeParse(answer).success).toBe(true);
      if (answer.action !== "hold") acts++;
    });
    expect(acts).toBeGreaterThan(20);
    expect(looks).toBe(acts);
  });
});
