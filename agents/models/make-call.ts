// Floor 3. A call as plain JSON → the parts of a model's answer. For who makes calls that others have asked for.
import { askedOf, CallPart, type CallRequest, isWhole } from "./call.ts";
import { estimateTokens } from "./metered.ts";
import type { AgentModel } from "./select.ts";

/** The answer began, and did not come to its end. */
export class BrokenAnswer extends Error {
  /** Of what had come, as estimated. */
  readonly answeredTokens: number;

  constructor(answeredTokens: number, cause: unknown) {
    super("the answer broke off", { cause });
    this.answeredTokens = answeredTokens;
  }
}

/** Of a request nothing but what reaches the provider's model is used. @throws BrokenAnswer; whatever the model throws */
export async function makeCall(
  model: AgentModel,
  { method, ...options }: CallRequest,
  signal: AbortSignal,
): Promise<readonly CallPart[]> {
  const router = model(null);
  const asked = { ...askedOf(options), abortSignal: signal } as never;
  const reply: object = await (method === "stream" ? router.doStream(asked) : router.doGenerate(asked));
  // What the router's models give is a stream, whichever way they were asked.
  const { stream } = reply as { readonly stream: ReadableStream<unknown> };
  const parts: CallPart[] = [];
  try {
    for await (const part of stream) parts.push(CallPart.parse(part));
  } catch (cause) {
    throw new BrokenAnswer(answeredTokens(parts), cause);
  }
  if (!isWhole(parts)) throw new BrokenAnswer(answeredTokens(parts), null);
  return parts;
}

/** Of the texts in them, as estimated. */
export const answeredTokens = (parts: readonly CallPart[]): number =>
  estimateTokens(parts.map(({ delta }) => (typeof delta === "string" ? delta : "")).join(""));
