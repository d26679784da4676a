// Floor 5. What a strategy does at a recorded candle → the candidate that the sleep cycle of that slot would have left, as far as
// `decide` reads it: the same analysis under the same id, the same signal.
import type { Candidate } from "#agents/deep-trader-manager/decide.ts";
import type { AssessInput } from "#agents/market-analyst/assess.ts";
import { LazyAnalysis } from "#agents/market-analyst/lazy-analysis.ts";
import type { Analysis } from "#schemas/analysis.ts";
import type { CandleSeries } from "#schemas/market.ts";
import type { MarketData } from "#schemas/ports/market.ts";
import type { Signal } from "#schemas/reading.ts";
import type { SecurityReport } from "#schemas/security.ts";
import { timeframeMs, type UnixMs, unixMs } from "#schemas/units.ts";
import { windowAt } from "#toolkits/indicators/window.ts";
import type { HeldPosition } from "#toolkits/strategies/define-strategy.ts";
import { signalFrom } from "#toolkits/strategies/read-market.ts";
import type { StrategyTrack } from "#toolkits/strategies/strategy-track.ts";

type Venue = Pick<MarketData, "venueId" | "venue" | "simulated">;

/** The analysis that a sleep cycle of that slot would have made of one timeframe; null: no candle closed there then. */
export function analysedAsleep(
  { venueId, venue, simulated }: Venue,
  series: CandleSeries,
  slotMs: UnixMs,
  security: SecurityReport,
  make: (input: AssessInput) => Analysis = (input) => new LazyAnalysis(input),
): Analysis | null {
  const lengthMs = timeframeMs(series.timeframe);
  const window = windowAt(series, unixMs(Math.floor(slotMs / lengthMs) * lengthMs));
  if (window === null) return null;
  const origin = "sleep";
  return make({ venueId, venue, simulated, origin, computedAtMs: slotMs, checkedThroughMs: slotMs, window, security });
}

const HOLD: Signal = { action: "hold", strength: 0, reasons: [] };

/**
 * What one strategy makes of candle `n`. What it would do is asked in the order of `decide`: of a position whether it is left,
 * else whether the market is entered.
 * @param n number of the candle: open time / timeframe
 * @param held what the strategy holds of the market; null: nothing
 */
export function signalAt(rule: StrategyTrack, n: number, held: HeldPosition | null): Signal {
  // Where it enters it is known not to leave.
  const enter = held === null ? rule.enters(n) : null;
  if (enter !== null) return signalFrom("enter", enter);
  const exit = rule.exits(n);
  if (exit !== null) return signalFrom("exit", exit);
  if (held === null) return HOLD;
  const answer = rule.viewAt(n)?.exitsHeld(held) ?? null;
  return answer === null ? HOLD : { ...signalFrom("exit", answer), strength: 1 };
}

export const candidateOf = (analysis: Analysis, strategyId: string, signal: Signal): Candidate => ({
  analysis,
  reading: { strategyId, symbol: analysis.symbol, signal },
  freshness: "fresh",
  path: "recalled",
});
