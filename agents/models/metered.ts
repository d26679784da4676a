// Floor 3. The one meter: every call of a provider's model by managers, sub-agents and debates passes it, is counted into
// the tally of its unit of work (law 13), and is refused once the tokens are spent. The meter sits around the model, not in
// the agent: a manager's usage leaves out its sub-agents (https://github.com/mastra-ai/mastra/issues/15567), but every call
// of either passes its model. The built-in rules are no model: nothing is called, and nothing counted.
import { TokenBudgetError } from "#schemas/errors.ts";
import type { WorkTally } from "#schemas/work.ts";

/** What a unit of work may spend, and what it has spent. */
export interface TokenLimit {
  readonly tally: WorkTally;
  /** Tokens, in and out together; null: no limit. */
  readonly maxTokens: number | null;
  /** Tokens that the day has left by now, for all questions together; left out: no limit. */
  readonly dayLeft?: (() => number) | undefined;
  /** True once a call was refused for it. */
  overBudget: boolean;
}

/** Tokens of a text that was not counted: 4 characters each, the common rule of thumb for English. */
const CHARS_PER_TOKEN = 4;

/**
 * A provider's count under this share of the estimate is not believed. English is 4 characters a token and the densest
 * prompts of JSON and whitespace about 10, so a true count is at least two fifths of the estimate.
 */
const LEAST_SHARE = 1 / 20;

/** An estimate; wherever it is used it is counted as one. */
export const estimateTokens = (value: unknown): number =>
  Math.ceil((typeof value === "string" ? value : (JSON.stringify(value) ?? "")).length / CHARS_PER_TOKEN);

/** Tokens counted so far, in and out. */
export function tokensOf(tally: WorkTally): number {
  const { inputTokens, outputTokens } = tally.total();
  return inputTokens + outputTokens;
}

/**
 * Counts one call before it is made: one that fails or is aborted was work too.
 * @throws TokenBudgetError where the tokens are spent; nothing is counted then
 */
export function admitCall(limit: TokenLimit): void {
  const spent = tokensOf(limit.tally);
  if (limit.maxTokens !== null && spent >= limit.maxTokens) {
    limit.overBudget = true;
    throw new TokenBudgetError({
      was: `This work has spent ${spent} of its ${limit.maxTokens} model tokens.`,
      expected: "another call to fit into them",
      remedy:
        "Ask for less, or raise DEEPTRADER_QUESTION_TOKENS (questions) or the day's tokens of what is bought asleep (DEEPTRADER_DEBATE_DAY_TOKENS and the like).",
    });
  }
  if (limit.dayLeft !== undefined && limit.dayLeft() <= 0) {
    limit.overBudget = true;
    throw new TokenBudgetError({
      was: "The day's model tokens for questions are spent.",
      expected: "another call to fit into them",
      remedy: "Raise DEEPTRADER_QUESTION_DAY_TOKENS, or ask again after 00:00 UTC.",
    });
  }
  countCall(limit.tally);
}

export const countCall = (tally: WorkTally): void => tally.count({ modelCalls: 1 });

/** The tokens of one call: they are counted once, whichever way it ends. */
export interface CallMeter {
  /** Part of the answer, as it comes. */
  received(text: string): void;
  /** The call ended; what the provider does not credibly say of its usage is estimated from the texts, and counted as such. */
  settle(usage: unknown, error?: unknown): void;
  /** The provider refused the call or was not there: nothing was bought. */
  drop(error?: unknown): void;
}

/** A call that is aborted under way is settled there and then: what it sent was read, and its end is not awaited. */
export function meterCall(
  tally: WorkTally,
  { prompt, tools }: { readonly prompt: unknown; readonly tools?: unknown },
  signal: AbortSignal | undefined,
  /** Told once how it ended; null: it was answered. */
  ended: (error: unknown) => void = () => {},
): CallMeter {
  let answered = "";
  let open = true;
  const close = (error: unknown, count: () => void): void => {
    if (!open) return;
    open = false;
    signal?.removeEventListener("abort", onAbort);
    count();
    ended(error);
  };
  const settle = (usage: unknown, error: unknown = null): void =>
    close(error, () => countUsage(tally, usage, { asked: JSON.stringify([prompt, tools]), answered }));
  const onAbort = (): void => settle(undefined, signal?.reason);
  signal?.addEventListener("abort", onAbort);
  return {
    received: (text) => {
      answered += text;
    },
    settle,
    drop: (error = null) => close(error, () => undefined),
  };
}

/** An answer that was bought and lost on its way. @param answeredTokens as estimated */
export function countLost(
  tally: WorkTally,
  { prompt, tools }: { readonly prompt: unknown; readonly tools?: unknown },
  answeredTokens: number,
): void {
  const inputTokens = estimateTokens(JSON.stringify([prompt, tools]));
  tally.count({ inputTokens, outputTokens: answeredTokens, estimatedTokens: inputTokens + answeredTokens });
}

/** The same result, whose stream settles the meter with its `finish` part, or without one where it breaks off. */
export function meteredStream<Part extends { readonly type: string }, R extends { stream: ReadableStream<Part> }>(
  result: R,
  call: CallMeter,
): R {
  const pieces = new Set<unknown>();
  const meter = new TransformStream<Part, Part>({
    transform(part, controller) {
      const { type, id, delta, toolCallId, input, usage } = part as Readonly<Record<string, unknown>>;
      if (typeof delta === "string") {
        call.received(delta);
        pieces.add(id);
      } else if (type === "tool-call" && typeof input === "string" && !pieces.has(toolCallId)) call.received(input);
      if (type === "finish") call.settle(usage);
      controller.enqueue(part);
    },
    flush: () => call.settle(undefined),
    cancel: () => call.settle(undefined),
  });
  return { ...result, stream: result.stream.pipeThrough(meter) };
}

interface Texts {
  readonly asked: string;
  readonly answered: string;
}

function countUsage(tally: WorkTally, usage: unknown, texts: Texts): void {
  const input = countedTokens(memberOf(usage, "inputTokens"), texts.asked);
  const output = countedTokens(memberOf(usage, "outputTokens"), texts.answered);
  // Some servers give a total alone; what it holds beyond the estimates was bought too.
  const total = input.estimated + output.estimated > 0 ? totalOf(usage) : 0;
  const more = Math.max(0, total - input.tokens - output.tokens);
  tally.count({
    inputTokens: input.tokens,
    outputTokens: output.tokens + more,
    estimatedTokens: input.estimated + output.estimated,
  });
}

/** What the provider says, if it is a count that the text bears out; else the estimate. */
function countedTokens(value: unknown, text: string): { readonly tokens: number; readonly estimated: number } {
  // Version 2 of the interface gives a number, versions 3 and 4 an object with `total`.
  const reported = tokenCount(typeof value === "number" ? value : memberOf(value, "total"));
  const estimate = estimateTokens(text);
  return reported === null || reported < estimate * LEAST_SHARE
    ? { tokens: estimate, estimated: estimate }
    : { tokens: reported, estimated: 0 };
}

const totalOf = (usage: unknown): number =>
  tokenCount(memberOf(usage, "totalTokens") ?? memberOf(memberOf(usage, "raw"), "total_tokens")) ?? 0;

const tokenCount = (value: unknown): number | null =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
