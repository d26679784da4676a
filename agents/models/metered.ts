// Floor 3. Counts model calls and the provider's own token numbers into the tally of one question (law 13). The meter
// sits around the model, not in the agent: a manager's usage leaves out its sub-agents
// (https://github.com/mastra-ai/mastra/issues/15567), but every call of either passes its model.
import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { WorkTally } from "#schemas/work.ts";

/**
 * A model that counts into `tally`. Agents are built once and questions run side by side, so an agent asks for its model
 * anew in each run, with the tally found in the run's request context.
 */
export function meteredModel(inner: LanguageModelV4, tally: WorkTally): LanguageModelV4 {
  return {
    specificationVersion: "v4",
    provider: inner.provider,
    modelId: inner.modelId,
    supportedUrls: inner.supportedUrls,
    async doGenerate(options) {
      countCall(tally);
      const result = await inner.doGenerate(options);
      countUsage(tally, result.usage);
      return result;
    },
    async doStream(options) {
      countCall(tally);
      return meteredStream(await inner.doStream(options), tally);
    },
  };
}

/** A call counts when it is made: one that fails or is aborted was work too. */
export const countCall = (tally: WorkTally): void => tally.count({ modelCalls: 1 });

/** The same result, whose stream counts the usage of its `finish` part as it passes. */
export function meteredStream<Part extends { readonly type: string }, R extends { stream: ReadableStream<Part> }>(
  result: R,
  tally: WorkTally,
): R {
  const meter = new TransformStream<Part, Part>({
    transform(part, controller) {
      if (part.type === "finish" && "usage" in part) countUsage(tally, part.usage);
      controller.enqueue(part);
    },
  });
  return { ...result, stream: result.stream.pipeThrough(meter) };
}

function countUsage(tally: WorkTally, usage: unknown): void {
  if (typeof usage !== "object" || usage === null) return;
  const { inputTokens, outputTokens } = usage as { inputTokens?: unknown; outputTokens?: unknown };
  tally.count({ inputTokens: tokens(inputTokens), outputTokens: tokens(outputTokens) });
}

/** Version 2 of the interface gives a number, versions 3 and 4 an object with `total`; what is no count counts as 0. */
function tokens(value: unknown): number {
  const total = typeof value === "object" && value !== null && "total" in value ? value.total : value;
  return typeof total === "number" && Number.isSafeInteger(total) && total > 0 ? total : 0;
}
