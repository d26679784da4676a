// Floor 4. What a pass of briefs has to spend: models, tokens, time, and what it knows of what is asked.
import { tokensOf } from "#agents/models/metered.ts";
import type { ModelChoice } from "#agents/models/select.ts";
import type { WorkTally } from "#schemas/work.ts";
import type { FreeHistory } from "./brief-markets.ts";
import type { TokenMeans } from "./token-means.ts";

export interface PassRoom {
  readonly models: readonly ModelChoice[];
  readonly tally: WorkTally;
  /** Tokens that the tally may hold. */
  readonly maxTokens: number;
  readonly means: TokenMeans;
  readonly history: FreeHistory;
  readonly signal: AbortSignal;
  /** Awaited before each call: questions go first. Null: no further one; else the time that a call may take, ms. */
  readonly patience: () => Promise<number | null>;
  /** A model that did not answer is not asked again in this pass. */
  readonly down: Set<string>;
}

/** Tokens that a pass has left. */
export const leftTokens = ({ tally, maxTokens }: Pick<PassRoom, "tally" | "maxTokens">): number =>
  Math.max(0, maxTokens - tokensOf(tally));
