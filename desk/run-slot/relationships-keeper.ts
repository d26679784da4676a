// Floor 4. Which markets move together, of the newest hour known; kept on the desk and handed to the gate.
import type { ShockMemory } from "#agents/relationship-analyst/void-linked.ts";
import type { Relationships } from "#schemas/relationship.ts";
import { timeframeMs, type UnixMs } from "#schemas/units.ts";
import { hourOf } from "#toolkits/relationships/returns.ts";

export interface RelationshipsKeeper {
  /** Those of the slot's hour; while they are not known, those of the hour (or candle) before; null: neither is. */
  current(slotMs: UnixMs): Relationships | null;
  /** The slot's hour is not known, or not of all markets. */
  isDue(slotMs: UnixMs): boolean;
  keep(relationships: Relationships, isComplete: boolean): void;
  readonly shocks: ShockMemory;
}

export function createRelationshipsKeeper(): RelationshipsKeeper {
  let newest: { readonly relationships: Relationships; readonly isComplete: boolean } | null = null;
  return {
    current(slotMs) {
      if (newest === null) return null;
      const { hourMs, timeframe } = newest.relationships;
      const aheadMs = hourOf(slotMs) - hourMs;
      return aheadMs >= 0 && aheadMs <= Math.max(timeframeMs("1h"), timeframeMs(timeframe))
        ? newest.relationships
        : null;
    },
    isDue: (slotMs) => newest === null || newest.relationships.hourMs !== hourOf(slotMs) || !newest.isComplete,
    keep(relationships, isComplete) {
      newest = { relationships, isComplete };
    },
    shocks: { actedOnAnalysisId: null },
  };
}
