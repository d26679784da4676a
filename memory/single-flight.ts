// Floor 2. A key that is not fresh → one computation of it, however many ask at once: callers of one process share a promise,
// processes share a lease. The computation remembers what it made; nothing here is needed for what is remembered to be right.
import { untilAborted } from "#schemas/abort.ts";
import type { Analysis, AnalysisKey, Recall } from "#schemas/analysis.ts";
import { ProviderError } from "#schemas/errors.ts";
import type { Clock } from "#schemas/ports/market.ts";
import type { Bus, BusHint } from "#schemas/ports/memory.ts";
import type { CallOptions, HeldLease, Lease } from "#schemas/ports/work.ts";
import type { UnixMs } from "#schemas/units.ts";

/** A killed holder is missed for this long at most; a living one renews three times in it. */
const LEASE_MS = 10_000;
const MAX_WAIT_MS = 30_000;
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 250;
const RELEASE_WITHIN_MS = 1000;

export interface SingleFlightParts<Record extends Analysis = Analysis> {
  readonly khala: {
    recall(key: AnalysisKey, at: { readonly nowMs: UnixMs }, options: CallOptions): Promise<Recall<Record>>;
  };
  readonly leases: Lease;
  /** In real time, whatever clock the desk runs on: others work meanwhile. */
  readonly sleep: Clock["sleep"];
  /** For waits. */
  readonly monotonicMs: () => number;
  /** Wakes a waiting process as soon as another has written; without it the store is asked at growing intervals. */
  readonly bus?: Pick<Bus, "subscribe"> | null;
  /** How long a holder that says nothing is believed to be at work; default 10 s. */
  readonly leaseMs?: number;
  /** How long to wait for another process; default 30 s. */
  readonly maxWaitMs?: number;
}

/**
 * `recalled`: it was fresh · `computed`: this caller's computation made it · `shared`: another caller's or process's did ·
 * `no-candle`: the source was asked after the close and had none; there is nothing fresh, and nothing to be had.
 */
export type FlightOutcome<Record extends Analysis = Analysis> =
  | { readonly status: "recalled" | "computed" | "shared"; readonly analysis: Record }
  | { readonly status: "no-candle" };

/**
 * Makes one analysis and remembers it; null where the source has no candle (which it has noted itself). It runs for everybody
 * who waits: its signal fires when the last of them has gone. Whether the lease is still held is not asked: a late write
 * loses to a newer record by the store's own order.
 */
export type Compute<Record extends Analysis = Analysis> = (options: CallOptions) => Promise<Record | null>;

export interface SingleFlight<Record extends Analysis = Analysis> {
  /**
   * The fresh analysis of a key; else what one computation makes of it, fresh or not, remembered. A computation that
   * fails, fails for all who wait for it in this process; a later caller tries again.
   * @throws ProviderError where another process holds the key and has written nothing in time; whatever `compute` throws
   */
  recallOrCompute(
    key: AnalysisKey,
    at: { readonly nowMs: UnixMs },
    compute: Compute<Record>,
    options: CallOptions,
  ): Promise<FlightOutcome<Record>>;
}

interface Flight<Record extends Analysis> {
  readonly nowMs: UnixMs;
  readonly outcome: Promise<FlightOutcome<Record>>;
  readonly controller: AbortController;
  waiting: number;
}

export function createSingleFlight<Record extends Analysis = Analysis>(
  parts: SingleFlightParts<Record>,
): SingleFlight<Record> {
  const { khala, leases, leaseMs = LEASE_MS, maxWaitMs = MAX_WAIT_MS } = parts;
  const flights = new Map<string, Flight<Record>>();

  const start = (key: AnalysisKey, nowMs: UnixMs, compute: Compute<Record>): Flight<Record> => {
    const name = keyText(key);
    const controller = new AbortController();
    const outcome = fly(key, nowMs, compute, controller.signal).finally(() => {
      if (flights.get(name) === flight) flights.delete(name);
    });
    const flight: Flight<Record> = { nowMs, outcome, controller, waiting: 0 };
    // When all have gone its end is not heard.
    outcome.catch(() => {});
    flights.set(name, flight);
    return flight;
  };

  const join = async (name: string, flight: Flight<Record>, signal: AbortSignal): Promise<FlightOutcome<Record>> => {
    flight.waiting += 1;
    try {
      return await untilAborted(flight.outcome, signal);
    } finally {
      flight.waiting -= 1;
      if (flight.waiting === 0) {
        if (flights.get(name) === flight) flights.delete(name);
        flight.controller.abort(signal.reason);
      }
    }
  };

  const fly = async (key: AnalysisKey, nowMs: UnixMs, compute: Compute<Record>, signal: AbortSignal) => {
    const until = parts.monotonicMs() + maxWaitMs;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      const lease = await leases.acquire(`analysis:${keyText(key)}`, leaseMs, { signal });
      if (lease !== null) return computeUnder(lease, key, nowMs, compute, signal);
      if (parts.monotonicMs() >= until) throw waitedInVain(key, maxWaitMs);
      await pause(parts, key, pauseMs, signal);
      const found = answerIn(await khala.recall(key, { nowMs }, { signal }), "shared");
      if (found !== null) return found;
    }
  };

  const computeUnder = async (
    lease: HeldLease,
    key: AnalysisKey,
    nowMs: UnixMs,
    compute: Compute<Record>,
    signal: AbortSignal,
  ): Promise<FlightOutcome<Record>> => {
    const done = new AbortController();
    const renewing = keepRenewed(lease, leaseMs, parts.sleep, AbortSignal.any([signal, done.signal]));
    try {
      // The holder before may have written since this caller looked.
      const found = answerIn(await khala.recall(key, { nowMs }, { signal }), "shared");
      if (found !== null) return found;
      const analysis = await compute({ signal });
      if (analysis === null) return NO_CANDLE;
      return { status: "computed", analysis };
    } finally {
      done.abort();
      await renewing;
      // One that cannot be given back runs out.
      await lease.release({ signal: AbortSignal.timeout(RELEASE_WITHIN_MS) }).catch(() => {});
    }
  };

  return {
    async recallOrCompute(key, { nowMs }, compute, options) {
      const { signal } = options;
      const name = keyText(key);
      const known = answerIn(await khala.recall(key, { nowMs }, options), "recalled");
      if (known !== null) return known;
      signal.throwIfAborted();
      const early = flights.get(name);
      if (early !== undefined) {
        const outcome = await join(name, early, signal);
        if (early.nowMs >= nowMs) return asShared(outcome);
        // It was begun for an earlier moment, perhaps before a candle that this caller knows to be closed.
        const found = answerIn(await khala.recall(key, { nowMs }, options), "shared");
        if (found !== null) return found;
        signal.throwIfAborted();
      }
      // One that is there now was begun after this caller asked.
      const later = flights.get(name);
      if (later !== undefined) return asShared(await join(name, later, signal));
      return join(name, start(key, nowMs, compute), signal);
    },
  };
}

const NO_CANDLE: Extract<FlightOutcome, { status: "no-candle" }> = Object.freeze({ status: "no-candle" });

/** What a recall says, where that is an answer. */
function answerIn<Record extends Analysis>(
  recall: Recall<Record>,
  status: "recalled" | "shared",
): FlightOutcome<Record> | null {
  if (recall.status === "fresh") return { status, analysis: recall.record };
  return recall.status === "stale" && recall.reason === "no-candle" ? NO_CANDLE : null;
}

const asShared = <Record extends Analysis>(outcome: FlightOutcome<Record>): FlightOutcome<Record> =>
  outcome.status === "no-candle" ? outcome : { ...outcome, status: "shared" };

/** Ends when the lease is lost, or may be: the work goes on all the same, and is right without it. */
async function keepRenewed(
  lease: HeldLease,
  leaseMs: number,
  sleep: Clock["sleep"],
  signal: AbortSignal,
): Promise<void> {
  try {
    do await sleep(leaseMs / 3, { signal });
    while (await lease.renew(leaseMs, { signal }));
  } catch {}
}

/** Waits, or until a hint says that there may be news of the key. */
async function pause(
  { sleep, bus }: Pick<SingleFlightParts, "sleep" | "bus">,
  key: AnalysisKey,
  ms: number,
  signal: AbortSignal,
): Promise<void> {
  const woken = new AbortController();
  const stop = bus?.subscribe((hint) => (concerns(hint, key) ? woken.abort() : undefined));
  try {
    await sleep(ms, { signal: AbortSignal.any([signal, woken.signal]) });
  } catch (error) {
    if (signal.aborted || !woken.signal.aborted) throw error;
  } finally {
    stop?.();
  }
}

const concerns = (hint: BusHint, key: AnalysisKey): boolean =>
  hint.kind === "everything" || hint.keys.some((each) => keyText(each) === keyText(key));

const keyText = ({ venueId, symbol, timeframe }: AnalysisKey): string => `${timeframe} ${symbol} ${venueId}`;

const waitedInVain = (key: AnalysisKey, maxWaitMs: number) =>
  new ProviderError({
    was: `Another process has been making the analysis of ${key.symbol} ${key.timeframe} for ${maxWaitMs} ms.`,
    expected: "it to be done by then",
    remedy: "Ask again; if it stays so, look what the other desks and workers on this database are waiting for.",
  });
