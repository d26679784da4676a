// Floor 5. What a strategy does at a recorded candle → the candidate that the sleep cycle of that slot would have left: the same
// analysis and reading under the same ids. Action levels are for people: none are worked out.
import type { Candidate } from "#agents/deep-trader-manager/decide.ts";
import { type assess, assessLazily } from "#agents/market-analyst/assess.ts";
import { leaving } from "#desk/run-slot/held-exits.ts";
import type { Analysis } from "#schemas/analysis.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import { READING_SCHEMA_VERSION, type Reading, readingId, type Signal } from "#schemas/reading.ts";
import type { SecurityReport } from "#schemas/security.ts";
import { timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { windowAt } from "#toolkits/indicators/window.ts";
import type { HeldPosition } from "#toolkits/strategies/define-strategy.ts";
import { notWorkedOut } from "#toolkits/strategies/levels.ts";
import type { Answer } from "#toolkits/strategies/rule-view.ts";
import type { StrategyTrack } from "#toolkits/strategies/strategy-track.ts";
import type { Track } from "./backtest-track.ts";

/** The market's analyses at one slot, the base one first; null: a timeframe that a strategy reads has no candle. */
export interface SlotAnalysis {
  readonly base: Analysis;
  /** Those of higher timeframes that have a candle at their newest close. */
  readonly higher: readonly Analysis[];
}

/** The analyses that a sleep cycle of that slot would have made; null: the market has no candle there. */
export function analysedAsleep(
  marketData: Pick<MarketData, "venueId" | "venue" | "simulated">,
  track: Track,
  slotMs: UnixMs,
  security: SecurityReport,
  make: typeof assess = assessLazily,
): SlotAnalysis | null {
  const { venueId, venue, simulated } = marketData;
  const made = { venueId, venue, simulated, origin: "sleep", computedAtMs: slotMs, checkedThroughMs: slotMs } as const;
  const analyses: Analysis[] = [];
  for (const [timeframe, series] of track.allSeries) {
    const closeMs = Math.floor(slotMs / timeframeMs(timeframe)) * timeframeMs(timeframe);
    const window = windowAt(series, unixMs(closeMs));
    if (window !== null) analyses.push(make({ ...made, window, security }));
  }
  const [base, ...higher] = analyses;
  return base === undefined || base.timeframe !== track.series.timeframe ? null : { base, higher };
}

const HOLD: Signal = { action: "hold", strength: 0, reasons: [] };

const signalOf = (action: "enter" | "exit", { strength, reasons }: Answer): Signal => ({
  action,
  strength,
  reasons: [...reasons],
});

/**
 * What one strategy makes of the slot. What it would do is asked in the order of `decide`: of a position whether it is left,
 * else whether the market is entered.
 * @param held what the strategy holds of the market; null: nothing
 */
export function candidateOf(rule: StrategyTrack, { base, higher }: SlotAnalysis, held: HeldPosition | null): Candidate {
  const n = base.asOfMs / timeframeMs(base.timeframe) - 1;
  const exit = rule.exits(n);
  const enter = exit === null && held === null ? rule.enters(n) : null;
  const signal = exit !== null ? signalOf("exit", exit) : enter !== null ? signalOf("enter", enter) : HOLD;
  const candidate: Candidate = {
    analysis: base,
    reading: readingOf(rule, base, higher, signal),
    freshness: "fresh",
    path: "recalled",
  };
  if (held === null || exit !== null) return candidate;
  const answer = rule.viewAt(n)?.exitsHeld(held) ?? null;
  return answer === null ? candidate : leaving(candidate, answer.reasons);
}

function readingOf({ strategy }: StrategyTrack, base: Analysis, higher: readonly Analysis[], signal: Signal): Reading {
  const { venueId, symbol, timeframe, asOfMs, computedAtMs, origin } = base;
  const cited = [base, ...strategy.timeframes.flatMap((one) => higher.find((a) => a.timeframe === one) ?? [])];
  const reading = {
    schemaVersion: READING_SCHEMA_VERSION,
    venueId,
    symbol,
    timeframe,
    strategyId: strategy.id,
    definitionId: strategy.definitionId,
    asOfMs,
    computedAtMs,
    origin,
    analyses: cited.map((a) => ({ timeframe: a.timeframe, analysisId: a.id, asOfMs: a.asOfMs })),
    windowStartMs: 0,
    warmup: "full",
    values: {},
    signal,
    levels: NOT_ASKED,
  } as const satisfies Omit<Reading, "id">;
  return { ...reading, id: readingId(reading) };
}

const NOT_ASKED = notWorkedOut("not asked for");
