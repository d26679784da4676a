// Floor 2. USDT/USD of the scenario in which the settlement currency leaves its par. It is listed beside the ranking, never in it.
import { type CandleSeries, candleColumns, type Market, newestClosed, type Ticker } from "#schemas/market.ts";
import { HOUR_MS, MarketSymbol, type Timeframe, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { isThirdHour } from "./phase.ts";

export const PEG_SYMBOL = MarketSymbol.parse("USDT/USD");
const OFF_PAR = 0.95;
const VOLUME = 1_000_000;
const HALF_SPREAD = 0.0001;

export const pegMarket: Market = Object.freeze({
  symbol: PEG_SYMBOL,
  base: "USDT",
  quote: "USD",
  active: true,
  tickSize: "0.0001",
  stepSize: "0.01",
  minQuantity: "0.01",
  maxQuantity: null,
  minNotional: "5",
  feeBps: null,
  buyFeeIn: "quote",
  assumed: false,
});

const priceAt = (atMs: number): number => (isThirdHour(atMs) ? OFF_PAR : 1);

interface PegRequest {
  readonly timeframe: Timeframe;
  readonly nowMs: UnixMs;
  readonly fromMs: UnixMs;
}

export function pegSeries({ timeframe, nowMs, fromMs }: PegRequest): CandleSeries {
  const lengthMs = timeframeMs(timeframe);
  const startMs = Math.ceil(fromMs / lengthMs) * lengthMs;
  const length = Math.max(0, (newestClosed(nowMs, timeframe, 0) - startMs) / lengthMs);
  const rows = Array.from({ length }, (_, row) => {
    const openMs = startMs + row * lengthMs;
    // No shorter than an hour is looked at: what happens inside a candle begins and ends on the hour.
    const seen = new Set<number>();
    for (let atMs = openMs; atMs < openMs + lengthMs; atMs += HOUR_MS) seen.add(priceAt(atMs));
    const [open, close] = [priceAt(openMs), priceAt(openMs + lengthMs - 1)];
    const volume = (VOLUME * lengthMs) / HOUR_MS;
    return { openMs, open, close, high: Math.max(open, close, ...seen), low: Math.min(open, close, ...seen), volume };
  });
  const columns = candleColumns((name) => Float64Array.from(rows, (row) => row[name]));
  const asked = { askedFromMs: fromMs, checkedThroughMs: nowMs };
  return { symbol: PEG_SYMBOL, timeframe, ...columns, notes: [], ...asked };
}

export function pegTicker(nowMs: UnixMs): Ticker {
  const last = priceAt(nowMs);
  const [bid, ask] = [last * (1 - HALF_SPREAD), last * (1 + HALF_SPREAD)];
  return { symbol: PEG_SYMBOL, atMs: unixMs(nowMs), bid, ask, last, quoteVolume: VOLUME * 24 };
}
