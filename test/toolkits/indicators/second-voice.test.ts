// Our kernels, and those that a package computes, beside technicalindicators and trading-signals over long walks. Each row of
// the tables states how far they may differ, as a share of the price (or of 100 points), and from which row on.
import * as second from "technicalindicators";
import * as signals from "trading-signals";
import { describe, expect, it } from "vitest";
import type { CandleRows } from "#toolkits/indicators/kernel.ts";
import {
  adx,
  aroon,
  atr,
  bollinger,
  cci,
  cmf,
  donchian,
  ema,
  highest,
  hma,
  ichimoku,
  keltner,
  lowest,
  macd,
  mfi,
  obv,
  roc,
  rsi,
  sma,
  stddev,
  stochastic,
  supertrend,
  volumeMean,
  vwap,
  williamsR,
  wma,
} from "#toolkits/indicators/refs.ts";
import type { IndicatorRef } from "#toolkits/indicators/spec.ts";
import { CALM, walk } from "./candles.ts";
import { columnsOf, rowsOf } from "./kernel-rows.ts";

const LENGTH = 3000;
/** Prices of a token, of a coin, of the dearest. */
const MARKETS = [1e-8, 1, 6e4].map((price, i) => rowsOf(walk({ ...CALM, seed: 40 + i, length: LENGTH, price }), i));

const list = (rows: CandleRows) => ({
  open: [...rows.open],
  high: [...rows.high],
  low: [...rows.low],
  close: [...rows.close],
  volume: [...rows.volume],
});
type Lists = ReturnType<typeof list>;
type Values = Readonly<Record<string, readonly (number | undefined)[]>>;

interface Comparison {
  readonly ref: IndicatorRef;
  readonly theirs: (lists: Lists) => Values;
  /** Of the price, or of 100 points. */
  readonly tolerance: number;
  /** First row compared; by default the first that both have. */
  readonly from?: number;
  readonly points?: true;
}

/** The values of an output side by side, ended together: packages leave out the rows they have no value for. */
function worst(ours: Float64Array, theirs: readonly (number | undefined)[], scale: Float64Array | null, from: number) {
  let largest = 0;
  let compared = 0;
  for (let i = from; i < ours.length; i++) {
    const other = theirs[i - ours.length + theirs.length];
    const own = ours[i] ?? Number.NaN;
    if (other === undefined || Number.isNaN(own)) continue;
    largest = Math.max(largest, Math.abs(own - other) / (scale === null ? 100 : (scale[i] ?? 1)));
    if (Number.isNaN(own - other)) return { largest: Number.NaN, compared };
    compared++;
  }
  return { largest, compared };
}

function expectAgreement({ ref, theirs, tolerance, from = 0, points }: Comparison): void {
  for (const rows of MARKETS) {
    const ours: Readonly<Record<string, Float64Array>> = columnsOf(ref, rows);
    for (const [output, values] of Object.entries(theirs(list(rows)))) {
      const scale =
        points === true
          ? null
          : ref.indicator === "volume-mean" || ref.indicator === "obv"
            ? rows.volume.map((v) => v + 1)
            : rows.close;
      const { largest, compared } = worst(ours[output] ?? new Float64Array(), values, scale, from);
      expect(compared, output).toBeGreaterThan(LENGTH - from - 80);
      expect(largest, output).toBeLessThanOrEqual(tolerance);
    }
  }
}

const candles = (l: Lists) =>
  l.close.map((close, i) => ({
    open: l.open[i] ?? 0,
    high: l.high[i] ?? 0,
    low: l.low[i] ?? 0,
    close,
    volume: l.volume[i] ?? 0,
  }));

/** trading-signals over candles, or over closes. */
const signalled = <R, I>(indicator: { add(input: I): R | null }, inputs: readonly I[]): readonly (R | undefined)[] =>
  inputs.map((input) => indicator.add(input) ?? undefined);

describe("technicalindicators", () => {
  it.each<[string, Comparison]>([
    [
      "EMA",
      { ref: ema(50), theirs: ({ close }) => ({ value: second.ema({ period: 50, values: close }) }), tolerance: 1e-12 },
    ],
    [
      "SMA",
      { ref: sma(20), theirs: ({ close }) => ({ value: second.sma({ period: 20, values: close }) }), tolerance: 1e-11 },
    ],
    [
      "mean volume",
      {
        ref: volumeMean(20),
        theirs: ({ volume }) => ({ value: second.sma({ period: 20, values: volume }) }),
        tolerance: 1e-9,
      },
    ],
    [
      "deviation",
      {
        ref: stddev(20),
        theirs: ({ close }) => ({ value: second.sd({ period: 20, values: close }) }),
        tolerance: 1e-11,
      },
    ],
    [
      "highest",
      {
        ref: highest(30),
        theirs: ({ high }) => ({ value: second.highest({ period: 30, values: high }) }),
        tolerance: 0,
      },
    ],
    [
      "lowest",
      { ref: lowest(30), theirs: ({ low }) => ({ value: second.lowest({ period: 30, values: low }) }), tolerance: 0 },
    ],
    [
      "ATR",
      {
        ref: atr(14),
        theirs: ({ high, low, close }) => ({ value: second.atr({ period: 14, high, low, close }) }),
        tolerance: 1e-13,
      },
    ],
    [
      "MACD",
      {
        ref: macd(12, 26, 9),
        theirs: ({ close: values }) => {
          const lines = second.macd({
            values,
            fastPeriod: 12,
            slowPeriod: 26,
            signalPeriod: 9,
            SimpleMAOscillator: false,
            SimpleMASignal: false,
          });
          return {
            macd: lines.map((l) => l.MACD),
            signal: lines.map((l) => l.signal),
            histogram: lines.map((l) => l.histogram),
          };
        },
        tolerance: 1e-12,
      },
    ],
    [
      "ADX",
      {
        ref: adx(14),
        theirs: ({ high, low, close }) => {
          const lines = second.adx({ period: 14, high, low, close });
          return { adx: lines.map((l) => l.adx), plusDi: lines.map((l) => l.pdi), minusDi: lines.map((l) => l.mdi) };
        },
        tolerance: 1e-12,
        points: true,
      },
    ],
    [
      "Stochastic",
      {
        ref: stochastic(14, 1, 3),
        theirs: ({ high, low, close }) => {
          const lines = second.stochastic({ period: 14, signalPeriod: 3, high, low, close });
          return { k: lines.map((l) => l.k), d: lines.map((l) => l.d) };
        },
        tolerance: 1e-11,
        points: true,
      },
    ],
    [
      "Williams %R",
      {
        ref: williamsR(14),
        theirs: ({ high, low, close }) => ({ value: second.williamsr({ period: 14, high, low, close }) }),
        tolerance: 1e-12,
        points: true,
      },
    ],
    [
      "ROC",
      {
        ref: roc(12),
        theirs: ({ close }) => ({ value: second.roc({ period: 12, values: close }) }),
        tolerance: 1e-13,
        points: true,
      },
    ],
    [
      "WMA",
      { ref: wma(20), theirs: ({ close }) => ({ value: second.wma({ period: 20, values: close }) }), tolerance: 1e-12 },
    ],
    [
      "Ichimoku",
      {
        ref: ichimoku(9, 26, 52),
        theirs: ({ high, low }) => {
          const lines = second.ichimokucloud({
            high,
            low,
            conversionPeriod: 9,
            basePeriod: 26,
            spanPeriod: 52,
            displacement: 26,
          });
          return {
            conversion: lines.map((l) => l.conversion),
            base: lines.map((l) => l.base),
            spanA: lines.map((l) => l.spanA),
            spanB: lines.map((l) => l.spanB),
          };
        },
        tolerance: 1e-15,
      },
    ],
    [
      "Keltner",
      {
        ref: keltner(20, 10, 2),
        theirs: ({ high, low, close }) => {
          const lines = second.keltnerchannels({
            high,
            low,
            close,
            maPeriod: 20,
            atrPeriod: 10,
            multiplier: 2,
            useSMA: false,
          });
          return {
            upper: lines.map((l) => l.upper),
            middle: lines.map((l) => l.middle),
            lower: lines.map((l) => l.lower),
          };
        },
        tolerance: 1e-12,
      },
    ],
  ])("%s agrees", (_name, comparison) => {
    expectAgreement(comparison);
  });

  it("differs in CCI by what its running sums lose", () => {
    expectAgreement({
      ref: cci(20),
      theirs: ({ high, low, close }) => ({ value: second.cci({ period: 20, high, low, close }) }),
      tolerance: 1e-6,
      points: true,
    });
  });
});

describe("trading-signals", () => {
  it.each<[string, Comparison]>([
    [
      "RSI",
      {
        ref: rsi(14),
        theirs: ({ close }) => ({ value: signalled(new signals.RSI(14), close) }),
        tolerance: 1e-11,
        points: true,
      },
    ],
    [
      "Bollinger",
      {
        ref: bollinger(20, 2),
        theirs: ({ close }) => {
          const bands = signalled(new signals.BollingerBands(20, 2), close);
          return {
            upper: bands.map((b) => b?.upper),
            middle: bands.map((b) => b?.middle),
            lower: bands.map((b) => b?.lower),
          };
        },
        tolerance: 1e-13,
      },
    ],
    [
      "Stochastic",
      {
        ref: stochastic(14, 3, 3),
        theirs: (l) => {
          const lines = signalled(
            new signals.StochasticOscillator({ kPeriod: 14, kSlowingPeriod: 3, dPeriod: 3 }),
            candles(l),
          );
          return { k: lines.map((s) => s?.stochK), d: lines.map((s) => s?.stochD) };
        },
        tolerance: 1e-11,
        points: true,
      },
    ],
    [
      "Donchian",
      {
        ref: donchian(20),
        theirs: (l) => {
          const lines = signalled(new signals.DonchianChannels(20), candles(l));
          return {
            upper: lines.map((d) => d?.upper),
            middle: lines.map((d) => d?.middle),
            lower: lines.map((d) => d?.lower),
          };
        },
        tolerance: 1e-15,
      },
    ],
  ])("%s agrees", (_name, comparison) => {
    expectAgreement(comparison);
  });

  // It begins elsewhere: an EMA with its first price, a true range with the first candle's high - low. After as many rows as
  // the registry says an indicator needs, and as many again, nothing of that is left but rounding.
  it.each<[string, Comparison]>([
    [
      "EMA",
      {
        ref: ema(20),
        theirs: ({ close }) => ({ value: signalled(new signals.EMA(20), close) }),
        tolerance: 1e-12,
        from: 400,
      },
    ],
    [
      "ATR",
      {
        ref: atr(14),
        theirs: (l) => ({ value: signalled(new signals.ATR(14), candles(l)) }),
        tolerance: 1e-12,
        from: 500,
      },
    ],
    [
      "MACD",
      {
        ref: macd(12, 26, 9),
        theirs: ({ close }) => {
          const lines = signalled(
            new signals.MACD(new signals.EMA(12), new signals.EMA(26), new signals.EMA(9)),
            close,
          );
          return {
            macd: lines.map((m) => m?.macd),
            signal: lines.map((m) => m?.signal),
            histogram: lines.map((m) => m?.histogram),
          };
        },
        tolerance: 1e-12,
        from: 600,
      },
    ],
    [
      "ADX",
      {
        ref: adx(14),
        theirs: (l) => {
          const indicator = new signals.ADX(14);
          const lines = candles(l).map((candle) => ({
            adx: indicator.add(candle),
            plus: indicator.pdi,
            minus: indicator.mdi,
          }));
          return {
            adx: lines.map((line) => line.adx ?? undefined),
            plusDi: lines.map((line) => (typeof line.plus === "number" ? line.plus * 100 : undefined)),
            minusDi: lines.map((line) => (typeof line.minus === "number" ? line.minus * 100 : undefined)),
          };
        },
        tolerance: 1e-11,
        from: 800,
        points: true,
      },
    ],
    [
      "Keltner",
      {
        ref: keltner(20, 10, 2),
        theirs: (l) => {
          const lines = signalled(new signals.KeltnerChannels(), candles(l));
          return {
            upper: lines.map((k) => k?.upper),
            middle: lines.map((k) => k?.middle),
            lower: lines.map((k) => k?.lower),
          };
        },
        tolerance: 1e-12,
        from: 500,
      },
    ],
    [
      "SuperTrend",
      {
        ref: supertrend(10, 3),
        theirs: (l) => {
          const lines = signalled(new signals.SuperTrend(), candles(l));
          return {
            value: lines.map((s) => s?.supertrend),
            direction: lines.map((s) => (s === undefined ? undefined : s.trend === "BULLISH" ? 1 : -1)),
          };
        },
        tolerance: 1e-12,
        from: 600,
      },
    ],
  ])("%s agrees once the seeds have faded", (_name, comparison) => {
    expectAgreement(comparison);
  });

  it("counts OBV and VWAP from the beginning: a difference of two of its levels, and its value over a slice, are ours", () => {
    for (const rows of MARKETS) {
      const lists = list(rows);
      const levels = signalled(new signals.OBV(2), candles(lists));
      const sums = columnsOf(obv(20), rows).value;
      const means = columnsOf(vwap(20), rows).value;
      for (let i = 40; i < LENGTH; i += 7) {
        const expected = (levels[i] ?? Number.NaN) - (levels[i - 20] ?? Number.NaN);
        expect(Math.abs((sums[i] ?? Number.NaN) - expected)).toBeLessThan(1e-8 * (1 + Math.abs(levels[i] ?? 0)));
        const slice = candles(lists).slice(i - 19, i + 1);
        const theirs = signalled(new signals.VWAP(), slice).at(-1) ?? Number.NaN;
        expect(Math.abs((means[i] ?? Number.NaN) / theirs - 1)).toBeLessThan(1e-13);
      }
    }
  });

  it("gives MFI as technicalindicators does to the two decimals that it rounds to", () => {
    expectAgreement({
      ref: mfi(14),
      theirs: ({ high, low, close, volume }) => ({ value: second.mfi({ period: 14, high, low, close, volume }) }),
      tolerance: 0.0051 / 100,
      points: true,
    });
  });

  // technicalindicators takes a candle whose typical price equals the one before for a fall: flow against the market.
  it("is right about MFI where typical prices tie, and technicalindicators is not", () => {
    const price = Float64Array.of(10, 10, 10, 11, 12);
    const rows: CandleRows = {
      open: price,
      high: price,
      low: price,
      close: price,
      volume: Float64Array.of(1, 5, 5, 2, 2),
    };
    expect(columnsOf(mfi(3), rows).value[4]).toBe(100);
    const { high, low, close, volume } = list(rows);
    expect(second.mfi({ period: 3, high, low, close, volume }).at(-1)).toBeLessThan(60);
  });
});

// No second package has them as we define them: written out once more, slowly, from the definition.
describe("definitions written out", () => {
  const rows = rowsOf(walk({ ...CALM, seed: 50, length: 300, flatShare: 0.2 }), 3);
  const last = (column: Float64Array, i: number, n: number): number[] => [...column.subarray(i - n + 1, i + 1)];
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const weighted = (values: readonly number[]): number =>
    sum(values.map((value, k) => value * (k + 1))) / ((values.length * (values.length + 1)) / 2);

  it("Aroon: candles since the newest of the highest highs and lowest lows", () => {
    const { up, down } = columnsOf(aroon(25), rows);
    for (let i = 25; i < 300; i++) {
      const highs = last(rows.high, i, 26);
      const lows = last(rows.low, i, 26);
      expect(up[i]).toBeCloseTo((100 * highs.lastIndexOf(Math.max(...highs))) / 25, 10);
      expect(down[i]).toBeCloseTo((100 * lows.lastIndexOf(Math.min(...lows))) / 25, 10);
    }
  });

  it("Chaikin money flow: volume by the place of the close, over volume", () => {
    const { value } = columnsOf(cmf(20), rows);
    for (let i = 19; i < 300; i++) {
      const flows = Array.from({ length: 20 }, (_, k) => {
        const at = i - k;
        const [high, low, close] = [rows.high[at] ?? 0, rows.low[at] ?? 0, rows.close[at] ?? 0];
        return high === low ? 0 : ((2 * close - low - high) / (high - low)) * (rows.volume[at] ?? 0);
      });
      expect(value[i]).toBeCloseTo(sum(flows) / sum(last(rows.volume, i, 20)), 9);
    }
  });

  it("Hull: the weighted mean of twice the faster less the slower", () => {
    const { value } = columnsOf(hma(16), rows);
    const raw = Float64Array.from(rows.close, (_, i) =>
      i < 15 ? 0 : 2 * weighted(last(rows.close, i, 8)) - weighted(last(rows.close, i, 16)),
    );
    for (let i = 18; i < 300; i++) expect(value[i]).toBeCloseTo(weighted(last(raw, i, 4)), 9);
  });
});
