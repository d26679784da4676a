// Bench. The CandleStore port on plain maps.

import { seriesOf } from "#memory/candle-columns.ts";
import type { StoreGuard } from "#memory/stores/guard.ts";
import type { AnalysisKey } from "#schemas/analysis.ts";
import type { Candle } from "#schemas/market.ts";
import { candlesOf } from "#schemas/market.ts";
import type { CandleStore } from "#schemas/ports/memory.ts";

const nameOf = (key: AnalysisKey): string => `${key.timeframe} ${key.symbol} ${key.venueId}`;

export interface MemoryCandles extends CandleStore {
  /** Keeps the newest `perKey` of each key; returns how many went. */
  bound(perKey: number): number;
}

export function createMemoryCandles(guard: StoreGuard): MemoryCandles {
  /** Oldest first. */
  const held = new Map<string, readonly Candle[]>();
  return {
    window: (key, count, options) =>
      guard.run(options, async () => {
        const candles = held.get(nameOf(key)) ?? [];
        return candles.length === 0 || count <= 0 ? undefined : seriesOf(key, candles.slice(-count));
      }),

    put: (key, series, keep, options) =>
      guard.run(options, async () => {
        const byOpen = new Map((held.get(nameOf(key)) ?? []).map((candle) => [candle.openMs, candle]));
        for (const candle of candlesOf(series)) byOpen.set(candle.openMs, candle);
        const all = [...byOpen.values()].sort((a, b) => a.openMs - b.openMs);
        if (all.length > 0) held.set(nameOf(key), all.slice(-keep));
      }),

    bound(perKey) {
      let gone = 0;
      for (const [name, list] of held) {
        gone += Math.max(0, list.length - perKey);
        held.set(name, list.slice(-perKey));
      }
      return gone;
    },
  };
}
