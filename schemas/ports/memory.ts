// Floor 1, ports. What is remembered and shared between processes: Khala's stores, cache and bus. Types only.
import type { Analysis, AnalysisKey } from "../analysis.ts";
import type { ContractId } from "../chain.ts";
import type { RecordVersionError } from "../errors.ts";
import type { Candle, CandleSeries, CandleVerdict } from "../market.ts";
import type { ConsolidationCounts, RetentionCuts } from "../retention.ts";
import type { SecurityReport } from "../security.ts";
import type { StoredTopic, TopicKind, TopicRecord } from "../topic.ts";
import type { DeskId, MarketSymbol, RunId, Timeframe, UnixMs, VenueId } from "../units.ts";
import type { AccountHolder, AccountWriter, JournalReader, OpenAccountOptions, RunBinding } from "./trading.ts";
import type { CallOptions, Lease, Ledger, RunReader } from "./work.ts";

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

/** What one source says of one contract. */
export interface SecurityKey {
  readonly sourceId: string;
  readonly contract: ContractId;
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
   * @throws StoreError also where the server was started anew since that mark, which then says nothing
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
  /** The newest report seen by `nowMs` for each of them, in the order asked; one query. */
  security(
    asked: readonly SecurityKey[],
    nowMs: UnixMs,
    options: CallOptions,
  ): Promise<readonly (SecurityReport | undefined)[]>;
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
  /**
   * Writes what is new or corrected and drops what is older than the newest `keep`; one statement. A row that is corrected
   * stays as a version of the past, known until `series.checkedThroughMs`.
   */
  put(key: AnalysisKey, series: CandleSeries, keep: number, options: CallOptions): Promise<void>;
  /**
   * Every version of the candles that open from `fromMs` to before `toMs`, by open time, then by when they were replaced: what an
   * analysis of the past was made from. Replaced ones are there for KEEP_REPLACED_CANDLES.
   */
  versions(
    key: AnalysisKey,
    range: { readonly fromMs: number; readonly toMs: number },
    options: CallOptions,
  ): Promise<readonly CandleVersion[]>;
  /** Keeps what was decided of candles in doubt; of each open time the newest word stands, and none that is settled is undone. */
  putVerdicts(key: AnalysisKey, verdicts: readonly CandleVerdict[], options: CallOptions): Promise<void>;
  /** What was decided by `nowMs` of the candles that open at or after `fromMs`, oldest first. */
  verdicts(
    key: AnalysisKey,
    range: { readonly fromMs: number; readonly nowMs: number },
    options: CallOptions,
  ): Promise<readonly CandleVerdict[]>;
}

/** A candle as its source gave it from one moment to another, ms. */
export interface CandleVersion extends Candle {
  readonly knownFromMs: number;
  /** Null: it still does. */
  readonly replacedMs: number | null;
}

/** What is kept by the day it was seen: rankings, what a venue's coins are, implementations that were looked at, news. */
export type SnapshotKind = "ranking" | "identities" | "implementation" | "news";

/** A document as it was at one moment. The body is JSON; who reads it parses it by its schema. */
export interface Snapshot {
  /** Whose: of a ranking its source, of identities the venue, of an implementation `CHAIN:ADDRESS`, of news the item's id. */
  readonly scope: string;
  readonly seenAtMs: UnixMs;
  readonly body: unknown;
}

/** Dated documents, shared by all desks. A read sees nothing that was seen after its `nowMs` (law 3). */
export interface SnapshotStore {
  /** Idempotent by kind, scope and `seenAtMs`: a later write of the same moment replaces it. */
  put(kind: SnapshotKind, snapshots: readonly Snapshot[], options: CallOptions): Promise<void>;
  /** The newest seen by `nowMs`. */
  newest(kind: SnapshotKind, scope: string, nowMs: UnixMs, options: CallOptions): Promise<Snapshot | undefined>;
  /** Seen from `fromMs` to `nowMs`, newest first, then by scope; `scope` null: of all. */
  list(
    kind: SnapshotKind,
    range: { readonly scope: string | null; readonly fromMs: UnixMs; readonly nowMs: UnixMs; readonly limit: number },
    options: CallOptions,
  ): Promise<readonly Snapshot[]>;
  stats(options: CallOptions): Promise<Readonly<Record<string, number>>>;
}

/** What a process heard of a venue, as the store keeps it for the others. */
export interface VenueAnswer {
  readonly question: string;
  /** What was heard; who wrote it reads it. */
  readonly body: string;
  /** By the store's clock; of one question ever larger. */
  readonly answeredMs: number;
  /** How long ago that was when it was read. */
  readonly agoMs: number;
}

/** A question, and the `answeredMs` of the newest answer to it that is known; 0: none is. */
export interface VenueQuestion {
  readonly question: string;
  readonly seenMs: number;
}

/**
 * Questions to venues that several processes have, and what one of them heard: asked by one at a time, under a claim that runs out. An
 * optimisation as leases are, and gone when the database server crashes: who finds nothing here asks the venue. Time is the store's own.
 */
export interface AnswerStore {
  /** Says that `reader` asks this venue, for `forMs` from now on. @returns how many others said so and still do */
  present(venueId: VenueId, reader: string, forMs: number, options: CallOptions): Promise<number>;
  /** Answers newer than the seen ones, of these questions; one query. */
  answers(venueId: VenueId, questions: readonly VenueQuestion[], options: CallOptions): Promise<readonly VenueAnswer[]>;
  /**
   * Takes the first of these that nobody has claimed and whose newest answer is the seen one, for `forMs`: as many as `most` claims of the
   * venue by readers of the same address allow, and one in any case where `reader` has none. A reader's name begins with its address and a
   * blank. @returns those taken
   */
  claim(
    venueId: VenueId,
    reader: string,
    questions: readonly VenueQuestion[],
    bounds: { readonly forMs: number; readonly most: number },
    options: CallOptions,
  ): Promise<readonly string[]>;
  /** Writes what was heard; a claim of the same question, whoever has it, is over. */
  put(
    venueId: VenueId,
    answers: readonly Pick<VenueAnswer, "question" | "body">[],
    options: CallOptions,
  ): Promise<void>;
  /** Gives claims back. */
  giveUp(venueId: VenueId, reader: string, questions: readonly string[], options: CallOptions): Promise<void>;
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

/** One opened store: the shared part, and rooms private to a desk. */
export interface Store {
  /** `memory`, `pglite` or `postgres`. */
  readonly kind: string;
  readonly analyses: AnalysisStore;
  /** `deskId` null: what is shared (digests). */
  topics(deskId: DeskId | null): TopicStore;
  readonly candles: CandleStore;
  readonly snapshots: SnapshotStore;
  readonly leases: Lease;
  readonly answers: AnswerStore;
  /**
   * Takes the right to write a desk's account. Opened again through the same store it passes on; held by another process
   * it is waited for at most 8 s, then taken from one that gives no sign of life.
   * @throws AccountInUseError naming a living holder
   */
  openAccount(deskId: DeskId, options: OpenAccountOptions): Promise<AccountWriter>;
  /** Who writes the account now, or wrote it last; null: nobody has, or this process has the store to itself. */
  holderOf(deskId: DeskId, options: CallOptions): Promise<AccountHolder | null>;
  journal(deskId: DeskId, runId: RunId): JournalReader;
  runs(deskId: DeskId, runId: RunId): RunReader;
  ledger(deskId: DeskId): Ledger;
  /** What each run of a desk that has journaled anything trades, the newest run first. @throws RecordVersionError */
  bindings(deskId: DeskId, options: CallOptions): Promise<readonly RunBinding[]>;
  /** Deletes every private row of a desk: journal, runs, ledger, topics, leases, and who may write it. Returns exactly how many. */
  purge(deskId: DeskId, options: CallOptions): Promise<number>;
  /** Thins history by age, of all desks; no recall at the cuts' now and no fold of a journal changes by it. Idempotent. */
  consolidate(cuts: RetentionCuts, options: CallOptions): Promise<ConsolidationCounts>;
  close(): Promise<void>;
}
