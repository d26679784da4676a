// Levels of rules whose answer at a close is known without a search.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CandleSeries } from "#schemas/market.ts";
import type { ActionLevels } from "#schemas/reading.ts";
import { unixMs } from "#schemas/units.ts";
import { atr, donchian, ema, highest, rsi, stochastic, volumeMean } from "#toolkits/indicators/refs.ts";
import { compileStrategy } from "#toolkits/strategies/compile-strategy.ts";
import { defineStrategy } from "#toolkits/strategies/define-strategy.ts";
import { marketRows } from "#toolkits/strategies/market-rows.ts";
import { median } from "#toolkits/strategies/next-candle.ts";
import { MarketReader, type MarketRows } from "#toolkits/strategies/read-market.ts";
import type { Strategy } from "#toolkits/strategies/strategy.ts";
import { CALM, closeAt, seriesOf, walk } from "../indicators/candles.ts";
import { marketOf, swing } from "./market-rows.ts";
import { type Drawn, newTally, Past, tallyPast } from "./next-closes.ts";

type At = { readonly now: { readonly close: number } };

/** Of a rule on the close alone; the last close is 100, ATR 1: the search goes from 95 to 105. */
function levelsOf(rule: (at: At) => unknown, tickSize = 0.01, exit: (at: At) => unknown = () => false): ActionLevels {
  const strategy = compileStrategy(
    defineStrategy({ id: "mine", indicators: { mean: ema(5) }, enter: rule as never, exit: exit as never }),
    { file: null },
  );
  const closes = Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? 100.5 : 100));
  return new MarketReader(strategy).read({ ...marketOf("ONE/USDT", closes), tickSize, atr: 1 }).levels;
}

describe("levels of the next close", () => {
  it("find an interval of one tick that two conditions leave between them, however fine the ticks are", () => {
    for (const tickSize of [0.01, 0.0001, 0.000001]) {
      for (const at of [96.1234, 99.9, 100.01, 103.7771]) {
        const close = Math.round(at / tickSize) * tickSize;
        const half = tickSize / 2;
        const levels = levelsOf(({ now }) => now.close > close - half && now.close < close + half, tickSize);
        expect(levels.intervals).toHaveLength(1);
        const [{ from, to }] = levels.intervals as [ActionLevels["intervals"][0]];
        expect(from).toBe(to);
        expect(from).toBeCloseTo(close, 7);
      }
    }
  });

  it("find several intervals, of both actions, in order", () => {
    const within = (close: number, from: number, to: number) => close >= from && close <= to;
    const levels = levelsOf(
      ({ now }) => within(now.close, 96, 96.5) || within(now.close, 101, 101.25),
      0.01,
      ({ now }) => within(now.close, 98, 98.1) || now.close >= 104,
    );
    expect(levels).toEqual({
      status: "exact",
      note: "",
      searched: { from: 95, to: 105 },
      intervals: [
        { action: "enter", from: 96, to: 96.5 },
        { action: "enter", from: 101, to: 101.25 },
        { action: "exit", from: 98, to: 98.1 },
        { action: "exit", from: 104, to: null },
      ],
    });
  });

  it("try every tick where there are few", () => {
    // Worked out ahead, so that nothing but trying tells.
    const isPrime = (n: number) => [2, 3, 5, 7].every((by) => n === by || n % by !== 0);
    const levels = levelsOf(({ now }) => isPrime(Math.round(now.close / 0.25)), 0.25);
    const said = levels.intervals.flatMap(({ from, to }) => (from === to ? [from] : [from, to]));
    expect(said).toEqual([383, 389, 391, 397, 401, 403, 407, 409, 419].flatMap((n) => (isPrime(n) ? [n / 4] : [])));
  });

  it("are not worked out where the rule changes too often, the price step is not known, or the price does not move", () => {
    const flicker = levelsOf(({ now }) => Math.round(now.close * 1e4) % 2 === 0, 0.0001);
    expect(flicker).toMatchObject({ status: "not-worked-out", note: "the rule changes too often between two prices" });
    expect(levelsOf(() => true, 0)).toMatchObject({
      status: "not-worked-out",
      note: "the market's price step is not known",
    });
    const still = { ...marketOf("ONE/USDT", swing(400)), atr: 0 };
    const strategy = compileStrategy(defineStrategy({ id: "mine", indicators: {}, enter: () => true }), { file: null });
    expect(new MarketReader(strategy).read(still).levels).toMatchObject({ note: "the price does not move" });
  });

  it("are not worked out where the rule fails at a close that may come: what it says of the candle that is there stands", () => {
    const rule = ({ now }: At) => {
      if (now.close > 104) throw new Error("too high");
      return now.close < 99;
    };
    expect(levelsOf(rule)).toMatchObject({ status: "not-worked-out", note: expect.stringContaining("too high") });
  });

  it("are the same whichever markets were read before", () => {
    const strategies = [shippedLike(), conditional];
    for (const strategy of strategies) {
      const markets = [0, 11, 40, 77].map((phase) => marketOf("ONE/USDT", swing(420, phase)));
      const alone = markets.map((market) => new MarketReader(strategy).read(market));
      const reader = new MarketReader(strategy);
      for (const order of [
        [0, 1, 2, 3],
        [3, 0, 2, 1, 1],
      ]) {
        for (const i of order) expect(reader.read(markets[i] as MarketRows)).toEqual(alone[i]);
      }
    }
  });

  it("come with the candle that makes the next window warm: entries at 250 candles, exits at 20", () => {
    const either = compileStrategy(
      defineStrategy({
        id: "either",
        indicators: {},
        enter: ({ now }) => now.close < 1e6,
        exit: ({ now, ago }) => now.close > ago(1).close,
      }),
      { file: null },
    );
    const at = (length: number) => {
      const drawn = { seed: 5, length, place: 30, ticksPerUnit: 100, step: 0.004, holeShare: 0, flatShare: 0 };
      const { rows } = new Past(either, drawn);
      const levels = rows === null ? null : new MarketReader(either).read(rows).levels;
      return levels?.status === "exact" ? [...new Set(levels.intervals.map(({ action }) => action))] : levels?.status;
    };
    expect([at(18), at(19), at(248), at(249)]).toEqual(["not-worked-out", ["exit"], ["exit"], ["enter", "exit"]]);
  });

  it("hang on nothing that comes after the candle", () => {
    const closes = walk({ ...CALM, seed: 9, length: 900 });
    const whole = seriesOf(closes);
    const strategy = shippedLike();
    for (let end = 560; end < 880; end += 37) {
      const later: CandleSeries = seriesOf(closes.map((close, i) => (i < end ? close : close * (1.5 + (i % 3)))));
      const [one, other] = [whole, later].map((series) => {
        const rows = marketRows({
          strategy,
          asOfMs: unixMs(closeAt(end - 1)),
          series: new Map([["5m", series]]),
          base: "5m",
          tickSize: 0.001,
          atr: 0.4,
        });
        return rows === null ? null : new MarketReader(strategy).read(rows);
      });
      expect(one).not.toBeNull();
      expect(other).toEqual(one);
    }
  });
});

function shippedLike(): Strategy {
  return compileStrategy(
    defineStrategy({
      id: "mine",
      indicators: { fast: ema(5), slow: ema(30), rsi: rsi(14) },
      lookBack: 2,
      enter: ({ now, ago }) => now.fast > now.slow && ago(1).fast <= ago(2).slow * 1.01 && now.rsi < 70,
      exit: ({ now }) => now.rsi > 75,
    }),
    { file: null },
  );
}

/** Read volume, high, low and open of the next candle, of one timeframe and of two. */
const conditional = compileStrategy(
  defineStrategy({
    id: "conditional",
    indicators: { usual: volumeMean(20), range: atr(14), stoch: stochastic(14), channel: donchian(20) },
    enter: ({ now, ago }) =>
      now.high > ago(1).channel.upper || (now.volume > now.usual && now.stoch.k < 35 && now.channel.lower < now.low),
    exit: ({ now }) => now.high - now.low > 0.8 * now.range && now.close < now.open,
  }),
  { file: null },
);
const conditionalOnTwo = compileStrategy(
  defineStrategy({
    id: "conditional-on-two",
    indicators: { volumes: volumeMean(10).on("15m"), top: highest(5).on("15m"), stoch: stochastic(14) },
    enter: ({ now, ago }) => (now.volumes > 505 ? now.stoch.k > 60 : now.top > ago(1).top * 1.002),
    exit: ({ now }) => now.low < now.top * 0.95,
  }),
  { file: null },
);

describe("conditional levels", () => {
  it.each([
    ["one timeframe", conditional],
    ["two", conditionalOnTwo],
  ] as const)("say what the rule says of the stated candle, of %s", (_, strategy) => {
    const tally = newTally();
    const reader = new MarketReader(strategy);
    const drawn: Drawn = {
      seed: 0,
      length: 900,
      place: 0,
      ticksPerUnit: 1000,
      step: 0.004,
      holeShare: 0.01,
      flatShare: 0,
    };
    for (let seed = 1; seed <= 60; seed++)
      tallyPast(tally, new Past(strategy, { ...drawn, seed, place: (seed * 7) % 200 }), reader, 16);
    expect(tally.differences).toEqual([]);
    expect(tally.conditional).toBe(tally.markets - [...tally.notWorkedOut.values()].reduce((a, b) => a + b, 0));
    expect(Math.min(tally.enter, tally.exit)).toBeGreaterThan(40);
    expect(tally.higher).toBeGreaterThan(10 * strategy.timeframes.length - 1);
  });
});

describe("the median of volumes", () => {
  it("is what sorting gives, of any values", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.double({ min: 0, max: 1e9, noNaN: true }), fc.constantFrom(0, 0, 1)), { minLength: 1 }),
        (values) => {
          const sorted = values.toSorted((a, b) => a - b);
          const upper = sorted[values.length >> 1] ?? 0;
          const expected = values.length % 2 === 1 ? upper : ((sorted[(values.length >> 1) - 1] ?? 0) + upper) / 2;
          expect(median(Float64Array.from(values))).toBe(expected);
        },
      ),
      { numRuns: 300 },
    );
    expect(median(new Float64Array())).toBe(0);
  });
});
