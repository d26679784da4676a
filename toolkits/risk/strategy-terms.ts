// Floor 2, risk. What a strategy wishes + the desk's limits → the terms on which it trades.
import type { EntryStyle, RiskLimits } from "#schemas/config.ts";
import type { Bracket } from "#schemas/order.ts";
import type { StrategyTerms } from "#schemas/strategy-terms.ts";
import type { StrategyUse } from "#schemas/strategy-use.ts";
import { type Timeframe, timeframeMs } from "#schemas/units.ts";
import type { BracketWish } from "../strategies/define-strategy.ts";
import type { StrategyInfo } from "../strategies/strategy.ts";
import { bracketOf } from "./bracket.ts";

/** Of a strategy that trades alone and states nothing: all of equity, the desk's size, stop and target. */
export const deskTerms = (limits: RiskLimits, entryStyle: EntryStyle): StrategyTerms => ({
  sharePct: 100,
  entryPct: null,
  bracket: bracketOf(limits),
  entryStyle,
});

/** By id, in the order of the configuration. */
export const strategyTerms = (
  strategies: readonly { readonly info: StrategyInfo }[],
  config: { readonly limits: RiskLimits; readonly timeframe: Timeframe; readonly strategies: readonly StrategyUse[] },
  entryStyle: EntryStyle,
): ReadonlyMap<string, StrategyTerms> =>
  new Map(
    strategies.map(({ info }, index) => {
      const sharePct = config.strategies[index]?.sharePct ?? 100;
      return [info.id, termsOf(info, sharePct, { ...config, entryStyle })];
    }),
  );

/** @param sharePct of equity, 0-100. What the strategy states goes before the desk's own. */
const termsOf = (
  { entryPct, bracket, orderStyle }: Pick<StrategyInfo, "entryPct" | "bracket" | "orderStyle">,
  sharePct: number,
  desk: { readonly limits: RiskLimits; readonly entryStyle: EntryStyle; readonly timeframe: Timeframe },
): StrategyTerms => ({
  sharePct,
  entryPct,
  bracket: bracket === null ? bracketOf(desk.limits) : wished(bracket, desk),
  entryStyle: orderStyle ?? desk.entryStyle,
});

function wished(
  { stopPct, targetPct, roi, trailing, maxHoldCandles }: BracketWish,
  { limits, timeframe }: { readonly limits: RiskLimits; readonly timeframe: Timeframe },
): Bracket {
  const steps = Object.entries(roi ?? {}).map(([minutes, gainPct]) => ({ afterMs: Number(minutes) * 60_000, gainPct }));
  const target = targetPct === undefined ? limits.targetPct : targetPct;
  return {
    stopPct: stopPct ?? limits.stopPct,
    takeProfit: roi !== undefined ? steps : target === null ? [] : [{ afterMs: 0, gainPct: target }],
    trailing: (trailing ?? []).map((stage) => ({ ...stage })),
    maxHoldMs: maxHoldCandles === undefined ? null : maxHoldCandles * timeframeMs(timeframe),
  };
}
