// Bench. Which models judge and answer in the evaluation: scripted ones, or one that a key was given for; and what they were asked.
import type { RuleModel } from "#agents/models/rule-model.ts";
import type { ModelChoice } from "#agents/models/select.ts";

/** The port's interface, as any of its implementations has it. */
type Model = Pick<
  RuleModel,
  "specificationVersion" | "provider" | "modelId" | "supportedUrls" | "doGenerate" | "doStream"
>;
type CallOptions = Parameters<Model["doGenerate"]>[0];

/** One call, as the model was given it. */
export interface Prompted {
  readonly system: string;
  readonly user: string;
}

/** The same model; every prompt of a call without tools is heard before it is sent. */
export function listening(choice: ModelChoice, onPrompt: (prompt: Prompted) => void): ModelChoice {
  return {
    id: choice.id,
    modelFor: (rules) => (run) => {
      const inner = choice.modelFor(rules)(run) as Model;
      const heard = (options: CallOptions): CallOptions => {
        onPrompt(promptedOf(options));
        return options;
      };
      return {
        specificationVersion: inner.specificationVersion,
        provider: inner.provider,
        modelId: inner.modelId,
        supportedUrls: inner.supportedUrls,
        doGenerate: (options) => inner.doGenerate(heard(options)),
        doStream: (options) => inner.doStream(heard(options)),
      };
    },
  };
}

const promptedOf = ({ prompt }: CallOptions): Prompted => ({
  system: prompt.flatMap((message) => (message.role === "system" ? [message.content] : [])).join("\n"),
  user: prompt
    .flatMap((message) => (message.role === "user" ? message.content : []))
    .map((part) => (part.type === "text" ? part.text : ""))
    .join("\n"),
});
