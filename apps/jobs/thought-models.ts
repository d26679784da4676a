// Floor 6. A worker's settings → the models that it calls for others: those of questions and those of what is bought asleep, with their keys
// and servers, and no others.
import type { AgentModel } from "#agents/models/select.ts";
import type { DeskConfig } from "#schemas/config.ts";
import { ConfigError } from "#schemas/errors.ts";
import { modelSetting, sleepModelSetting } from "../models.ts";
import type { WorkerPlace } from "./worker-place.ts";

const NO_MODEL = "no model is set (DEEPTRADER_SLEEP_MODEL or DEEPTRADER_MODEL)";

/** Half a sentence where it can call none; null: it can. */
export async function whyNoThoughts({ config, env }: WorkerPlace): Promise<string | null> {
  if (config.model === "rules" && (config.sleepModel ?? "rules") === "rules") return NO_MODEL;
  if (config.modelReplayDir !== null) return "DEEPTRADER_MODEL_REPLAY is set, and then no provider is called";
  try {
    await thoughtModels(config, env);
    return null;
  } catch (error) {
    if (error instanceof ConfigError) return error.message.replace(/\.$/, "");
    throw error;
  }
}

/** By name; where two servers have one of the same name, that of what is bought asleep. @throws ConfigError as selectModels */
export async function thoughtModels(
  config: DeskConfig,
  env: WorkerPlace["env"],
): Promise<ReadonlyMap<string, AgentModel>> {
  const { selectModels } = await import("#agents/models/select.ts");
  const models = new Map<string, AgentModel>();
  for (const setting of [sleepModelSetting(config, env), modelSetting(config, env)]) {
    // Tried once, and kept by who asked: a call that fails is that desk's, with its retries and what stands in.
    for (const { id, modelFor } of await selectModels({ ...setting, wait: null, recording: null })) {
      if (id !== "rules" && !models.has(id)) models.set(id, modelFor([]));
    }
  }
  return models;
}
