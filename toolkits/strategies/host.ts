// Floor 2. Where a strategy's rules run: in this process for those that come with the product, in a thread of its own for one
// from a file. Either way one that fails is ended for good and says why; its stops stay, and the others go on.
import type { CallOptions } from "#schemas/ports/work.ts";
import { type HeldRows, MarketReader, type MarketReading, type MarketRows, readHeld } from "./read-market.ts";
import type { Strategy, StrategyInfo } from "./strategy.ts";

/** Reasons to leave a position; null: none. */
export type HeldAnswer = { readonly reasons: readonly string[] } | null;

export interface StrategyHost {
  readonly info: StrategyInfo;
  /** Why it was ended, naming file, market and field; null while it runs. */
  ended(): string | null;
  /** One answer a market, in their order; null: it was ended, now or before. Never rejects for what the strategy does. */
  read(markets: readonly MarketRows[], options: CallOptions): Promise<readonly MarketReading[] | null>;
  /** The same for positions held, from the values of their readings. */
  readHeld(rows: readonly HeldRows[], options: CallOptions): Promise<readonly HeldAnswer[] | null>;
  close(): Promise<void>;
}

/** Runs a strategy in this process. */
export function hostInProcess(strategy: Strategy): StrategyHost {
  const reader = new MarketReader(strategy);
  let fault: string | null = null;
  const guarded = <Row extends { readonly symbol: string }, Answer>(
    rows: readonly Row[],
    answer: (row: Row) => Answer,
  ): readonly Answer[] | null => {
    if (fault !== null) return null;
    const answers: Answer[] = [];
    for (const row of rows) {
      try {
        answers.push(answer(row));
      } catch (error) {
        fault = `${row.symbol}: ${error instanceof Error ? error.message : String(error)}`;
        return null;
      }
    }
    return answers;
  };
  return {
    info: strategy,
    ended: () => fault,
    read: async (markets) => guarded(markets, (market) => reader.read(market)),
    readHeld: async (rows) => guarded(rows, (row) => readHeld(strategy, row)),
    close: async () => {},
  };
}
