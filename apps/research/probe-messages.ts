// Floor 6. What a probe's thread and the process that started it send each other. One question at a time.
import type { Decided, HistoryDifference, MarketVerdicts, Pass } from "#scheduler/research/validate/pass.ts";
import type { DeskConfig } from "#schemas/config.ts";
import type { StrategyFault } from "#schemas/errors.ts";
import type { Trip } from "#toolkits/user-files/tripwires.ts";
import type { ErrorDocument } from "../error-document.ts";
import type { WatchedData } from "../watched-thread.ts";

export interface ProbeThreadData extends WatchedData {
  readonly config: DeskConfig;
  /** Absolute path of the strategy's file; null: it is shipped with the product. */
  readonly entry: string | null;
}

export type ProbeJob =
  | { readonly type: "verdicts"; readonly pass: Pass }
  | { readonly type: "decisions"; readonly pass: Pass }
  | { readonly type: "history"; readonly pass: Pass; readonly factor: number }
  | { readonly type: "trips" };

export type ProbeAnswer = readonly MarketVerdicts[] | Decided | HistoryDifference | readonly Trip[];

export type ProbeMessage =
  | { readonly type: "answer"; readonly answer: ProbeAnswer }
  | { readonly type: "fault"; readonly fault: StrategyFault }
  | { readonly type: "error"; readonly error: ErrorDocument };
