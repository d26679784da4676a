// Bench. The CandleStore port on plain maps.

import { byVersion, newestWords, seriesOf } from "#memory/candle-columns.ts";
import type { StoreGuard } from "#memory/stores/guard.ts";
import type { AnalysisKey } from "#schemas/analysis.ts";
import type { Candle, CandleVerdict } from "#schemas/market.ts";
import { candlesOf } from "#schemas/market.ts";
import type { CandleStore, CandleVersion } from "#schemas/ports/memory.ts";
import type { RetentionCuts } from "#schemas/retention.ts";
import type { Timeframe } from "#schemas/units.ts";

const nameOf = (key: AnalysisKey): string => `${key.timeframe} ${key.symbol} ${key.venueId}`;

export interface MemoryCandles extends CandleStore {
  /** Keeps the newest so many of each key and what was replaced from the cut of its timeframe on; returns how many went. */
  bound(cuts: Pick<RetentionCuts, "candlesPerKey" | "replacedBeforeMs">): number;
}

export function createMemoryCandles(guard: StoreGuard): MemoryCandles {
  /** Oldest first. */
  const held = new Map<string, readonly CandleVersion[]>();
  const replaced = new Map<string, readonly CandleVersion[]>();
  const verdicts = new Map<string, readonly CandleVerdict[]>();
  const candleOf = ({ openMs, open, high, low, close, volume }: CandleVersion): Candle => {
    return { openMs, open, high, low, close, volume };
  };
  return {
    window: (key, count, options) =>
      guard.run(options, async () => {
        const candles = (held.get(nameOf(key)) ?? []).map(candleOf);
        return candles.length === 0 || count <= 0 ? undefined : seriesOf(key, candles.slice(-count));
      }),

    put: (key, series, keep, options) =>
      guard.run(options, async () => {
        const name = nameOf(key);
        const byOpen = new Map((held.get(name) ?? []).map((candle) => [candle.openMs, candle]));
        const was: CandleVersion[] = [];
        for (const candle of candlesOf(series)) {
          const before = byOpen.get(candle.openMs);
          if (before !== undefined && isSame(before, candle)) continue;
          if (before !== undefined) was.push({ ...before, replacedMs: series.checkedThroughMs });
          byOpen.set(candle.openMs, { ...candle, knownFromMs: series.checkedThroughMs, replacedMs: null });
        }
        const all = [...byOpen.values()].sort((a, b) => a.openMs - b.openMs).slice(-keep);
        const firstMs = all[0]?.openMs ?? 0;
        const known = new Set((replaced.get(name) ?? []).map(versionName));
        const added = was.filter((one) => one.openMs >= firstMs && !known.has(versionName(one)));
        replaced.set(name, [...(replaced.get(name) ?? []), ...added]);
        if (all.length > 0) held.set(name, all);
      }),

    versions: (key, { fromMs, toMs }, options) =>
      guard.run(options, async () =>
        [...(replaced.get(nameOf(key)) ?? []), ...(held.get(nameOf(key)) ?? [])]
          .filter(({ openMs }) => openMs >= fromMs && openMs < toMs)
          .sort(byVersion),
      ),

    putVerdicts: (key, added, options) =>
      guard.run(options, async () => {
        const kept = verdicts.get(nameOf(key)) ?? [];
        const isNew = (one: CandleVerdict): boolean =>
          !kept.some(({ openMs, verdict }) => openMs === one.openMs && verdict === one.verdict);
        verdicts.set(nameOf(key), [...kept, ...added.filter(isNew)]);
      }),

    verdicts: (key, { fromMs, nowMs }, options) =>
      guard.run(options, async () =>
        newestWords(
          (verdicts.get(nameOf(key)) ?? []).filter(({ openMs, knownMs }) => openMs >= fromMs && knownMs <= nowMs),
        ),
      ),

    bound({ candlesPerKey, replacedBeforeMs }) {
      let gone = 0;
      for (const [name, list] of held) {
        gone += Math.max(0, list.length - candlesPerKey);
        held.set(name, list.slice(-candlesPerKey));
      }
      for (const [name, list] of replaced) {
        const beforeMs = replacedBeforeMs[name.split(" ")[0] as Timeframe];
        const kept = list.filter(({ replacedMs }) => (replacedMs ?? 0) >= beforeMs);
        gone += list.length - kept.length;
        replaced.set(name, kept);
      }
      return gone;
    },
  };
}

const versionName = ({ openMs, replacedMs }: CandleVersion): string => `${openMs} ${replacedMs}`;

const isSame = (a: Candle, b: Candle): boolean =>
  a.open === b.open && a.high === b.high && a.low === b.low && a.close === b.close && a.volume === b.volume;
