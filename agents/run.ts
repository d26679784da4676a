// Floor 3. The one way our code runs an agent: a text in, one typed result out. Mastra reports failure in many ways (a
// resolved empty text, a finish reason, a rejection); here each becomes a member of one union, and none is thrown.
import type { Agent } from "@mastra/core/agent";
import { type DeskRun, deskRunEntries } from "./desk-run.ts";
import { loadMastra } from "./mastra-env.ts";

export interface AgentRunOptions {
  /** Travels in the request context to tools, hooks and sub-agents. */
  readonly run: DeskRun;
  /** The run is given up after this many milliseconds of real time. */
  readonly deadlineMs: number;
  /** Model calls of this agent; sub-agents have their own limit. */
  readonly maxSteps: number;
  /** The caller's own abort, such as Ctrl-C or a closed connection. */
  readonly signal: AbortSignal;
}

/** What the model gave, or which way the run failed. `detail` is safe to show: it repeats nothing a server sent. */
export type RunResult =
  | { readonly status: "completed"; readonly text: string }
  | { readonly status: RunFailure; readonly detail: string };

type RunFailure = "aborted" | "deadline" | "step-limit" | "tripwire" | "model-error" | "empty";

/** Never throws and never outlives its deadline, whatever the model does. */
export async function runAgent(agent: Agent, text: string, options: AgentRunOptions): Promise<RunResult> {
  const { run, deadlineMs, maxSteps, signal } = options;
  const { RequestContext } = await loadMastra();
  const deadline = AbortSignal.timeout(deadlineMs);
  const ended = AbortSignal.any([signal, deadline]);
  const interrupted = (): RunResult | null => {
    if (signal.aborted) return { status: "aborted", detail: "the caller ended it" };
    return deadline.aborted ? { status: "deadline", detail: `no answer within ${deadlineMs} ms` } : null;
  };
  try {
    ended.throwIfAborted();
    const output = await orAborted(
      agent.generate(text, {
        requestContext: new RequestContext(deskRunEntries(run)),
        abortSignal: ended,
        maxSteps,
      }),
      ended,
    );
    return interrupted() ?? resultOf(output, maxSteps);
  } catch (error) {
    return interrupted() ?? { status: "model-error", detail: describeModelError(error) };
  }
}

/** The parts of Mastra's output that tell success from failure. */
interface AgentOutput {
  readonly text: string;
  readonly finishReason: string | undefined;
  readonly tripwire?: { readonly processorId?: string } | undefined;
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
  return { status: "completed", text };
}

/** Settles when the work does or the signal fires: a model that ignores its signal holds nobody up. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
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
    if ("code" in e && typeof e.code === "string" && /^(E[A-Z]{3,}|UND_ERR_[A-Z_]+)$/.test(e.code)) {
      return `the model server could not be reached (${e.code})`;
    }
  }
  return error instanceof Error ? `the model call failed (${error.name})` : "the model call failed";
}
