// Floor 2. A strategy and candles that its author writes down → the candles at which it enters and exits. For the author's own
// tests; the rules, windows and warm-up are those of the desk.
import { type CandleSeries, candleColumns } from "#schemas/market.ts";
import { type MarketSymbol, type Timeframe, timeframeMs, unixMs } from "#schemas/units.ts";
import { aggregateCandles } from "../market/aggregate-candles.ts";
import { compileStrategy, requireBase } from "./compile-strategy.ts";
import type { Indicators, ParameterSpecs, ParametersOf, StrategyDefinition } from "./define-strategy.ts";
import { StrategyTrack } from "./strategy-track.ts";

/** Prices in quote per base, volume in base coins. Left out: the close before, the larger and smaller of the two, and 1. */
export interface TestedCandle {
  readonly close: number;
  readonly open?: number;
  readonly high?: number;
  readonly low?: number;
  readonly volume?: number;
}

export interface TestOptions<P extends ParameterSpecs> {
  /** Of the candles; default 5m. */
  readonly timeframe?: Timeframe;
  /** Default TEST/USDT. */
  readonly symbol?: string;
  readonly parameters?: Partial<ParametersOf<P>>;
}

export interface TestedStrategy {
  /** Index of every candle at whose close it would enter, ascending; none before it is warm (250 candles at least). */
  readonly enters: readonly number[];
  /** Index of every candle at whose close it would leave a position. */
  readonly exits: readonly number[];
  /** What it said at those candles. */
  readonly reasons: Readonly<Record<number, readonly string[]>>;
}

/**
 * @param candles closes, or candles, oldest first, without a hole
 * @throws StrategyError as the desk would: a field that is wrong, a rule that throws or answers nonsense
 */
export function testStrategy<P extends ParameterSpecs, I extends Indicators>(
  definition: StrategyDefinition<P, I>,
  candles: readonly (number | TestedCandle)[],
  { timeframe = "5m", symbol = "TEST/USDT", parameters = {} }: TestOptions<P> = {},
): TestedStrategy {
  const strategy = compileStrategy(definition, { file: null, parameters });
  requireBase(strategy, timeframe);
  const series = seriesOf(candles, timeframe, symbol as MarketSymbol);
  const higher = strategy.timeframes.map((longer) => aggregateCandles(series, longer));
  const track = new StrategyTrack(strategy, series, higher);
  const enters: number[] = [];
  const exits: number[] = [];
  const reasons: Record<number, readonly string[]> = {};
  for (const [i, openMs] of series.openMs.entries()) {
    const n = openMs / timeframeMs(timeframe);
    const exit = track.exits(n);
    const enter = exit === null ? track.enters(n) : null;
    if (exit !== null) exits.push(i);
    if (enter !== null) enters.push(i);
    const said = exit ?? enter;
    if (said !== null) reasons[i] = said.reasons;
  }
  return { enters, exits, reasons };
}

/** A multiple of every timeframe, so that candles of the higher ones begin with the first. */
const START_MS = Date.UTC(2024, 0, 1);

function seriesOf(
  candles: readonly (number | TestedCandle)[],
  timeframe: Timeframe,
  symbol: MarketSymbol,
): CandleSeries {
  const given = candles.map((candle) => (typeof candle === "number" ? { close: candle } : candle));
  const rows = given.map(({ close, ...rest }, i) => {
    const open = rest.open ?? given[i - 1]?.close ?? close;
    const { high = Math.max(open, close), low = Math.min(open, close), volume = 1 } = rest;
    return { openMs: START_MS + i * timeframeMs(timeframe), open, high, low, close, volume };
  });
  return {
    symbol,
    timeframe,
    ...candleColumns((name) => Float64Array.from(rows, (row) => row[name])),
    notes: [],
    askedFromMs: unixMs(0),
    checkedThroughMs: unixMs(START_MS + rows.length * timeframeMs(timeframe)),
  };
}
