// Floor 3. A model call as plain JSON: what of it is asked, and the parts of its answer.
import { z } from "zod";

/** The members of a call that make its answer. Headers, URL and abort signal are not among them: keys stay out. */
export interface ModelCall {
  /** The router string. */
  readonly model: string;
  /** The provider is asked for a whole answer or for a stream, which come in different parts. */
  readonly method: "generate" | "stream";
  readonly options: Readonly<Record<string, unknown>>;
}

/** Call options of the AI SDK that reach the provider's model; the others are transport. */
const ASKED = [
  "prompt",
  "tools",
  "toolChoice",
  "responseFormat",
  "maxOutputTokens",
  "temperature",
  "topP",
  "topK",
  "presencePenalty",
  "frequencyPenalty",
  "stopSequences",
  "seed",
  "providerOptions",
];

/** Plain JSON, its members in the order in which the provider gets them: a schema's is the order in which a model writes. */
export type CallRequest = Readonly<Record<string, unknown>>;

/**
 * Two equal runs ask with equal prompts, but for one thing: Mastra notes in `providerOptions.mastra` of each message when
 * it made it, for itself; providers read their own member only.
 */
export function requestOf({ model, method, options }: ModelCall): CallRequest {
  return JSON.parse(JSON.stringify({ model, method, ...askedOf(options) }), (key, value: unknown) =>
    key === "providerOptions" ? withoutMastra(value) : value,
  ) as CallRequest;
}

/** The options of a call that reach the provider's model. */
export const askedOf = (options: ModelCall["options"]): ModelCall["options"] =>
  Object.fromEntries(ASKED.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])));

function withoutMastra(options: unknown): unknown {
  if (typeof options !== "object" || options === null) return options;
  const providers = Object.entries(options).filter(([provider]) => provider !== "mastra");
  return providers.length === 0 ? undefined : Object.fromEntries(providers);
}

/** What the provider's model gives of an answer, in the order in which it came; its usage in the last. */
export const CallPart = z.looseObject({ type: z.string() });
export type CallPart = z.infer<typeof CallPart>;

/** Answered to its end, and without a failure. */
export const isWhole = (parts: readonly CallPart[]): boolean =>
  parts.at(-1)?.type === "finish" && parts.every(({ type }) => type !== "error");

/** The parts as they came. Their one value that JSON has no form for is the time of the response. */
export function streamOf(parts: readonly CallPart[]): ReadableStream {
  return ReadableStream.from(
    parts.map((part) =>
      part.type === "response-metadata" && typeof part["timestamp"] === "string"
        ? { ...part, timestamp: new Date(part["timestamp"]) }
        : part,
    ),
  );
}
