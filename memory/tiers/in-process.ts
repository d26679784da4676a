// Floor 2. The tier in front of the store: a bounded in-process map of frozen analyses, least recently used out first.
import { LRUCache } from "lru-cache";
import type { Analysis, AnalysisKey } from "#schemas/analysis.ts";
import type { MarketSymbol, Timeframe, VenueId } from "#schemas/units.ts";
import { deepFreeze } from "../deep-freeze.ts";

/** Of one venue and timeframe; a record is about 3 kB, so a full shelf takes some 30 MB. */
const MAX_RECORDS = 10_000;
/** Four venues in all six timeframes; the shelf that came first goes first. */
const MAX_SHELVES = 24;

/** Which keys an operation is about; a member left out matches everything. */
export type KeyScope = Partial<AnalysisKey>;

interface Held {
  readonly record: Analysis;
  readonly disputed: boolean;
}

/**
 * The records of one venue and timeframe, by market. A slot asks for many markets of one shelf in a row, and finding each
 * by its symbol alone is a third cheaper at 5,000 markets than by a text made of all three.
 */
interface Shelf {
  readonly venueId: VenueId;
  readonly timeframe: Timeframe;
  readonly held: LRUCache<MarketSymbol, Held>;
}

/** True where a scope names one key. */
export const isWholeKey = (scope: KeyScope): scope is AnalysisKey =>
  scope.venueId !== undefined && scope.symbol !== undefined && scope.timeframe !== undefined;

/**
 * Holds for each key the newest record that this process has written or read, none of them invalidated. It is a hint:
 * whatever is not fresh by it must be asked of the store. Of two contents of one candle only the store knows which is the
 * correction, so such a candle is not served from here until a read of the store has settled it.
 * @param maxRecords per venue and timeframe
 */
export function createInProcessTier(maxRecords: number = MAX_RECORDS) {
  const shelves: Shelf[] = [];
  let last: Shelf | undefined;

  const isOf = (shelf: Shelf, scope: KeyScope): boolean =>
    (scope.venueId === undefined || scope.venueId === shelf.venueId) &&
    (scope.timeframe === undefined || scope.timeframe === shelf.timeframe);

  const shelfOf = (key: AnalysisKey): Shelf => {
    if (last !== undefined && isOf(last, key)) return last;
    const { venueId, timeframe } = key;
    last = shelves.find((shelf) => isOf(shelf, key));
    if (last === undefined) {
      last = { venueId, timeframe, held: new LRUCache({ max: maxRecords }) };
      shelves.push(last);
      if (shelves.length > MAX_SHELVES) shelves.shift();
    }
    return last;
  };

  const take = (record: Analysis, settlesDispute: boolean): boolean => {
    const { held } = shelfOf(record);
    const before = held.peek(record.symbol);
    if (before !== undefined && before.record.asOfMs > record.asOfMs) return true;
    const sameCandle = before !== undefined && before.record.asOfMs === record.asOfMs;
    const disputed = sameCandle && (before.disputed ? !settlesDispute : before.record.id !== record.id);
    const isOlderCopy = sameCandle && !disputed && !before.disputed && before.record.computedAtMs > record.computedAtMs;
    if (!isOlderCopy) held.set(record.symbol, { record: deepFreeze(record), disputed });
    return !disputed;
  };

  return {
    get(key: AnalysisKey): Analysis | undefined {
      const found = shelfOf(key).held.get(key.symbol);
      return found === undefined || found.disputed ? undefined : found.record;
    },
    /** Takes a record that was written, where no other process writes; false where it differs from what is held of the same candle. */
    written: (record: Analysis): boolean => take(record, false),
    /** Takes the newest record of a key as the store gave it. */
    read: (record: Analysis): void => void take(record, true),
    /** Forgets every key in scope. */
    drop(scope: KeyScope): void {
      for (const shelf of shelves) {
        if (!isOf(shelf, scope)) continue;
        if (scope.symbol === undefined) shelf.held.clear();
        else shelf.held.delete(scope.symbol);
      }
    },
    size: (): number => shelves.reduce((sum, { held }) => sum + held.size, 0),
  };
}
