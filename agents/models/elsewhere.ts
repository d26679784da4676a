// Floor 3. A model call that is made in another place, by a worker: what comes back counts as if it had been made here. What comes back
// without an answer is made here.
import type { CallOptions } from "#schemas/ports/work.ts";
import type { CallPart, CallRequest } from "./call.ts";

export type ElsewhereAnswer =
  | { readonly parts: readonly CallPart[] }
  /**
   * No answer. `wasMade`: a provider was asked in vain. `lostTokens`: of an answer that was bought and cannot be used, as estimated; null: nothing
   * was bought.
   */
  | { readonly parts: null; readonly wasMade: boolean; readonly lostTokens: number | null };

/** @throws the signal's reason, and nothing else: whatever fails there leaves the call to who asked */
export type Elsewhere = (request: CallRequest, options: CallOptions) => Promise<ElsewhereAnswer>;
