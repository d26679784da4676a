// Floor 2. What the desk and a strategy's thread send each other. The rows of a slot go as one block of numbers that is handed
// over: a window shares its series' memory, which a copy of the window would drag along.
import type { MessagePort } from "node:worker_threads";
import type { StrategyFault } from "#schemas/errors.ts";
import type { Timeframe } from "#schemas/units.ts";
import { ROW_COLUMNS } from "../indicators/kernel.ts";
import type { FileState } from "../user-files/user-file.ts";
import type { HeldResult } from "./host.ts";
import type { FileToLoad } from "./load-strategy.ts";
import type { HeldRows, MarketReading, MarketRows, WarmFrame } from "./read-market.ts";
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
  | { readonly type: "read"; readonly markets: PackedMarkets; readonly wantsLevels: boolean }
  | { readonly type: "read-held"; readonly rows: readonly HeldRows[] };

/** Requests are answered in their order. */
export type Response =
  | { readonly type: "read"; readonly results: readonly MarketReading[] | readonly HeldResult[] }
  | { readonly type: "fault"; readonly fault: StrategyFault };

type PackedFrame = Omit<WarmFrame, (typeof ROW_COLUMNS)[number]> & { readonly timeframe: Timeframe };

interface PackedMarket extends Omit<MarketRows, "now" | "next"> {
  readonly now: readonly PackedFrame[];
  /** One whose rows are those of now has none of its own here. */
  readonly next: readonly PackedFrame[];
}

export interface PackedMarkets {
  readonly markets: readonly PackedMarket[];
  /** Of every frame in order, column after column. */
  readonly numbers: Float64Array<ArrayBuffer>;
}

export function packMarkets(markets: readonly MarketRows[]): PackedMarkets {
  const frames = markets.flatMap(({ now, next }) => [...now, ...next.filter((frame, i) => !sharesRows(frame, now[i]))]);
  const numbers = new Float64Array(frames.reduce((sum, { length }) => sum + ROW_COLUMNS.length * length, 0));
  let at = 0;
  for (const frame of frames) {
    for (const name of ROW_COLUMNS) {
      numbers.set(frame[name].length === frame.length ? frame[name] : frame[name].subarray(0, frame.length), at);
      at += frame.length;
    }
  }
  const packed = ({ timeframe, startMs, length, received, warmup }: WarmFrame): PackedFrame => ({
    timeframe,
    startMs,
    length,
    received,
    warmup,
  });
  return {
    markets: markets.map(({ symbol, tickSize, atr, now, next }) => ({
      symbol,
      tickSize,
      atr,
      now: now.map(packed),
      next: next.map(packed),
    })),
    numbers,
  };
}

export function unpackMarkets({ markets, numbers }: PackedMarkets): readonly MarketRows[] {
  let at = 0;
  const column = (length: number): Float64Array => {
    at += length;
    return numbers.subarray(at - length, at);
  };
  const unpacked = (frame: PackedFrame): WarmFrame => {
    const { length } = frame;
    // In the order of ROW_COLUMNS.
    const [open, high, low, close, volume] = [
      column(length),
      column(length),
      column(length),
      column(length),
      column(length),
    ];
    return { ...frame, open, high, low, close, volume };
  };
  return markets.map(({ now, next, ...market }) => {
    const frames = now.map(unpacked);
    const nextFrames = next.map((frame, i): WarmFrame => {
      const same = frames[i];
      return same !== undefined && sharesRows(frame, same) ? { ...same, ...frame } : unpacked(frame);
    });
    return { ...market, now: frames, next: nextFrames };
  });
}

/** Behind a grid point the next candle's window begins later. */
const sharesRows = (frame: Pick<WarmFrame, "startMs">, now: Pick<WarmFrame, "startMs"> | undefined): boolean =>
  frame.startMs === now?.startMs;
