// Floor 3. Turns the model setting into something an agent can run on and the tally can meter: `rules`, or any model of
// Mastra's router (https://mastra.ai/models).
import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { ModelRouterLanguageModel } from "@mastra/core/llm";
import { ConfigError } from "#schemas/errors.ts";
import type { WorkTally } from "#schemas/work.ts";
import { loadModelRouter } from "../mastra-env.ts";
import { countCall, meteredModel, meteredStream } from "./metered.ts";
import { type Rule, RuleModel } from "./rule-model.ts";

/** What an agent asks for its model with: the tally of the run, or null for a run that has none (Mastra Studio). */
export type AgentModel = (tally: WorkTally | null) => LanguageModelV4 | ModelRouterLanguageModel;

/** A checked setting. `modelFor` gives each agent its model: its own rules, or the configured provider. */
export interface ModelChoice {
  /** `rules`, or the router string. */
  readonly id: string;
  modelFor(rules: readonly Rule[]): AgentModel;
}

export interface ModelSetting {
  /** `rules`, or a router string such as `openai/gpt-5`. */
  readonly model: string;
  /** Base URL of an OpenAI-compatible server; null: the provider's own. */
  readonly modelUrl: string | null;
  /** Where the provider's key is looked up by the provider's own variable name. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * @throws ConfigError for a malformed or unknown model, a malformed URL, or a missing key; messages name variables and
 * never hold their values.
 */
export async function selectModel({ model, modelUrl, env }: ModelSetting): Promise<ModelChoice> {
  if (model === "rules") return { id: "rules", modelFor: (rules) => meteredOrBare(new RuleModel(rules)) };
  const id = routerId(model);
  if (modelUrl !== null) requireHttpUrl(modelUrl);
  const { ModelRouterLanguageModel, getProviderConfig } = await loadModelRouter();
  const provider = id.slice(0, id.indexOf("/"));
  const known = getProviderConfig(provider);
  if (known === undefined && modelUrl === null) {
    throw new ConfigError({
      was: `DEEPTRADER_MODEL is ${model}, and Mastra's router knows no provider ${provider}.`,
      expected: "rules, or provider/model from https://mastra.ai/models",
      remedy: "Correct it, or set DEEPTRADER_MODEL_URL to the base URL of an OpenAI-compatible server.",
    });
  }
  const key = keyFrom(env, known?.apiKeyEnvVar);
  if (key.value === undefined && modelUrl === null && key.names.length > 0) {
    throw new ConfigError({
      was: `DEEPTRADER_MODEL is ${model}, but ${key.names.join(" or ")} is not set.`,
      expected: "the provider's API key in that variable",
      remedy: "Set it, or set DEEPTRADER_MODEL=rules to work without a provider.",
    });
  }
  const config = {
    id,
    ...(modelUrl === null ? {} : { url: modelUrl }),
    ...(key.value === undefined ? {} : { apiKey: key.value }),
  };

  // A subclass, because the router's models speak a Mastra dialect (doGenerate resolves to a stream) that a wrapper of
  // the plain provider interface would break; Mastra recognises the router by its class.
  class MeteredRouter extends ModelRouterLanguageModel {
    readonly #tally: WorkTally;

    constructor(tally: WorkTally) {
      super(config);
      this.#tally = tally;
    }

    override async doGenerate(options: Parameters<ModelRouterLanguageModel["doGenerate"]>[0]) {
      countCall(this.#tally);
      return meteredStream(await super.doGenerate(options), this.#tally);
    }

    override async doStream(options: Parameters<ModelRouterLanguageModel["doStream"]>[0]) {
      countCall(this.#tally);
      return meteredStream(await super.doStream(options), this.#tally);
    }
  }

  return {
    id: model,
    modelFor: () => (tally) => (tally === null ? new ModelRouterLanguageModel(config) : new MeteredRouter(tally)),
  };
}

/** The agent's model for a model that is already there: rules, or a double in tests. */
export const meteredOrBare =
  (inner: LanguageModelV4): AgentModel =>
  (tally) =>
    tally === null ? inner : meteredModel(inner, tally);

function routerId(model: string): `${string}/${string}` {
  if (/^[^/\s]+\/\S+$/.test(model)) return model as `${string}/${string}`;
  throw new ConfigError({
    was: `DEEPTRADER_MODEL is "${model}".`,
    expected: "rules, or a router string such as openai/gpt-5",
    remedy: "Correct it.",
  });
}

function requireHttpUrl(modelUrl: string): void {
  const parsed = URL.parse(modelUrl);
  // The URL itself stays out of the message: people put keys and passwords into URLs.
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw new ConfigError({
      was: "DEEPTRADER_MODEL_URL is not an http or https URL.",
      expected: "a base URL such as http://127.0.0.1:11434/v1",
      remedy: "Correct it, or unset it to use the provider's own.",
    });
  }
}

/** The first variable that holds a key. A provider may accept several names. */
function keyFrom(env: ModelSetting["env"], variable: string | readonly string[] | undefined) {
  const names = variable === undefined ? [] : typeof variable === "string" ? [variable] : variable;
  const value = names.map((name) => env[name]).find((candidate) => candidate !== undefined && candidate !== "");
  return { names, value };
}
