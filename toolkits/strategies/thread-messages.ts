// Floor 2. What the desk and a strategy's thread send each other. The rows of a slot go as one block of numbers that is handed
// over: a window shares its series' memory, which a copy of the window would drag along.
import type { MessagePort } from "node:worker_threads";
import type { StrategyFault } from "#schemas/errors.ts";
import { timeframeMs } from "#schemas/units.ts";
import { ROW_COLUMNS, type RowColumn } from "../indicators/kernel.ts";
import type { FileState } from "../user-files/user-file.ts";
import type { ReadOptions } from "./host.ts";
import type { FileToLoad } from "./load-strategy.ts";
import type { HeldResult, HeldRows, MarketReading, MarketRows, WarmFrame } from "./read-market.ts";
import type { StrategyInfo } from "./strategy.ts";

export interface ThreadData extends FileToLoad {
  /** Where it is asked and answers: one that a strategy's own code does not hold. */
  readonly port: MessagePort;
}

/** Before anything is asked: the thread stands and imports the file · it is loaded · it cannot be. */
export type LoadMessage =
  | { readonly type: "started" }
  | { readonly type: "loaded"; readonly info: StrategyInfo; readonly files: readonly FileState[] }
  | { readonly type: "fault"; readonly fault: StrategyFault };

export type Request =
  | { readonly type: "read"; readonly markets: PackedMarkets; readonly options: ReadOptions }
  | { readonly type: "read-held"; readonly rows: readonly HeldRows[] };

/** Requests are answered in their order. */
export type Response =
  | { readonly type: "read"; readonly results: readonly MarketReading[] | readonly HeldResult[] }
  | { readonly type: "fault"; readonly fault: StrategyFault };

/** Where its columns begin among the numbers, column after column; `next` windows lie within those of `now`. */
interface PackedFrame extends Omit<WarmFrame, RowColumn> {
  readonly at: number;
  /** Numbers from one column to the next. */
  readonly stride: number;
}

interface PackedMarket extends Omit<MarketRows, "now" | "next"> {
  readonly now: readonly PackedFrame[];
  readonly next: readonly PackedFrame[];
}

export interface PackedMarkets {
  readonly markets: readonly PackedMarket[];
  readonly numbers: Float64Array<ArrayBuffer>;
}

export function packMarkets(markets: readonly MarketRows[]): PackedMarkets {
  const frames = markets.flatMap(({ now, next }) => [...now, ...next.filter((frame, i) => !isWithin(frame, now[i]))]);
  const numbers = new Float64Array(frames.reduce((sum, { length }) => sum + ROW_COLUMNS.length * length, 0));
  let end = 0;
  const pack = (frame: WarmFrame): PackedFrame => {
    const { length } = frame;
    const at = end;
    for (const name of ROW_COLUMNS) {
      const column = frame[name];
      numbers.set(column.length === length ? column : column.subarray(0, length), end);
      end += length;
    }
    return packed(frame, at, length);
  };
  const packMarket = ({ symbol, tickSize, atr, now, next }: MarketRows): PackedMarket => {
    const first = now.map(pack);
    const then = next.map((frame, i) => {
      const [around, place] = [now[i], first[i]];
      if (place === undefined || !isWithin(frame, around)) return pack(frame);
      return packed(frame, place.at + rowsBefore(frame, around), place.stride);
    });
    return { symbol, tickSize, atr, now: first, next: then };
  };
  return { markets: markets.map(packMarket), numbers };
}

const packed = (
  { timeframe, startMs, length, received, warmup }: WarmFrame,
  at: number,
  stride: number,
): PackedFrame => ({ timeframe, startMs, length, received, warmup, at, stride });

/** Whether its rows are the last ones of another frame, in the same memory. */
const isWithin = (frame: WarmFrame, around: WarmFrame | undefined): around is WarmFrame =>
  around !== undefined &&
  frame.timeframe === around.timeframe &&
  frame.length + rowsBefore(frame, around) === around.length &&
  frame.close.buffer === around.close.buffer;

const rowsBefore = (frame: WarmFrame, around: WarmFrame): number =>
  (frame.startMs - around.startMs) / timeframeMs(frame.timeframe);

export function unpackMarkets({ markets, numbers }: PackedMarkets): readonly MarketRows[] {
  const unpacked = ({ at, stride, ...frame }: PackedFrame): WarmFrame => {
    const column = (k: number): Float64Array => numbers.subarray(at + k * stride, at + k * stride + frame.length);
    // In the order of ROW_COLUMNS.
    return { ...frame, open: column(0), high: column(1), low: column(2), close: column(3), volume: column(4) };
  };
  return markets.map(({ now, next, ...market }) => ({ ...market, now: now.map(unpacked), next: next.map(unpacked) }));
}
