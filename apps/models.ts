// Floor 4. What the configuration says of models → the settings that agents/models/select.ts checks: one for questions
// (test time), one for what is thought ahead (sleep time).
import { resolve } from "node:path";
import type { ModelChoice, ModelSetting, selectModels } from "#agents/models/select.ts";
import { systemClock } from "#scheduler/clock.ts";
import { buysJudgement, type DeskConfig } from "#schemas/config.ts";

type Env = ModelSetting["env"];
type Setting = Parameters<typeof selectModels>[0];

/** The model of questions and delegations, with the environment that holds the keys. */
export function modelSetting(config: DeskConfig, env: Env): Setting {
  const { model, modelUrl, modelFallback, sleepModel } = config;
  // With rules at test time, what stands in stands in for the sleep model: nothing is ever asked behind rules.
  const fallback = model === "rules" && sleepModel !== null ? null : modelFallback;
  return { ...common(config, env), model, modelUrl, fallback };
}

/** The model of what is bought asleep: its own where one is set, else that of questions; both have the same models to fall back on. */
export function sleepModelSetting(config: DeskConfig, env: Env): Setting {
  const { model, modelUrl, modelFallback, sleepModel, sleepModelUrl } = config;
  const ownUrl = sleepModelUrl ?? (sleepModel === null ? modelUrl : null);
  return {
    ...common(config, env),
    model: sleepModel ?? model,
    modelUrl: ownUrl,
    fallback: sleepModel === "rules" ? null : modelFallback,
    variables: {
      model: sleepModel === null ? "DEEPTRADER_MODEL" : "DEEPTRADER_SLEEP_MODEL",
      url: sleepModel === null && sleepModelUrl === null ? "DEEPTRADER_MODEL_URL" : "DEEPTRADER_SLEEP_MODEL_URL",
    },
  };
}

/** The models of questions, first choice first; checked and loaded at each call. @throws ConfigError as selectModels */
export const managerModels =
  (config: DeskConfig, env: Env, observers?: Setting["observers"]) => async (): Promise<readonly ModelChoice[]> =>
    (await import("#agents/models/select.ts")).selectModels({ ...modelSetting(config, env), observers });

/**
 * The models that judge asleep, checked and loaded at the first call; null where no tokens are set for it. A model that is
 * missing its key is found out by calling it once before the desk starts.
 * @param elsewhere asked first for each call
 * @throws ConfigError (from the function returned) as selectModels
 */
export function sleepModels(
  config: DeskConfig,
  env: Env,
  { observers, elsewhere }: Pick<Setting, "observers" | "elsewhere"> = {},
): (() => Promise<readonly ModelChoice[]>) | null {
  if (!buysJudgement(config)) return null;
  let chosen: Promise<readonly ModelChoice[]> | undefined;
  return () => {
    chosen ??= import("#agents/models/select.ts").then((m) =>
      m.selectModels({ ...sleepModelSetting(config, env), observers, elsewhere }),
    );
    return chosen;
  };
}

function common({ modelRecordDir, modelReplayDir }: DeskConfig, env: Env): Pick<Setting, "env" | "wait" | "recording"> {
  const dir = modelRecordDir ?? modelReplayDir;
  const mode = modelRecordDir === null ? "replay" : "record";
  return {
    env,
    // Real time: a provider does not recover faster on a simulated market.
    wait: systemClock().sleep,
    recording: dir === null ? null : { mode, dir: resolve(dir) },
  };
}
