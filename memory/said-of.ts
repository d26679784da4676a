// Floor 2. A market view and the desk's strategies → what each says of it, or why it says nothing. A strategy without a
// reading is never shown as one that holds.
import type { MarketView, Reading } from "#schemas/reading.ts";
import type { Timeframe } from "#schemas/units.ts";
import { type ReadingStrategy, readersOf } from "./reading-strategy.ts";

/** A strategy of the desk, running or ended. */
export interface DeskStrategy {
  readonly info: ReadingStrategy;
  /** Why it was ended; null: it runs. */
  readonly fault: { readonly message: string } | null;
}

export type Saying =
  | { readonly status: "read"; readonly strategyId: string; readonly reading: Reading }
  /** `why` is a clause: `it was ended: …`. */
  | { readonly status: "silent"; readonly strategyId: string; readonly why: string };

/** In the desk's order. A reading of a strategy that the desk does not run is left out. */
export function sayingsOf(
  { readings, timeframe }: Pick<MarketView, "readings" | "timeframe">,
  strategies: readonly DeskStrategy[],
): readonly Saying[] {
  return strategies.map((strategy) => {
    const { id: strategyId } = strategy.info;
    const why = silenceOf(strategy, timeframe);
    const reading = readings.find((one) => one.strategyId === strategyId);
    if (why === null && reading !== undefined) return { status: "read", strategyId, reading };
    return { status: "silent", strategyId, why: why ?? NOT_READ };
  });
}

const NOT_READ =
  "it has not read this market: candles are not there, or the analysis is of another version of the desk";

/** Why a strategy can say nothing of any market at this timeframe; null: it can. */
export function silenceOf({ info, fault }: DeskStrategy, timeframe: Timeframe): string | null {
  if (fault !== null) return `it was ended: ${fault.message}`;
  if (readersOf([info], timeframe).length > 0) return null;
  return `it cannot read ${timeframe} candles: beside its ${info.timeframes.join(" and ")} ones it needs shorter`;
}
