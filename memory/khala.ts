// Floor 2. Khala: keys + now → fresh, stale or missing analyses. Writes through to the store; a map of frozen records in
// front answers what is fresh by it, and everything else is asked of the store in one query.
import type { Analysis, AnalysisKey, Recall } from "#schemas/analysis.ts";
import type { ContractId } from "#schemas/chain.ts";
import type { FutureRecordError, RecordVersionError } from "#schemas/errors.ts";
import { newestClosed } from "#schemas/market.ts";
import type { Clock } from "#schemas/ports/market.ts";
import type { Bus, HotCache, SecurityKey, Store, StoredAnalysis } from "#schemas/ports/memory.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { SecurityReport } from "#schemas/security.ts";
import type { MarketSymbol, UnixMs, VenueId } from "#schemas/units.ts";
import { type FreshnessRules, judgeFreshness } from "./freshness.ts";
import { createTrust } from "./tiers/changes-look.ts";
import { createInProcessTier, isWholeKey, type KeyScope } from "./tiers/in-process.ts";
import { createNewestReader } from "./tiers/newest-reader.ts";

/** How far two system clocks may differ before a record from the future is an error, ms. */
const CLOCK_TOLERANCE_MS = 1000;

export interface KhalaParts extends FreshnessRules {
  readonly store: Store;
  readonly clock: Pick<Clock, "kind" | "now">;
  /** True: no other process writes this store. Default: true of all but PostgreSQL. */
  readonly exclusive?: boolean;
  /** Tells other processes what was written here, and this one what was written there. */
  readonly bus?: Bus | null;
  /** Bodies shared with other processes; of use with a shared store only. */
  readonly cache?: HotCache | null;
  /** For a shared store: never goes back, its zero is anywhere. Left out, the store is looked at before every recall. */
  readonly monotonicMs?: () => number;
  /**
   * Names a record that a recall refused, once per record: dated ahead of the system clock, or unreadable for this build.
   * The recall goes on with the newest record that is neither. Left out, the recall throws.
   */
  readonly onRefused?: (error: FutureRecordError | RecordVersionError) => void;
}

/** What a recall is judged by. */
interface RecallManyAt {
  readonly nowMs: UnixMs;
  readonly prices?: ReadonlyMap<MarketSymbol, number>;
  /** True where orders depend on it: which record counts is read from the store, whatever the tiers hold. */
  readonly verify?: boolean;
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
   * The newest record at `nowMs`, judged. `price`: one that is already at hand, for drift. What is fresh in the in-process
   * tier is answered from there, and goes on being so while the store is down.
   * @throws StoreError; without `onRefused` RecordVersionError and, under a system clock, FutureRecordError where the
   * newest record is ahead of the clock by more than 1 s + grace
   */
  recall(
    key: AnalysisKey,
    at: { readonly nowMs: UnixMs; readonly price?: number; readonly verify?: boolean },
    options: CallOptions,
  ): Promise<Recall>;
  /**
   * As `recall`, in the order of the keys, with one query to the store for all that the in-process tier does not hold (a
   * second one beside a shared cache, or a clock that is off) and, in a shared store, one look at what changed.
   */
  recallMany(keys: readonly AnalysisKey[], at: RecallManyAt, options: CallOptions): Promise<readonly Recall[]>;
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
  rememberSecurity(sourceId: string, contract: ContractId, report: SecurityReport, options: CallOptions): Promise<void>;
  /** The newest report of each seen by `nowMs`, in the order asked; those whose time is over included. */
  recallSecurity(
    asked: readonly SecurityKey[],
    nowMs: UnixMs,
    options: CallOptions,
  ): Promise<readonly (SecurityReport | undefined)[]>;
  /** Counts of the store, and `hotRecords`. */
  stats(options: CallOptions): Promise<Readonly<Record<string, number>>>;
  /** Stops listening to the bus; once is enough, twice does no harm. */
  close(): void;
}

/**
 * Opens Khala over a store. Nothing that was invalidated or superseded anywhere is served as fresh for more than a second,
 * and as a rule for no longer than the bus takes; see tiers/changes-look.ts for what holds while the store is down.
 */
export function createKhala(parts: KhalaParts): Khala {
  const { store, clock, bus = null, exclusive = store.kind !== "postgres" } = parts;
  const { graceMs, definitionId, driftAtr } = parts;
  const hot = createInProcessTier();
  const reader = createNewestReader({
    analyses: store.analyses,
    clock,
    cache: exclusive ? null : (parts.cache ?? null),
    toleranceMs: CLOCK_TOLERANCE_MS + graceMs,
    onRefused: parts.onRefused,
  });
  // Raised whenever the map may hold, or be about to take, what no longer counts: a read that began before must not fill it.
  let generation = 0;

  const forget = (scopes: readonly KeyScope[] | null) => {
    generation += 1;
    for (const scope of scopes ?? [{}]) hot.drop(scope);
  };
  const trust = exclusive ? null : createTrust({ analyses: store.analyses, monotonicMs: parts.monotonicMs, forget });
  const unsubscribe = bus?.subscribe((hint) => forget(hint.kind === "everything" ? null : hint.keys));

  const judge = (stored: Pick<StoredAnalysis, "record" | "invalidated">, nowMs: number, price: number | undefined) =>
    judgeFreshness({ stored, nowMs, price, graceMs, definitionId, driftAtr });

  const hotFresh = (key: AnalysisKey, nowMs: number, price: number | undefined): Recall | undefined => {
    const record = hot.get(key);
    if (record === undefined || record.asOfMs > nowMs) return undefined;
    // What was read at a simulated moment may have a successor already, which counts from its close on, grace or not.
    if (clock.kind === "simulated" && record.asOfMs < newestClosed(nowMs, key.timeframe, 0)) return undefined;
    const recall = judge({ record, invalidated: null }, nowMs, price);
    return recall.status === "fresh" ? recall : undefined;
  };

  const readThrough = async (keys: readonly AnalysisKey[], nowMs: UnixMs, options: CallOptions) => {
    const startedIn = generation;
    const { found, isLast } = await reader.newest(keys, nowMs, options);
    if (startedIn === generation) {
      found.forEach((stored, index) => {
        if (stored?.invalidated === null && isLast(index)) hot.read(stored.record);
      });
    }
    return found;
  };

  const publish = async (keys: readonly AnalysisKey[] | null) => {
    if (bus === null) return;
    await bus.publish(keys === null ? { kind: "everything" } : { kind: "analyses", keys: keys.map(keyOf) });
  };

  const rememberMany = async (analyses: readonly Analysis[], options: CallOptions) => {
    options.signal.throwIfAborted();
    if (analyses.length === 0) return;
    const fault = reader.futureFault(analyses, clock.now());
    if (fault !== null) throw fault;
    const startedIn = generation;
    try {
      await store.analyses.put(analyses, options);
    } catch (error) {
      // Whether it was written is not known (an abort, a lost connection): let the store say it.
      forget(analyses);
      throw error;
    }
    if (!exclusive) {
      // What another process wrote meanwhile may be newer, or the correction: the next recall asks which it is.
      forget(analyses);
      await publish(analyses);
    } else if (startedIn === generation) {
      for (const analysis of analyses) if (!hot.written(analysis)) generation += 1;
    }
  };

  const recallMany: Khala["recallMany"] = async (keys, { nowMs, prices, verify = false }, options) => {
    options.signal.throwIfAborted();
    const fromHot = () => keys.map((key) => (verify ? undefined : hotFresh(key, nowMs, prices?.get(key.symbol))));
    let recalls = fromHot();
    if (trust !== null && !trust.holds() && recalls.some((recall) => recall !== undefined)) {
      await trust.renew(options);
      recalls = fromHot();
    }
    const open = keys.filter((_, index) => recalls[index] === undefined);
    const found = (open.length === 0 ? [] : await readThrough(open, nowMs, options)).values();
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

    async recall(key, { nowMs, price, verify = false }, options) {
      options.signal.throwIfAborted();
      let recall = verify ? undefined : hotFresh(key, nowMs, price);
      if (recall !== undefined && trust !== null && !trust.holds()) {
        await trust.renew(options);
        recall = hotFresh(key, nowMs, price);
      }
      if (recall !== undefined) return recall;
      const [stored] = await readThrough([key], nowMs, options);
      return stored === undefined ? MISSING : judge(stored, nowMs, price);
    },

    history: (key, range, options) => store.analyses.history(key, range, reader.reading(options)),

    async invalidate(scope, why, options) {
      forget([scope]);
      const touched = await store.analyses.invalidate(scope, why, options).finally(() => forget([scope]));
      await publish(isWholeKey(scope) ? [scope] : null);
      return touched;
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

    async prune(beforeMs, options) {
      const pruned = await store.analyses.prune(beforeMs, options);
      await publish(null);
      return pruned;
    },

    rememberSecurity: (sourceId, contract, report, options) =>
      store.analyses.putSecurity(sourceId, contract, report, options),

    recallSecurity: (asked, nowMs, options) => store.analyses.security(asked, nowMs, options),

    async stats(options) {
      return {
        ...(await store.analyses.stats(options)),
        ...(await store.snapshots.stats(options)),
        hotRecords: hot.size(),
      };
    },

    close: () => unsubscribe?.(),
  };
}

const keyOf = ({ venueId, symbol, timeframe }: AnalysisKey): AnalysisKey => ({ venueId, symbol, timeframe });

const MISSING: Recall = Object.freeze({ status: "missing" });
