// Floor 3. The one way our code runs an agent, or makes a single model call: a text in, one typed result out. Failure is
// reported in many ways (a resolved empty text, a finish reason, a part of a stream, a rejection); here each becomes a
// member of one union, and none is thrown.

import type { LanguageModelV4CallOptions } from "@ai-sdk/provider";
import type { Agent } from "@mastra/core/agent";
import { untilAborted } from "#schemas/abort.ts";
import { DeepTraderError } from "#schemas/errors.ts";
import { type ModelText, modelText } from "#schemas/fact.ts";
import type { RunSpan } from "#schemas/thought.ts";
import { type DeskRun, deskRunEntries } from "./desk-run.ts";
import { loadMastra } from "./mastra-env.ts";
import type { AgentModel } from "./models/select.ts";
import { openTrace } from "./spans.ts";

export interface AgentRunOptions {
  /** Travels in the request context to tools. */
  readonly run: DeskRun;
  /** The run is given up after this many milliseconds of real time. */
  readonly deadlineMs: number;
  /** Model calls of this agent. */
  readonly maxSteps: number;
  /** The caller's own abort, such as Ctrl-C or a closed connection. */
  readonly signal: AbortSignal;
}

/** What is heard of a run while it goes on. Nothing is heard once it has ended, by its deadline above all. */
export interface AgentEvents {
  /** A piece of the text of the present step. */
  readonly onText: (piece: ModelText) => void;
  /** The step calls a tool: the text that it has brought was no answer. */
  readonly onToolCall: () => void;
  /** Heard once, when the run has ended: what it did. Left out: nobody looks, and nothing is traced. */
  readonly onSpans?: ((spans: readonly RunSpan[]) => void) | undefined;
}

/** What the model gave, or which way the run failed. `detail` is safe to show: it repeats nothing a server sent. */
export type RunResult =
  | { readonly status: "completed"; readonly text: ModelText }
  | { readonly status: RunFailure; readonly detail: string };

type RunFailure = "aborted" | "deadline" | "step-limit" | "tripwire" | "model-error" | "empty";

/** One message of a conversation. */
export interface Message {
  readonly role: "user" | "assistant";
  readonly content: string;
}

/** Runs an agent as a stream. Never throws and never outlives its deadline, whatever the model does; `text` is the last step's. */
export async function streamAgent(
  agent: Agent,
  messages: readonly Message[],
  { run, deadlineMs, maxSteps, signal }: AgentRunOptions,
  events: AgentEvents,
): Promise<RunResult> {
  const { RequestContext } = await loadMastra();
  const trace = events.onSpans === undefined ? null : await openTrace();
  const result = await withinDeadline({ deadlineMs, signal }, async (ended) => {
    const output = await agent.stream(messages as Parameters<Agent["stream"]>[0], {
      requestContext: new RequestContext(deskRunEntries(run)),
      abortSignal: ended,
      maxSteps,
      ...(trace === null ? {} : { tracingContext: { currentSpan: trace.span } }),
    });
    return resultOf(await heard(output.fullStream, ended, events), maxSteps);
  });
  if (trace !== null) events.onSpans?.(trace.end());
  return result;
}

/** The parts of Mastra's stream that tell what happens. */
interface StreamPart {
  readonly type: string;
  readonly payload?: {
    readonly text?: string;
    readonly error?: unknown;
    readonly reason?: unknown;
    readonly processorId?: string;
    readonly stepResult?: { readonly reason?: string };
  };
}

async function heard(
  stream: AsyncIterable<unknown>,
  ended: AbortSignal,
  { onText, onToolCall }: AgentEvents,
): Promise<AgentOutput> {
  let text = "";
  let output: Omit<AgentOutput, "text"> = { finishReason: undefined };
  for await (const part of stream) {
    if (ended.aborted) break;
    const { type, payload = {} } = part as StreamPart;
    if (type === "text-delta") {
      text += payload.text ?? "";
      onText(modelText(payload.text ?? ""));
    } else if (type === "tool-call") {
      text = "";
      onToolCall();
    } else if (type === "error") output = { ...output, error: payload.error ?? new Error("no reason given") };
    else if (type === "tripwire") output = { ...output, tripwire: { processorId: payload.processorId } };
    else if (type === "abort") output = { ...output, finishReason: "aborted" };
    else if (type === "finish") output = { ...output, finishReason: payload.stepResult?.reason };
  }
  return { text, ...output };
}

/** One call of a model: no tools, so no steps. */
export interface ModelCallRequest {
  readonly system: string;
  readonly user: string;
  /** JSON schema of the answer, for providers that can be held to one; the caller parses the text all the same. Null: plain text. */
  readonly schema: NonNullable<
    Extract<LanguageModelV4CallOptions["responseFormat"], { type: "json" }>["schema"]
  > | null;
  readonly maxOutputTokens: number;
}

/** Asks a model once. Never throws and never outlives its deadline; `run.overBudget` and `run.failure` say more. */
export async function runModel(
  model: AgentModel,
  { system, user, schema, maxOutputTokens }: ModelCallRequest,
  { run, deadlineMs, signal }: Pick<AgentRunOptions, "run" | "deadlineMs" | "signal">,
): Promise<RunResult> {
  return withinDeadline({ deadlineMs, signal }, async (ended) => {
    const options: LanguageModelV4CallOptions = {
      prompt: [
        { role: "system", content: system },
        { role: "user", content: [{ type: "text", text: user }] },
      ],
      responseFormat: schema === null ? { type: "text" } : { type: "json", name: "answer", schema },
      maxOutputTokens,
      abortSignal: ended,
    };
    const reply: Reply = await model(run).doGenerate(options as never);
    return resultOf("stream" in reply ? await readStream(reply.stream) : readContent(reply), 1);
  });
}

/** What the router's models give is a stream, whichever way they were asked; other models give parts. */
type Reply =
  | { readonly stream: ReadableStream<unknown> }
  | { readonly content: readonly unknown[]; readonly finishReason: unknown };

async function readStream(stream: ReadableStream<unknown>): Promise<AgentOutput> {
  let text = "";
  let finish: unknown;
  let ended = false;
  for await (const part of stream) {
    const { type, delta, finishReason, error } = part as Readonly<Record<string, unknown>>;
    if (type === "text-delta") text += String(delta);
    else if (type === "error") return { text: "", finishReason: "error", error: error ?? new Error("no reason given") };
    else if (type === "finish") [ended, finish] = [true, finishReason];
  }
  return ended ? { text, finishReason: unifiedReason(finish) } : { text: "", finishReason: "error" };
}

const readContent = ({ content, finishReason }: Extract<Reply, { content: unknown }>): AgentOutput => ({
  text: content
    .map((part) => part as Readonly<Record<string, unknown>>)
    .map(({ type, text }) => (type === "text" ? String(text) : ""))
    .join(""),
  finishReason: unifiedReason(finishReason),
});

/** Version 2 of the interface gives a word, versions 3 and 4 an object with the word in `unified`. */
function unifiedReason(reason: unknown): string | undefined {
  const word = typeof reason === "object" && reason !== null && "unified" in reason ? reason.unified : reason;
  return typeof word === "string" ? word : undefined;
}

/** The work's result; whatever ends it before that is one too. */
async function withinDeadline(
  { deadlineMs, signal }: Pick<AgentRunOptions, "deadlineMs" | "signal">,
  work: (ended: AbortSignal) => Promise<RunResult>,
): Promise<RunResult> {
  const deadline = AbortSignal.timeout(deadlineMs);
  const ended = AbortSignal.any([signal, deadline]);
  const interrupted = (): RunResult | null => {
    if (signal.aborted) return { status: "aborted", detail: "the caller ended it" };
    return deadline.aborted ? { status: "deadline", detail: `no answer within ${deadlineMs} ms` } : null;
  };
  try {
    ended.throwIfAborted();
    const result = await untilAborted(work(ended), ended);
    return interrupted() ?? result;
  } catch (error) {
    return interrupted() ?? { status: "model-error", detail: describeModelError(error) };
  }
}

/** The parts of Mastra's output that tell success from failure. */
interface AgentOutput {
  readonly text: string;
  readonly finishReason: string | undefined;
  readonly tripwire?: { readonly processorId?: string | undefined } | undefined;
  readonly error?: unknown;
}

function resultOf(output: AgentOutput, maxSteps: number): RunResult {
  const { text, finishReason, tripwire, error } = output;
  if (tripwire !== undefined)
    return { status: "tripwire", detail: `stopped by ${tripwire.processorId ?? "a processor"}` };
  if (error !== undefined) return { status: "model-error", detail: describeModelError(error) };
  if (finishReason === "error") return { status: "model-error", detail: "the model reported an error" };
  if (finishReason === "content-filter")
    return { status: "tripwire", detail: "stopped by the provider's content filter" };
  // Out of steps, Mastra resolves as if all were well; the reason is the only sign of it.
  if (finishReason === "tool-calls")
    return { status: "step-limit", detail: `still calling tools after ${maxSteps} steps` };
  if (finishReason === "aborted") return { status: "aborted", detail: "the run was aborted" };
  if (text.trim() === "")
    return { status: "empty", detail: `it ended (${finishReason ?? "no reason"}) without a text` };
  return { status: "completed", text: modelText(text) };
}

/**
 * Status, code or class of a failed model call. Servers echo keys and prompts in their error bodies, and the errors of
 * the AI SDK carry those bodies, so neither message nor cause is passed on (law 11).
 */
export function describeModelError(error: unknown): string {
  for (let e: unknown = error; e instanceof Error; e = e.cause) {
    if ("statusCode" in e && typeof e.statusCode === "number") {
      return e.statusCode === 200
        ? "the model server answered, but not in its protocol"
        : `the model server answered HTTP ${e.statusCode}`;
    }
    if (e instanceof DeepTraderError) return e.message;
    if ("code" in e && typeof e.code === "string" && /^(E[A-Z]{3,}|UND_ERR_[A-Z_]+)$/.test(e.code)) {
      return `the model server could not be reached (${e.code})`;
    }
  }
  return error instanceof Error ? `the model call failed (${error.name})` : "the model call failed";
}
