// Floor 2. Candles as they are read → the live window kept, and what the source has changed of it since. A corrected candle
// voids the analyses of its key, and with them (topics.ts) what was made from those.
import { LRUCache } from "lru-cache";
import type { AnalysisKey } from "#schemas/analysis.ts";
import { type CandleSeries, candleColumns } from "#schemas/market.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { timeframeMs, toIso, type VenueId } from "#schemas/units.ts";
import type { Khala } from "./khala.ts";

const KEEP = 1000;
/** The last read of a market takes 24 kB (500 candles in six columns); the store answers for the markets beyond. */
const MAX_HOT_MARKETS = 1000;

export interface CandleWindowsParts {
  readonly store: Pick<Store, "candles">;
  readonly khala: Pick<Khala, "invalidate">;
  /** Whose candles these are; the series themselves do not say it. */
  readonly venueId: VenueId;
  /** How many candles are kept per market and timeframe, the newest; default 1,000. */
  readonly keep?: number;
}

export interface CandleWindows {
  /**
   * Keeps the closed candles of a series, and compares those that were kept before. Where one differs, or a hole inside
   * what was kept has been filled, the key's analyses are invalidated as `source-changed`. To be called after the candles
   * were read and before what was made from them is remembered. A series without a candle that was there before corrects
   * nothing, and neither does one that was read earlier than what is kept.
   * @returns open times of the corrected candles, ascending, ms
   * @throws StoreError; the same series may be noted again
   */
  note(series: CandleSeries, options: CallOptions): Promise<{ readonly corrected: readonly number[] }>;
}

export function createCandleWindows(parts: CandleWindowsParts): CandleWindows {
  const { store, khala, venueId, keep = KEEP } = parts;
  /** A copy of the last read of each market: what equals it and goes on from it needs no look into the store. */
  const lastReads = new LRUCache<string, CandleSeries>({ max: MAX_HOT_MARKETS });
  // One note at a time per market: the second must see what the first has kept.
  const tails = new Map<string, Promise<unknown>>();

  const noteAlone = async (key: AnalysisKey, series: CandleSeries, options: CallOptions) => {
    const name = nameOf(key);
    const last = lastReads.get(name);
    if (last !== undefined && series.checkedThroughMs < last.checkedThroughMs) return { corrected: [] };
    const read = newest(series, keep);
    let found = last === undefined ? null : compare(last, read);
    // A difference from what this process read may be known already to another one, which has analysed anew since; and
    // what it read is not all that is kept. Only the store knows.
    if (found === null || !found.goesOn) {
      const kept = await store.candles.window(key, keep, options);
      found = kept === undefined ? { ...UNRELATED, changed: [...read.openMs.keys()] } : compare(kept, read);
    }
    const { corrected, changed, restarts } = found;
    // In this order: were the correction kept first and the process killed then, it would not be noticed again.
    if (corrected.length > 0) {
      await khala.invalidate(key, { reason: "source-changed", detail: describe(corrected) }, options);
    }
    if (changed.length > 0) {
      await store.candles.put(key, rowsAt(read, changed), restarts ? changed.length : keep, options);
    }
    // One that ends earlier, as venues that lag behind themselves give, would let the candles it lacks pass for new ones.
    if (lastOpenMs(read) >= lastOpenMs(last)) lastReads.set(name, read);
    return { corrected };
  };

  return {
    note(series, options) {
      const key = { venueId, symbol: series.symbol, timeframe: series.timeframe };
      const name = nameOf(key);
      const turn = (tails.get(name) ?? Promise.resolve()).then(() => noteAlone(key, series, options));
      const tail = turn
        .catch(() => {})
        .then(() => {
          if (tails.get(name) === tail) tails.delete(name);
        });
      tails.set(name, tail);
      return turn;
    },
  };
}

interface Comparison {
  /** Open times whose candle differs, or fills a hole. */
  readonly corrected: readonly number[];
  /** Indexes into what was read: whatever has to be written. */
  readonly changed: readonly number[];
  /** Nothing but newer candles was found, and they follow what is kept. */
  readonly goesOn: boolean;
  /** What was read lies apart from what is kept: candles between the two would be no correction, so the window restarts. */
  readonly restarts: boolean;
}

const UNRELATED: Comparison = { corrected: [], changed: [], goesOn: false, restarts: false };

function compare(kept: CandleSeries, read: CandleSeries): Comparison {
  const firstMs = kept.openMs[0] ?? Number.POSITIVE_INFINITY;
  const lastMs = lastOpenMs(kept);
  const stepMs = timeframeMs(read.timeframe);
  // Older than all that is kept and apart from it: nothing to compare, and kept it would look like a hole.
  if ((read.openMs.at(-1) ?? firstMs) < firstMs - stepMs) return UNRELATED;
  const corrected: number[] = [];
  const changed: number[] = [];
  let goesOn = true;
  let k = 0;
  for (let i = 0; i < read.openMs.length; i += 1) {
    const openMs = read.openMs[i] ?? Number.NaN;
    while (k < kept.openMs.length && (kept.openMs[k] ?? 0) < openMs) k += 1;
    const isKnown = kept.openMs[k] === openMs;
    if (isKnown && isSameCandle(kept, k, read, i)) continue;
    changed.push(i);
    if (openMs <= lastMs) goesOn = false;
    if (isKnown || (openMs > firstMs && openMs < lastMs)) corrected.push(openMs);
  }
  const restarts = (read.openMs[0] ?? lastMs) > lastMs + stepMs;
  return { corrected, changed, goesOn: goesOn && !restarts, restarts };
}

const isSameCandle = (a: CandleSeries, i: number, b: CandleSeries, j: number): boolean =>
  a.open[i] === b.open[j] &&
  a.high[i] === b.high[j] &&
  a.low[i] === b.low[j] &&
  a.close[i] === b.close[j] &&
  a.volume[i] === b.volume[j];

/** A copy: the source may use its buffers again. */
const newest = (series: CandleSeries, count: number): CandleSeries => ({
  ...series,
  ...candleColumns((name) => series[name].slice(-count)),
});

const rowsAt = (series: CandleSeries, indexes: readonly number[]): CandleSeries => ({
  ...series,
  ...candleColumns((name) => Float64Array.from(indexes, (i) => series[name][i] ?? Number.NaN)),
});

const lastOpenMs = (series: CandleSeries | undefined): number => series?.openMs.at(-1) ?? Number.NEGATIVE_INFINITY;

const nameOf = ({ symbol, timeframe }: AnalysisKey): string => `${timeframe} ${symbol}`;

function describe(openTimes: readonly number[]): string {
  const [first = 0] = openTimes;
  const others = openTimes.length === 1 ? "" : ` and ${openTimes.length - 1} more`;
  return `the source changed the candle of ${toIso(first)}${others}`;
}
