// Floor 6. The spans of a thought → Mastra's measurements of them, durations and tokens, under the names that Studio asks for. The
// tokens add up to those of the ledger.
import { SpanType } from "@mastra/core/observability";
import type { CreateSpanRecord, MetricRecord } from "@mastra/core/storage";
import type { ShownThought } from "../text/thought-text.ts";

const DURATIONS: Readonly<Partial<Record<SpanType, string>>> = {
  [SpanType.MODEL_GENERATION]: "mastra_model_duration_ms",
  [SpanType.TOOL_CALL]: "mastra_tool_duration_ms",
};
const TOKENS = { inputTokens: "mastra_model_total_input_tokens", outputTokens: "mastra_model_total_output_tokens" };
type Direction = keyof typeof TOKENS;
const DIRECTIONS = Object.keys(TOKENS) as readonly Direction[];

export function metricsOf(thought: ShownThought, spans: readonly CreateSpanRecord[]): MetricRecord[] {
  const ofSpans = spans.flatMap((span) => {
    // Of the runs the question's own is measured, once.
    const duration = span.parentSpanId === null ? "mastra_agent_duration_ms" : DURATIONS[span.spanType];
    const ms = (span.endedAt ?? span.startedAt).getTime() - span.startedAt.getTime();
    const labels = { status: span.error === undefined ? "ok" : "error" };
    return [
      ...(duration === undefined ? [] : [metric(span, duration, ms, labels)]),
      ...DIRECTIONS.map((direction) => metric(span, TOKENS[direction], tokensOf(span, direction))),
    ];
  });
  // What the ledger has and no span: the provider did not say, and it was estimated.
  const [root] = spans;
  const rest = DIRECTIONS.flatMap((direction) => {
    const counted = spans.reduce((sum, span) => sum + tokensOf(span, direction), 0);
    return root === undefined ? [] : [metric(root, TOKENS[direction], thought[direction] - counted)];
  });
  return [...ofSpans, ...rest].filter(({ name, value }) => value !== 0 || !Object.values(TOKENS).includes(name));
}

/** As the provider counted them; 0 where it did not, and of what is no model call. */
function tokensOf({ attributes }: CreateSpanRecord, direction: Direction): number {
  const usage = attributes?.["usage"] as Readonly<Partial<Record<Direction, number>>> | undefined;
  return usage?.[direction] ?? 0;
}

const metric = (
  span: CreateSpanRecord,
  name: string,
  value: number,
  labels: Readonly<Record<string, string>> = {},
): MetricRecord => {
  const { traceId, spanId, startedAt, endedAt, entityType, entityId, entityName, threadId, environment } = span;
  const { model, provider } = (span.attributes ?? {}) as { readonly model?: string; readonly provider?: string };
  return {
    metricId: `${spanId} ${name}`,
    timestamp: endedAt ?? startedAt,
    ...{ name, value, labels: { ...labels }, traceId, spanId, threadId, environment },
    ...{ entityType, entityId, entityName, model, provider },
  };
};
