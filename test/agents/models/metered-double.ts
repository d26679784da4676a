// A scripted model in the place of a provider's: admitted, counted and limited as the router's models are.
import type { LanguageModelV4, LanguageModelV4CallOptions } from "@ai-sdk/provider";
import { admitCall, meterCall, meteredStream, type TokenLimit } from "#agents/models/metered.ts";
import type { AgentModel } from "#agents/models/select.ts";

/** The model of an agent for a double; without a run it is bare. */
export const meteredDouble =
  (inner: LanguageModelV4): AgentModel =>
  (run) =>
    run === null ? inner : meteredModel(inner, run);

export function meteredModel(inner: LanguageModelV4, limit: TokenLimit): LanguageModelV4 {
  const admit = (options: LanguageModelV4CallOptions) => {
    admitCall(limit);
    return meterCall(limit.tally, options, options.abortSignal);
  };
  return {
    specificationVersion: "v4",
    provider: inner.provider,
    modelId: inner.modelId,
    supportedUrls: inner.supportedUrls,
    async doGenerate(options) {
      const call = admit(options);
      const result = await inner.doGenerate(options);
      for (const part of result.content) if (part.type === "text") call.received(part.text);
      call.settle(result.usage);
      return result;
    },
    doStream: async (options) => {
      const call = admit(options);
      return meteredStream(await inner.doStream(options), call);
    },
  };
}
