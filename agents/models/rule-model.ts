// Floor 3. A language model made of rules: the default where no provider is configured, and the scripted double in tests.
// It turns the digest of a prompt into a text or tool calls; the same prompt always gets the same reply.
import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4Content,
  LanguageModelV4GenerateResult,
  LanguageModelV4Message,
  LanguageModelV4StreamPart,
  LanguageModelV4StreamResult,
  LanguageModelV4ToolResultPart,
  LanguageModelV4Usage,
} from "@ai-sdk/provider";
import { deepFreeze } from "#memory/deep-freeze.ts";
import { InvariantError } from "#schemas/errors.ts";

/** One tool result since the last user message. `output` is JSON where the tool gave JSON, else text. */
interface TurnToolResult {
  readonly tool: string;
  readonly output: unknown;
}

/** What a rule sees of one model call. */
export interface Turn {
  readonly system: string;
  /** Text of the last user message. */
  readonly user: string;
  /** In the order in which they came in. */
  readonly toolResults: readonly TurnToolResult[];
  /** Names of the tools on offer. */
  readonly tools: readonly string[];
}

export type RuleReply =
  | { readonly text: string }
  | { readonly call: readonly { readonly tool: string; readonly input: Readonly<Record<string, unknown>> }[] };

/** The first rule that gives a reply wins; `null` passes the turn on. */
export type Rule = (turn: Turn) => RuleReply | null;

// Rules buy no tokens, and estimates are not counts: the provider interface's word for that is undefined.
const NO_USAGE: LanguageModelV4Usage = {
  inputTokens: { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: undefined, text: undefined, reasoning: undefined },
};

export class RuleModel implements LanguageModelV4 {
  readonly specificationVersion = "v4";
  readonly provider = "deeptrader";
  readonly modelId: string;
  readonly supportedUrls = {};
  readonly #rules: readonly Rule[];
  readonly #keepCalls: boolean;
  readonly #calls: Turn[] = [];

  /** With `record`, every turn is kept for inspection; a desk that runs for months leaves it off. */
  constructor(rules: readonly Rule[], options: { readonly id?: string; readonly record?: boolean } = {}) {
    this.#rules = rules;
    this.modelId = options.id ?? "rules";
    this.#keepCalls = options.record ?? false;
  }

  /** The turns so far, frozen; empty unless `record` is on. */
  get calls(): readonly Turn[] {
    return this.#calls;
  }

  /** @throws the signal's reason when aborted; InvariantError where no rule answers. */
  async doGenerate(options: LanguageModelV4CallOptions): Promise<LanguageModelV4GenerateResult> {
    options.abortSignal?.throwIfAborted();
    const turn = digest(options);
    if (this.#keepCalls) this.#calls.push(turn);
    const reply = this.#reply(turn);
    const called = "call" in reply;
    return {
      content: contentOf(reply, options.prompt.length),
      finishReason: { unified: called ? "tool-calls" : "stop", raw: undefined },
      usage: NO_USAGE,
      warnings: [],
    };
  }

  async doStream(options: LanguageModelV4CallOptions): Promise<LanguageModelV4StreamResult> {
    const { content, finishReason, usage, warnings } = await this.doGenerate(options);
    const parts: LanguageModelV4StreamPart[] = [
      { type: "stream-start", warnings },
      ...content.flatMap(streamParts),
      { type: "finish", finishReason, usage },
    ];
    return { stream: ReadableStream.from(parts) as ReadableStream<LanguageModelV4StreamPart> };
  }

  #reply(turn: Turn): RuleReply {
    for (const rule of this.#rules) {
      const reply = rule(turn);
      if (reply !== null) return reply;
    }
    throw new InvariantError({
      was: `No rule of model ${this.modelId} answers this turn.`,
      expected: "a last rule that always answers",
      remedy: "This is a bug; please report it with the question that led here.",
    });
  }
}

function digest({ prompt, tools }: LanguageModelV4CallOptions): Turn {
  const lastUser = prompt.findLastIndex((message) => message.role === "user");
  const since = prompt.slice(lastUser + 1);
  return deepFreeze({
    system: prompt.flatMap((message) => (message.role === "system" ? [message.content] : [])).join("\n"),
    user: userText(prompt[lastUser]),
    toolResults: since.flatMap(toolResults),
    tools: (tools ?? []).map((tool) => tool.name),
  });
}

function userText(message: LanguageModelV4Message | undefined): string {
  if (message?.role !== "user") return "";
  return message.content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
}

function toolResults(message: LanguageModelV4Message): TurnToolResult[] {
  if (message.role !== "tool") return [];
  return message.content.flatMap((part) =>
    part.type === "tool-result" ? [{ tool: part.toolName, output: outputOf(part.output) }] : [],
  );
}

function outputOf(output: LanguageModelV4ToolResultPart["output"]): unknown {
  return output.type === "execution-denied" ? (output.reason ?? "denied") : structuredClone(output.value);
}

function contentOf(reply: RuleReply, promptLength: number): LanguageModelV4Content[] {
  if ("text" in reply) return [{ type: "text", text: reply.text }];
  // Unique within a conversation, since each turn's prompt is longer than the one before; no randomness.
  return reply.call.map(({ tool, input }, index) => ({
    type: "tool-call",
    toolCallId: `rule-${promptLength}-${index}`,
    toolName: tool,
    input: JSON.stringify(input),
  }));
}

function streamParts(content: LanguageModelV4Content, index: number): LanguageModelV4StreamPart[] {
  if (content.type === "tool-call") return [content];
  if (content.type !== "text") return [];
  const id = `text-${index}`;
  return [
    { type: "text-start", id },
    { type: "text-delta", id, delta: content.text },
    { type: "text-end", id },
  ];
}
