// Floor 4. The terms of a strategy → facts: what one entry takes, and what protects it; each with the variable that sets it, where
// it is the desk's and not the strategy's own.
import type { NewFact } from "#agents/deep-trader-manager/talk/fact-source.ts";
import type { StrategyTerms } from "#schemas/strategy-terms.ts";
import type { StrategyInfo } from "#toolkits/strategies/strategy.ts";
import type { Desk } from "../../desk.ts";
import { factsOf } from "./make-facts.ts";

/** `terms` null: the strategy is not configured any more, and enters nothing. */
export function termsFacts({ config: { limits } }: Desk, { id, bracket }: StrategyInfo, terms: StrategyTerms | null) {
  if (terms === null) return [];
  const make = factsOf({ recordId: "config", strategyId: id });
  const { sharePct, entryPct, entryStyle } = terms;
  const { stopPct, takeProfit, trailing, maxHoldMs } = terms.bracket;
  const [target] = takeProfit;
  const [trail] = trailing;
  const by = (isOwn: boolean, variable: string): string => (isOwn ? "the strategy's own" : variable);
  const ofEntry = by(entryPct !== null, "DEEPTRADER_ENTRY_PCT");
  const ofStop = by(bracket?.stopPct !== undefined, "DEEPTRADER_STOP_PCT");
  const ofTarget = by(bracket?.targetPct !== undefined || bracket?.roi !== undefined, "DEEPTRADER_TARGET_PCT");
  const facts: NewFact[] = [
    make.pct("limit", sharePct, "share of equity that it trades with"),
    make.pct("size", entryPct ?? limits.entryPct, `one entry, percent of the strategy's share of equity (${ofEntry})`),
    make.pct("limit", stopPct, `stop this far below the entry (${ofStop})`),
    ...(target === undefined
      ? []
      : [make.pct("limit", target.gainPct, `target this far above the entry (${ofTarget})`)]),
    ...(trail === undefined
      ? []
      : [make.pct("limit", trail.distancePct, "stop that follows the high at this distance")]),
    ...(maxHoldMs === null ? [] : [make.duration("limit", maxHoldMs, "sold after so long at the latest")]),
    make.text("name", entryStyle, "how it enters"),
  ];
  return facts;
}
