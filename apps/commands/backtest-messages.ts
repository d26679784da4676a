// Floor 6. What a backtest's thread and the process that started it send each other.
import type { DeskConfig } from "#schemas/config.ts";
import type { StrategyFault } from "#schemas/errors.ts";
import type { Timeframe } from "#schemas/units.ts";
import type { ErrorDocument } from "../error-document.ts";
import type { AskedRange } from "../research/range.ts";
import type { WatchedData } from "../watched-thread.ts";
import type { BacktestDocument } from "./backtest.ts";

export interface BacktestThreadData extends WatchedData {
  readonly config: DeskConfig;
  /** The operator's, in words. */
  readonly rules: readonly string[];
  readonly range: AskedRange;
  readonly isDrawn: boolean;
  readonly detail: Timeframe | null;
  readonly rulePrices: boolean;
  readonly isAudited: boolean;
  /** How long before the thread was started the command began, ms. */
  readonly elapsedMs: number;
}

export type BacktestMessage =
  | { readonly type: "note"; readonly text: string }
  | { readonly type: "progress"; readonly text: string | null }
  | { readonly type: "done"; readonly document: BacktestDocument }
  | { readonly type: "fault"; readonly fault: StrategyFault }
  | { readonly type: "error"; readonly error: ErrorDocument };
