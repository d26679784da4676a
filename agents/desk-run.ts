// Floor 3. What one question carries through its agents' runs, in Mastra's request context. All of it comes from code:
// a model can neither read nor write it, so what it says about assets or times changes nothing.
import type { RequestContext } from "@mastra/core/request-context";
import type { MarketSymbol, Timeframe, UnixMs } from "#schemas/units.ts";
import type { WorkTally } from "#schemas/work.ts";
import type { AnalysisOutcome } from "./market-analyst/scratch.ts";

/** The market a question is about, as the grammar parsed it. */
export interface AnalysisSlots {
  readonly symbol: MarketSymbol;
  readonly timeframe: Timeframe;
}

/** One run's slots and tally, and what came of its one delegation. */
export class DeskRun {
  readonly slots: AnalysisSlots;
  readonly nowMs: UnixMs;
  readonly tally: WorkTally;
  /** Model tokens that the tally may hold before a further call is refused; null: no limit. */
  readonly maxTokens: number | null;
  /** See TokenLimit. */
  readonly dayLeft: (() => number) | undefined;
  /** True once a call was refused for it. */
  overBudget = false;
  /** True once the job was handed to the analyst; a run hands it over at most once. */
  delegated = false;
  /** True once the job was refused because Khala holds the newest there can be. */
  refused = false;
  /** What the analyst's tool returned; null while it has not finished. */
  outcome: AnalysisOutcome | null = null;
  /** What the analyst's tool, the delegation gate or a recording threw: models learn little of it, the caller all. */
  failure: unknown = null;

  constructor(parts: {
    readonly slots: AnalysisSlots;
    readonly nowMs: UnixMs;
    readonly tally: WorkTally;
    readonly maxTokens?: number | null;
    readonly dayLeft?: (() => number) | undefined;
  }) {
    this.slots = parts.slots;
    this.nowMs = parts.nowMs;
    this.tally = parts.tally;
    this.maxTokens = parts.maxTokens ?? null;
    this.dayLeft = parts.dayLeft;
  }
}

const KEY = "deskRun";

/** The entries of a request context that carries `run`; sub-agents inherit them by reference. */
export const deskRunEntries = (run: DeskRun): Iterable<readonly [string, unknown]> => [[KEY, run]];

/** The run of a request context; null for a run that was not started by this product, such as one from Mastra Studio. */
export function deskRunOf(context: Pick<RequestContext, "get"> | undefined): DeskRun | null {
  const run: unknown = context?.get(KEY);
  return run instanceof DeskRun ? run : null;
}
