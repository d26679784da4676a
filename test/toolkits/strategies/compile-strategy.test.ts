import { describe, expect, it } from "vitest";
import { bollinger, ema } from "#toolkits/indicators/refs.ts";
import { compileStrategy } from "#toolkits/strategies/compile-strategy.ts";

const GOOD = { id: "mine", indicators: { fast: ema(12) }, enter: () => false };
const compiled = (change: object, parameters: Readonly<Record<string, unknown>> = {}) =>
  compileStrategy({ ...GOOD, ...change }, { file: "mine.ts", parameters });
const faultOf = (change: object, parameters?: Readonly<Record<string, unknown>>): string => {
  try {
    compiled(change, parameters);
    return "it is good";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

describe("a definition", () => {
  it.each([
    [{ id: undefined }, "mine.ts, id: it is missing. Expected a text such as ema-cross."],
    [{ id: "My Cross" }, 'mine.ts, id: it is "My Cross". Expected 1-40 of a-z, 0-9 and -.'],
    [{ enter: undefined }, "mine.ts, enter: it is missing. Expected a function of the values"],
    [{ enter: "buy" }, 'mine.ts, enter: it is "buy". Expected a function'],
    [{ exit: 5 }, "mine.ts, exit: it is 5. Expected a function"],
    [{ entry: () => true }, "mine.ts, entry: there is no such field. Expected one of enter, "],
    [{ indicators: undefined }, "mine.ts, indicators: it is missing. Expected indicators by name"],
    [{ indicators: [ema(3)] }, "mine.ts, indicators: it is [{"],
    [
      { indicators: { fast: 12 } },
      "mine.ts, indicators.fast: it is 12. Expected an indicator of deeptrader, such as ema(50).",
    ],
    [
      { indicators: { fast: ema } },
      "mine.ts, indicators.fast: it is a function. Expected an indicator such as ema(50). Call it: write ema() for ema.",
    ],
    [{ indicators: { close: ema(3) } }, "mine.ts, indicators.close: the name cannot be used."],
    [
      { indicators: { fast: { indicator: "emma", settings: {}, timeframe: null } } },
      'mine.ts, indicators.fast: There is no indicator "emma".',
    ],
    [
      { indicators: { fast: { indicator: "ema", settings: { period: 0 }, timeframe: null } } },
      "mine.ts, indicators.fast: The setting period of the indicator ema is 0.",
    ],
    [
      {
        indicators: () => {
          throw new Error("boom");
        },
      },
      "mine.ts, indicators: it threw: boom.",
    ],
    [{ timeframes: ["2h"] }, 'mine.ts, timeframes.0: it is "2h". Expected one of '],
    [
      { timeframes: ["4h"], indicators: { trend: ema(5).on("1h") } },
      "mine.ts, timeframes: an indicator reads 1h, which is not listed.",
    ],
    [{ lookBack: 51 }, "mine.ts, lookBack: it is 51. Expected a whole number from 0 to 50."],
    [{ startupCandles: -1 }, "mine.ts, startupCandles: it is -1. Expected a whole number from 0 to 100000."],
    [{ bracket: { stopPct: -5 } }, "mine.ts, bracket.stopPct: it is -5. Expected a number above 0, at most 99."],
    [
      { bracket: { stopPct: Number.NaN } },
      "mine.ts, bracket.stopPct: it is NaN. Expected a number above 0, at most 99.",
    ],
    [{ bracket: { stop: 5 } }, "mine.ts, bracket.stop: there is no such field."],
    [
      { bracket: () => ({ trailing: [{ fromGainPct: 1 }] }) },
      "mine.ts, bracket.trailing.0.distancePct: it is missing. Expected a number above 0",
    ],
    [
      { bracket: { roi: { 0: 5 }, targetPct: 3 } },
      "mine.ts, bracket.targetPct: `roi` is given as well. Expected one of the two.",
    ],
    [{ stake: { entryPct: 0 } }, "mine.ts, stake.entryPct: it is 0. Expected a number above 0, at most 100."],
    [{ orderStyle: "market" }, 'mine.ts, orderStyle: it is "market". Expected one of next-open, limit-at-quote.'],
    [
      { parameters: { fast: 12 } },
      "mine.ts, parameters.fast: it is 12. Expected { default, min, max }, { default, options } or { default: true }.",
    ],
    [
      { parameters: { fast: { default: 12, min: 2 } } },
      "mine.ts, parameters.fast.max: it is missing. Expected a finite number.",
    ],
    [
      { parameters: { fast: { default: 1, min: 2, max: 3 } } },
      "mine.ts, parameters.fast: it is 1. Expected a whole number from 2 to 3.",
    ],
    [
      { parameters: { fast: { default: 3, min: 4, max: 2 } } },
      "mine.ts, parameters.fast: min is 4 and max is 2. Expected min <= max.",
    ],
    [
      { parameters: { side: { default: "up", options: ["down"] } } },
      'mine.ts, parameters.side: it is "up". Expected one of down.',
    ],
    [{ parameters: { "1st": { default: true } } }, "mine.ts, parameters.1st: the name cannot be used."],
  ])("%j: the fault names file, field, what it is and what was expected", (change, said) => {
    expect(faultOf(change)).toContain(said);
  });

  it("takes parameters of its own in range only", () => {
    const parameters = {
      n: { default: 5, min: 1, max: 9 },
      share: { default: 0.5, min: 0, max: 1 },
      on: { default: true },
      side: { default: "up", options: ["up", "down"] },
    };
    expect(compiled({ parameters }).parameters).toEqual({ n: 5, share: 0.5, on: true, side: "up" });
    expect(compiled({ parameters }, { n: 9, on: false, side: "down" }).parameters).toEqual({
      n: 9,
      share: 0.5,
      on: false,
      side: "down",
    });
    expect(faultOf({ parameters }, { n: 2.5 })).toContain(
      "parameters.n: it is 2.5. Expected a whole number from 1 to 9.",
    );
    expect(faultOf({ parameters }, { n: "5" })).toContain('parameters.n: it is "5". Expected a whole number');
    expect(faultOf({ parameters }, { on: 1 })).toContain("parameters.on: it is 1. Expected true or false.");
    expect(faultOf({ parameters }, { on_: 1 })).toContain(
      "parameters.on_: there is no such parameter. Expected one of on, ",
    );
    expect(faultOf({}, { n: 1 })).toContain("parameters.n: there is no such parameter. Expected none.");
  });

  it("computes an indicator once that is named twice, and needs what the longest needs", () => {
    const { runs, fields, needRows, timeframes, outputs } = compiled({
      indicators: { one: ema(100), two: ema(100), bands: bollinger(20), trend: ema(50).on("1h") },
      lookBack: 3,
    });
    expect([runs.length, outputs, timeframes]).toEqual([3, 7, ["1h"]]);
    expect(fields.map(({ name, output, column }) => [name, output, column])).toEqual([
      ["one", null, 5],
      ["two", null, 5],
      ["bands", "upper", 6],
      ["bands", "middle", 7],
      ["bands", "lower", 8],
      ["bands", "bandwidth", 9],
      ["bands", "percentB", 10],
      ["trend", null, 11],
    ]);
    expect(needRows).toEqual([563, 283]);
  });
});
