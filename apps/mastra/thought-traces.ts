// Floor 6. The desk's thoughts as Mastra's observability storage, read only: what Studio's Traces page is made of. Nothing is
// written twice: what the desk keeps is read, held in memory while it is the newest, and asked there by Mastra's own store.
import {
  InMemoryDB,
  ObservabilityInMemory,
  ObservabilityStorage,
  type ObservabilityStorageFeature,
  type TraceQueryResponse,
  type TrustedTraceQueryPlan,
  type TrustedTraceQueryTracesPlan,
} from "@mastra/core/storage";
import { HomeLockedError } from "#schemas/errors.ts";
import type { ShownThought } from "../text/thought-text.ts";
import { metricsOf } from "./thought-metrics.ts";
import { spansOf } from "./thought-spans.ts";
import { queryTraces, type TraceSpans } from "./trace-query.ts";

/** Where the thoughts come from. */
export interface ThoughtSource {
  /** The newest `limit` thoughts as they may leave the desk, newest first. @throws HomeLockedError; Error, all with messages that may be shown */
  read(limit: number): Promise<ThoughtsRead>;
  readonly monotonicMs: () => number;
  /** The machine's clock, by which Studio asks. */
  readonly nowMs: () => number;
}

export interface ThoughtsRead {
  readonly thoughts: readonly ShownThought[];
  readonly simulated: boolean;
  /** False where the desk was opened for this read, which keeps other processes from it meanwhile. */
  readonly isRunning: boolean;
}

/** The newest are shown, of the 30 days that a desk keeps. */
const MOST = 500;
/** So many are read to see what is new: hiding the figures of them all takes a desk a second or so. */
const RECENT = 10;

/** For so long the desk is not asked again: Studio's page asks for several things at once, and anew every 10 s. */
const RUNNING_HOLD_MS = 2_000;
const OPENED_HOLD_MS = 60_000;

/** A range that ended so little ago ends now: Studio goes on asking for the pages of a list with the now of its first. */
const NOW_MS = 600_000;
const END_OF_TIME = "9999-12-31T23:59:59.999Z";

/** What Mastra's own store answers about the thoughts. All else that can be asked is refused by name, writing above all. */
const READS = [
  ...(["getSpan", "getSpans", "getRootSpan", "getTrace", "getTraceLight", "listTraces", "listBranches"] as const),
  ...(["listMetrics", "getMetricAggregate", "getMetricBreakdown", "getMetricTimeSeries"] as const),
  ...(["getMetricPercentiles", "getMetricNames", "getMetricLabelKeys", "getMetricLabelValues"] as const),
  ...(["getEntityTypes", "getEntityNames", "getServiceNames", "getEnvironments", "getTags"] as const),
];
/** What a desk has none of. Every page of Studio asks every few seconds, so no desk is opened for it. */
const NONE = ["listFeedback", "listScores", "getScoreById", "listLogs"] as const;

interface Held {
  readonly simulated: boolean;
  /** Newest first, as the traces are. */
  readonly thoughts: readonly ShownThought[];
  readonly store: ObservabilityInMemory;
  readonly traces: readonly TraceSpans[];
}

export class ThoughtTraces extends ObservabilityStorage {
  readonly #source: ThoughtSource;
  #answer: { readonly held: Promise<Held>; untilMs: number } | null = null;
  #known: Held | null = null;
  #isRunning = false;

  constructor(source: ThoughtSource) {
    super();
    this.#source = source;
    const empty = new ObservabilityInMemory({ db: new InMemoryDB() });
    const answer = (name: string, value: (args: never) => Promise<unknown>) =>
      Object.defineProperty(this, name, { value });
    for (const name of READS) answer(name, async (args) => (await this.#current()).store[name](args));
    for (const name of NONE) answer(name, (args) => empty[name](args));
  }

  override getFeatures(): readonly ObservabilityStorageFeature[] {
    const discovery = ["entity-type-discovery", "entity-name-discovery", "environment-discovery"] as const;
    return ["trace-query", "trace-query-root-duration", "metrics", "metric-discovery", "logs", ...discovery];
  }

  override async queryTraces(plan: TrustedTraceQueryPlan): Promise<TraceQueryResponse> {
    if (plan.result === "groups") throw new Error("Traces are not grouped here: filter by thread.");
    const { traces, simulated } = await this.#current();
    return queryTraces(traces, simulated ? this.#untilDeskNow(plan) : plan);
  }

  /** A simulated clock may run ahead: "until now" is meant by the desk's, before which all of its thoughts are. */
  #untilDeskNow(plan: TrustedTraceQueryTracesPlan): TrustedTraceQueryTracesPlan {
    const { from, to } = plan.timeRange;
    const isNow = Date.parse(to) > this.#source.nowMs() - NOW_MS;
    return isNow ? { ...plan, timeRange: { from, to: END_OF_TIME } } : plan;
  }

  /** What is asked next is read anew: there may be a new thought. */
  expire(): void {
    this.#answer = null;
  }

  #current(): Promise<Held> {
    const nowMs = this.#source.monotonicMs();
    if (this.#answer !== null && nowMs < this.#answer.untilMs) return this.#answer.held;
    const held = this.#read();
    const answer = { held, untilMs: Number.POSITIVE_INFINITY };
    const keepFor = (ms: number): void => {
      answer.untilMs = this.#source.monotonicMs() + ms;
    };
    held.then(
      () => keepFor(this.#isRunning ? RUNNING_HOLD_MS : OPENED_HOLD_MS),
      () => keepFor(0),
    );
    this.#answer = answer;
    return held;
  }

  async #read(): Promise<Held> {
    const known = this.#known;
    try {
      this.#known = known === null ? await heldOf(await this.#ask(MOST)) : await this.#readNew(known);
      return this.#known;
    } catch (error) {
      // Another process works on the home, for a moment: what was known holds, as thoughts do not change.
      if (known !== null && error instanceof HomeLockedError) return known;
      throw error;
    }
  }

  async #readNew(known: Held): Promise<Held> {
    const recent = await this.#ask(RECENT);
    const at = recent.thoughts.findIndex(({ id }) => id === known.thoughts[0]?.id);
    if (at === 0) return known;
    if (at < 0) return heldOf(recent.thoughts.length < RECENT ? recent : await this.#ask(MOST));
    return heldOf({ ...recent, thoughts: [...recent.thoughts.slice(0, at), ...known.thoughts].slice(0, MOST) });
  }

  async #ask(limit: number): Promise<ThoughtsRead> {
    const read = await this.#source.read(limit);
    this.#isRunning = read.isRunning;
    return read;
  }
}

async function heldOf({ thoughts, simulated }: ThoughtsRead): Promise<Held> {
  const db = new InMemoryDB();
  const store = new ObservabilityInMemory({ db });
  const traces: TraceSpans[] = [];
  for (const thought of thoughts) {
    const records = spansOf({ thought, simulated });
    await store.batchCreateSpans({ records: [...records] });
    // Its own way in looks through all of them for each.
    db.metricRecords.push(...metricsOf(thought, records));
    const spans = (await store.getSpans({ traceId: thought.id, spanIds: records.map(({ spanId }) => spanId) })).spans;
    // The store takes its own clock's now for when they were written.
    for (const span of spans) Object.assign(span, { createdAt: span.endedAt, updatedAt: null });
    const [root, ...inner] = spans;
    if (root !== undefined) traces.push([root, ...inner]);
  }
  return { thoughts, simulated, store, traces };
}
