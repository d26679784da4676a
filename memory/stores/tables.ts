// Floor 2. The tables of Khala, one schema for PGlite and PostgreSQL; the SQL in migrations/ is generated from it.
//
// Records are kept as JSON text: `json` and `jsonb` come back differently from the two drivers, `jsonb` refuses \u0000 and
// rewrites numbers, and what is read must be what was written. `record::jsonb ->> 'price'` works in SQL all the same.

import { type SQL, sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  bigint,
  doublePrecision,
  index,
  integer,
  pgSchema,
  primaryKey,
  text,
  unique,
} from "drizzle-orm/pg-core";
import type { SnapshotKind } from "#schemas/ports/memory.ts";
import type { TopicKind } from "#schemas/topic.ts";

// A schema of its own: the database may be shared with other programs.
export const khala = pgSchema("khala");

const seq = () => bigint({ mode: "number" }).generatedAlwaysAsIdentity();
const ms = (name: string) => bigint(name, { mode: "number" });
const marketKey = () => ({
  venueId: text("venue_id").notNull(),
  symbol: text().notNull(),
  timeframe: text().notNull(),
});

/** Every key that was ever written, with its invalidation epoch: a record of an earlier epoch is invalidated. */
export const analysisKeys = khala.table(
  "analysis_keys",
  {
    ...marketKey(),
    epoch: integer().notNull().default(0),
    reason: text(),
    detail: text(),
    /**
     * Transaction that last wrote, corrected or invalidated something of this key. A reader that remembers the oldest
     * transaction still running at its last look finds every later change by it, whatever the order of commits; a
     * sequence would lose those that commit out of order.
     */
    changedXid: bigint("changed_xid", { mode: "number" }).notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.venueId, t.symbol, t.timeframe] }), index("analysis_keys_changed").on(t.changedXid)],
);

/** Shared by all desks: what is known of a market is not private. */
export const analyses = khala.table(
  "analyses",
  {
    ...marketKey(),
    asOfMs: ms("as_of_ms").notNull(),
    id: text().notNull(),
    /** Order among records of one candle, 1 for the first. */
    revision: integer().notNull(),
    /** The key's epoch when it was written. */
    epoch: integer().notNull(),
    computedAtMs: ms("computed_at_ms").notNull(),
    checkedThroughMs: ms("checked_through_ms").notNull(),
    record: text().notNull(),
  },
  (t) => [
    unique("analyses_content").on(t.venueId, t.symbol, t.timeframe, t.asOfMs, t.id),
    index("analyses_newest").on(t.venueId, t.symbol, t.timeframe, t.asOfMs, t.revision, t.id),
  ],
);

/** Answers of remote security sources about one contract, shared by all desks. */
export const securityReports = khala.table(
  "security_reports",
  {
    sourceId: text("source_id").notNull(),
    chain: text().notNull(),
    contract: text().notNull(),
    observedAtMs: ms("observed_at_ms").notNull(),
    report: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.sourceId, t.chain, t.contract, t.observedAtMs] })],
);

/** Documents by the day they were seen, shared: rankings, what a venue's coins are, implementations, news. */
export const snapshots = khala.table(
  "snapshots",
  {
    kind: text().$type<SnapshotKind>().notNull(),
    scope: text().notNull(),
    seenAtMs: ms("seen_at_ms").notNull(),
    body: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.kind, t.scope, t.seenAtMs] }), index("snapshots_seen").on(t.kind, t.seenAtMs)],
);

/** Candles of the live window, shared: what the analyses in force were made from, so that a correction is noticed. */
export const candles = khala.table(
  "candles",
  {
    ...marketKey(),
    openMs: ms("open_ms").notNull(),
    open: doublePrecision().notNull(),
    high: doublePrecision().notNull(),
    low: doublePrecision().notNull(),
    close: doublePrecision().notNull(),
    volume: doublePrecision().notNull(),
    /** When the source was asked that first gave it so. */
    knownFromMs: ms("known_from_ms").notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.venueId, t.symbol, t.timeframe, t.openMs] })],
);

/** Candles as they were before their source changed them: what analyses of the past were made from. */
export const replacedCandles = khala.table(
  "replaced_candles",
  {
    ...marketKey(),
    openMs: ms("open_ms").notNull(),
    open: doublePrecision().notNull(),
    high: doublePrecision().notNull(),
    low: doublePrecision().notNull(),
    close: doublePrecision().notNull(),
    volume: doublePrecision().notNull(),
    knownFromMs: ms("known_from_ms").notNull(),
    replacedMs: ms("replaced_ms").notNull(),
  },
  (t) => [primaryKey({ columns: [t.venueId, t.symbol, t.timeframe, t.openMs, t.replacedMs] })],
);

/** What was decided of candles in doubt, and for which moment. There are few of them, and they stay: a replay may ask again. */
export const candleVerdicts = khala.table(
  "candle_verdicts",
  {
    ...marketKey(),
    openMs: ms("open_ms").notNull(),
    verdict: text({ enum: ["pending", "agreed", "hole"] }).notNull(),
    knownMs: ms("known_ms").notNull(),
  },
  (t) => [primaryKey({ columns: [t.venueId, t.symbol, t.timeframe, t.openMs, t.verdict] })],
);

/** Questions to venues, and what the newest answer was: of moments, so the table is unlogged (migrations/). A row of a reader has no answer. */
export const venueAnswers = khala.table(
  "venue_answers",
  {
    venueId: text("venue_id").notNull(),
    question: text().notNull(),
    claimedBy: text("claimed_by").notNull().default(""),
    claimedUntilMs: ms("claimed_until_ms").notNull().default(0),
    answeredMs: ms("answered_ms").notNull().default(0),
    body: text().notNull().default(""),
  },
  (t) => [primaryKey({ columns: [t.venueId, t.question] })],
);

/**
 * Digests, readings, questions, answers, conversations and thoughts. `desk_id` is empty for what is shared (digests and readings), and
 * the owner's for what is private.
 */
export const topics = khala.table(
  "topics",
  {
    kind: text().$type<TopicKind>().notNull(),
    deskId: text("desk_id").notNull(),
    /** Digest: its topic. Question and answer: the canonical intent. Conversation: a hash. Thought: the run. */
    topic: text().notNull(),
    asOfMs: ms("as_of_ms").notNull(),
    id: text().notNull(),
    revision: integer().notNull(),
    computedAtMs: ms("computed_at_ms").notNull(),
    validUntilMs: ms("valid_until_ms").notNull(),
    /** Null, or why it may not be used although nothing newer is there. */
    invalidated: text(),
    record: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.kind, t.deskId, t.topic, t.asOfMs, t.id] }),
    index("topics_newest").on(t.kind, t.deskId, t.topic, t.asOfMs, t.revision),
    index("topics_desk").on(t.deskId, t.kind, t.computedAtMs),
  ],
);

/** Who may do a piece of work now, across processes. The fence only grows, so that a late holder can be told apart. */
export const leases = khala.table("leases", {
  name: text().primaryKey(),
  fence: bigint({ mode: "number" }).notNull(),
  holder: text().notNull(),
  /** By the database's clock: processes need not agree on the time. */
  expiresAtMs: ms("expires_at_ms").notNull(),
});

/** One row per desk: which process may write its account. */
export const accounts = khala.table("accounts", {
  deskId: text("desk_id").primaryKey(),
  /** Raised at each taking; what is written under an older one is refused. */
  fence: bigint({ mode: "number" }).notNull(),
  /** JSON of the process that took it last. */
  owner: text().notNull(),
  /** By the database's clock. */
  renewedAtMs: ms("renewed_at_ms").notNull(),
});

export const isEquityMark = (eventId: AnyPgColumn): SQL => sql`starts_with(${eventId}, 'equity:')`;

/** Append-only, but for equity marks, which thin. */
export const journal = khala.table(
  "journal",
  {
    seq: seq().primaryKey(),
    deskId: text("desk_id").notNull(),
    runId: text("run_id").notNull(),
    eventId: text("event_id").notNull(),
    event: text().notNull(),
  },
  (t) => [
    unique("journal_event").on(t.deskId, t.runId, t.eventId),
    index("journal_run").on(t.deskId, t.runId, t.seq),
    // Marks are few among much that stays for ever: thinning must not read all of it each hour.
    index("journal_equity").on(t.deskId, t.runId, t.seq).where(isEquityMark(t.eventId)),
  ],
);

/** One row per desk, run, job, scope and slot. */
export const runs = khala.table(
  "runs",
  {
    deskId: text("desk_id").notNull(),
    runId: text("run_id").notNull(),
    job: text().notNull(),
    /** What the result depends on besides job and slot; empty in rows of before it was kept. */
    scope: text().notNull().default(""),
    slotMs: ms("slot_ms").notNull(),
    status: text({ enum: ["running", "finished"] }).notNull(),
    /** JSON of the process that began it last. */
    owner: text().notNull(),
    beganAtMs: ms("began_at_ms").notNull(),
    /** Raised each time the run is taken up; only its newest taker may finish it. */
    fence: integer().notNull().default(1),
    /** JSON; null while it runs. */
    result: text(),
  },
  (t) => [primaryKey({ columns: [t.deskId, t.runId, t.job, t.scope, t.slotMs] })],
);

/** Work and spend. */
export const ledger = khala.table(
  "ledger",
  {
    seq: seq().primaryKey(),
    deskId: text("desk_id").notNull(),
    atMs: ms("at_ms").notNull(),
    entry: text().notNull(),
  },
  (t) => [index("ledger_desk").on(t.deskId, t.atMs)],
);
