// Floor 1. The ports: every way to the world, on one page. Types only. Each has a contract suite in test/contract/.
import type { Alert } from "./alert.ts";
import type { Analysis, AnalysisKey } from "./analysis.ts";
import type { RecordVersionError } from "./errors.ts";
import type { JournalEvent, JournalRow } from "./journal.ts";
import type { CandleSeries, Market, Ticker } from "./market.ts";
import type { DecimalText } from "./money.ts";
import type { Order } from "./order.ts";
import type { ConsolidationCounts, RetentionCuts } from "./retention.ts";
import type { SecurityReport } from "./security.ts";
import type { StoredTopic, TopicKind, TopicRecord } from "./topic.ts";
import type { DeskId, MarketSymbol, RunId, Timeframe, UnixMs, VenueId } from "./units.ts";
import type { LedgerEntry } from "./work.ts";

/** Every I/O verb takes it; an aborted signal ends the call with the signal's reason. */
export interface CallOptions {
  readonly signal: AbortSignal;
}

/** Time. Below apps/ and scheduler/ nothing else tells it. */
export interface Clock {
  /** `simulated`: the future is simply not there yet; `system`: a record from the future is an error. */
  readonly kind: "system" | "simulated";
  now(): UnixMs;
  /** Resolves after `ms` of this clock's time; rejects with the signal's reason when aborted. */
  sleep(ms: number, options: CallOptions): Promise<void>;
}

/** Prices. Everything returned is validated; nothing later than `nowMs` is ever in it (law 3). */
export interface MarketData {
  readonly venueId: VenueId;
  /** Short name for people and JSON: `sim`, `replay` or the ccxt id. */
  readonly venue: string;
  /** Law 10. */
  readonly simulated: boolean;
  /** How long after a close the venue may still change or withhold the candle. */
  readonly graceMs: number;
  /** Markets that exist at this venue; inactive ones included, marked so. */
  markets(options: CallOptions): Promise<readonly Market[]>;
  /**
   * The newest `count` candles closed at `nowMs` by law 1, oldest first; fewer where there are fewer, none where the
   * market has no candle yet. Holes stay holes, exact duplicates are collapsed with a note.
   * @throws UnknownNameError for a symbol this venue does not have; DataFormatError; ProviderError
   */
  candles(
    request: {
      readonly symbol: MarketSymbol;
      readonly timeframe: Timeframe;
      readonly nowMs: UnixMs;
      readonly count: number;
    },
    options: CallOptions,
  ): Promise<CandleSeries>;
  /** Best bid and ask at `nowMs`; symbols without a price, or unknown to the venue, are left out. */
  tickers(
    request: { readonly symbols: readonly MarketSymbol[]; readonly nowMs: UnixMs },
    options: CallOptions,
  ): Promise<readonly Ticker[]>;
}

/** Which markets are worth thinking about, best first. */
export interface Universe {
  topAssets(
    request: { readonly nowMs: UnixMs; readonly count: number },
    options: CallOptions,
  ): Promise<{
    readonly assets: readonly MarketSymbol[];
    readonly basis: "market-cap" | "quote-volume" | "folder";
    /** Larger is more liquid; breaks ties between entries of equal strength. */
    readonly liquidity: ReadonlyMap<MarketSymbol, number>;
  }>;
}

/** What is known of a token's safety. Never throws for an unknown token: absence is the verdict `unknown`. */
export interface SecuritySource {
  readonly id: string;
  /**
   * The contract a remote source would be asked about: its answer is kept under it until `validUntilMs`. Null from local
   * sources, which are asked at every slot, and where there is no contract.
   */
  contractOf(symbol: MarketSymbol): ContractId | null;
  report(
    request: { readonly symbol: MarketSymbol; readonly nowMs: UnixMs },
    options: CallOptions,
  ): Promise<SecurityReport>;
}

/** What the venue did since it was last asked. */
export type ExecutionEvent = Extract<JournalEvent, { type: "order" | "fill" | "dust" }>;

/** Where orders go. `submit` is idempotent by clientOrderId (law 6). */
export interface Execution {
  readonly kind: "paper" | "live";
  submit(order: Order, at: { readonly nowMs: UnixMs }, options: CallOptions): Promise<readonly ExecutionEvent[]>;
  /** Cancels a working order; an order that has ended stays as it is. */
  cancel(
    clientOrderId: string,
    at: { readonly nowMs: UnixMs; readonly reason: string },
    options: CallOptions,
  ): Promise<readonly ExecutionEvent[]>;
  /** The venue's word on one order; null: it has never seen it. */
  order(clientOrderId: string, options: CallOptions): Promise<Order | null>;
  openOrders(options: CallOptions): Promise<readonly Order[]>;
  /** Free and held amounts by currency. */
  balances(options: CallOptions): Promise<ReadonlyMap<string, DecimalText>>;
  /** Events in order: by candle, then symbol, then the order of §12. Paper settles closed candles here. */
  fillsSince(at: { readonly nowMs: UnixMs }, options: CallOptions): Promise<readonly ExecutionEvent[]>;
}

/** A contract on its chain: what a remote source is asked about, and what its report is kept under. */
export interface ContractId {
  readonly chain: string;
  readonly contract: string;
}

/** An analysis as the store holds it. */
export interface StoredAnalysis {
  readonly record: Analysis;
  /** Given by the store; a correction of the same candle has a higher one. */
  readonly revision: number;
  /** Null, or why the record may not be used although nothing newer is there. */
  readonly invalidated: { readonly reason: "invalidated" | "source-changed"; readonly detail: string } | null;
}

/**
 * Which record is the newest of its key, without its body. Of one key, id and `computedAtMs` name one body for good: only
 * `checkedThroughMs` moves, and whether it is invalidated.
 */
export interface AnalysisVersion extends Pick<StoredAnalysis, "revision" | "invalidated"> {
  readonly asOfMs: UnixMs;
  readonly id: string;
  readonly computedAtMs: UnixMs;
  readonly checkedThroughMs: UnixMs;
}

/** A read of records that this build may not be able to read. */
export interface ReadOptions extends CallOptions {
  /** Told of each unreadable record that is passed over; without it such a record ends the read with its error. */
  readonly onUnreadable?: (error: RecordVersionError) => void;
}

/** Khala's store of analyses. Order is (asOfMs, revision); an older candle never replaces a newer record. */
export interface AnalysisStore {
  /** Idempotent by id; a later write, even of the same content, clears an invalidation of its key. */
  put(records: readonly Analysis[], options: CallOptions): Promise<void>;
  /**
   * Newest record with asOfMs <= nowMs for each key, in the order of the keys; one query. Where the newest is passed over
   * as unreadable, the next older one is taken; undefined where the few before it are unreadable too.
   * @throws RecordVersionError without `onUnreadable`
   */
  newest(
    keys: readonly AnalysisKey[],
    nowMs: UnixMs,
    options: ReadOptions,
  ): Promise<readonly (StoredAnalysis | undefined)[]>;
  /** As `newest`, without bodies: cheap, and never ended by a record that cannot be read. */
  versions(
    keys: readonly AnalysisKey[],
    nowMs: UnixMs,
    options: CallOptions,
  ): Promise<readonly (AnalysisVersion | undefined)[]>;
  /**
   * The keys of which anything was written or invalidated since the look that gave `mark`, by whatever process, and the
   * mark of this look. Exact in whatever order transactions commit: what was not yet committed at one look is found by
   * the first look after its commit. Null: the first look; it gives a mark and no keys.
   */
  changedSince(
    mark: string | null,
    options: CallOptions,
  ): Promise<{ readonly mark: string; readonly keys: readonly AnalysisKey[] }>;
  /** All keys that hold anything at `nowMs`. */
  keys(venueId: VenueId | null, options: CallOptions): Promise<readonly AnalysisKey[]>;
  /** Newest first. @throws RecordVersionError without `onUnreadable` */
  history(
    key: AnalysisKey,
    range: { readonly nowMs: UnixMs; readonly limit: number },
    options: ReadOptions,
  ): Promise<readonly StoredAnalysis[]>;
  /** The source was asked at `checkedThroughMs` and had no newer candle. Moves forward only; renews no asOf. */
  noteChecked(key: AnalysisKey, checkedThroughMs: UnixMs, options: CallOptions): Promise<void>;
  /** Returns how many keys were touched. */
  invalidate(
    scope: { readonly venueId?: VenueId; readonly symbol?: MarketSymbol; readonly timeframe?: Timeframe },
    why: { readonly reason: "invalidated" | "source-changed"; readonly detail: string },
    options: CallOptions,
  ): Promise<number>;
  /** Deletes records older than `beforeMs` (by asOf) except the newest of each key; returns how many. */
  prune(beforeMs: UnixMs, options: CallOptions): Promise<number>;
  /** Security reports of remote sources, shared by all desks. */
  putSecurity(sourceId: string, contract: ContractId, report: SecurityReport, options: CallOptions): Promise<void>;
  security(
    sourceId: string,
    contract: ContractId,
    nowMs: UnixMs,
    options: CallOptions,
  ): Promise<SecurityReport | undefined>;
  stats(options: CallOptions): Promise<Readonly<Record<string, number>>>;
}

/**
 * Digests (shared), questions and answers (private to the desk they are opened for). Order is (asOfMs, revision). A record
 * is visible at `nowMs` where both its asOf and its making (computedAtMs) lie at or before it: its asOf is that of its
 * oldest source, so alone it would let a later source be seen.
 */
export interface TopicStore {
  /**
   * Idempotent by id; an older asOf never replaces a newer record. A later write, even of the same content, clears an
   * invalidation of that record.
   * @throws InvariantError for a record of another desk than the room's
   */
  put(records: readonly TopicRecord[], options: CallOptions): Promise<void>;
  /** Newest record visible at `nowMs` for each topic, in the order asked; one query. @throws RecordVersionError */
  newest(
    kind: TopicKind,
    topics: readonly string[],
    nowMs: UnixMs,
    options: CallOptions,
  ): Promise<readonly (StoredTopic | undefined)[]>;
  /** Newest first, over one topic or (null) all of the kind. @throws RecordVersionError */
  history(
    kind: TopicKind,
    range: { readonly topic: string | null; readonly nowMs: UnixMs; readonly limit: number },
    options: CallOptions,
  ): Promise<readonly StoredTopic[]>;
  /** One topic or (null) all of the kind. Returns how many records were touched. */
  invalidate(kind: TopicKind, topic: string | null, detail: string, options: CallOptions): Promise<number>;
}

/** Candles of the live window. */
export interface CandleStore {
  /**
   * The newest `count` candles kept, oldest first; undefined where none are. Notes are not kept; `checkedThroughMs` is
   * the close of the newest candle.
   */
  window(key: AnalysisKey, count: number, options: CallOptions): Promise<CandleSeries | undefined>;
  /** Writes what is new or corrected and drops what is older than the newest `keep`; one statement. */
  put(key: AnalysisKey, series: CandleSeries, keep: number, options: CallOptions): Promise<void>;
}

/** A lease that is held. Its fence is larger than that of every holder before. */
export interface HeldLease {
  readonly name: string;
  readonly fence: number;
  /** False where it was lost meanwhile: the work must not be written any more. */
  renew(ttlMs: number, options: CallOptions): Promise<boolean>;
  /** Gives it back; no error where it was lost. */
  release(options: CallOptions): Promise<void>;
}

/** Who may do a piece of work, across processes. An optimisation: what is written must be right without it. */
export interface Lease {
  /**
   * Null while somebody else holds it. Time is the store's own, so that processes need not agree on it; a lease whose
   * time is over is free. Names of what is private to a desk start with `desk:<deskId>:`, and go when it is purged.
   */
  acquire(name: string, ttlMs: number, options: CallOptions): Promise<HeldLease | null>;
}

/** Says that something changed, so that others look again. At most once, in no order: a lost hint costs time only. */
export type BusHint =
  | { readonly kind: "analyses"; readonly keys: readonly AnalysisKey[] }
  /** Something in scope was invalidated, pruned or purged. */
  | { readonly kind: "everything" };

export interface Bus {
  /** Resolves when it was handed on, or could not be: a bus that is down is no error. */
  publish(hint: BusHint): Promise<void>;
  /** Calls the listener for hints of other processes; returns the way to stop. */
  subscribe(listener: (hint: BusHint) => void): () => void;
  /** For doctor: null where it works, else what is wrong. */
  fault(): string | null;
  close(): Promise<void>;
}

/** Bodies of records, shared between processes. Never the truth: every failure is a miss, within 250 ms. */
export interface HotCache {
  getMany(names: readonly string[]): Promise<readonly (string | undefined)[]>;
  setMany(entries: readonly (readonly [name: string, body: string])[], ttlMs: number): Promise<void>;
  /** Forgets everything this product has written there; returns how many names. */
  purge(): Promise<number>;
  /** For doctor: null where it works, else what is wrong. */
  fault(): string | null;
  close(): Promise<void>;
}

/** Append-only record of what one desk did, in one run. */
export interface Journal {
  /** All or nothing; an event whose id is already there is left out. Resolves once it is durable. */
  append(events: readonly JournalEvent[], options: CallOptions): Promise<void>;
  /** In order of appending. `limit` takes the newest. */
  read(filter: { readonly limit?: number }, options: CallOptions): Promise<readonly JournalRow[]>;
}

/** One run per (desk, run, job, slot). */
export interface Runs {
  /**
   * `begun`: this caller has it; `taken-up`: an owner that died left it unfinished; `done`: here is its result. The fence
   * is larger than that of every owner before.
   */
  begin(
    run: { readonly job: string; readonly slotMs: UnixMs; readonly nowMs: UnixMs },
    options: CallOptions,
  ): Promise<
    | { readonly status: "begun" | "taken-up"; readonly fence: number }
    | { readonly status: "done"; readonly result: unknown }
  >;
  /** @throws StoreError where the run was purged, or taken up by another meanwhile; nothing is written then */
  finish(
    run: { readonly job: string; readonly slotMs: UnixMs; readonly fence: number },
    result: unknown,
    options: CallOptions,
  ): Promise<void>;
  /** Newest finished slot of a job. */
  lastFinished(job: string, options: CallOptions): Promise<UnixMs | null>;
}

/** Work and spend of one desk. */
export interface Ledger {
  record(entry: LedgerEntry, options: CallOptions): Promise<void>;
  entries(filter: { readonly sinceMs?: UnixMs }, options: CallOptions): Promise<readonly LedgerEntry[]>;
}

/** Where alerts go. */
export interface Notifier {
  /** `terminal` or `webhook`: under it the journal says that an alert was taken. */
  readonly channel: string;
  /** Resolves once the other side has taken it; may be called again for the same alert. @throws ProviderError */
  send(alert: Alert, options: CallOptions): Promise<void>;
}

/** What a statement brought, as node-postgres says it. */
export interface SqlResult {
  readonly rows: Record<string, unknown>[];
  readonly rowCount: number;
  readonly fields: readonly { readonly name: string }[];
}

/** As much of node-postgres' client as a library with tables of its own needs. */
export interface SqlClient {
  query(
    statement: string | { readonly text: string; readonly values?: readonly unknown[] },
    values?: readonly unknown[],
  ): Promise<SqlResult>;
  release(): void;
  on(event: string, listener: unknown): SqlClient;
  off(event: string, listener: unknown): SqlClient;
  removeListener(event: string, listener: unknown): SqlClient;
}

/** The same of its pool. */
export interface SqlPool extends Pick<SqlClient, "query"> {
  connect(): Promise<SqlClient>;
  end(): Promise<void>;
  on(event: string, listener: unknown): SqlPool;
  off(event: string, listener: unknown): SqlPool;
  removeListener(event: string, listener: unknown): SqlPool;
}

/** Where tables that are not Khala's may lie: the same database, a schema of their own. Null: there is no database. */
export type SideDatabase =
  | (({ readonly kind: "pool"; readonly pool: SqlPool } | { readonly kind: "url"; readonly url: string }) & {
      /** Makes the schema where there is none, then runs `work` alone among all processes on this database. */
      prepare(schema: string, work: () => Promise<void>): Promise<void>;
    })
  | null;

/** One opened store: the shared part, and rooms private to a desk. */
export interface Store {
  /** `memory`, `pglite` or `postgres`. */
  readonly kind: string;
  readonly analyses: AnalysisStore;
  /** `deskId` null: what is shared (digests). */
  topics(deskId: DeskId | null): TopicStore;
  readonly candles: CandleStore;
  /** For chat threads. */
  readonly side: SideDatabase;
  readonly leases: Lease;
  journal(deskId: DeskId, runId: RunId): Journal;
  runs(deskId: DeskId, runId: RunId): Runs;
  ledger(deskId: DeskId): Ledger;
  /** Newest run of a desk that has journaled anything. */
  latestRun(deskId: DeskId, options: CallOptions): Promise<RunId | null>;
  /** Deletes every private row of a desk: journal, runs, ledger, topics, leases. Returns exactly how many. */
  purge(deskId: DeskId, options: CallOptions): Promise<number>;
  /** Thins history by age, of all desks; no recall at the cuts' now and no fold of a journal changes by it. Idempotent. */
  consolidate(cuts: RetentionCuts, options: CallOptions): Promise<ConsolidationCounts>;
  close(): Promise<void>;
}
