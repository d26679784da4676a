// Floor 2. Where a strategy runs: its definition behind one interface, in this thread for those shipped with the product, in a
// thread of its own for those from files. One that fails is ended for good, and says why whenever it is asked.
import { StrategyError } from "#schemas/errors.ts";
import {
  type HeldResult,
  type HeldRows,
  MarketReader,
  type MarketReading,
  type MarketRows,
  readHeld,
} from "./read-market.ts";
import type { Strategy, StrategyInfo } from "./strategy.ts";

/** What a strategy answered, one result a market in the order asked; or why it does not answer any more. */
export type HostAnswer<Result> =
  | { readonly status: "read"; readonly results: readonly Result[] }
  | { readonly status: "ended"; readonly fault: StrategyError };

export interface StrategyHost {
  readonly info: StrategyInfo;
  /** The strategy itself, where it runs in this thread: a backtest calls its rules row by row. Null: it runs elsewhere. */
  readonly local: Strategy | null;
  /** Why it was ended; null: it runs. */
  readonly fault: StrategyError | null;
  /** All markets of a slot at once. Never rejects: a rule that throws or answers nonsense ends the strategy. */
  read(markets: readonly MarketRows[], options?: ReadOptions): Promise<HostAnswer<MarketReading>>;
  /** What hangs on positions. Never rejects. */
  readHeld(rows: readonly HeldRows[]): Promise<HostAnswer<HeldResult>>;
  /** The file, of those it was loaded from, that has changed since; it is used at the next start. Null: none. */
  editedSince(): string | null;
  close(): Promise<void>;
}

export interface ReadOptions {
  /** False: action levels are not worked out, and their status says so. Default true. */
  readonly wantsLevels?: boolean;
  /** False: nothing is said where nothing is done, and values are there only for a rule on the position. Default true. */
  readonly wantsWords?: boolean;
}

/** @throws StrategyError naming rule and market */
export function readAll(
  strategy: Strategy,
  markets: readonly MarketRows[],
  { wantsLevels, wantsWords }: ReadOptions = {},
): readonly MarketReading[] {
  const reader = readerOf(strategy);
  return markets.map((market) => guarded(strategy, market.symbol, () => reader.read(market, wantsLevels, wantsWords)));
}

const readers = new WeakMap<Strategy, MarketReader>();

function readerOf(strategy: Strategy): MarketReader {
  const reader = readers.get(strategy) ?? new MarketReader(strategy);
  readers.set(strategy, reader);
  return reader;
}

/** @throws StrategyError naming rule and market */
export function readAllHeld(strategy: Strategy, rows: readonly HeldRows[]): readonly HeldResult[] {
  return rows.map((held) => guarded(strategy, held.symbol, () => readHeld(strategy, held)));
}

function guarded<T>({ file, id }: Strategy, market: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof StrategyError) throw cause;
    const was = `reading it failed: ${cause instanceof Error ? cause.message : String(cause)}.`;
    throw new StrategyError({ strategy: file ?? id, market, was, remedy: "Report this as a bug.", cause });
  }
}

/** A strategy in this thread. */
export function createLocalHost(strategy: Strategy): StrategyHost {
  let fault: StrategyError | null = null;
  const answer = async <Result>(read: () => readonly Result[]): Promise<HostAnswer<Result>> => {
    if (fault !== null) return { status: "ended", fault };
    try {
      return { status: "read", results: read() };
    } catch (error) {
      if (!(error instanceof StrategyError)) throw error;
      fault = error;
      return { status: "ended", fault };
    }
  };
  return {
    info: infoOf(strategy),
    local: strategy,
    get fault() {
      return fault;
    },
    read: (markets, options) => answer(() => readAll(strategy, markets, options)),
    readHeld: (rows) => answer(() => readAllHeld(strategy, rows)),
    editedSince: () => null,
    close: async () => {},
  };
}

/** What there is to know of a strategy, without its code. */
export function infoOf(strategy: Strategy): StrategyInfo {
  const { id, title, definitionId, file, parameters, parameterSpecs, timeframes, needRows } = strategy;
  const { bracket, entryPct, orderStyle, hasExitHeld } = strategy;
  return {
    id,
    title,
    definitionId,
    file,
    parameters,
    parameterSpecs,
    timeframes,
    needRows,
    bracket,
    entryPct,
    orderStyle,
    hasExitHeld,
  };
}
