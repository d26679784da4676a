// Floor 2, risk. The terms of a strategy that are the desk's own.
import type { EntryStyle, RiskLimits } from "#schemas/config.ts";
import type { StrategyTerms } from "#schemas/strategy-terms.ts";
import { bracketOf } from "./bracket.ts";

/** Of a strategy that trades alone and states nothing: all of equity, the desk's size, stop and target. */
export const deskTerms = (limits: RiskLimits, entryStyle: EntryStyle): StrategyTerms => ({
  sharePct: 100,
  entryPct: null,
  bracket: bracketOf(limits),
  entryStyle,
});
