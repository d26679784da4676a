// Floor 3. What a second opinion is formed on: one analysis, the rule and the position → one canonical JSON text. Equal
// facts make equal text in live and backtest, so that a recorded answer is found again.
import type { Analysis } from "#schemas/analysis.ts";
import type { RiskLimits } from "#schemas/config.ts";
import { canonicalJson } from "#schemas/hash.ts";
import { toNumber } from "#schemas/money.ts";
import type { Position } from "#schemas/portfolio.ts";
import type { SecurityCheck } from "#schemas/security.ts";
import { toIso, type UnixMs } from "#schemas/units.ts";
import type { Strategy } from "#toolkits/strategies/strategy.ts";

export interface OpinionSubject {
  readonly analysis: Analysis;
  /** Null: the market is not held. */
  readonly position: Position | null;
  readonly strategy: Pick<Strategy, "id" | "title" | "definitionId">;
  readonly limits: Pick<RiskLimits, "stopPct" | "targetPct">;
  /** The close that is to be decided on. */
  readonly forAsOfMs: UnixMs;
}

/** Longest text of a stranger that is passed on, characters. */
const MAX_QUOTE = 160;
const MAX_CHECKS = 8;

/**
 * Everything in it is measured or quoted; no amount of the desk's money is. Texts of tokens and venues are JSON strings,
 * cut, and without control characters.
 */
export function factsText({ analysis: a, position, strategy, limits, forAsOfMs }: OpinionSubject): string {
  const { triggers } = a;
  return canonicalJson({
    market: a.symbol,
    timeframe: a.timeframe,
    asOf: toIso(a.asOfMs),
    decidesAtClose: toIso(forAsOfMs),
    simulated: a.simulated,
    price: a.price,
    indicators: {
      rsiWilder: a.indicators.rsiWilder,
      bollinger: a.indicators.bollinger,
      atr: a.indicators.atr,
      candles: a.indicators.candles,
      holesFilled: a.indicators.filled,
      warmup: a.indicators.warmup,
    },
    trend: a.trend,
    rule: { id: strategy.id, title: strategy.title, definition: strategy.definitionId, says: a.signal.reasons },
    triggers: {
      enterAtOrBelow: triggers.enterAtOrBelow,
      enterDistancePct: distancePct(a.price, triggers.enterAtOrBelow),
      exitAtOrAbove: triggers.exitAtOrAbove,
      exitDistancePct: distancePct(a.price, triggers.exitAtOrAbove),
    },
    bracket: { stopPct: limits.stopPct, targetPct: limits.targetPct },
    security: {
      verdict: a.security.verdict,
      reason: quoted(a.security.reason),
      notPassed: a.security.checks.filter(isOpen).slice(0, MAX_CHECKS).map(checkFacts),
    },
    notes: a.notes.slice(-MAX_CHECKS).map(({ kind, text }) => ({ kind, text: quoted(text) })),
    position: position === null ? null : positionFacts(position, a.price),
  });
}

/** How far the next close has to go, percent of the price; negative downwards. Null: no close would act. */
export const distancePct = (price: number, trigger: number | null): number | null =>
  trigger === null ? null : rounded((trigger / price - 1) * 100);

const isOpen = ({ state }: SecurityCheck): boolean => state === "fail" || state === "unknown";

const checkFacts = ({ id, state, severity, evidence }: SecurityCheck) => ({
  id: quoted(id),
  state,
  severity,
  evidence: quoted(evidence),
});

const positionFacts = ({ averagePrice, openedAtMs, stopPrice, targetPrice }: Position, price: number) => ({
  averagePrice: toNumber(averagePrice),
  openedAt: toIso(openedAtMs),
  stopPrice: stopPrice === null ? null : toNumber(stopPrice),
  targetPrice: targetPrice === null ? null : toNumber(targetPrice),
  unrealisedPct: rounded((price / toNumber(averagePrice) - 1) * 100),
});

/** Six decimals: of a percentage, more would be noise. */
const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;

/** One line, without control and formatting characters, cut. For texts that a stranger wrote, models included. */
export function quoted(text: string, maxLength = MAX_QUOTE): string {
  const line = text
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
  if (line.length <= maxLength) return line;
  // A character outside the first plane is two code units, and is not cut in half.
  return `${line.slice(0, maxLength - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
