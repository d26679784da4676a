// A model for second opinions that answers from a script, metered as any other; and the facts it was shown.
import type { LanguageModelV4, LanguageModelV4CallOptions } from "@ai-sdk/provider";
import type { ModelChoice } from "#agents/models/select.ts";
import { meteredDouble } from "../models/metered-double.ts";

/** The members of the facts that scripts look at. */
export interface Facts {
  readonly market: string;
  readonly asOf: string;
  readonly decidesAtClose: string;
  readonly position: unknown;
  readonly triggers: { readonly enterDistancePct: number | null };
}

export interface ScriptedModel {
  readonly choice: ModelChoice;
  /** One per call, in order. */
  readonly asked: readonly Facts[];
  /** The user messages as they were sent. */
  readonly texts: readonly string[];
}

/** `script` gives the model's whole text, or throws as a model that is down. */
export function scriptedModel(
  script: (facts: Facts, index: number) => string | Promise<string>,
  { id = "test/scripted", usage = { input: 100, output: 10 } } = {},
): ScriptedModel {
  const asked: Facts[] = [];
  const texts: string[] = [];
  const model: LanguageModelV4 = {
    specificationVersion: "v4",
    provider: "test",
    modelId: id,
    supportedUrls: {},
    doGenerate: async ({ prompt, abortSignal }: LanguageModelV4CallOptions) => {
      abortSignal?.throwIfAborted();
      const user = prompt.find((message) => message.role === "user");
      const [part] = user?.role === "user" ? user.content : [];
      const text = part?.type === "text" ? part.text : "";
      texts.push(text);
      asked.push(JSON.parse(text) as Facts);
      const answer = await script(JSON.parse(text) as Facts, asked.length - 1);
      return {
        content: [{ type: "text", text: answer }],
        finishReason: { unified: "stop", raw: undefined },
        usage: {
          inputTokens: { total: usage.input, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
          outputTokens: { total: usage.output, text: undefined, reasoning: undefined },
        },
        warnings: [],
      };
    },
    doStream: () => Promise.reject(new Error("opinions are not streamed")),
  };
  return { choice: { id, modelFor: () => meteredDouble(model) }, asked, texts };
}

export const says = (verdict: "agree" | "shrink" | "veto", sizeRatio = verdict === "agree" ? 1 : 0): string =>
  JSON.stringify({ verdict, sizeRatio, reason: `scripted ${verdict}` });

/** Agrees, shrinks and vetoes by market and time alone, so that two runs hear the same. */
export function moody({ market, decidesAtClose }: Facts): string {
  const mood = [...(market + decidesAtClose)].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1009, 7) % 3;
  return mood === 0 ? says("agree") : mood === 1 ? says("shrink", 0.5) : says("veto");
}
