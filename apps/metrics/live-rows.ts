// Floor 6, metrics. What this process has seen since its start: calls, errors and how long things took. Durations are nowhere else
// (law 2), so a restart begins them anew.
import type { MetricHead } from "./metric.ts";

export interface LiveRow extends MetricHead {
  /** Upper bounds of a histogram, seconds. */
  readonly buckets?: readonly number[];
}

const WORK_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];
const CALL_BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const seconds = { type: "histogram", unit: "seconds" } as const;
const counter = { type: "counter" } as const;

/** By the names that the code counts under. */
export const LIVE_ROWS = {
  slot: {
    ...seconds,
    name: "deeptrader_slot_duration_seconds",
    labels: [],
    buckets: WORK_BUCKETS,
    meaning: "Wall time of a slot: reconciliation, sleep cycle, decision cycle, alerts and what is thought ahead.",
  },
  slotsMissed: {
    ...counter,
    name: "deeptrader_slots_missed_total",
    unit: "slots",
    labels: [],
    meaning: "Candle closes between two slots that no slot was run for.",
  },
  job: {
    ...seconds,
    name: "deeptrader_job_duration_seconds",
    labels: ["task"],
    buckets: WORK_BUCKETS,
    meaning:
      "Wall time of a unit of work by its job in the ledger: sleep-cycle, decision-cycle, thinking, brief and others.",
  },
  question: {
    ...seconds,
    name: "deeptrader_question_duration_seconds",
    labels: ["path"],
    buckets: WORK_BUCKETS,
    meaning: "Time to an answer, by how it was come by.",
  },
  venueCalls: {
    ...counter,
    name: "deeptrader_venue_calls_total",
    unit: "calls",
    labels: ["port", "verb", "outcome"],
    meaning: "Calls of market data, universe and security sources; outcome ok, error or aborted.",
  },
  venueCall: {
    ...seconds,
    name: "deeptrader_venue_call_duration_seconds",
    labels: ["port", "verb"],
    buckets: CALL_BUCKETS,
    meaning: "Time of such a call, its further tries and waits included.",
  },
  venueErrors: {
    ...counter,
    name: "deeptrader_venue_errors_total",
    unit: "calls",
    labels: ["error"],
    meaning: "Calls that failed, by the class of the error.",
  },
  venueRetries: {
    ...counter,
    name: "deeptrader_venue_retries_total",
    unit: "tries",
    labels: [],
    meaning: "Further tries of calls of an exchange.",
  },
  venuePausedUntil: {
    type: "gauge",
    name: "deeptrader_venue_paused_until_timestamp_seconds",
    unit: "seconds",
    labels: [],
    meaning: "Until when the exchange is asked nothing, Unix seconds; no sample where it has never asked for rest.",
  },
  modelCall: {
    ...seconds,
    name: "deeptrader_model_call_duration_seconds",
    labels: ["model"],
    buckets: WORK_BUCKETS,
    meaning: "Time of a model call to the end of its answer.",
  },
  modelFailures: {
    ...counter,
    name: "deeptrader_model_failures_total",
    unit: "calls",
    labels: ["model", "error"],
    meaning: "Model calls that failed, by the class of the error.",
  },
} as const satisfies Readonly<Record<string, LiveRow>>;

export type LiveName = keyof typeof LIVE_ROWS;
