// Floor 6. A worker's part in thought: makes a call of one of its own models, once. What it cannot make, and what the provider refuses, is
// left to who asked. A provider that asks for rest is left alone by all workers.
import { isAnswered, refusalOf } from "#agents/models/call-errors.ts";
import { answeredTokens, BrokenAnswer, makeCall } from "#agents/models/make-call.ts";
import type { AgentModel } from "#agents/models/select.ts";
import { describeModelError } from "#agents/run.ts";
import { VenuePausedError } from "#schemas/errors.ts";
import type { JobHandler } from "#schemas/ports/jobs.ts";
import type { VenueBudget } from "#schemas/ports/market.ts";
import { retryAfterMs } from "#toolkits/requests/rest-asked-for.ts";
import { repeatsSecret, ThoughtInput, type ThoughtResult } from "./thought-job.ts";

/** A longer rest is not waited for: other models may answer meanwhile, and who asked has them. */
const LONGEST_REST_MS = 60_000;
const TOO_MANY_REQUESTS = 429;

export interface ThoughtHandlerParts {
  /** The models of this worker's settings, by their names. */
  readonly models: ReadonlyMap<string, AgentModel>;
  /** Rests that all workers keep, by provider. */
  readonly restsOf: (provider: string) => Pick<VenueBudget, "restMs" | "pause">;
  /** No answer that repeats one leaves this machine. */
  readonly secrets: readonly string[];
  readonly nowMs: () => number;
}

export const createThoughtHandler =
  ({ models, restsOf, secrets, nowMs }: ThoughtHandlerParts): JobHandler =>
  async (given, { signal }): Promise<ThoughtResult> => {
    const { request, longestMs } = ThoughtInput.parse(given);
    const model = models.get(request.model);
    if (model === undefined) return left(`it has no model ${request.model}`);
    const provider = request.model.slice(0, request.model.indexOf("/"));
    const rests = restsOf(provider);
    const resting = (restMs: number, wasMade: boolean): ThoughtResult => {
      const was = `${provider} asks for a rest of ${Math.ceil(restMs / 1000)} s`;
      if (restMs > Math.min(LONGEST_REST_MS, longestMs)) return left(was, { wasMade });
      throw new VenuePausedError({ was: `${was}.`, untilMs: nowMs() + restMs });
    };
    const restMs = await rests.restMs();
    if (restMs > 0) return resting(restMs, false);
    const late = AbortSignal.timeout(longestMs);
    try {
      const parts = await makeCall(model, request, AbortSignal.any([signal, late]));
      if (!repeatsSecret(parts, secrets)) return { status: "answered", parts: [...parts] };
      return left("its answer repeats a key or a password", { lostTokens: answeredTokens(parts) });
    } catch (error) {
      signal.throwIfAborted();
      // What was sent was read, though its end is not awaited.
      if (late.aborted) return left(`no answer came within ${longestMs} ms`, { lostTokens: tokensIn(error) });
      if (error instanceof BrokenAnswer) return left(error.message, { lostTokens: error.answeredTokens });
      const refusal = refusalOf(error);
      const askedMs = refusal?.status === TOO_MANY_REQUESTS ? retryAfterMs(refusal.headers, nowMs()) : null;
      if (askedMs !== null && askedMs > 0) {
        await rests.pause(askedMs);
        return resting(askedMs, true);
      }
      return left(describeModelError(error), { wasMade: true, lostTokens: isAnswered(error) ? 0 : null });
    }
  };

const tokensIn = (error: unknown): number => (error instanceof BrokenAnswer ? error.answeredTokens : 0);

function left(
  why: string,
  {
    lostTokens = null,
    wasMade = lostTokens !== null,
  }: { readonly lostTokens?: number | null; readonly wasMade?: boolean } = {},
): ThoughtResult {
  return { status: "left", why, wasMade, lostTokens };
}
