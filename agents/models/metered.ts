// Floor 3. The one meter: every model call of managers, sub-agents and opinions passes it, is counted into the tally of its
// unit of work (law 13), and is refused once that unit's tokens are spent. The meter sits around the model, not in the
// agent: a manager's usage leaves out its sub-agents (https://github.com/mastra-ai/mastra/issues/15567), but every call
// of either passes its model. Sleep and test time have tallies of their own, and their ledger entries name the phase.
import type { LanguageModelV4 } from "@ai-sdk/provider";
import { TokenBudgetError } from "#schemas/errors.ts";
import type { WorkTally } from "#schemas/work.ts";

/** What a unit of work may spend, and what it has spent. */
export interface Purse {
  readonly tally: WorkTally;
  /** Tokens, in and out together; null: no limit. */
  readonly maxTokens: number | null;
  /** True once a call was refused for it. */
  overBudget: boolean;
}

/** Tokens of a text nobody counted: 4 characters each, the common rule of thumb for English. */
const CHARS_PER_TOKEN = 4;

/** An estimate, wherever it is used said to be one. */
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
export function admitCall(purse: Purse): void {
  const spent = tokensOf(purse.tally);
  if (purse.maxTokens !== null && spent >= purse.maxTokens) {
    purse.overBudget = true;
    throw new TokenBudgetError({
      was: `This work has spent ${spent} of its ${purse.maxTokens} model tokens.`,
      expected: "another call to fit into them",
      remedy:
        "Ask for less, or raise DEEPTRADER_QUESTION_TOKENS (questions) or DEEPTRADER_SLEEP_PASS_TOKENS (opinions).",
    });
  }
  countCall(purse.tally);
}

export const countCall = (tally: WorkTally): void => tally.count({ modelCalls: 1 });

/** The tokens of one call: they are counted once, whichever way it ends. */
export interface Bill {
  /** Part of the answer, as it comes. */
  heard(text: string): void;
  /** The call ended; what the provider does not say of its usage is estimated from the texts, and counted as such. */
  settle(usage: unknown): void;
  /** The provider refused the call or was not there: nothing was bought. */
  drop(): void;
}

/**
 * A call that is aborted under way is settled there and then: what it sent was read, and nobody waits for its end.
 * @param asked what the call sends; null for a model that buys no tokens but those it names: nothing is estimated then
 */
export function openBill(tally: WorkTally, asked: unknown, signal: AbortSignal): Bill {
  let answered = "";
  let open = true;
  const close = (count: () => void): void => {
    if (!open) return;
    open = false;
    signal.removeEventListener("abort", onAbort);
    count();
  };
  const settle = (usage: unknown): void =>
    close(() => countUsage(tally, usage, asked === null ? null : { asked, answered }));
  const onAbort = (): void => settle(undefined);
  signal.addEventListener("abort", onAbort);
  return {
    heard: (text) => {
      answered += text;
    },
    settle,
    drop: () => close(() => undefined),
  };
}

/** The same result, whose stream settles the bill with its `finish` part, or without one where it breaks off. */
export function billedStream<Part extends { readonly type: string }, R extends { stream: ReadableStream<Part> }>(
  result: R,
  bill: Bill,
): R {
  const meter = new TransformStream<Part, Part>({
    transform(part, controller) {
      if ("delta" in part && typeof part.delta === "string") bill.heard(part.delta);
      if (part.type === "finish") bill.settle("usage" in part ? part.usage : undefined);
      controller.enqueue(part);
    },
    flush: () => bill.settle(undefined),
  });
  return { ...result, stream: result.stream.pipeThrough(meter) };
}

interface Texts {
  readonly asked: unknown;
  readonly answered: string;
}

function countUsage(tally: WorkTally, usage: unknown, texts: Texts | null): void {
  const said = typeof usage === "object" && usage !== null ? (usage as Record<string, unknown>) : {};
  const input = tokens(said["inputTokens"]);
  const output = tokens(said["outputTokens"]);
  const inputGuess = input === null && texts !== null ? estimateTokens(texts.asked) : 0;
  const outputGuess = output === null && texts !== null ? estimateTokens(texts.answered) : 0;
  tally.count({
    inputTokens: input ?? inputGuess,
    outputTokens: output ?? outputGuess,
    estimatedTokens: inputGuess + outputGuess,
  });
}

/** Version 2 of the interface gives a number, versions 3 and 4 an object with `total`; null: it is no count. */
function tokens(value: unknown): number | null {
  const total = typeof value === "object" && value !== null && "total" in value ? value.total : value;
  return typeof total === "number" && Number.isSafeInteger(total) && total >= 0 ? total : null;
}

/**
 * A model that is already there (rules, or a double in tests), counted into `purse`; it buys no tokens that it does not
 * name, so nothing is estimated. Agents are built once and questions run
 * side by side, so an agent asks for its model anew in each run, with the purse found in the run's request context.
 */
export function meteredModel(inner: LanguageModelV4, purse: Purse): LanguageModelV4 {
  return {
    specificationVersion: "v4",
    provider: inner.provider,
    modelId: inner.modelId,
    supportedUrls: inner.supportedUrls,
    async doGenerate(options) {
      admitCall(purse);
      const result = await inner.doGenerate(options);
      countUsage(purse.tally, result.usage, null);
      return result;
    },
    async doStream(options) {
      admitCall(purse);
      const signal = options.abortSignal ?? new AbortController().signal;
      return billedStream(await inner.doStream(options), openBill(purse.tally, null, signal));
    },
  };
}
