// Floor 3. What a second opinion is formed on: one analysis, the rule and the position → one canonical JSON text. Equal
// facts make equal text in live and backtest, so that a recorded answer is found again.
import { distancePct, intervalsOf } from "#schemas/action-levels.ts";
import type { Analysis } from "#schemas/analysis.ts";
import { canonicalJson } from "#schemas/hash.ts";
import { toNumber } from "#schemas/money.ts";
import type { Bracket } from "#schemas/order.ts";
import type { Position } from "#schemas/portfolio.ts";
import type { Reading } from "#schemas/reading.ts";
import type { SecurityCheck } from "#schemas/security.ts";
import { toIso, type UnixMs } from "#schemas/units.ts";
import type { StrategyInfo } from "#toolkits/strategies/strategy.ts";

export interface OpinionSubject {
  readonly analysis: Analysis;
  /** What the strategy asked about says of it. */
  readonly reading: Pick<Reading, "signal" | "levels">;
  readonly strategy: OpinionStrategy;
  /** Null: the strategy does not hold the market. */
  readonly position: Position | null;
  /** The close that is to be decided on. */
  readonly forAsOfMs: UnixMs;
}

/** The strategy asked about, and what would protect its entry. */
export interface OpinionStrategy extends Pick<StrategyInfo, "id" | "title" | "definitionId"> {
  readonly bracket: Bracket;
}

/** Longest text of a stranger that is passed on, characters. */
const MAX_QUOTE = 160;
const MAX_CHECKS = 8;

/**
 * Everything in it is measured or quoted; no amount of the desk's money is. Texts of tokens and venues are JSON strings,
 * cut, and without control characters.
 */
export function factsText({ analysis: a, reading, position, strategy, forAsOfMs }: OpinionSubject): string {
  const { signal, levels } = reading;
  const levelFacts = (action: "enter" | "exit") =>
    intervalsOf(levels, action).map(({ from, to }) => ({
      from,
      to,
      distancePct: rounded(distancePct({ from, to }, a.price)),
    }));
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
    rule: { id: strategy.id, title: strategy.title, definition: strategy.definitionId, says: signal.reasons },
    levels: { status: levels.status, note: levels.note, enter: levelFacts("enter"), exit: levelFacts("exit") },
    bracket: strategy.bracket,
    security: {
      verdict: a.security.verdict,
      reason: quoted(a.security.reason),
      notPassed: a.security.checks.filter(isOpen).slice(0, MAX_CHECKS).map(checkFacts),
    },
    notes: a.notes.slice(-MAX_CHECKS).map(({ kind, text }) => ({ kind, text: quoted(text) })),
    position: position === null ? null : positionFacts(position, a.price),
  });
}

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
