// Bench. `--model` and `--model-url` → the model that is asked, checked before the first call.
import { type ModelChoice, selectModel } from "#agents/models/select.ts";
import { systemClock } from "#scheduler/clock.ts";
import { ConfigError } from "#schemas/errors.ts";

/** @throws ConfigError for an unknown model, a malformed URL, a missing key, or rules */
export async function namedModel(
  model: string,
  modelUrl: string | null,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ModelChoice> {
  if (model === "rules") {
    throw new ConfigError({
      was: "--model is rules.",
      expected: "provider/model: rules buy no tokens and solve no problems",
      remedy: "Name a model.",
    });
  }
  const variables = { model: "--model", url: "--model-url" };
  return selectModel({ model, modelUrl, env, wait: systemClock().sleep, recording: null, variables });
}
