// Floor 6, metrics. Calls, ledger entries and slots of this process → counters and histograms of prom-client, in a registry of their
// own beside those of the process (memory, CPU, event loop).
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { VenuePausedError } from "#schemas/errors.ts";
import { type Timeframe, timeframeMs } from "#schemas/units.ts";
import type { Observer } from "#toolkits/ports/observed.ts";
import { nameOf, outcomeOf } from "./error-name.ts";
import { LIVE_ROWS, type LiveName, type LiveRow } from "./live-rows.ts";

/** What is told of a finished slot: fields of its report. */
export interface SlotDone {
  readonly slotMs: number;
  readonly durationMs: number;
}

export interface LiveMetrics {
  readonly registry: Registry;
  /** For the venue's counted ports. */
  readonly observer: Observer;
  slotDone(slot: SlotDone): void;
}

type Labels = Readonly<Record<string, string>>;

/** Series of one metric, at most: beyond them a label has been given something that is not bounded, and is left out. */
const MOST_SERIES = 1_000;

export function createLiveMetrics({
  timeframe,
  monotonicMs,
}: {
  readonly timeframe: Timeframe;
  readonly monotonicMs: () => number;
}): LiveMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const { count, took, set } = meters(registry);
  let lastSlotMs: number | null = null;
  return {
    registry,
    slotDone: ({ slotMs, durationMs }) => {
      took("slot", {}, durationMs);
      if (lastSlotMs !== null)
        count("slotsMissed", {}, Math.max(0, (slotMs - lastSlotMs) / timeframeMs(timeframe) - 1));
      lastSlotMs = slotMs;
    },
    observer: {
      called: ({ port, verb }) => {
        const startMs = monotonicMs();
        return ({ error, retries }) => {
          const tookMs = monotonicMs() - startMs;
          const outcome = outcomeOf(error);
          if (port === "model") {
            took("modelCall", { model: verb }, tookMs);
            if (outcome === "error") count("modelFailures", { model: verb, error: nameOf(error) });
            return;
          }
          took("venueCall", { port, verb }, tookMs);
          count("venueCalls", { port, verb, outcome });
          if (outcome === "error") count("venueErrors", { error: nameOf(error) });
          if (retries > 0) count("venueRetries", {}, retries);
          if (error instanceof VenuePausedError) set("venuePausedUntil", {}, error.untilMs / 1000);
        };
      },
      recorded: ({ job, paths, durationMs }) => {
        if (durationMs === undefined) return;
        took("job", { task: job }, durationMs);
        const path = Object.keys(paths).find((name) => (paths[name] ?? 0) > 0);
        if (job === "question" && path !== undefined) took("question", { path }, durationMs);
      },
    },
  };
}

/** One prom-client metric for each row. */
function meters(registry: Registry) {
  const seen = new Map<LiveName, Set<string>>();
  const metrics = new Map(
    (Object.entries(LIVE_ROWS) as readonly [LiveName, LiveRow][]).map(([name, row]) => [name, metricOf(row, registry)]),
  );
  /** False: one series more than there can be. */
  const isBounded = (name: LiveName, labels: Labels): boolean => {
    const series = seen.get(name) ?? new Set();
    seen.set(name, series);
    const key = JSON.stringify(labels);
    if (!series.has(key) && series.size >= MOST_SERIES) return false;
    series.add(key);
    return true;
  };
  return {
    count: (name: LiveName, labels: Labels, by = 1): void => {
      const metric = metrics.get(name);
      if (metric instanceof Counter && isBounded(name, labels)) metric.inc({ ...labels }, by);
    },
    took: (name: LiveName, labels: Labels, ms: number): void => {
      const metric = metrics.get(name);
      if (metric instanceof Histogram && isBounded(name, labels)) metric.observe({ ...labels }, ms / 1000);
    },
    set: (name: LiveName, labels: Labels, value: number): void => {
      const metric = metrics.get(name);
      if (metric instanceof Gauge && isBounded(name, labels)) metric.set({ ...labels }, value);
    },
  };
}

function metricOf({ name, meaning: help, labels, type, buckets }: LiveRow, registry: Registry) {
  const settings = { name, help, labelNames: [...labels], registers: [registry] };
  if (type === "histogram") return new Histogram({ ...settings, buckets: [...(buckets ?? [])] });
  if (type === "counter") return new Counter(settings);
  const gauge = new Gauge(settings);
  // Without labels it begins as 0, which would be said of what is not known.
  if (labels.length === 0) gauge.remove();
  return gauge;
}
