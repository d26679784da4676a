// Floor 6, traces. Slots, questions and model calls of a running desk → spans, where OTEL_EXPORTER_OTLP_ENDPOINT is set. A slot has its
// cycles within it; a question and a model call are traces of their own. No text of a question, model or error is in them.
import type { Observers } from "#toolkits/ports/observed.ts";
import type { DeskWords } from "../door.ts";
import { nameOf, outcomeOf } from "../metrics/error-name.ts";
import type { SlotDone } from "../metrics/live-metrics.ts";
import { parseOutgoingUrl } from "../notify/outgoing.ts";
import { VERSION } from "../version.ts";
import { createSpanExporter, headersOf, newTrace, type Span } from "./otlp.ts";

export interface DeskTraces {
  slotDone(slot: SlotDone): void;
  close(): Promise<void>;
}

export interface TracedDesk {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly about: DeskWords;
  readonly observers: Pick<Observers, "add">;
  /** Wall time: collectors of several services lay their spans side by side. */
  readonly wallMs: () => number;
  readonly monotonicMs: () => number;
  readonly onNote: (text: string) => void;
}

/** Work of the slot that is under way. */
const OF_SLOT: readonly string[] = ["sleep-cycle", "decision-cycle", "thinking", "relationships"];
const MOST_OF_SLOT = 64;

const NO_TRACES: DeskTraces = { slotDone: () => {}, close: async () => {} };

/** The collector's URL; null: none. @throws ConfigError for one that would send in the clear */
export const tracesEndpoint = (env: TracedDesk["env"]): URL | null =>
  parseOutgoingUrl("OTEL_EXPORTER_OTLP_ENDPOINT", env["OTEL_EXPORTER_OTLP_ENDPOINT"]);

/** Begins to look on; where no collector is set nothing is done. @throws ConfigError */
export function traceDesk({ env, about, observers, wallMs, monotonicMs, onNote }: TracedDesk): DeskTraces {
  const endpoint = tracesEndpoint(env);
  if (endpoint === null) return NO_TRACES;
  const { desk, run, venue, timeframe, simulated } = about;
  const exporter = createSpanExporter({
    endpoint,
    headers: headersOf(env["OTEL_EXPORTER_OTLP_HEADERS"] ?? ""),
    resource: {
      "service.name": "deeptrader",
      "service.version": VERSION,
      "deeptrader.desk": desk,
      "deeptrader.run": run,
      "deeptrader.venue": venue,
      "deeptrader.timeframe": timeframe,
      "deeptrader.simulated": simulated,
    },
    version: VERSION,
    onNote,
  });
  let ofSlot: Span[] = [];
  const ended = (span: Pick<Span, "name"> & Partial<Span>, tookMs: number): Span => {
    const endMs = wallMs();
    return { kind: "internal", attributes: {}, error: null, startMs: endMs - tookMs, endMs, ...span };
  };
  const stop = observers.add({
    called: ({ port, verb }) => {
      const startMs = monotonicMs();
      return ({ error, retries }) => {
        if (port !== "model") return;
        const failed = outcomeOf(error) === "ok" ? null : nameOf(error);
        const attributes = { "gen_ai.request.model": verb, "deeptrader.retries": retries };
        const span = { name: `model ${verb}`, kind: "client", attributes, error: failed } as const;
        exporter.add(ended(span, monotonicMs() - startMs));
      };
    },
    recorded: ({ job, paths, work, durationMs }) => {
      if (durationMs === undefined) return;
      const [path = "none"] = Object.keys(paths).filter((name) => (paths[name] ?? 0) > 0);
      const attributes = {
        "deeptrader.provider_calls": work.providerCalls,
        "gen_ai.usage.input_tokens": work.inputTokens,
        "gen_ai.usage.output_tokens": work.outputTokens,
      };
      if (job === "question")
        exporter.add(ended({ name: job, attributes: { ...attributes, "deeptrader.path": path } }, durationMs));
      else if (OF_SLOT.includes(job) && ofSlot.length < MOST_OF_SLOT)
        ofSlot.push(ended({ name: job, attributes }, durationMs));
    },
  });
  return {
    slotDone: ({ slotMs, durationMs }) => {
      const id = newTrace();
      exporter.add(ended({ name: "slot", id, attributes: { "deeptrader.slot_ms": slotMs } }, durationMs));
      for (const span of ofSlot) exporter.add({ ...span, within: id });
      ofSlot = [];
    },
    close: async () => {
      stop();
      await exporter.close();
    },
  };
}
