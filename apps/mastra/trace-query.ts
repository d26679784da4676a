// Floor 6. Mastra's advanced trace query, which Studio's Traces page is made of, over traces that are at hand. Nothing that it can
// ask is left out but grouping, which Mastra itself has given up. A missing value meets only `ne`, `notIn` and `notExists`.
import {
  buildInputPreview,
  encodeTraceQueryCursor,
  type SpanRecord,
  type TraceQueryResponse,
  type TraceQueryTrace,
  type TrustedTraceQueryPredicate,
  type TrustedTraceQueryTracesPlan,
  toTraceSpan,
} from "@mastra/core/storage";

/** A trace's spans, its root first. */
export type TraceSpans = readonly [root: SpanRecord, ...inner: SpanRecord[]];

/** @param traces newest first; of equal times the later one stays before the earlier */
export function queryTraces(traces: readonly TraceSpans[], plan: TrustedTraceQueryTracesPlan): TraceQueryResponse {
  const { timeRange, where, orderBy } = plan;
  const sortValue = ([root]: TraceSpans): string => String(fieldOf(root, orderBy.field));
  const descending = traces
    .filter(([root]) => isWithin(timeRange, String(fieldOf(root, "startedAt"))))
    .filter((spans) => where === undefined || matches(where, spans))
    .toSorted((a, b) => compare(sortValue(b), sortValue(a)));
  const found = orderBy.direction === "desc" ? descending : descending.toReversed();
  if (plan.paginationMode === "page") {
    const { page, perPage } = plan;
    const end = (page + 1) * perPage;
    const pagination = { total: found.length, page, perPage, hasMore: found.length > end };
    return { traces: found.slice(page * perPage, end).map(rowOf), pagination };
  }
  if (plan.paginationMode === "delta") throw new Error("The desk's traces are read in pages, not as they come.");
  const { cursor, limit } = plan;
  const beyond = (trace: TraceSpans): boolean =>
    cursor !== undefined && compare(sortValue(trace), cursor.sortValue) === (orderBy.direction === "desc" ? -1 : 1);
  const at = found.findIndex(([{ traceId }]) => traceId === cursor?.traceId);
  // The trace that ended the page before may have been thinned meanwhile.
  const rest = cursor === undefined ? found : at >= 0 ? found.slice(at + 1) : found.filter(beyond);
  const shown = rest.slice(0, limit);
  const last = shown.at(-1);
  const next =
    last === undefined || rest.length <= limit
      ? null
      : encodeTraceQueryCursor(plan, { result: "traces", sortValue: sortValue(last), traceId: last[0].traceId });
  return { traces: shown.map(rowOf), page: { next } };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const isWithin = ({ from, to }: { readonly from: string; readonly to: string }, time: string): boolean =>
  from <= time && time < to;

const rowOf = ([root]: TraceSpans): TraceQueryTrace => ({
  traceId: root.traceId,
  rootSpanId: root.spanId,
  name: root.name,
  entityId: root.entityId ?? null,
  entityName: root.entityName ?? null,
  entityType: root.entityType ?? null,
  parentSpanId: null,
  createdAt: root.createdAt.toISOString(),
  startedAt: root.startedAt.toISOString(),
  endedAt: (root.endedAt ?? root.startedAt).toISOString(),
  metadata: root.metadata ?? null,
  inputPreview: buildInputPreview(root.input) ?? null,
  threadId: root.threadId ?? null,
  resourceId: root.resourceId ?? null,
  environment: root.environment ?? null,
  status: toTraceSpan(root).status === "error" ? "error" : "success",
});

/** On the root, and inside a relation on each of the related records by itself. */
function matches(predicate: TrustedTraceQueryPredicate, spans: TraceSpans): boolean {
  switch (predicate.type) {
    case "relation": {
      // Scores and feedback are not kept.
      const related = predicate.collection === "spans" ? spans : [];
      return related.some((span) => matches(predicate.predicate, [span])) === (predicate.quantifier === "some");
    }
    case "boolean":
      return predicate.operator === "and"
        ? predicate.args.every((arg) => matches(arg, spans))
        : predicate.args.some((arg) => matches(arg, spans));
    case "not":
      return !matches(predicate.arg, spans);
    case "collection":
      // Of tags, which none has.
      return predicate.operator === "notIncludes" || predicate.operator === "empty";
  }
  const value = fieldOf(spans[0], predicate.field);
  switch (predicate.type) {
    case "presence":
      return (value !== undefined) === (predicate.operator === "exists");
    case "membership":
      return (value !== undefined && predicate.values.includes(value)) === (predicate.operator === "in");
    case "comparison":
      return COMPARISONS[predicate.operator](value, predicate.value);
  }
}

type Value = string | number;
type Comparison = Extract<TrustedTraceQueryPredicate, { type: "comparison" }>["operator"];

const COMPARISONS: Readonly<Record<Comparison, (value: Value | undefined, to: Value) => boolean>> = {
  eq: (value, to) => value === to,
  ne: (value, to) => value !== to,
  lt: (value, to) => value !== undefined && value < to,
  lte: (value, to) => value !== undefined && value <= to,
  gt: (value, to) => value !== undefined && value > to,
  gte: (value, to) => value !== undefined && value >= to,
};

/** A field as a query names it; undefined where the span has none. Times are ISO texts. */
function fieldOf(span: SpanRecord, field: string): Value | undefined {
  const { startedAt, endedAt, attributes, metadata, error } = span;
  if (field.startsWith("metadata.")) {
    const text = metadata?.[field.slice("metadata.".length)];
    return typeof text === "string" && text.trim() !== "" ? text.trim() : undefined;
  }
  if (field === "durationMs") return (endedAt ?? startedAt).getTime() - startedAt.getTime();
  if (field === "status") return toTraceSpan(span).status;
  if (field === "error") return error === undefined || error === null ? undefined : "error";
  const value: unknown = field === "model" || field === "provider" ? attributes?.[field] : { ...span }[field];
  if (value instanceof Date) return value.toISOString();
  return typeof value === "string" || typeof value === "number" ? value : undefined;
}
