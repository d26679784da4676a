// Bench. Seeds, and where asked for a folder of recordings → price histories, in blocks that count as independent.
import type { CandleSeries } from "#schemas/market.ts";
import { type MarketSymbol, type Timeframe, timeframeMs, unixMs } from "#schemas/units.ts";
import { aggregateCandles } from "#toolkits/market/aggregate-candles.ts";
import { openReplayFolder } from "#toolkits/market/replay/folder.ts";
import { createSimulatedVenue } from "#toolkits/market/simulated-venue.ts";

/** One market's candles; prices inside a candle where there are any. */
export interface History {
  /** `sim` or `recorded`. */
  readonly source: string;
  /** What resampling draws as a whole is found from this and, for recordings, from the day. */
  readonly seed: number | null;
  readonly symbol: MarketSymbol;
  readonly series: CandleSeries;
  /** 1m candles over the same time; null: prices inside a candle are not known. */
  readonly minutes: CandleSeries | null;
}

/** First moment of every simulated history. */
export const SIM_START_MS = unixMs(Date.UTC(2025, 0, 1));

const patience = { signal: new AbortController().signal };

/** `candles` of the first `assets` markets of a seed, ending at the same moment whatever the timeframe. */
export async function simulatedHistories(options: {
  readonly seed: number;
  readonly assets: number;
  readonly timeframe: Timeframe;
  readonly candles: number;
  readonly withMinutes: boolean;
}): Promise<readonly History[]> {
  const { seed, assets, timeframe, candles } = options;
  const venue = createSimulatedVenue({ seed, assets });
  const markets = await venue.markets(patience);
  return Promise.all(
    markets.map(async ({ symbol }) => {
      const at = { symbol, nowMs: SIM_START_MS, fromMs: unixMs(SIM_START_MS - candles * timeframeMs(timeframe)) };
      return {
        source: "sim",
        seed,
        symbol,
        series: await venue.candles({ ...at, timeframe }, patience),
        minutes: options.withMinutes ? await venue.candles({ ...at, timeframe: "1m" }, patience) : null,
      };
    }),
  );
}

/** Every market of a folder that has candles of this timeframe. */
export async function recordedHistories(dir: string, timeframe: Timeframe): Promise<readonly History[]> {
  const folder = await openReplayFolder(dir, { timeframe, ...patience });
  return folder.symbolsWithCandles.map((symbol) => ({
    source: "recorded",
    seed: null,
    symbol,
    series: folder.series(symbol),
    minutes: null,
  }));
}

/** 1m recordings, put together to longer candles: the only recordings in which prices inside a candle are known. */
export async function recordedWithMinutes(dir: string, timeframe: Timeframe): Promise<readonly History[]> {
  const minutes = await recordedHistories(dir, "1m").catch(() => []);
  return minutes.map((history) => ({
    ...history,
    series: aggregateCandles(history.series, timeframe),
    minutes: history.series,
  }));
}
