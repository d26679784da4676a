// Floor 3. A manager's run that brought nothing → the error to tell: the source's own, or which way each model failed.
import { ModelRunError } from "#schemas/errors.ts";
import type { AnalysisSlots } from "../desk-run.ts";
import type { RunResult } from "../run.ts";
import { failureToTell, type ManagerRun, type ModelRun } from "./agent.ts";

/** The source's own error where it had one; else which way each model's run failed, and what to do about the last. */
export function failureOf(run: ManagerRun, slots: AnalysisSlots): unknown {
  const failure = failureToTell(run);
  if (failure !== null) return failure;
  const why = whyNothing(run);
  const was =
    run.passedOver.length === 0
      ? why.was
      : `no model brought it: ${[...run.passedOver, run].map((r) => `with ${r.model} ${whyNothing(r).was}`).join("; ")}`;
  return new ModelRunError({
    was: `Khala holds nothing fresh about ${slots.symbol} ${slots.timeframe}, and ${was}.`,
    expected: "an analysis made by the analyst and remembered",
    remedy: `${why.remedy} DEEPTRADER_MODEL=rules works without a provider, and so does rules at the end of DEEPTRADER_MODEL_FALLBACK.`,
  });
}

/** What a run that ended so did, before the run's own detail, and what to do. */
const ENDS: Readonly<Record<Exclude<RunResult["status"], "completed">, readonly [was: string, remedy: string]>> = {
  deadline: ["run gave", "Ask again, or raise DEEPTRADER_MODEL_TIMEOUT_MS."],
  "model-error": [
    "run failed:",
    "Check DEEPTRADER_MODEL, DEEPTRADER_MODEL_URL, the provider's key and its status page.",
  ],
  "step-limit": ["model was", "Ask again, or choose a model that follows instructions."],
  tripwire: ["run was", "Rephrase the question, or choose another model."],
  empty: ["model gave no answer:", "Ask again, or choose another model."],
  aborted: ["run ended:", "Ask again."],
};

function whyNothing({ result, delegated }: ModelRun): { readonly was: string; readonly remedy: string } {
  if (result.status !== "completed") {
    const [was, remedy] = ENDS[result.status];
    return { was: `the manager's ${was} ${result.detail}`, remedy };
  }
  const [, remedy] = ENDS["step-limit"];
  const was = delegated ? "the analyst's model did not do the work" : "the manager's model answered without delegating";
  return { was, remedy };
}
