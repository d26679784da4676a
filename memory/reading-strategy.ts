// Floor 2. What Khala needs to know of a strategy: whose readings are whose, and which timeframes they stand on.
import type { AnalysisKey } from "#schemas/analysis.ts";
import type { ReadingKey } from "#schemas/reading.ts";
import { type Timeframe, timeframeMs } from "#schemas/units.ts";

/** What a view needs to know of a strategy. */
export interface ReadingStrategy {
  readonly id: string;
  readonly definitionId: string;
  /** Higher timeframes that it reads. */
  readonly timeframes: readonly Timeframe[];
}

/** The strategies that can read a market at this base timeframe: those whose higher ones are above it. */
export const readersOf = <S extends ReadingStrategy>(strategies: readonly S[], base: Timeframe): readonly S[] =>
  strategies.filter(({ timeframes }) => timeframes.every((higher) => timeframeMs(higher) > timeframeMs(base)));

export const readingKeyOf = ({ venueId, symbol, timeframe }: AnalysisKey, strategy: ReadingStrategy): ReadingKey => ({
  venueId,
  symbol,
  timeframe,
  strategyId: strategy.id,
  definitionId: strategy.definitionId,
});
