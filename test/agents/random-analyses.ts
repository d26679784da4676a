// Analyses of many markets with any values that the schema allows: missing indicators, no trend, every verdict.
import fc from "fast-check";
import type { DeskStrategy } from "#memory/said-of.ts";
import type { Trend } from "#schemas/indicator.ts";
import type { ActionInterval, MarketView, Reading } from "#schemas/reading.ts";
import { MarketSymbol, type Timeframe, unixMs } from "#schemas/units.ts";
import { levelsOf, makeAnalysis, makeView, T0 } from "../memory/fixtures.ts";

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

/** Of the desk: one that has read every market, one that has read some, one that was ended. */
export const STRATEGIES: readonly DeskStrategy[] = [
  { info: { id: "mean-reversion", definitionId: "mean-reversion.1", timeframes: [] }, fault: null },
  { info: { id: "ema-cross", definitionId: "ema-cross.1", timeframes: [] }, fault: null },
  {
    info: { id: "broken", definitionId: "broken.1", timeframes: [] },
    fault: { message: "broken.ts, enter: it threw." },
  },
];

const ratio = fc.double({ min: 0.9, max: 1.1, noNaN: true });
const saying = fc.record({
  isRead: fc.boolean(),
  action: fc.constantFrom("enter", "exit", "hold"),
  strength: fc.double({ min: 0, max: 1, noNaN: true }),
  status: fc.constantFrom("exact", "exact", "conditional", "not-worked-out"),
  bounds: fc.uniqueArray(ratio, { minLength: 4, maxLength: 4 }),
  kinds: fc.array(fc.constantFrom("below", "between", "above", "point"), { maxLength: 2 }),
});
type Said = typeof saying extends fc.Arbitrary<infer T> ? T : never;

function readingOf(said: Said, price: number, index: number): Partial<Reading>[] {
  const info = STRATEGIES[index]?.info;
  if (info === undefined || info.id === "broken" || (index > 0 && !said.isRead)) return [];
  const [a = 1, b = 1, c = 1, d = 1] = said.bounds.toSorted((x, y) => x - y).map((one) => price * one);
  const bounds = {
    below: { from: null, to: a },
    between: { from: b, to: c },
    above: { from: d, to: null },
    point: { from: b, to: b },
  };
  const intervals = said.kinds.map(
    (kind, i): ActionInterval => ({ action: i === 0 ? "enter" : "exit", ...bounds[kind] }),
  );
  const { id: strategyId, definitionId } = info;
  const levels =
    said.status === "not-worked-out"
      ? levelsOf([], { status: said.status, note: "the rule changes too often between two prices", searched: null })
      : levelsOf(intervals, {
          status: said.status,
          note: said.status === "conditional" ? "for a stated candle" : "",
          searched: { from: price * 0.9, to: price * 1.1 },
        });
  const signal = { action: said.action, strength: said.strength, reasons: ["because of the rules"] };
  return [{ strategyId, definitionId, signal, levels }];
}

function analysisOf(symbol: string, timeframe: Timeframe): fc.Arbitrary<MarketView> {
  return fc
    .record({
      price: priceOf,
      rsi: orNull(fc.integer({ min: 0, max: 100e6 }).map((value) => value / 1e6)),
      width: orNull(fc.double({ min: 0.001, max: 0.2, noNaN: true })),
      percentB: orNull(fc.double({ min: -1, max: 2, noNaN: true })),
      atrRatio: orNull(fc.double({ min: 0, max: 0.1, noNaN: true })),
      trend,
      verdict: fc.constantFrom("block", "unknown", "caution", "clear", "not-applicable"),
      said: fc.array(saying, { minLength: STRATEGIES.length, maxLength: STRATEGIES.length }),
      warmup: fc.constantFrom("full", "partial"),
      candles: fc.integer({ min: 20, max: 500 }),
      behindMs: fc.constantFrom(0, 0, 300_000),
    })
    .map((v) =>
      makeView(
        {
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
        },
        v.said.flatMap((one, index) => readingOf(one, v.price, index)),
      ),
    );
}

/** One analysis each of 1 to all of the markets, in any order. */
export const analyses = (timeframe: Timeframe = "5m", minLength = 1): fc.Arbitrary<readonly MarketView[]> =>
  fc
    .shuffledSubarray(BASES, { minLength })
    .chain((bases) => fc.tuple(...bases.map((base) => analysisOf(`${base}/USDT`, timeframe))));
