// Analyses of many markets with any values that the schema allows: missing indicators, no trend, every verdict.
import fc from "fast-check";
import type { Analysis } from "#schemas/analysis.ts";
import type { Trend } from "#schemas/indicator.ts";
import { MarketSymbol, type Timeframe, unixMs } from "#schemas/units.ts";
import { makeAnalysis, T0 } from "../memory/fixtures.ts";

const BASES = ["BTC", "ETH", "SOL", "ADA", "UNI", "AAVE", "DOGE", "PEPE", "XMR", "LINK", "FIL", "FIC0001", "ZZZ", "OP"];
const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null, freq: 4 });
const priceOf = fc.double({ min: -6, max: 5, noNaN: true }).map((power) => Number((10 ** power).toPrecision(9)));
// Whole numbers spread evenly; doubles crowd at the ends of their range.
const pct = fc.integer({ min: -60e6, max: 90e6 }).map((value) => value / 1e6);

const trend: fc.Arbitrary<Trend> = fc.record({
  changeHourPct: orNull(pct),
  changeDayPct: orNull(pct),
  dayHigh: orNull(priceOf),
  dayLow: orNull(priceOf),
  direction: orNull(fc.constantFrom("up", "down", "sideways")),
  hourMoveDailySigmas: fc.constant(null),
});

function analysisOf(symbol: string, timeframe: Timeframe): fc.Arbitrary<Analysis> {
  return fc
    .record({
      price: priceOf,
      rsi: orNull(fc.integer({ min: 0, max: 100e6 }).map((value) => value / 1e6)),
      width: orNull(fc.double({ min: 0.001, max: 0.2, noNaN: true })),
      percentB: orNull(fc.double({ min: -1, max: 2, noNaN: true })),
      atrRatio: orNull(fc.double({ min: 0, max: 0.1, noNaN: true })),
      trend,
      verdict: fc.constantFrom("block", "unknown", "caution", "clear", "not-applicable"),
      action: fc.constantFrom("enter", "exit", "hold"),
      strength: fc.double({ min: 0, max: 1, noNaN: true }),
      enter: orNull(fc.double({ min: 0.5, max: 1.1, noNaN: true })),
      exit: orNull(fc.double({ min: 0.9, max: 1.5, noNaN: true })),
      warmup: fc.constantFrom("full", "partial"),
      candles: fc.integer({ min: 20, max: 500 }),
      behindMs: fc.constantFrom(0, 0, 300_000),
    })
    .map((v) =>
      makeAnalysis({
        symbol: MarketSymbol.parse(symbol),
        timeframe,
        asOfMs: unixMs(T0 - v.behindMs),
        price: v.price,
        trend: v.trend,
        indicators: {
          ...makeAnalysis().indicators,
          rsiWilder: v.rsi,
          bollinger:
            v.width === null
              ? null
              : {
                  lower: v.price * (1 - v.width),
                  middle: v.price,
                  upper: v.price * (1 + v.width),
                  bandwidth: 2 * v.width,
                  percentB: v.percentB,
                },
          atr: v.atrRatio === null ? null : v.price * v.atrRatio,
          candles: v.candles,
          warmup: v.warmup,
        },
        security: {
          ...makeAnalysis().security,
          verdict: v.verdict,
          reason: `the ${v.verdict} of ${symbol}`,
          checks: [
            { id: "is_mintable", state: "fail", severity: "high", source: "table", evidence: "the owner may mint" },
            { id: "is_proxy", state: "unknown", severity: "medium", source: "table", evidence: "" },
          ],
        },
        signal: { action: v.action, strength: v.strength, reasons: ["because of the rules"] },
        triggers: {
          enterAtOrBelow: v.enter === null ? null : v.price * v.enter,
          exitAtOrAbove: v.exit === null ? null : v.price * v.exit,
        },
      }),
    );
}

/** One analysis each of 1 to all of the markets, in any order. */
export const analyses = (timeframe: Timeframe = "5m", minLength = 1): fc.Arbitrary<readonly Analysis[]> =>
  fc
    .shuffledSubarray(BASES, { minLength })
    .chain((bases) => fc.tuple(...bases.map((base) => analysisOf(`${base}/USDT`, timeframe))));
