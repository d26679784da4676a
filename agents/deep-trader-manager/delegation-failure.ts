// Floor 3. A manager's run that brought nothing → the error to tell: the source's own, or which way each model failed.
import { assertNever, ModelRunError } from "#schemas/errors.ts";
import type { AnalysisSlots } from "../desk-run.ts";
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

function whyNothing({ result, delegated }: ModelRun): { readonly was: string; readonly remedy: string } {
  switch (result.status) {
    case "deadline":
      return {
        was: `the manager's run gave ${result.detail}`,
        remedy: "Ask again, or raise DEEPTRADER_MODEL_TIMEOUT_MS.",
      };
    case "model-error":
      return {
        was: `the manager's run failed: ${result.detail}`,
        remedy: "Check DEEPTRADER_MODEL, DEEPTRADER_MODEL_URL, the provider's key and its status page.",
      };
    case "step-limit":
      return {
        was: `the manager's model was ${result.detail}`,
        remedy: "Ask again, or choose a model that follows instructions.",
      };
    case "tripwire":
      return {
        was: `the manager's run was ${result.detail}`,
        remedy: "Rephrase the question, or choose another model.",
      };
    case "empty":
      return {
        was: `the manager's model gave no answer: ${result.detail}`,
        remedy: "Ask again, or choose another model.",
      };
    case "aborted":
      return { was: `the manager's run ended: ${result.detail}`, remedy: "Ask again." };
    case "completed":
      return {
        was: delegated ? "the analyst's model did not do the work" : "the manager's model answered without delegating",
        remedy: "Ask again, or choose a model that follows instructions.",
      };
    default:
      return assertNever(result);
  }
}
