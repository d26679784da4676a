// Floor 6. A thought as it may leave the desk → the spans of one trace, as Mastra keeps them: the question, its drafts, their model
// calls and reads. Every text is one that `deeptrader thoughts` shows.
import { EntityType, SpanType } from "@mastra/core/observability";
import type { CreateSpanRecord } from "@mastra/core/storage";
import type { RunSpan, ThoughtAttempt, ThoughtUse } from "#schemas/thought.ts";
import { SIMULATED } from "../text/analysis-text.ts";
import { endText, gotOf, type ShownThought, TALK_ENDS } from "../text/thought-text.ts";

/** What a thought is shown with. */
export interface TraceOf {
  readonly thought: ShownThought;
  /** Prices and trades are invented, and every span says so. */
  readonly simulated: boolean;
}

const AGENT = { entityType: EntityType.AGENT, entityId: "deep-trader-manager", entityName: "DeepTraderManager" };

/**
 * The trace's root first. Times are the desk's clock's at the question, and from there this machine's ms: the drafts of a
 * question follow one another, so each begins where the one before it ended.
 */
export function spansOf({ thought, simulated }: TraceOf): readonly CreateSpanRecord[] {
  const { id, atMs, conversation, question, status, why, model, instructions, lexicon, stood, attempts } = thought;
  const { modelCalls, inputTokens, outputTokens, estimatedTokens } = thought;
  const make = ({ output, ...span }: SpanParts): CreateSpanRecord => ({
    traceId: id,
    parentSpanId: null,
    isEvent: false,
    threadId: conversation,
    environment: simulated ? "simulated" : null,
    ...span,
    output: simulated && typeof output === "string" ? `${SIMULATED}\n${output}` : output,
    metadata: { simulated, ...span.metadata },
  });
  let beginMs: number = atMs;
  const drafts = attempts.flatMap((attempt, at) => {
    const spans = draftSpans({ thought, attempt, at, beginMs }).map(make);
    beginMs += lengthOf(attempt);
    return spans;
  });
  const root = make({
    spanId: id,
    name: simulated ? "SIMULATED question" : "question",
    spanType: SpanType.AGENT_RUN,
    ...AGENT,
    startedAt: new Date(atMs),
    endedAt: new Date(beginMs),
    input: question,
    output: stood === "" ? TALK_ENDS[status] : stood,
    ...(status === "answered" ? {} : failed(`${TALK_ENDS[status]}${why === null ? "" : `: ${why}`}`)),
    metadata: {
      status,
      answeredBy: model,
      brokeOff: status === "answered" ? why : null,
      ...{ modelCalls, inputTokens, outputTokens, estimatedTokens, instructions, lexicon },
    },
  });
  return [root, ...drafts];
}

type SpanParts = Omit<CreateSpanRecord, "traceId" | "isEvent" | "threadId" | "environment">;

/** Ms of real time from the beginning of a draft's run to the end of its last span. */
const lengthOf = ({ spans }: ThoughtAttempt): number => Math.max(0, ...spans.map(endMs));

const endMs = ({ startMs, durationMs }: RunSpan): number => startMs + durationMs;

const failed = (message: string) => ({ error: { message } });

interface Draft {
  readonly thought: ShownThought;
  readonly attempt: ThoughtAttempt;
  /** Its place among the drafts. */
  readonly at: number;
  readonly beginMs: number;
}

function draftSpans({ thought, attempt, at, beginMs }: Draft): readonly SpanParts[] {
  const { model, ended, spans, uses, dropped } = attempt;
  const draftId = `${thought.id}-${at + 1}`;
  // The run is the draft itself.
  const run = spans.find(({ kind, parent }) => kind === "run" && parent === null);
  const idOf = (span: RunSpan | undefined): string =>
    span === undefined || span === run ? draftId : `${draftId}-${spans.indexOf(span)}`;
  const times = ({ startMs, durationMs }: Pick<RunSpan, "startMs" | "durationMs">) => ({
    startedAt: new Date(beginMs + startMs),
    endedAt: new Date(beginMs + startMs + durationMs),
  });
  const draft: SpanParts = {
    spanId: draftId,
    parentSpanId: thought.id,
    name: `draft ${at + 1} by ${model}`,
    spanType: SpanType.AGENT_RUN,
    ...AGENT,
    ...times(run ?? { startMs: 0, durationMs: lengthOf(attempt) }),
    // As data: Studio draws a text as Markdown, and a model's words are to be looked at, not followed.
    output: { reads: uses, modelWroteFiguresHidden: attempt.draft, leftOut: dropped },
    ...(ended === "completed" ? {} : failed(endText(attempt))),
    metadata: { model, ended },
  };
  const reads = readsOf(attempt);
  const inner = spans
    .filter((span) => span !== run)
    .map(
      (span): SpanParts => ({
        spanId: idOf(span),
        parentSpanId: idOf(span.parent === null ? undefined : spans[span.parent]),
        ...times(span),
        ...PARTS[span.kind]({ span, model, use: reads.get(span), facts: thought.facts }),
        ...(span.failed ? failed(`The ${span.kind === "tool" ? "read" : "call"} failed.`) : {}),
      }),
    );
  return [draft, ...inner];
}

interface Inner {
  readonly span: RunSpan;
  /** As the setting names it. */
  readonly model: string;
  readonly use: ThoughtUse | undefined;
  readonly facts: readonly string[];
}

const PARTS: Readonly<Record<RunSpan["kind"], (inner: Inner) => Pick<SpanParts, "name" | "spanType">>> = {
  run: ({ span }) => ({ name: span.name, spanType: SpanType.AGENT_RUN }),
  model({ span: { inputTokens, outputTokens }, model }) {
    // `openai/gpt-5-mini` names provider and model.
    const slash = model.indexOf("/");
    const named = slash < 0 ? { model } : { provider: model.slice(0, slash), model: model.slice(slash + 1) };
    const input = inputTokens === null ? {} : { inputTokens };
    const output = outputTokens === null ? {} : { outputTokens };
    const usage = { ...input, ...output };
    return { name: "model call", spanType: SpanType.MODEL_GENERATION, attributes: { ...named, usage } };
  },
  tool({ span: { name, failed }, use, facts }) {
    const entity = { entityType: EntityType.TOOL, entityId: name, entityName: name };
    const call = { name: `tool: '${name}'`, spanType: SpanType.TOOL_CALL, ...entity, attributes: { success: !failed } };
    if (use === undefined) return call;
    const ids = new Set(use.factIds);
    const lines = facts.filter((line) => ids.has(line.slice(0, line.indexOf(" "))));
    return { ...call, input: use.input, output: [gotOf(use), ...lines].join("\n") };
  },
};

/**
 * Which read a span was. Reads are kept in the order in which they ended; where two of one tool ended in the same ms, or one
 * of them is not among the reads, nothing says which is which: the draft lists them all.
 */
function readsOf({ spans, uses }: ThoughtAttempt): ReadonlyMap<RunSpan, ThoughtUse> {
  const tools = [...new Set(uses.map(({ tool }) => tool))];
  const pairs = tools.flatMap((tool) => {
    const reads = uses.filter((use) => use.tool === tool);
    const calls = spans.filter(({ kind, name }) => kind === "tool" && name === tool);
    const isClear = calls.length === reads.length && new Set(calls.map(endMs)).size === calls.length;
    const inOrder = calls.toSorted((a, b) => endMs(a) - endMs(b));
    return isClear ? reads.map((use, at) => [inOrder[at], use] as const) : [];
  });
  return new Map(pairs.flatMap(([span, use]) => (span === undefined ? [] : [[span, use] as const])));
}
