// Floor 2. Keys → keys in the order in which every store lists them, whatever the collation of its database.
import type { AnalysisKey } from "#schemas/analysis.ts";
import { timeframeMs } from "#schemas/units.ts";

const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** By symbol, then timeframe (shortest first), then venue. */
export const inKeyOrder = (keys: readonly AnalysisKey[]): readonly AnalysisKey[] =>
  keys.toSorted(
    (a, b) =>
      byCodeUnits(a.symbol, b.symbol) ||
      timeframeMs(a.timeframe) - timeframeMs(b.timeframe) ||
      byCodeUnits(a.venueId, b.venueId),
  );
