// Floor 2. The tier in front of the store: a bounded in-process map of frozen analyses, least recently used out first.
import { LRUCache } from "lru-cache";
import type { Analysis, AnalysisKey } from "#schemas/analysis.ts";
import { deepFreeze } from "../deep-freeze.ts";

/** 5,000 assets in two timeframes; a record is about 3 kB, so the map stays under some 30 MB. */
const MAX_RECORDS = 10_000;

/** Which keys an operation is about; a member left out matches everything. */
export type KeyScope = Partial<AnalysisKey>;

/**
 * Holds for each key the newest record that this process has written or read, none of them invalidated. It is a hint:
 * whatever is not fresh by it must be asked of the store.
 */
export interface HotCache {
  get(key: AnalysisKey): Analysis | undefined;
  /** Keeps a record, unless a newer candle or a later computation of its key is already here. */
  offer(record: Analysis): void;
  /** Forgets every key in scope. */
  drop(scope: KeyScope): void;
  size(): number;
}

const keyText = (key: AnalysisKey): string => `${key.timeframe} ${key.symbol} ${key.venueId}`;

const inScope = (key: AnalysisKey, scope: KeyScope): boolean =>
  (scope.venueId === undefined || scope.venueId === key.venueId) &&
  (scope.symbol === undefined || scope.symbol === key.symbol) &&
  (scope.timeframe === undefined || scope.timeframe === key.timeframe);

const isWholeKey = (scope: KeyScope): scope is AnalysisKey =>
  scope.venueId !== undefined && scope.symbol !== undefined && scope.timeframe !== undefined;

export function createHotCache(maxRecords: number = MAX_RECORDS): HotCache {
  const records = new LRUCache<string, Analysis>({ max: maxRecords });
  return {
    get: (key) => records.get(keyText(key)),
    offer(record) {
      const text = keyText(record);
      const held = records.peek(text);
      if (held === undefined || held.asOfMs < record.asOfMs) records.set(text, deepFreeze(record));
      else if (held.asOfMs > record.asOfMs) return;
      // Two contents of one candle: only the store knows which of them is the correction.
      else if (held.id !== record.id) records.delete(text);
      else if (held.computedAtMs <= record.computedAtMs) records.set(text, deepFreeze(record));
    },
    drop(scope) {
      if (isWholeKey(scope)) records.delete(keyText(scope));
      else for (const [text, record] of records.entries()) if (inScope(record, scope)) records.delete(text);
    },
    size: () => records.size,
  };
}
