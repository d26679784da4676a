// What a track says of a candle does not hang on which it was asked about before: what it reads ahead is never seen.
import { describe, expect, it } from "vitest";
import { StrategyError } from "#schemas/errors.ts";
import { unixMs } from "#schemas/units.ts";
import { ema, rsi } from "#toolkits/indicators/refs.ts";
import { toSeries } from "#toolkits/market/closed-candles.ts";
import { compileStrategy } from "#toolkits/strategies/compile-strategy.ts";
import { defineStrategy } from "#toolkits/strategies/define-strategy.ts";
import { StrategyTrack } from "#toolkits/strategies/strategy-track.ts";
import { SYMBOL } from "../indicators/candles.ts";
import { swing } from "./market-rows.ts";

const STEP_MS = 300_000;
const ROWS = 1400;
/** Number of the first candle. */
const FIRST = 5_600_000;

const closes = swing(ROWS);
const series = toSeries({
  symbol: SYMBOL,
  timeframe: "5m",
  rows: closes.map((close, i) => {
    const open = closes[i - 1] ?? close;
    const [high, low] = [Math.max(open, close), Math.min(open, close)];
    return { openMs: (FIRST + i) * STEP_MS, open, high, low, close, volume: 10 };
  }),
  nowMs: unixMs((FIRST + ROWS) * STEP_MS),
  graceMs: 0,
  fromMs: unixMs(0),
});

const strategyOf = (throwsAtMs: number) =>
  compileStrategy(
    defineStrategy({
      id: "leaver",
      indicators: { rsi: rsi(14), slow: ema(48) },
      enter: ({ now }) => now.rsi < 30,
      exit: ({ now, openMs }) => {
        if (openMs === throwsAtMs) throw new Error("no exit today");
        return now.rsi > 66 && now.close > now.slow;
      },
    }),
    { file: null },
  );

const numbers = Array.from({ length: 700 }, (_, i) => FIRST + 600 + i);

describe("a track", () => {
  it("leaves at the same candles in whatever order it is asked, and with the same words", () => {
    const strategy = strategyOf(0);
    const alone = (n: number) => {
      const exit = new StrategyTrack(strategy, series, []).exits(n);
      return { exit, enter: new StrategyTrack(strategy, series, []).enters(n) };
    };
    const expected = new Map(numbers.map((n) => [n, alone(n)]));
    const leaves = [...expected.values()].filter(({ exit }) => exit !== null).length;
    expect(leaves).toBeGreaterThan(50);
    expect(leaves).toBeLessThan(numbers.length / 2);
    const leaping = numbers.map((n, i) => numbers[i % 5 === 0 ? Math.max(0, i - 40) : i] ?? n);
    for (const order of [numbers, numbers.toReversed(), numbers.filter((n) => n % 7 < 3), leaping]) {
      const track = new StrategyTrack(strategy, series, []);
      for (const n of order) {
        // In between it is asked about entries.
        const enter = n % 3 === 0 ? track.enters(n) : expected.get(n)?.enter;
        expect({ exit: track.exits(n), enter }, `candle ${n}`).toEqual(expected.get(n));
      }
    }
  });

  it("fails at the candle at which its rule throws, and at none before", () => {
    const quiet = numbers.find((n) => n % 200 > 20 && n % 200 < 150 && isQuiet(n)) ?? Number.NaN;
    const track = new StrategyTrack(strategyOf((quiet + 8) * STEP_MS), series, []);
    for (let n = quiet; n < quiet + 8; n++) expect(track.exits(n)).toBeNull();
    expect(() => track.exits(quiet + 8)).toThrow(StrategyError);
    expect(track.exits(quiet + 9)).toBeNull();
  });
});

/** It leaves at none of the next ten candles, and enters at none. */
function isQuiet(n: number): boolean {
  const track = new StrategyTrack(strategyOf(0), series, []);
  return Array.from({ length: 10 }, (_, i) => n + i).every((one) => track.exits(one) === null && !track.mayEnter(one));
}
