// Floor 5. Runs that follow one another, each with a fresh account → one run: returns compounded, trades side by side.
import { hashOf } from "#schemas/hash.ts";
import type { DayEquity } from "#schemas/performance.ts";
import type { Outcome } from "#schemas/research.ts";
import { DAYS_A_YEAR } from "#toolkits/performance/performance.ts";

/**
 * Equity of each part is scaled by what those before it made of the starting cash; a day that two parts share is the later's.
 * Trades keep the amounts of their own account. The drawdown is over every slot inside a part, over day ends across parts.
 * @param parts oldest first, at least one
 */
export function chainOutcomes(parts: readonly Outcome[]): Outcome {
  const { startingCash = 0, periodsPerYear = DAYS_A_YEAR } = parts[0] ?? {};
  const days: DayEquity[] = [];
  let factor = 1;
  for (const part of parts) {
    const scale = (factor * startingCash) / part.startingCash;
    for (const { dayStartMs, endEquity } of part.days) {
      if (days.at(-1)?.dayStartMs === dayStartMs) days.pop();
      days.push({ dayStartMs, endEquity: endEquity * scale });
    }
    factor *= part.finalEquity / part.startingCash;
  }
  const sum = (of: (part: Outcome) => number): number => parts.reduce((total, part) => total + of(part), 0);
  return {
    trades: parts.flatMap(({ trades }) => trades),
    openAtEnd: sum(({ openAtEnd }) => openAtEnd),
    days,
    periodsPerYear,
    startingCash,
    finalEquity: startingCash * factor,
    maxDrawdownPct: Math.max(deepest(startingCash, days), ...parts.map(({ maxDrawdownPct }) => maxDrawdownPct)),
    slots: sum(({ slots }) => slots),
    slotsInMarket: sum(({ slotsInMarket }) => slotsInMarket),
    exposureSum: sum(({ exposureSum }) => exposureSum),
    candles: sum(({ candles }) => candles),
    decisions: sum(({ decisions }) => decisions),
    refusals: sum(({ refusals }) => refusals),
    buyAndHoldPct: compounded(parts.map(({ buyAndHoldPct }) => buyAndHoldPct)),
    decisionsHash: hashOf(
      parts.map(({ decisionsHash }) => decisionsHash),
      64,
    ),
  };
}

/** Percent below the high so far, positive. */
function deepest(start: number, days: readonly DayEquity[]): number {
  let [peak, depth] = [start, 0];
  for (const { endEquity } of days) {
    peak = Math.max(peak, endEquity);
    depth = Math.max(depth, 100 * (1 - endEquity / peak));
  }
  return depth;
}

/** Null where one part does not know its own. */
function compounded(returnsPct: readonly (number | null)[]): number | null {
  let growth = 1;
  for (const pct of returnsPct) {
    if (pct === null) return null;
    growth *= 1 + pct / 100;
  }
  return 100 * (growth - 1);
}
