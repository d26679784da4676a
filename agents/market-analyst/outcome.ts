// Floor 3. What comes of analysing one market: before any strategy has seen it, and after.
import type { Analysis } from "#schemas/analysis.ts";
import type { CandleSeries } from "#schemas/market.ts";
import type { MarketView, Reading } from "#schemas/reading.ts";
import type { MarketSymbol, Timeframe, UnixMs } from "#schemas/units.ts";

/** What an analysis is asked for. */
export interface AnalysisSlots {
  readonly symbol: MarketSymbol;
  readonly timeframe: Timeframe;
}

export interface Read {
  /** By close, worked out at each call; null: too short to say anything. Left out: not asked for. */
  readonly hourReturns?: () => Float64Array | null;
}

/** `no-candle`: the source was asked after the close and had none, as quiet markets do. */
export type NoCandle = Read & {
  readonly status: "no-candle";
  readonly symbol: MarketSymbol;
  readonly checkedThroughMs: UnixMs;
  /** Close of the newest candle there is; null where the market has none yet. */
  readonly newestCloseMs: UnixMs | null;
};

export type AnalysisOutcome =
  | (Read & {
      readonly status: "analysed";
      readonly analysis: MarketView;
      /** Of the higher timeframes that a strategy reads. */
      readonly higher: readonly Analysis[];
    })
  | NoCandle;

/**
 * What decisions need of a reading: all but action levels, ids, what is said where nothing is done, and values that no rule on the position
 * reads, which are most of the work.
 */
export type SignalRead = Pick<Reading, "strategyId" | "symbol" | "signal" | "values" | "warmup">;

/** A market that was read, as far as decisions need it. */
export interface Signalled {
  readonly status: "analysed";
  /** Its id and values are worked out when they are asked for. */
  readonly analysis: Analysis;
  /** In the desk's order. */
  readonly reads: readonly SignalRead[];
}

/** A market that was read, and that no strategy has seen yet; the values of its analyses are worked out when they are asked for. */
export type Scratch = Read & {
  readonly status: "analysed";
  readonly analysis: Analysis;
  readonly higher: readonly Analysis[];
  readonly series: ReadonlyMap<Timeframe, CandleSeries>;
};
