// Floor 2. A venue's candles → the live window of each market, kept: a slot asks only for what is new, and whatever the source has
// changed of what was used before voids the analysis that used it, and with it (topics.ts) what was made from that.
import { LRUCache } from "lru-cache";
import type { AnalysisKey } from "#schemas/analysis.ts";
import { hashOf } from "#schemas/hash.ts";
import { GRID_ROWS } from "#schemas/indicator.ts";
import { type CandleSeries, newestClosed } from "#schemas/market.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import type { Store } from "#schemas/ports/memory.ts";
import { type Answered, andThen, type CallOptions } from "#schemas/ports/work.ts";
import { type MarketSymbol, timeframeMs, toIso, type UnixMs, unixMs, type VenueId } from "#schemas/units.ts";
import { appendRows, compareSeries, lastOpenMs, rowsAt, rowsFrom, UNRELATED, withRoom } from "./candle-columns.ts";
import type { Khala } from "./khala.ts";

/** Candles that the store keeps of a market, at least: a window of an Analysis and 400 before it. */
const KEEP = 1000;
/** A market's window takes about 50 kB (800 candles in six columns); those beyond are read whole at every slot. */
const MAX_HOT_MARKETS = 5000;
/** Asked for again in each slot, from this many before the newest kept: sources correct their newest candles most. */
const ASKED_AGAIN = 3;
/** Markets whose rows are written at once. */
const WRITES_AT_ONCE = 8;

export interface CandleWindowsParts {
  readonly store: Pick<Store, "candles">;
  readonly khala: Pick<Khala, "invalidate" | "recall">;
  /** Told of every correction: readings may have it in a window that is longer than the analysis'. */
  readonly onCorrected?: (
    key: AnalysisKey,
    corrected: readonly number[],
    at: { readonly nowMs: UnixMs },
    options: CallOptions,
  ) => Promise<void>;
  /** Whose candles these are; the series themselves do not say it. */
  readonly venueId: VenueId;
  /** How many candles are kept per market and timeframe, the newest; default 1,000. */
  readonly keep?: number;
}

export type CandleSource = Pick<MarketData, "candles" | "graceMs">;
type Request = Parameters<MarketData["candles"]>[0];

export interface WindowRead {
  readonly series: CandleSeries;
  readonly corrected: readonly number[];
}

export interface CandleWindows {
  /**
   * What `source.candles(request)` would give, asking it for no more than is needed: from 3 candles before the newest kept;
   * for all of it the first time, where it is asked from earlier than before, where those 3 have changed, and once in 200
   * candles (at another candle for each market). What was read is kept in the store. Where a candle differs from what was
   * kept, or fills a hole inside it, it is a correction: if the newest analysis of the key has it in its window, that is
   * invalidated as `source-changed`. So the reading comes before anything made from it is remembered. A candle that is
   * absent corrects nothing. What is new and corrects nothing is kept with the next `keep`: what is decided on it waits for no write.
   * @returns the candles, and the open times of the corrected ones, ascending, ms; at once where the source has what is new at hand
   * @throws StoreError, and what the source throws; the same may be read again
   */
  read(source: CandleSource, request: Request, options: CallOptions): Answered<WindowRead>;
  /**
   * Writes what reads have added to these markets, of all timeframes. A process that dies before asks the source again for what is not
   * kept. @throws StoreError, after which it may be called again
   */
  keep(symbols: readonly MarketSymbol[], options: CallOptions): Promise<void>;
}

/** New rows of a market, oldest first, that the store does not have yet. */
interface Unkept {
  readonly key: AnalysisKey;
  readonly rows: readonly (() => CandleSeries)[];
  /** How many candles the store keeps of it. */
  readonly most: number;
}

/** A market's key and the name by which it is found. */
interface Named {
  readonly name: string;
  readonly key: AnalysisKey;
}

const NONE: readonly number[] = [];

interface Hot {
  readonly series: CandleSeries;
  /** Which 200 candles it was read whole in. */
  readonly round: number;
}

export function createCandleWindows(parts: CandleWindowsParts): CandleWindows {
  const { store, khala, venueId } = parts;
  const hot = new LRUCache<string, Hot>({ max: MAX_HOT_MARKETS });
  // One read or write at a time per market: the second must see what the first has kept.
  const tails = new Map<string, Promise<unknown>>();
  const rounds = new Map<string, number>();
  const unkept = new Map<string, Unkept>();

  /** Rounds of 200 candles, which begin at another candle for each market: not all of them are read whole in one slot. */
  const roundOf = (name: string, { nowMs, timeframe }: Request, graceMs: number): number => {
    const begin = rounds.get(name) ?? beginsAt(name);
    rounds.set(name, begin);
    return Math.floor((newestClosed(nowMs, timeframe, graceMs) / timeframeMs(timeframe) + begin) / GRID_ROWS);
  };

  const inTurn = <T>(name: string, work: () => Answered<T>): Answered<T> => {
    const before = tails.get(name);
    const turn = before === undefined ? work() : before.then(work);
    // What is done already is in nobody's way.
    if (!(turn instanceof Promise)) return turn;
    const tail = turn
      .catch(() => {})
      .then(() => {
        if (tails.get(name) === tail) tails.delete(name);
      });
    tails.set(name, tail);
    return turn;
  };

  /** In the market's turn. */
  const keepOne = async (name: string, options: CallOptions): Promise<void> => {
    const waiting = unkept.get(name);
    if (waiting === undefined) return;
    for (const rows of waiting.rows) await store.candles.put(waiting.key, rows(), waiting.most, options);
    unkept.delete(name);
  };

  const keepLater = ({ name, key }: Named, rows: () => CandleSeries, most: number): void => {
    unkept.set(name, { key, rows: [...(unkept.get(name)?.rows ?? []), rows], most });
  };

  /** Only what is new; null: there is more to it, and the whole is to be read. */
  const readTail = (
    { name, key }: Named,
    source: CandleSource,
    request: Request,
    options: CallOptions,
  ): Answered<CandleSeries | null> => {
    const kept = hot.get(name);
    if (kept === undefined || kept.series.askedFromMs > request.fromMs) return null;
    if (kept.round !== roundOf(name, request, source.graceMs)) return null;
    const fromMs = kept.series.openMs.at(-1 - ASKED_AGAIN);
    if (fromMs === undefined || fromMs < request.fromMs) return null;
    return andThen(source.candles({ ...request, fromMs: unixMs(fromMs) }, options), (tail) => {
      const series = tail.askedFromMs > fromMs ? null : appendRows(kept.series, tail);
      if (series === null) return null;
      const { length } = kept.series.openMs;
      // In memory of our own, which is only ever gone on with: they are cut out when they are written.
      if (series !== kept.series) {
        const added = () => rowsFrom(series, unixMs(series.openMs[length] ?? 0));
        keepLater({ name, key }, added, keepOf(series));
      }
      hot.set(name, { series, round: kept.round });
      return { ...rowsFrom(series, request.fromMs), checkedThroughMs: tail.checkedThroughMs };
    });
  };

  const keepOf = ({ openMs }: CandleSeries): number => parts.keep ?? Math.max(KEEP, openMs.length + GRID_ROWS);

  /** Compares with what was kept, voids what rested on what has changed, and keeps the rest. */
  const note = async ({ name, key }: Named, series: CandleSeries, nowMs: UnixMs, options: CallOptions) => {
    const last = hot.get(name)?.series;
    let found = last === undefined ? null : compareSeries(last, series);
    // A difference from what this process read may be known already to another one, which has analysed anew since; and
    // what it read is not all that is kept. Only the store knows.
    if (found === null || !found.goesOn) {
      await keepOne(name, options);
      const kept = await store.candles.window(key, keepOf(series), options);
      found = kept === undefined ? { ...UNRELATED, changed: [...series.openMs.keys()] } : compareSeries(kept, series);
    }
    const { corrected, changed, restarts } = found;
    if (found.goesOn) {
      if (changed.length > 0) {
        const rows = rowsAt(series, changed);
        keepLater({ name, key }, () => rows, keepOf(series));
      }
      return corrected;
    }
    // In this order: were the correction kept first and the process killed then, it would not be noticed again.
    await voidRecords(key, corrected, nowMs, options);
    if (changed.length > 0) {
      await store.candles.put(key, rowsAt(series, changed), restarts ? changed.length : keepOf(series), options);
    }
    return corrected;
  };

  const voidRecords = async (
    key: AnalysisKey,
    corrected: readonly number[],
    nowMs: UnixMs,
    options: CallOptions,
  ): Promise<void> => {
    if (corrected.length === 0) return;
    await parts.onCorrected?.(key, corrected, { nowMs }, options);
    const newest = await khala.recall(key, { nowMs }, options);
    if (newest.status === "missing") return;
    const { asOfMs, indicators } = newest.record;
    const used = corrected.filter((openMs) => openMs >= indicators.windowStartMs && openMs < asOfMs);
    if (used.length > 0) await khala.invalidate(key, { reason: "source-changed", detail: describe(used) }, options);
  };

  const readAlone = (market: Named, source: CandleSource, request: Request, options: CallOptions) =>
    andThen(
      readTail(market, source, request, options),
      (tail): Answered<WindowRead> =>
        tail === null ? readWhole(market, source, request, options) : { series: tail, corrected: NONE },
    );

  const readWhole = async (market: Named, source: CandleSource, request: Request, options: CallOptions) => {
    const series = await source.candles(request, options);
    const { name } = market;
    const last = hot.get(name)?.series;
    if (last !== undefined && series.checkedThroughMs < last.checkedThroughMs) return { series, corrected: NONE };
    const corrected = await note(market, series, request.nowMs, options);
    // One that ends earlier, as venues that lag behind themselves give, would let the candles it lacks pass for new ones.
    if (lastOpenMs(series) >= lastOpenMs(last)) {
      hot.set(name, { series: withRoom(series, GRID_ROWS), round: roundOf(name, request, source.graceMs) });
    }
    return { series, corrected };
  };

  return {
    read(source, request, options) {
      const key = { venueId, symbol: request.symbol, timeframe: request.timeframe };
      const name = nameOf(key);
      return inTurn(name, () => readAlone({ name, key }, source, request, options));
    },
    async keep(symbols, options) {
      const asked = new Set(symbols);
      const names = [...unkept].flatMap(([name, { key }]) => (asked.has(key.symbol) ? [name] : []));
      for (let first = 0; first < names.length; first += WRITES_AT_ONCE) {
        const some = names.slice(first, first + WRITES_AT_ONCE);
        await Promise.all(some.map((name) => inTurn(name, () => keepOne(name, options))));
      }
    },
  };
}

/** At which candle of its rounds a market is read whole. */
const beginsAt = (name: string): number => Number.parseInt(hashOf(name, 8), 16) % GRID_ROWS;

const nameOf = ({ symbol, timeframe }: AnalysisKey): string => `${timeframe} ${symbol}`;

function describe(openTimes: readonly number[]): string {
  const [first = 0] = openTimes;
  const others = openTimes.length === 1 ? "" : ` and ${openTimes.length - 1} more`;
  return `the source changed the candle of ${toIso(first)}${others}`;
}
