// Bench. What strategies read in many markets at one close, from candles to readings, and what action levels cost beside that:
// the three shipped strategies, candles that do not close a higher one.
import { type CandleSeries, candleColumns } from "#schemas/market.ts";
import { MarketSymbol, type Timeframe, timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { computeSnapshot } from "#toolkits/indicators/snapshot.ts";
import { windowAt } from "#toolkits/indicators/window.ts";
import { marketRows, type RowsRequest } from "#toolkits/strategies/market-rows.ts";
import { MarketReader } from "#toolkits/strategies/read-market.ts";
import { shippedStrategy, strategyIds } from "#toolkits/strategies/registry.ts";
import { type BenchRow, medianOf } from "./rows.ts";

const FEW = 50;
const MANY = 2000;
const ROUNDS = 15;
/** The few are read this often a round, so that a round is as long as one of the many. */
const PASSES = MANY / FEW;
const CANDLES = 700;
const BASE: Timeframe = "5m";
const NOW_MS = unixMs(Date.UTC(2025, 0, 1, 7, 25));

/** Medians of interleaved rounds. A ratio of 0.33 says that levels cost three times what the readings do. */
export async function benchStrategies(): Promise<BenchRow[]> {
  const strategies = strategyIds().map((id) => shippedStrategy(id));
  const readers = strategies.map((strategy) => new MarketReader(strategy));
  const markets = Array.from({ length: MANY }, (_, i) => marketOf(i));
  const readAll = (count: number, passes: number, wantsLevels: boolean) => (): void => {
    for (let pass = 0; pass < passes; pass++) {
      for (const market of markets.slice(0, count)) {
        for (const [i, strategy] of strategies.entries()) {
          const rows = marketRows({ ...market, strategy });
          if (rows !== null) readers[i]?.read(rows, wantsLevels);
        }
      }
    }
  };
  const [readingsMs = Number.NaN, fewMs = Number.NaN, manyMs = Number.NaN] = await medianOf(ROUNDS, [
    readAll(FEW, PASSES, false),
    readAll(FEW, PASSES, true),
    readAll(MANY, 1, true),
  ]);
  const readings = MANY * strategies.length;
  const row = (name: string, baseline: string, baselineMs: number, tookMs: number): BenchRow => ({
    name,
    baseline,
    ratio: baselineMs / tookMs,
    unitsPerSecond: (readings / tookMs) * 1000,
    unit: "readings",
  });
  const both = `${FEW} markets × ${strategies.length} strategies`;
  return [
    row(`levels of ${both}`, "their readings", readingsMs, fewMs - readingsMs),
    row(`readings with levels of ${both}`, "readings alone", readingsMs, fewMs),
    row(`readings with levels of ${MANY} markets`, `${FEW} markets, each`, fewMs, manyMs),
  ];
}

type MarketOf = Omit<RowsRequest, "strategy">;

function marketOf(index: number): MarketOf {
  const series = new Map<Timeframe, CandleSeries>();
  for (const timeframe of [BASE, "1h"] as const) series.set(timeframe, seriesOf(index, timeframe));
  const base = series.get(BASE);
  const window = base === undefined ? null : windowAt(base, NOW_MS);
  const atr = window === null ? null : computeSnapshot(window).atr;
  return { asOfMs: NOW_MS, series, base: BASE, tickSize: 0.001, atr };
}

/** A deterministic walk of about 0.2 % a step, by a Lehmer generator (Park and Miller 1988). */
function seriesOf(index: number, timeframe: Timeframe): CandleSeries {
  const stepMs = timeframeMs(timeframe);
  const end = Math.floor(NOW_MS / stepMs);
  const columns = candleColumns(() => new Float64Array(CANDLES));
  let state = 1 + index * 7919 + stepMs;
  const random = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  let price = 50 + (index % 100);
  for (let i = 0; i < CANDLES; i++) {
    const open = price;
    price = Math.round(1000 * price * (1 + (random() - 0.5) * 0.008)) / 1000;
    columns.openMs[i] = (end - CANDLES + i) * stepMs;
    columns.open[i] = open;
    columns.close[i] = price;
    columns.high[i] = Math.max(open, price) * (1 + random() * 0.001);
    columns.low[i] = Math.min(open, price) * (1 - random() * 0.001);
    columns.volume[i] = random() * 10;
  }
  const symbol = MarketSymbol.parse(`M${index}/USDT`);
  return { symbol, timeframe, ...columns, notes: [], askedFromMs: unixMs(0), checkedThroughMs: closeOf(end, stepMs) };
}

const closeOf = (end: number, stepMs: number): UnixMs => unixMs(end * stepMs);
