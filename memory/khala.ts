// Floor 2. Khala: keys + now → fresh, stale or missing analyses. Writes through to the store; a map of frozen records in
// front answers what is fresh by it, and everything else is asked of the store in one query.
import type { Analysis, AnalysisKey, Recall } from "#schemas/analysis.ts";
import { FutureRecordError } from "#schemas/errors.ts";
import type { CallOptions, Clock, Store, StoredAnalysis } from "#schemas/ports.ts";
import type { SecurityReport } from "#schemas/security.ts";
import { type MarketSymbol, toIso, type UnixMs, unixMs, type VenueId } from "#schemas/units.ts";
import { type FreshnessRules, judgeFreshness } from "./freshness.ts";
import { createHotCache, type KeyScope } from "./tiers/hot-cache.ts";

/** How far two system clocks may differ before a record from the future is an error, ms. */
const CLOCK_TOLERANCE_MS = 1000;
const END_OF_TIME = unixMs(Number.MAX_SAFE_INTEGER);

export interface KhalaParts extends FreshnessRules {
  readonly store: Store;
  readonly clock: Pick<Clock, "kind" | "now">;
}

/** One line of `list`: a key and what recall says of it. */
export interface ListedAnalysis {
  readonly key: AnalysisKey;
  readonly recall: Exclude<Recall, { status: "missing" }>;
}

/** The shared memory of the desk. Every verb ends with the signal's reason when aborted. */
export interface Khala {
  /**
   * Writes through to the store; resolves once it is durable there. The record is frozen.
   * @throws FutureRecordError under a system clock; StoreError
   */
  remember(analysis: Analysis, options: CallOptions): Promise<void>;
  /** As `remember`, in one statement. */
  rememberMany(analyses: readonly Analysis[], options: CallOptions): Promise<void>;
  /**
   * The newest record at `nowMs`, judged. `price`: one that is already at hand, for drift.
   * @throws FutureRecordError under a system clock, where the newest record is ahead of it by more than 1 s + grace
   */
  recall(
    key: AnalysisKey,
    at: { readonly nowMs: UnixMs; readonly price?: number },
    options: CallOptions,
  ): Promise<Recall>;
  /** As `recall`, in the order of the keys, with at most one query to the store (two beside a clock that is off). */
  recallMany(
    keys: readonly AnalysisKey[],
    at: { readonly nowMs: UnixMs; readonly prices?: ReadonlyMap<MarketSymbol, number> },
    options: CallOptions,
  ): Promise<readonly Recall[]>;
  /** Newest first, nothing later than `nowMs`. */
  history(
    key: AnalysisKey,
    range: { readonly nowMs: UnixMs; readonly limit: number },
    options: CallOptions,
  ): Promise<readonly StoredAnalysis[]>;
  /** Makes what is there stale until it is written again; returns how many keys were touched. */
  invalidate(
    scope: KeyScope,
    why: { readonly reason: "invalidated" | "source-changed"; readonly detail: string },
    options: CallOptions,
  ): Promise<number>;
  /** The source was asked at `checkedThroughMs` and had no newer candle. */
  noteChecked(key: AnalysisKey, checkedThroughMs: UnixMs, options: CallOptions): Promise<void>;
  /** Everything that is there at `nowMs`, by symbol, then timeframe; null: of all venues. */
  list(
    venueId: VenueId | null,
    at: { readonly nowMs: UnixMs },
    options: CallOptions,
  ): Promise<readonly ListedAnalysis[]>;
  /** Deletes what is older than `beforeMs` (by asOf) except the newest of each key; returns how many. */
  prune(beforeMs: UnixMs, options: CallOptions): Promise<number>;
  rememberSecurity(sourceId: string, symbol: MarketSymbol, report: SecurityReport, options: CallOptions): Promise<void>;
  /** The newest report observed by `nowMs`, if it is still valid then. */
  recallSecurity(
    sourceId: string,
    symbol: MarketSymbol,
    nowMs: UnixMs,
    options: CallOptions,
  ): Promise<SecurityReport | undefined>;
  /** Counts of the store, and `hotRecords`. */
  stats(options: CallOptions): Promise<Readonly<Record<string, number>>>;
}

/**
 * Opens Khala over a store. Another process on the same database may invalidate or correct a candle unseen by this one's
 * map; the map forgets it with the next candle at the latest.
 */
export function createKhala(parts: KhalaParts): Khala {
  const { store, clock } = parts;
  const hot = createHotCache();
  const toleranceMs = CLOCK_TOLERANCE_MS + parts.graceMs;
  // Raised around every invalidation, and by a write that contradicts the map: what began before must not refill it after.
  let generation = 0;

  const judge = (stored: Pick<StoredAnalysis, "record" | "invalidated">, nowMs: number, price: number | undefined) =>
    judgeFreshness({
      stored,
      nowMs,
      price,
      graceMs: parts.graceMs,
      definitionId: parts.definitionId,
      driftAtr: parts.driftAtr,
    });

  const refuseFuture = (records: readonly Analysis[], nowMs: number) => {
    if (clock.kind === "simulated") return;
    const ahead = records.filter((record) => record.asOfMs > nowMs + toleranceMs);
    const [first] = ahead;
    if (first !== undefined) throw futureRecord(first, ahead.length, nowMs, toleranceMs);
  };

  const hotFresh = (key: AnalysisKey, nowMs: number, price: number | undefined): Recall | undefined => {
    const record = hot.get(key);
    if (record === undefined || record.asOfMs > nowMs) return undefined;
    const recall = judge({ record, invalidated: null }, nowMs, price);
    return recall.status === "fresh" ? recall : undefined;
  };

  const askStore = async (keys: readonly AnalysisKey[], nowMs: UnixMs, options: CallOptions) => {
    if (clock.kind === "simulated") return store.analyses.newest(keys, nowMs, options);
    const newest = await store.analyses.newest(keys, END_OF_TIME, options);
    const records = newest.flatMap((stored) => (stored === undefined ? [] : [stored.record]));
    refuseFuture(records, nowMs);
    return records.some((record) => record.asOfMs > nowMs) ? store.analyses.newest(keys, nowMs, options) : newest;
  };

  const readThrough = async (keys: readonly AnalysisKey[], nowMs: UnixMs, options: CallOptions) => {
    const startedIn = generation;
    const found = await askStore(keys, nowMs, options);
    if (startedIn === generation) {
      for (const stored of found) if (stored?.invalidated === null) hot.read(stored.record);
    }
    return found;
  };

  const rememberMany = async (analyses: readonly Analysis[], options: CallOptions) => {
    options.signal.throwIfAborted();
    if (analyses.length === 0) return;
    refuseFuture(analyses, clock.now());
    const startedIn = generation;
    try {
      await store.analyses.put(analyses, options);
    } catch (error) {
      // Whether it was written is not known (an abort, a lost connection): let the store say it.
      for (const analysis of analyses) hot.drop(analysis);
      throw error;
    }
    if (startedIn !== generation) return;
    for (const analysis of analyses) if (!hot.written(analysis)) generation += 1;
  };

  const recallMany: Khala["recallMany"] = async (keys, { nowMs, prices }, options) => {
    options.signal.throwIfAborted();
    const recalls = keys.map((key) => hotFresh(key, nowMs, prices?.get(key.symbol)));
    const open = keys.filter((_, index) => recalls[index] === undefined);
    if (open.length === 0) return recalls.map((recall) => recall ?? MISSING);
    const found = (await readThrough(open, nowMs, options)).values();
    return keys.map((key, index) => {
      const recall = recalls[index];
      if (recall !== undefined) return recall;
      const stored = found.next().value;
      return stored === undefined ? MISSING : judge(stored, nowMs, prices?.get(key.symbol));
    });
  };

  return {
    remember: (analysis, options) => rememberMany([analysis], options),
    rememberMany,
    recallMany,

    async recall(key, { nowMs, price }, options) {
      options.signal.throwIfAborted();
      const recall = hotFresh(key, nowMs, price);
      if (recall !== undefined) return recall;
      const [stored] = await readThrough([key], nowMs, options);
      return stored === undefined ? MISSING : judge(stored, nowMs, price);
    },

    history: (key, range, options) => store.analyses.history(key, range, options),

    async invalidate(scope, why, options) {
      generation += 1;
      hot.drop(scope);
      try {
        return await store.analyses.invalidate(scope, why, options);
      } finally {
        generation += 1;
        hot.drop(scope);
      }
    },

    async noteChecked(key, checkedThroughMs, options) {
      await store.analyses.noteChecked(key, checkedThroughMs, options);
      hot.drop(key);
    },

    async list(venueId, { nowMs }, options) {
      const keys = await store.analyses.keys(venueId, options);
      const recalls = await recallMany(keys, { nowMs }, options);
      return keys.flatMap((key, index) => {
        const recall = recalls[index];
        return recall === undefined || recall.status === "missing" ? [] : [{ key, recall }];
      });
    },

    prune: (beforeMs, options) => store.analyses.prune(beforeMs, options),

    rememberSecurity: (sourceId, symbol, report, options) =>
      store.analyses.putSecurity(sourceId, symbol, report, options),

    async recallSecurity(sourceId, symbol, nowMs, options) {
      const report = await store.analyses.security(sourceId, symbol, nowMs, options);
      return report !== undefined && nowMs < report.validUntilMs ? report : undefined;
    },

    async stats(options) {
      return { ...(await store.analyses.stats(options)), hotRecords: hot.size() };
    },
  };
}

const MISSING: Recall = Object.freeze({ status: "missing" });

const futureRecord = (first: Analysis, count: number, nowMs: number, toleranceMs: number) =>
  new FutureRecordError({
    was: `The analysis of ${first.symbol} ${first.timeframe}${count === 1 ? "" : ` (and ${count - 1} more)`} is dated ${toIso(first.asOfMs)}, ${first.asOfMs - nowMs} ms ahead of the clock (${toIso(nowMs)}).`,
    expected: `at most ${toleranceMs} ms`,
    remedy:
      "Set this machine's clock right (NTP); if the clock was ahead when it was written, start with another --home.",
  });
