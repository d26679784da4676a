// Bench. Every indicator of the registry over the same 100,000 candles, 200 rows at a time as a backtest takes them, beside the
// same indicator of a package: `technicalindicators` where it has it, else `trading-signals`. Those that the registry itself
// takes from a package stand in rows of their own: their ratio is what the guards around the package cost.
import * as second from "technicalindicators";
import * as signals from "trading-signals";
import { type CandleRows, requireFiniteRows } from "#toolkits/indicators/kernel.ts";
import { INDICATORS, indicatorById } from "#toolkits/indicators/registry.ts";
import { createRun } from "#toolkits/indicators/run-columns.ts";
import { resolveSettings } from "#toolkits/indicators/settings.ts";
import { type BenchRow, medianOf } from "./rows.ts";

const ROWS = 100_000;
const BLOCK_ROWS = 200;
const ROUNDS = 5;
/** Ours goes over the rows this often a round, so that a round of it is not over before it is compiled. */
const PASSES = 10;
const SECOND = "technicalindicators 3.1.0";
const SIGNALS = "trading-signals 8.3.0";

/** Medians of interleaved rounds; the ratio is the package's time over ours. */
export async function benchIndicators(): Promise<BenchRow[]> {
  const rows = seededCandles(ROWS);
  const baselines = baselinesOf(rows);
  const contestants = INDICATORS.flatMap(({ id, library }) => {
    const baseline = baselines[id];
    return baseline === undefined ? [] : [{ id, library, ...baseline }];
  });
  const measured: BenchRow[] = [];
  for (const { id, library, name, run } of contestants) {
    const [oursMs = Number.NaN, theirsMs = Number.NaN] = await medianOf(ROUNDS, [scanOf(id, rows), run]);
    measured.push({
      name: library === undefined ? id : `${id}, through ${library}`,
      baseline: name,
      ratio: (theirsMs / oursMs) * PASSES,
      unitsPerSecond: (ROWS / oursMs) * PASSES * 1000,
      unit: "candles",
    });
  }
  return measured;
}

/** All rows a block at a time, as from an own window each: the check for NaN is part of it, the warm-up is not. */
function scanOf(id: string, rows: CandleRows): () => void {
  const spec = indicatorById(id);
  const { kernel, state, columns } = createRun(spec.kernel(resolveSettings(spec)), ROWS);
  return () => {
    state.fill(0);
    for (let pass = 0; pass < PASSES; pass++) {
      for (let from = 0; from < ROWS; from += BLOCK_ROWS) {
        requireFiniteRows(rows, from, from + BLOCK_ROWS);
        kernel.scan(state, rows, from, from + BLOCK_ROWS, columns, from);
      }
    }
  };
}

interface Baseline {
  readonly name: string;
  readonly run: () => unknown;
}

function baselinesOf(rows: CandleRows): Readonly<Record<string, Baseline>> {
  const open = Array.from(rows.open);
  const high = Array.from(rows.high);
  const low = Array.from(rows.low);
  const close = Array.from(rows.close);
  const volume = Array.from(rows.volume);
  const candles = close.map((_, i) => ({
    open: open[i] ?? 0,
    high: high[i] ?? 0,
    low: low[i] ?? 0,
    close: close[i] ?? 0,
    volume: volume[i] ?? 0,
  }));
  const bySecond = (run: () => unknown): Baseline => ({ name: SECOND, run });
  const byCandle = (make: () => { add(candle: (typeof candles)[number]): unknown }): Baseline => ({
    name: SIGNALS,
    run: () => {
      const indicator = make();
      for (const candle of candles) indicator.add(candle);
    },
  });
  const byClose = (make: () => { add(value: number): unknown }): Baseline => ({
    name: SIGNALS,
    run: () => {
      const indicator = make();
      for (const value of close) indicator.add(value);
    },
  });
  return {
    rsi: bySecond(() => second.rsi({ period: 14, values: close })),
    bollinger: bySecond(() => second.bollingerbands({ period: 20, stdDev: 2, values: close })),
    atr: bySecond(() => second.atr({ period: 14, high, low, close })),
    ema: bySecond(() => second.ema({ period: 20, values: close })),
    sma: bySecond(() => second.sma({ period: 20, values: close })),
    macd: bySecond(() =>
      second.macd({
        values: close,
        fastPeriod: 12,
        slowPeriod: 26,
        signalPeriod: 9,
        SimpleMAOscillator: false,
        SimpleMASignal: false,
      }),
    ),
    adx: bySecond(() => second.adx({ period: 14, high, low, close })),
    stochastic: bySecond(() => second.stochastic({ period: 14, signalPeriod: 3, high, low, close })),
    obv: bySecond(() => second.obv({ close, volume })),
    "volume-mean": bySecond(() => second.sma({ period: 20, values: volume })),
    donchian: byCandle(() => new signals.DonchianChannels(20)),
    vwap: bySecond(() => second.vwap({ high, low, close, volume })),
    highest: bySecond(() => second.highest({ period: 20, values: high })),
    lowest: bySecond(() => second.lowest({ period: 20, values: low })),
    stddev: bySecond(() => second.sd({ period: 20, values: close })),
    keltner: byCandle(() => new signals.KeltnerChannels()),
    supertrend: byCandle(() => new signals.SuperTrend()),
    cci: byCandle(() => new signals.CCI(20)),
    mfi: byCandle(() => new signals.MFI(14)),
    roc: byClose(() => new signals.ROC(12)),
    "williams-r": byCandle(() => new signals.WilliamsR(14)),
    aroon: byCandle(() => new signals.Aroon(25)),
    cmf: byCandle(() => new signals.CMF(20)),
    ichimoku: byCandle(() => new signals.IchimokuCloud()),
    wma: byClose(() => new signals.WMA(20)),
    hma: byClose(() => new signals.HMA(20)),
  };
}

/** A deterministic walk of about 0.2 % a step around 100, by a Lehmer generator (Park and Miller 1988). */
function seededCandles(length: number): CandleRows {
  const column = (): Float64Array => new Float64Array(length);
  const rows = { open: column(), high: column(), low: column(), close: column(), volume: column() };
  let state = 1;
  const random = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  let price = 100;
  for (let i = 0; i < length; i++) {
    const open = price;
    price *= 1 + (random() - 0.5) * 0.008;
    rows.open[i] = open;
    rows.close[i] = price;
    rows.high[i] = Math.max(open, price) * (1 + random() * 0.001);
    rows.low[i] = Math.min(open, price) * (1 - random() * 0.001);
    rows.volume[i] = random() * 10;
  }
  return rows;
}
