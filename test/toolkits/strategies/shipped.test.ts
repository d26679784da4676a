import { describe, expect, it } from "vitest";
import { shippedStrategy } from "#toolkits/strategies/registry.ts";
import { type Answer, RuleView } from "#toolkits/strategies/rule-view.ts";
import breakout from "#toolkits/strategies/shipped/breakout.ts";
import emaCross from "#toolkits/strategies/shipped/ema-cross.ts";
import { type TestedCandle, testStrategy } from "#toolkits/strategies/test-strategy.ts";

const steps = (count: number, from: number, step: number): number[] =>
  Array.from({ length: count }, (_, i) => from + step * (i + 1));

describe("mean reversion", () => {
  const view = new RuleView(shippedStrategy("mean-reversion"));
  const BANDS = { upper: 110, lower: 90 };

  /** What the rule says of these values. */
  function ask(
    close: number,
    { rsi = 25, bands = BANDS } = {},
  ): { enter: Answer | null; exit: Answer | null; says: readonly string[] } {
    const { upper, lower } = bands;
    const middle = (upper + lower) / 2;
    const width = upper - lower;
    const values = {
      open: close,
      high: close,
      low: close,
      close,
      volume: 1,
      rsi,
      "bands.upper": upper,
      "bands.middle": middle,
      "bands.lower": lower,
      "bands.bandwidth": width,
      "bands.percentB": 0,
    };
    const lists = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value, value]]));
    view.showValues(lists, "A/USDT", { firstCloseMs: 0, stepMs: 300_000 });
    view.look(0);
    return { enter: view.enters(), exit: view.exits(), says: view.describes() };
  }

  it("enters under RSI 30 at or under the lower band, and not on either level's other side", () => {
    expect(ask(90).enter).not.toBeNull();
    expect(ask(90, { rsi: 29.999999 }).enter).not.toBeNull();
    // Judged at 6 decimals.
    expect(ask(90, { rsi: 29.9999996 }).enter).toBeNull();
    expect(ask(90, { rsi: 30 }).enter).toBeNull();
    expect(ask(90.000001).enter).toBeNull();
  });

  it("exits over RSI 70 at or over the upper band, and not on either level's other side", () => {
    expect(ask(110, { rsi: 70.000001 }).exit).not.toBeNull();
    expect(ask(110, { rsi: 70 }).exit).toBeNull();
    expect(ask(109.999999, { rsi: 75 }).exit).toBeNull();
  });

  it("holds where nothing moved, and where the bands have no width, and says which", () => {
    const frozen = { upper: 90, lower: 90 };
    for (const rsi of [25, 50, 80]) expect(ask(90, { rsi, bands: frozen })).toMatchObject({ enter: null, exit: null });
    expect(ask(90, { rsi: 50, bands: frozen }).says).toEqual(["the price did not move in the whole window"]);
    expect(ask(90, { rsi: 80, bands: frozen }).says).toEqual(["the last 20 closes are equal: the bands have no width"]);
  });

  it("ranks the deeper fall first, by RSI and by the band, within 0 and 1", () => {
    const strength = (close: number, rsi = 25): number => ask(close, { rsi }).enter?.strength ?? Number.NaN;
    expect(strength(90, 30 - 1e-6)).toBeCloseTo(0, 6);
    // RSI 15 is half way to 0; 80 is half a band width (20) under the lower band.
    expect(strength(80, 15)).toBe(0.5);
    expect(strength(89)).toBeGreaterThan(strength(90));
    expect(strength(90, 20)).toBeGreaterThan(strength(90, 25));
    expect(strength(1e-9, 0)).toBeLessThanOrEqual(1);
    expect(ask(1e9, { rsi: 100 }).exit?.strength).toBe(1);
  });

  it("says why with the numbers, micro prices without an exponent", () => {
    expect(ask(1.2e-8, { bands: { upper: 3e-8, lower: 1.25e-8 } }).enter?.reasons).toEqual([
      "RSI 25.00 is under 30",
      "close 0.000000012 is at or under the lower band 0.0000000125",
    ]);
    expect(ask(100, { rsi: 50 }).says).toEqual(["RSI 50.00 (acts under 30 or over 70)", "close 100 (bands 90 to 110)"]);
  });
});

describe("EMA cross", () => {
  const fall = steps(300, 100, -0.1);
  const rise = steps(60, 70, 0.5);
  const closes = [...fall, ...rise, ...steps(60, 100, -0.5)];

  it("enters once in the rise, on more volume than usual, and exits once in the fall", () => {
    const busy = closes.map((close, i): TestedCandle => ({ close, volume: 100 + i }));
    const { enters, exits, reasons } = testStrategy(emaCross, busy);
    expect([enters.length, exits.length]).toEqual([1, 1]);
    const [enter = 0] = enters;
    expect(enter).toBeGreaterThanOrEqual(300);
    expect(enter).toBeLessThan(360);
    expect(exits[0]).toBeGreaterThanOrEqual(360);
    expect(reasons[enter]?.[0]).toBe("EMA 12 crossed above EMA 48");
  });

  it("does not enter on the volume of every candle", () => {
    expect(testStrategy(emaCross, closes).enters).toEqual([]);
  });

  it("takes its own parameters", () => {
    const { enters: slow } = testStrategy(emaCross, closes, { parameters: { volume: 0 } });
    const { enters: quick } = testStrategy(emaCross, closes, { parameters: { volume: 0, fast: 3, slow: 9 } });
    expect(quick[0]).toBeLessThan(slow[0] ?? 0);
  });
});

describe("breakout", () => {
  /** Up for as long as the mean of 50 one-hour candles needs, then level, then a new high, then a fall. */
  const trend = steps(12 * 300, 100, 0.01);
  const level = Array.from({ length: 60 }, (_, i) => 136 + (i % 2));
  const closes = [...trend, ...level, 140, 141, 120];

  it("enters above the highest of the candles before while the longer trend is up, and leaves under the lowest", () => {
    const { enters, exits } = testStrategy(breakout, closes, { parameters: { trend: "1h" } });
    const first = trend.length + level.length;
    expect(enters.filter((candle) => candle >= trend.length + 20)).toEqual([first, first + 1]);
    expect(exits.filter((candle) => candle >= trend.length + 20)).toEqual([first + 2]);
  });

  it("does not enter while the longer trend is down", () => {
    const down = closes.slice(0, trend.length).map((_, i) => 200 - 0.01 * i);
    const { enters } = testStrategy(breakout, [...down, ...level.map((close) => close + 20), 161, 162], {
      parameters: { trend: "1h" },
    });
    expect(enters).toEqual([]);
  });

  it("is refused on a base timeframe as long as its trend's", () => {
    expect(() => testStrategy(breakout, closes, { timeframe: "4h" })).toThrow(/timeframes: it reads 1h/);
  });

  it("trails the price by its own distance, with no target", () => {
    expect(shippedStrategy("breakout", { trailPct: 4 }).bracket).toEqual({
      stopPct: 8,
      targetPct: null,
      trailing: [{ fromGainPct: 0, distancePct: 4 }],
    });
  });
});
