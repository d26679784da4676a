// Floor 3. What a run of an agent did, as Mastra's own tracing saw it: the run, its model calls with their tokens, its tool
// calls, each with its time. Taken over are kinds, names of tools, times and counts; prompts, answers, headers and addresses,
// which Mastra's spans hold too, are not (law 11).
import type { AnyExportedSpan, AnySpan, ObservabilityExporter } from "@mastra/core/observability";
import type { RunSpan, SpanKind } from "#schemas/thought.ts";
import { loadObservability } from "./mastra-env.ts";

/** One run under way, seen from outside. */
export interface Trace {
  /** For Mastra: what runs beneath it is seen. */
  readonly span: AnySpan;
  /** Ends what is still open; all spans, in the order in which they began. Nothing is seen after it. */
  end(): readonly RunSpan[];
}

/** Mastra's spans that are taken over, and as what; the others pass their children to the next one above. */
const KINDS: Readonly<Record<string, SpanKind>> = { agent_run: "run", model_inference: "model", tool_call: "tool" };

/** Mastra copies prompts and answers into its spans; nobody reads them there. */
const HIDDEN = { hideInput: true, hideOutput: true };
const SMALL = { maxStringLength: 80, maxDepth: 3, maxArrayLength: 4, maxObjectKeys: 20 };

/** A trace in memory: nothing is sent, stored or printed. Loads Mastra at the first call. */
export async function openTrace(): Promise<Trace> {
  const { DefaultObservabilityInstance, SpanType, noopLogger } = await loadObservability();
  const seen = new Map<string, Seen>();
  const collector: ObservabilityExporter = {
    name: "deeptrader",
    // A span comes when it begins, and again when it ends.
    exportTracingEvent: async ({ type, exportedSpan }) =>
      void seen.set(exportedSpan.id, { span: exportedSpan, hasEnded: type === "span_ended" }),
    flush: async () => {},
    shutdown: async () => {},
  };
  const instance = new DefaultObservabilityInstance({
    name: "deeptrader",
    serviceName: "deeptrader",
    exporters: [collector],
    excludeSpanTypes: Object.values(SpanType).filter((type) => KINDS[type] === undefined),
    serializationOptions: SMALL,
  });
  instance.__setLogger(noopLogger);
  const root = instance.startSpan({ type: SpanType.GENERIC, name: "question", tracingOptions: HIDDEN });
  return {
    span: root,
    end() {
      const open = new Set([...seen].flatMap(([id, { hasEnded }]) => (hasEnded ? [] : [id])));
      // A run that was given up leaves spans that stay open as long as its server keeps it waiting.
      root.endTree();
      const spans = [...seen.values()].map(({ span }) => span);
      return spans.map((span) => toRunSpan(span, { all: spans, open, beginMs: root.startTime.getTime() }));
    },
  };
}

interface Seen {
  readonly span: AnyExportedSpan;
  readonly hasEnded: boolean;
}

/** What an attribute may hold of all that Mastra's spans do. */
interface Counted {
  readonly usage?: { readonly inputTokens?: unknown; readonly outputTokens?: unknown };
  readonly success?: unknown;
  readonly finishReason?: unknown;
}

function toRunSpan(
  span: AnyExportedSpan,
  {
    all,
    open,
    beginMs,
  }: { readonly all: readonly AnyExportedSpan[]; readonly open: ReadonlySet<string>; readonly beginMs: number },
): RunSpan {
  const { usage, success, finishReason } = (span.attributes ?? {}) as Counted;
  const kind = KINDS[span.type] ?? "run";
  const parent = all.findIndex(({ id }) => id === span.parentSpanId);
  const startMs = span.startTime.getTime();
  return {
    kind,
    name: kind === "tool" ? (span.entityId ?? "") : kind,
    parent: parent < 0 ? null : parent,
    startMs: Math.max(0, startMs - beginMs),
    durationMs: Math.max(0, (span.endTime ?? span.startTime).getTime() - startMs),
    inputTokens: tokenCount(usage?.inputTokens),
    outputTokens: tokenCount(usage?.outputTokens),
    failed:
      open.has(span.id) ||
      span.errorInfo !== undefined ||
      success === false ||
      // Of a call that broke off Mastra's span has no error, and this for a reason.
      finishReason === "error",
  };
}

const tokenCount = (value: unknown): number | null =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;
