// Floor 3. Turns the model setting into something an agent can run on and the tally can meter: `rules`, or any model of
// Mastra's router (https://mastra.ai/models).

import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { ModelRouterLanguageModel } from "@mastra/core/llm";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import { ConfigError, ModelRunError } from "#schemas/errors.ts";
import type { Observers, OpenCall } from "#toolkits/ports/observed.ts";
import type { DeskRun } from "../desk-run.ts";
import { loadModelRouter } from "../mastra-env.ts";
import { type ModelCall, requestOf, streamOf } from "./call.ts";
import { isAnswered } from "./call-errors.ts";
import type { Elsewhere } from "./elsewhere.ts";
import { admitCall, countCall, countLost, meterCall, meteredStream } from "./metered.ts";
import { createRecorder, type RecordingSetting } from "./recorded.ts";
import { retried, type Wait } from "./retry.ts";
import { type Rule, RuleModel } from "./rule-model.ts";

/** What an agent asks for its model with: the run it is metered for, or null where there is none (Mastra Studio). */
export type AgentModel = (run: DeskRun | null) => LanguageModelV4 | ModelRouterLanguageModel;

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
  /** Between the attempts of a call; null: there is one attempt. */
  readonly wait: Wait | null;
  /** Null: calls are neither kept nor replayed. Rules always compute. */
  readonly recording: RecordingSetting | null;
  /** Asked first for each call of an agent; left out: calls are made here. */
  readonly elsewhere?: Elsewhere | undefined;
  /** Who looks on at its calls; left out: nobody does. */
  readonly observers?: Pick<Observers, "began"> | undefined;
  /** The variables that hold `model` and `modelUrl`, for messages; left out: DEEPTRADER_MODEL and DEEPTRADER_MODEL_URL. */
  readonly variables?: { readonly model: string; readonly url: string };
}

/**
 * The model of the setting and those that stand in for it, in order. `fallback` is a comma-separated list of router
 * strings, each with `@URL` behind it where it has a server of its own; `rules` may end it.
 * @throws ConfigError as selectModel, naming DEEPTRADER_MODEL_FALLBACK
 */
export async function selectModels(
  setting: ModelSetting & { readonly fallback: string | null },
): Promise<readonly ModelChoice[]> {
  const choices = [await selectModel(setting)];
  for (const entry of setting.fallback?.split(",") ?? []) {
    if (choices.at(-1)?.id === "rules") {
      throw new ConfigError({
        was: "DEEPTRADER_MODEL_FALLBACK has a model behind rules.",
        expected: "rules last: they answer always, so nothing behind them is ever asked",
        remedy: `Remove what stands behind rules, or set ${setting.variables?.model ?? "DEEPTRADER_MODEL"} to a provider's model.`,
      });
    }
    const [, model = "", modelUrl = null] = /^(.*?)(?:@(\w+:\/\/.*))?$/.exec(entry.trim()) ?? [];
    choices.push(await selectNamed({ ...setting, model, modelUrl }, IN_FALLBACK));
  }
  return choices;
}

/**
 * @throws ConfigError for a malformed or unknown model, a malformed URL, or a missing key; messages name variables and
 * never hold a key or a URL.
 */
export function selectModel(setting: ModelSetting): Promise<ModelChoice> {
  const { model, url } = setting.variables ?? { model: "DEEPTRADER_MODEL", url: "DEEPTRADER_MODEL_URL" };
  return selectNamed(setting, { model, url, setUrl: `set ${url} to` });
}

const IN_FALLBACK = {
  model: "DEEPTRADER_MODEL_FALLBACK",
  url: "A URL in DEEPTRADER_MODEL_FALLBACK",
  setUrl: "add behind it @ and",
};

/** The settings as messages call them. */
async function selectNamed(setting: ModelSetting, words: typeof IN_FALLBACK): Promise<ModelChoice> {
  const { model, modelUrl, env, wait, recording, elsewhere, observers } = setting;
  if (model === "rules") return RULES;
  const id = routerId(model, words.model);
  if (modelUrl !== null) requireHttpUrl(modelUrl, words.url);
  const { ModelRouterLanguageModel, getProviderConfig } = await loadModelRouter();
  const provider = id.slice(0, id.indexOf("/"));
  const known = getProviderConfig(provider);
  if (known === undefined && modelUrl === null) {
    throw new ConfigError({
      was: `${words.model} is ${model}, and Mastra's router knows no provider ${provider}.`,
      expected: "rules, or provider/model from https://mastra.ai/models",
      remedy: `Correct it, or ${words.setUrl} the base URL of an OpenAI-compatible server.`,
    });
  }
  const key = keyFrom(env, known?.apiKeyEnvVar);
  const isReplay = recording?.mode === "replay";
  if (!isReplay && key.value === undefined && modelUrl === null && key.names.length > 0) {
    throw new ConfigError({
      was: `${words.model} is ${model}, but ${key.names.join(" or ")} is not set.`,
      expected: "the provider's API key in that variable",
      remedy: `Set it, or set ${words.model === IN_FALLBACK.model ? "DEEPTRADER_MODEL" : words.model}=rules to work without a provider.`,
    });
  }
  // The router looks for a key on its own and complains of a missing one, also where it never calls.
  const apiKey = key.value ?? (isReplay ? "never sent" : undefined);
  const config = {
    id,
    ...(modelUrl === null ? {} : { url: modelUrl }),
    ...(apiKey === undefined ? {} : { apiKey }),
  };

  const recorder =
    recording === null ? null : createRecorder(recording, [key.value ?? "", URL.parse(modelUrl ?? "")?.password ?? ""]);

  // A subclass, because the router's models speak a Mastra dialect (doGenerate resolves to a stream) that a wrapper of
  // the plain provider interface would break; Mastra recognises the router by its class.
  class DeskRouter extends ModelRouterLanguageModel {
    readonly #run: DeskRun | null;

    constructor(run: DeskRun | null) {
      super(config);
      this.#run = run;
    }

    override doGenerate(options: RouterOptions) {
      return this.#served({ model, method: "generate", options: { ...options } }, () => super.doGenerate(options));
    }

    override doStream(options: RouterOptions) {
      return this.#served({ model, method: "stream", options: { ...options } }, () => super.doStream(options));
    }

    async #served(call: ModelCall, attempt: () => Promise<RouterResult>): Promise<RouterResult> {
      const run = this.#run;
      const asked = call.options as RouterOptions;
      const signal = asked.abortSignal ?? NEVER_ABORTED.signal;
      const again = (seen: OpenCall | undefined) => () => {
        seen?.retried();
        if (run !== null) countCall(run.tally);
      };
      const here = (seen?: OpenCall) =>
        wait === null ? attempt() : retried(attempt, { wait, signal, onRetry: again(seen) });
      const ask = async (seen?: OpenCall): Promise<Pick<RouterResult, "stream">> => {
        const found = await elsewhere?.(requestOf(call), { signal });
        if (found === undefined) return here(seen);
        if (found.parts !== null) return { stream: streamOf(found.parts) };
        if (run !== null && found.lostTokens !== null) countLost(run.tally, asked, found.lostTokens);
        if (found.wasMade) again(seen)();
        return here(seen);
      };
      const answer = (seen?: OpenCall) => (recorder === null ? ask(seen) : recorder.serve(call, () => ask(seen)));
      if (run === null) return answer();
      admitCall(run);
      const seen = observers?.began({ port: "model", verb: model });
      const meter = meterCall(run.tally, asked, signal, seen?.ended);
      try {
        return meteredStream(await answer(seen), meter);
      } catch (error) {
        // What was answered was bought, readable or not.
        if (isAnswered(error)) meter.settle(undefined, error);
        else meter.drop(error);
        // Mastra hands a sub-agent's error to the manager's model; the caller is to learn what it was.
        if (error instanceof ModelRunError) run.failure ??= error;
        throw error;
      }
    }
  }

  return { id: model, modelFor: () => (run) => new DeskRouter(run) };
}

type RouterOptions = Parameters<ModelRouterLanguageModel["doGenerate"]>[0];
type RouterResult = Awaited<ReturnType<ModelRouterLanguageModel["doGenerate"]>>;

/** The built-in rules in the place of a model: nothing is called, so nothing is counted. */
export const RULES: ModelChoice = {
  id: "rules",
  modelFor(rules) {
    const model = new RuleModel(rules);
    return () => model;
  },
};

function routerId(model: string, variable: string): `${string}/${string}` {
  if (/^[^/\s]+\/\S+$/.test(model)) return model as `${string}/${string}`;
  throw new ConfigError({
    was: `${variable} is "${model}".`,
    expected: "rules, or a router string such as openai/gpt-5",
    remedy: "Correct it.",
  });
}

function requireHttpUrl(modelUrl: string, name: string): void {
  const parsed = URL.parse(modelUrl);
  // The URL itself stays out of the message: people put keys and passwords into URLs.
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw new ConfigError({
      was: `${name} is not an http or https URL.`,
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
