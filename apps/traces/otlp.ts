// Floor 6, traces. Finished spans → an OpenTelemetry collector, OTLP over HTTP as JSON, in batches and beside all work: what it does
// not take is dropped, never waited for. https://opentelemetry.io/docs/specs/otlp/#otlphttp
import { randomBytes } from "node:crypto";
import { callOutgoing } from "../notify/outgoing.ts";

/** A span that has ended. */
export interface Span {
  readonly name: string;
  /** `client`: it asked another service. */
  readonly kind: "internal" | "client";
  /** Wall time, ms. */
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  /** Class of the error; null: it went well. */
  readonly error: string | null;
  /** Left out: a trace of its own. */
  readonly within?: SpanId | undefined;
  readonly id?: SpanId | undefined;
}

export interface SpanId {
  readonly traceId: string;
  readonly spanId: string;
}

export const newTrace = (): SpanId => ({ traceId: hex(16), spanId: hex(8) });

export interface SpanExporter {
  /** Takes it at once, or drops it where too many wait. Never throws. */
  add(span: Span): void;
  /** Sends what waits, within a bounded time. */
  close(): Promise<void>;
}

export interface ExporterParts {
  /** Of the collector, without `/v1/traces`. */
  readonly endpoint: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Of this desk: `service.name` and others. */
  readonly resource: Span["attributes"];
  readonly version: string;
  /** Told when it begins to fail, and when it works again. */
  readonly onNote: (text: string) => void;
  readonly flushEveryMs?: number;
  readonly deadlineMs?: number;
}

const MOST_WAITING = 2_048;
const BATCH = 256;

export function createSpanExporter(parts: ExporterParts): SpanExporter {
  const { endpoint, headers, onNote, flushEveryMs = 5_000, deadlineMs = 5_000 } = parts;
  const url = new URL(`${endpoint.pathname.replace(/\/$/, "")}/v1/traces${endpoint.search}`, endpoint);
  let waiting: Span[] = [];
  let underWay: Promise<void> | null = null;
  let failing = false;
  const say = (problem: string | null): void => {
    if (failing === (problem !== null)) return;
    failing = problem !== null;
    onNote(`traces: ${problem ?? "the collector is reached again"}`);
  };
  const send = async (): Promise<void> => {
    const spans = waiting.slice(0, BATCH);
    waiting = waiting.slice(BATCH);
    const body = JSON.stringify(documentOf(spans, parts));
    const request = { method: "POST", headers: { ...headers, "content-type": "application/json" }, body } as const;
    try {
      await callOutgoing(url, request, { signal: AbortSignal.timeout(deadlineMs) });
      say(null);
    } catch (error) {
      say(`${(error as Error).message} Spans are dropped meanwhile.`);
    }
  };
  const flush = (): Promise<void> => {
    if (waiting.length === 0) return Promise.resolve();
    underWay ??= send().finally(() => {
      underWay = null;
    });
    return underWay;
  };
  const timer = setInterval(() => void flush(), flushEveryMs).unref();
  return {
    add: (span) => {
      waiting.push(span);
      if (waiting.length > MOST_WAITING) waiting.shift();
      if (waiting.length >= BATCH) void flush();
    },
    close: async () => {
      clearInterval(timer);
      await underWay;
      // One batch more: a desk that ends waits for no collector.
      await flush();
    },
  };
}

/** `key=value,key=value`, as OTEL_EXPORTER_OTLP_HEADERS has them. */
export const headersOf = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text.split(",").flatMap((pair) => {
      const [, name, value] = /^\s*([\w-]+)\s*=(.*)$/.exec(pair) ?? [];
      return name === undefined || value === undefined ? [] : [[name, decoded(value.trim())]];
    }),
  );

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function documentOf(spans: readonly Span[], { resource, version }: Pick<ExporterParts, "resource" | "version">) {
  return {
    resourceSpans: [
      {
        resource: { attributes: attributesOf(resource) },
        scopeSpans: [{ scope: { name: "deeptrader", version }, spans: spans.map(spanDocument) }],
      },
    ],
  };
}

const KINDS = { internal: 1, client: 3 } as const;
const STATUS = { ok: 1, error: 2 } as const;

function spanDocument({ name, kind, startMs, endMs, attributes, error, within, id }: Span) {
  const { spanId, traceId } = id ?? { ...newTrace(), ...(within === undefined ? {} : { traceId: within.traceId }) };
  return {
    traceId,
    spanId,
    ...(within === undefined ? {} : { parentSpanId: within.spanId }),
    name,
    kind: KINDS[kind],
    startTimeUnixNano: nanoseconds(startMs),
    endTimeUnixNano: nanoseconds(endMs),
    attributes: attributesOf(error === null ? attributes : { ...attributes, "error.type": error }),
    status: error === null ? { code: STATUS.ok } : { code: STATUS.error, message: error },
  };
}

/** 64-bit numbers are text in the JSON of protocol buffers. */
const nanoseconds = (ms: number): string => String(BigInt(Math.round(ms * 1000)) * 1000n);

const attributesOf = (attributes: Span["attributes"]) =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));

function anyValue(value: string | number | boolean) {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

const hex = (bytes: number): string => randomBytes(bytes).toString("hex");
