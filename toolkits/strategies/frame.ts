// Floor 2. The rows of one timeframe as a strategy reads them: a window, or a block of a backtest.
import type { Timeframe } from "#schemas/units.ts";
import type { CandleRows } from "../indicators/kernel.ts";

export interface Frame extends CandleRows {
  readonly timeframe: Timeframe;
  /** Open time of row 0, ms. */
  readonly startMs: number;
  readonly length: number;
}
