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
 * whatever is not fresh by it must be asked of the store. Of two contents of one candle only the store knows which is the
 * correction, so such a candle is not served from here until a read of the store has settled it.
 */
export interface InProcessTier {
  get(key: AnalysisKey): Analysis | undefined;
  /** Takes a record that was written, where nobody else writes; false where it differs from what is held of the same candle. */
  written(record: Analysis): boolean;
  /** Takes the newest record of a key as the store gave it. */
  read(record: Analysis): void;
  /** Forgets every key in scope. */
  drop(scope: KeyScope): void;
  size(): number;
}

interface Held {
  readonly record: Analysis;
  readonly disputed: boolean;
}

const keyText = (key: AnalysisKey): string => `${key.timeframe} ${key.symbol} ${key.venueId}`;

const inScope = (key: AnalysisKey, scope: KeyScope): boolean =>
  (scope.venueId === undefined || scope.venueId === key.venueId) &&
  (scope.symbol === undefined || scope.symbol === key.symbol) &&
  (scope.timeframe === undefined || scope.timeframe === key.timeframe);

/** True where a scope names one key. */
export const isWholeKey = (scope: KeyScope): scope is AnalysisKey =>
  scope.venueId !== undefined && scope.symbol !== undefined && scope.timeframe !== undefined;

export function createInProcessTier(maxRecords: number = MAX_RECORDS): InProcessTier {
  const held = new LRUCache<string, Held>({ max: maxRecords });

  const take = (record: Analysis, settlesDispute: boolean): boolean => {
    const text = keyText(record);
    const before = held.peek(text);
    if (before !== undefined && before.record.asOfMs > record.asOfMs) return true;
    const sameCandle = before !== undefined && before.record.asOfMs === record.asOfMs;
    const disputed = sameCandle && (before.disputed ? !settlesDispute : before.record.id !== record.id);
    const isOlderCopy = sameCandle && !disputed && !before.disputed && before.record.computedAtMs > record.computedAtMs;
    if (!isOlderCopy) held.set(text, { record: deepFreeze(record), disputed });
    return !disputed;
  };

  return {
    get(key) {
      const found = held.get(keyText(key));
      return found === undefined || found.disputed ? undefined : found.record;
    },
    written: (record) => take(record, false),
    read: (record) => void take(record, true),
    drop(scope) {
      if (isWholeKey(scope)) held.delete(keyText(scope));
      else for (const [text, { record }] of held.entries()) if (inScope(record, scope)) held.delete(text);
    },
    size: () => held.size,
  };
}
