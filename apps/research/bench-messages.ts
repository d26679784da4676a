// Floor 6. What a thread of the research bench and the process that started it send each other.
import type { DeskConfig } from "#schemas/config.ts";
import type { StrategyFault } from "#schemas/errors.ts";
import type { Outcome, Variation } from "#schemas/research.ts";
import type { ErrorDocument } from "../error-document.ts";
import type { WatchedData } from "../watched-thread.ts";

export interface BenchThreadData extends WatchedData {
  readonly config: DeskConfig;
}

/** A run that is wanted. */
export interface BenchJob {
  readonly index: number;
  readonly variation: Variation;
}

export type BenchMessage =
  | { readonly type: "outcome"; readonly index: number; readonly outcome: Outcome }
  | { readonly type: "fault"; readonly fault: StrategyFault }
  | { readonly type: "error"; readonly error: ErrorDocument };
