// A model that answers from a script given the text it was sent, metered as any other.
import type { LanguageModelV4, LanguageModelV4CallOptions } from "@ai-sdk/provider";
import type { ModelChoice } from "#agents/models/select.ts";
import { meteredDouble } from "#test/agents/models/metered-double.ts";

export interface ScriptedText {
  readonly choice: ModelChoice;
  /** User messages as they were sent, in order. */
  readonly texts: readonly string[];
}

/** `script` gives the model's whole text, or throws as a model that is down. */
export function scriptedText(
  script: (user: string, index: number) => string | Promise<string>,
  { id = "test/scripted", usage = { input: 700, output: 60 } } = {},
): ScriptedText {
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
      return {
        content: [{ type: "text", text: await script(text, texts.length - 1) }],
        finishReason: { unified: "stop", raw: undefined },
        usage: {
          inputTokens: { total: usage.input, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
          outputTokens: { total: usage.output, text: undefined, reasoning: undefined },
        },
        warnings: [],
      };
    },
    doStream: () => Promise.reject(new Error("what is typed is not streamed")),
  };
  return { choice: { id, modelFor: () => meteredDouble(model) }, texts };
}

export interface Line {
  readonly id: string;
  /** As it stands there, with its unit. */
  readonly value: string;
  readonly label: string;
}

/** The fact lines of a message. */
export const linesOf = (user: string): readonly Line[] =>
  user.split("\n").flatMap((line) => {
    const [, id, value, label] = /^(f\d+) = (.*?) · (.*?) · /.exec(line) ?? [];
    return id === undefined || value === undefined || label === undefined ? [] : [{ id, value, label }];
  });

/** The first fact whose label begins so, as a number. */
export function figureOf(user: string, label: string): { readonly id: string; readonly value: number } {
  const line = linesOf(user).find((one) => one.label.startsWith(label));
  if (line === undefined) throw new Error(`no fact "${label}" in\n${user}`);
  return { id: line.id, value: Number.parseFloat(line.value) };
}
