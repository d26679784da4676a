// Floor 2. What a strategy is: a pure rule from a snapshot and a price to a Signal, whatever is held.
import type { Triggers } from "#schemas/analysis.ts";
import type { IndicatorSnapshot } from "#schemas/indicator.ts";
import type { Signal } from "#schemas/reading.ts";
import type { IndicatorStream, Screen } from "../indicators/indicator-stream.ts";
import type { CandleWindow } from "../indicators/window.ts";

export interface SignalInput {
  readonly snapshot: IndicatorSnapshot;
  /** Close of the newest candle of the snapshot's window. */
  readonly price: number;
}

export interface Strategy {
  readonly id: string;
  /** Names the rule and its numbers; changes with them and makes old records stale. */
  readonly definitionId: string;
  readonly title: string;
  signal(input: SignalInput): Signal;
  /**
   * What `signal` will say of the window that the next candle makes, before that candle is there: the largest close at which
   * it enters and the smallest at which it exits. Holds only for a candle that closes one timeframe after `window`.
   */
  triggers(window: CandleWindow): Triggers;
  /**
   * False only where `signal` could not enter (nor, where the market is `held`, exit) on the window that the screen
   * stands for; it may say true too often, never false wrongly. Margins cover TRUSTED_RSI_ERROR. Called for every candle
   * of a backtest: no allocation.
   */
  mayAct(screen: Screen, held: boolean): boolean;
}

/**
 * Whether the true window must be looked at: the strategy may act, or the stream cannot speak for the window. An exit
 * counts only where the market is `held`; without a position there is nothing to leave.
 */
export const mustLook = (strategy: Strategy, stream: IndicatorStream, held: boolean): boolean =>
  stream.ready && (!stream.trusted || strategy.mayAct(stream, held));
