// Floor 2. Candles in columns ↔ candles in rows, as the store keeps them; and two series of one market, compared and joined.
import type { AnalysisKey } from "#schemas/analysis.ts";
import {
  type Candle,
  type CandleColumns,
  type CandleSeries,
  type CandleVerdict,
  candleColumns,
} from "#schemas/market.ts";
import type { CandleVersion } from "#schemas/ports/memory.ts";
import { timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";

/**
 * A series of rows that stand oldest first. When its source was asked is not known any more: `askedFromMs` and
 * `checkedThroughMs` say the least there is to say, the open of the oldest candle and the close of the newest.
 */
export function seriesOf(key: Pick<AnalysisKey, "symbol" | "timeframe">, candles: readonly Candle[]): CandleSeries {
  const newest = candles.at(-1);
  return {
    symbol: key.symbol,
    timeframe: key.timeframe,
    ...candleColumns((name) => Float64Array.from(candles, (candle) => candle[name])),
    notes: [],
    askedFromMs: unixMs(candles[0]?.openMs ?? 0),
    checkedThroughMs: unixMs(newest === undefined ? 0 : newest.openMs + timeframeMs(key.timeframe)),
  };
}

/** By open time, then the one that was replaced first. */
export const byVersion = (a: CandleVersion, b: CandleVersion): number =>
  a.openMs - b.openMs || (a.replacedMs ?? Number.POSITIVE_INFINITY) - (b.replacedMs ?? Number.POSITIVE_INFINITY);

/**
 * One verdict for each open time, oldest first: what settled it first, or that it is pending. A settled one is never undone,
 * whoever else decided otherwise later.
 */
export function newestWords(verdicts: readonly CandleVerdict[]): readonly CandleVerdict[] {
  const words = new Map<number, CandleVerdict>();
  for (const one of verdicts) {
    const other = words.get(one.openMs);
    if (other === undefined || weight(one) < weight(other)) words.set(one.openMs, one);
  }
  return [...words.values()].sort((a, b) => a.openMs - b.openMs);
}

/** Settled before pending, then the earlier; of two at once, `agreed`. */
const weight = ({ verdict, knownMs }: CandleVerdict): number =>
  verdict === "pending" ? Number.POSITIVE_INFINITY : knownMs + (verdict === "hole" ? 0.5 : 0);

export interface Comparison {
  /** Open times whose candle differs, or fills a hole. */
  readonly corrected: readonly number[];
  /** Indexes into what was read: whatever has to be written. */
  readonly changed: readonly number[];
  /** Nothing but newer candles was found, and they follow what is kept. */
  readonly goesOn: boolean;
  /** What was read lies apart from what is kept: candles between the two would be no correction, so the window restarts. */
  readonly restarts: boolean;
}

export const UNRELATED: Comparison = { corrected: [], changed: [], goesOn: false, restarts: false };

export function compareSeries(kept: CandleSeries, read: CandleSeries): Comparison {
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

/**
 * `kept`, and after it the newer rows of `tail`, which begins at a row of it. Null where the two differ in what they share; a
 * tail that ends before `kept` does adds nothing. The rows are written behind those of `kept` where its memory has room:
 * a series that was handed out does not change, but only the newest one may be gone on with.
 */
export function appendRows(kept: CandleSeries, tail: CandleSeries): CandleSeries | null {
  const { length } = kept.openMs;
  // From behind: a tail begins with one of the newest rows.
  const shared = kept.openMs.lastIndexOf(tail.openMs[0] ?? Number.NaN);
  if (shared < 0) return null;
  const both = Math.min(length - shared, tail.openMs.length);
  for (let i = 0; i < both; i++) {
    if (kept.openMs[shared + i] !== tail.openMs[i] || !isSameCandle(kept, shared + i, tail, i)) return null;
  }
  if (tail.openMs.length === both) return kept;
  const added = tail.openMs.length - both;
  const { askedFromMs, notes } = kept;
  const room = roomIn(kept) >= added ? kept : withRoom(kept, added + length / 2);
  const lastMs = lastOpenMs(kept);
  return {
    ...tail,
    ...candleColumns((name) => {
      const { buffer, byteOffset } = room[name];
      const grown = new Float64Array(buffer, byteOffset, length + added);
      // One by one: a part of a small array is dearer than its few values.
      for (let i = 0; i < added; i++) grown[length + i] = tail[name][both + i] ?? Number.NaN;
      return grown;
    }),
    notes: [...notes, ...tail.notes.filter(({ atMs }) => atMs > lastMs)],
    askedFromMs,
  };
}

/** Rows that fit behind those of a series in its own memory. */
function roomIn({ openMs, open, high, low, close, volume }: CandleSeries): number {
  const behind = ({ buffer, byteOffset, byteLength }: Float64Array): number =>
    buffer.byteLength - byteOffset - byteLength;
  const least = Math.min(behind(openMs), behind(open), behind(high), behind(low), behind(close), behind(volume));
  return Math.floor(least / Float64Array.BYTES_PER_ELEMENT);
}

/** A copy with room for `rows` more behind it: the source may use its buffers again. */
export function withRoom(series: CandleSeries, rows: number): CandleSeries {
  return {
    ...series,
    ...candleColumns((name) => {
      const { length } = series[name];
      const grown = new Float64Array(length + Math.ceil(rows));
      grown.set(series[name]);
      return grown.subarray(0, length);
    }),
  };
}

/** The rows that open at or after `fromMs`, in the same memory, as a source would have given them. */
export function rowsFrom(series: CandleSeries, fromMs: UnixMs): CandleSeries {
  const { openMs } = series;
  let start = 0;
  for (let end = openMs.length; start < end; ) {
    const middle = (start + end) >>> 1;
    if ((openMs[middle] ?? 0) < fromMs) start = middle + 1;
    else end = middle;
  }
  const columns = candleColumns((name) => series[name].subarray(start));
  return { ...series, ...columns, askedFromMs: unixMs(Math.max(fromMs, series.askedFromMs)) };
}

export const rowsAt = (series: CandleSeries, indexes: readonly number[]): CandleSeries => ({
  ...series,
  ...candleColumns((name) => Float64Array.from(indexes, (i) => series[name][i] ?? Number.NaN)),
});

export const lastOpenMs = (series: Pick<CandleColumns, "openMs"> | undefined): number =>
  series?.openMs.at(-1) ?? Number.NEGATIVE_INFINITY;

const isSameCandle = (a: CandleSeries, i: number, b: CandleSeries, j: number): boolean =>
  a.open[i] === b.open[j] &&
  a.high[i] === b.high[j] &&
  a.low[i] === b.low[j] &&
  a.close[i] === b.close[j] &&
  a.volume[i] === b.volume[j];
