// Floor 3. What one unit of work carries through its agents' runs, in Mastra's request context. All of it comes from code: a
// model can neither read nor write it.
import type { RequestContext } from "@mastra/core/request-context";
import type { UnixMs } from "#schemas/units.ts";
import type { WorkTally } from "#schemas/work.ts";

export interface DeskRunParts {
  readonly nowMs: UnixMs;
  readonly tally: WorkTally;
  /** See DeskRun. */
  readonly maxTokens?: number | null | undefined;
  readonly dayLeft?: (() => number) | undefined;
}

/** One run's moment, tally and limits, and what went wrong under it. */
export class DeskRun {
  readonly nowMs: UnixMs;
  readonly tally: WorkTally;
  /** Model tokens that the tally may hold before a further call is refused; null: no limit. */
  readonly maxTokens: number | null;
  /** See TokenLimit. */
  readonly dayLeft: (() => number) | undefined;
  /** True once a call was refused for it. */
  overBudget = false;
  /** What a tool or a recording threw: models learn little of it, the caller all. */
  failure: unknown = null;

  constructor({ nowMs, tally, maxTokens = null, dayLeft }: DeskRunParts) {
    this.nowMs = nowMs;
    this.tally = tally;
    this.maxTokens = maxTokens;
    this.dayLeft = dayLeft;
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
