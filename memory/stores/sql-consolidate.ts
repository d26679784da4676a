// Floor 2. Cuts → the statements that thin a database, each small enough to run beside the desk: what has many histories
// goes some of them at a time, everything else some rows at a time.
//
// Rows are picked by place in their history and deleted by key and revision, so that one which is written again meanwhile
// stays. Processes that consolidate at once take turns, statement by statement, and then find less to do.
import { and, asc, eq, gte, inArray, lt, or, type SQL, sql } from "drizzle-orm";
import type { AnyPgColumn, PgTable } from "drizzle-orm/pg-core";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { ConsolidationCounts, RetentionCuts } from "#schemas/retention.ts";
import type { TopicKind } from "#schemas/topic.ts";
import { DAY_MS, HOUR_MS } from "#schemas/units.ts";
import { ledgerMerges } from "../consolidate-ledger.ts";
import { decodeLedgerEntry, encodeLedgerEntry } from "./codec.ts";
import type { Database, Db } from "./db.ts";
import { nextTurn, type Turn, tidy } from "./sql-tidy.ts";
import {
  analyses,
  analysisKeys,
  candles,
  isEquityMark,
  journal,
  ledger,
  replacedCandles,
  runs,
  securityReports,
  snapshots,
  topics,
} from "./tables.ts";

const HISTORIES_AT_ONCE = 100;
const ROWS_AT_ONCE = 5000;
/** Any fixed number other than that of the migrations: two that delete the same rows in another order would deadlock. */
const CONSOLIDATION_LOCK = 54253;

/** Each of these is the whole anew. */
const OF_RANKINGS = inArray(snapshots.kind, ["ranking", "identities"]);

/** What is kept of a question beside its answer, and what was written to answer from. */
const OF_QUESTIONS: readonly TopicKind[] = ["question", "conversation", "thought", "brief"];

/** Thins everything, then gives back the room; between two statements it looks at the signal. */
export async function consolidateSql(
  { db, kind }: Pick<Database, "db" | "kind">,
  cuts: RetentionCuts,
  options: CallOptions,
): Promise<ConsolidationCounts> {
  const steps: Steps = {
    cuts,
    async step(work) {
      await nextTurn();
      options.signal.throwIfAborted();
      return db.transaction(async (tx) => {
        await tx.execute(sql`select pg_advisory_xact_lock(${CONSOLIDATION_LOCK})`);
        return work(tx);
      });
    },
  };
  const removed = {
    analyses: await thinAnalyses(steps),
    securityReports: await thin(steps, REPORTS),
    digests: await thinDigests(steps),
    readings: await dropTopics(steps, ["reading"], lt(topics.asOfMs, cuts.readingsBeforeMs)),
    questions: await dropTopics(steps, OF_QUESTIONS, lt(topics.computedAtMs, cuts.questionsBeforeMs)),
    answers: await dropTopics(steps, ["answer"], lt(topics.validUntilMs, cuts.answersExpiredBeforeMs)),
    candles: (await boundCandles(steps)) + (await dropReplaced(steps)),
    snapshots: (await thin(steps, SNAPSHOTS, OF_RANKINGS)) + (await dropSnapshots(steps)),
    runs: await dropRuns(steps),
    ledgerEntries: await mergeLedger(steps),
    equityMarks: await thin(steps, EQUITY_MARKS),
  };
  await tidy({ db, kind, turn: steps.step, isWhole: cuts.done === null }, options);
  return removed;
}

interface Steps {
  readonly cuts: RetentionCuts;
  /** One statement, or a few that belong together, in a transaction. */
  readonly step: Turn;
}

/** A table as a set of histories. */
interface History {
  readonly table: PgTable;
  /** What one history is of. */
  readonly of: readonly AnyPgColumn[];
  readonly timeMs: AnyPgColumn | SQL;
  /** What a later row has more of, foremost first; with `of` it names one state of one row. */
  readonly order: readonly AnyPgColumn[];
  /** Which rows of the table belong to it; left out: all. */
  readonly only?: SQL;
}

const ANALYSES: History = {
  table: analyses,
  of: [analyses.venueId, analyses.symbol, analyses.timeframe],
  timeMs: analyses.asOfMs,
  order: [analyses.asOfMs, analyses.revision, analyses.id],
};
const REPORTS: History = {
  table: securityReports,
  of: [securityReports.sourceId, securityReports.chain, securityReports.contract],
  timeMs: securityReports.observedAtMs,
  order: [securityReports.observedAtMs],
};
const SNAPSHOTS: History = {
  table: snapshots,
  of: [snapshots.kind, snapshots.scope],
  timeMs: snapshots.seenAtMs,
  order: [snapshots.seenAtMs],
};
const DIGESTS: History = {
  table: topics,
  of: [topics.kind, topics.deskId, topics.topic],
  timeMs: topics.asOfMs,
  order: [topics.asOfMs, topics.revision, topics.id],
};
/** Of the journal only equity marks have a time here (their event id is `equity:<slotMs>`), so only they can thin. They have an index of their own. */
const EQUITY_MARKS: History = {
  table: journal,
  of: [journal.deskId, journal.runId],
  timeMs: sql`(case when ${isEquityMark(journal.eventId)} then split_part(${journal.eventId}, ':', 2)::bigint end)`,
  order: [journal.seq],
  only: isEquityMark(journal.eventId),
};

const list = (parts: readonly (SQL | AnyPgColumn)[]): SQL => sql.join([...parts], sql`, `);

/** Deletes every row that is not the last of its hour or day; the borders are those of consolidate-cuts.ts. */
function thin({ cuts, step }: Steps, { table, of, timeMs, order, only }: History, where?: SQL): Promise<number> {
  const bucketMs = sql`case when ${timeMs} < ${cuts.dailyBeforeMs}::bigint then ${DAY_MS}::bigint else ${HOUR_MS}::bigint end`;
  const row = [...of, ...order];
  const old = sql`
    select ${list(row)}, row_number() over (
      partition by ${list(of)}, ${timeMs} - ${timeMs} % (${bucketMs}) order by ${list(order.map((column) => sql`${column} desc`))}
    ) as place
    from ${table}
    where ${and(where, only, isDue(timeMs, cuts.done?.hourlyBeforeMs, cuts.hourlyBeforeMs))}`;
  const names = list(row.map((column) => sql`old.${sql.identifier(column.name)}`));
  return step((db) =>
    countDeleted(db, table, and(only, sql`(${list(row)}) in (select ${names} from (${old}) old where old.place > 1)`)),
  );
}

const isDue = (timeMs: AnyPgColumn | SQL, doneMs = 0, beforeMs: number): SQL =>
  sql`(${timeMs} >= ${doneMs}::bigint and ${timeMs} < ${beforeMs}::bigint)`;

async function countDeleted(db: Db, table: PgTable, where: SQL | undefined): Promise<number> {
  const gone = await db.delete(table).where(where).returning({ one: sql<number>`1` });
  return gone.length;
}

async function inSlices<T>(items: readonly T[], work: (slice: T[]) => Promise<number>): Promise<number> {
  let total = 0;
  for (let at = 0; at < items.length; at += HISTORIES_AT_ONCE) {
    total += await work(items.slice(at, at + HISTORIES_AT_ONCE));
  }
  return total;
}

async function inRounds(round: () => Promise<number>): Promise<number> {
  for (let total = 0; ; ) {
    const gone = await round();
    total += gone;
    if (gone < ROWS_AT_ONCE) return total;
  }
}

type Key = { readonly venueId: string; readonly symbol: string; readonly timeframe: string };

/** All keys in one parameter. */
const isOneOf = (columns: readonly AnyPgColumn[], keys: readonly Key[]): SQL =>
  sql`(${list(columns)}) in (
    select v, s, t from json_to_recordset(${JSON.stringify(keys.map((key) => ({ v: key.venueId, s: key.symbol, t: key.timeframe })))}::text::json)
      as asked(v text, s text, t text))`;

async function thinAnalyses(steps: Steps): Promise<number> {
  const { venueId, symbol, timeframe } = analysisKeys;
  const keys = await steps.step((db) => db.select({ venueId, symbol, timeframe }).from(analysisKeys));
  return inSlices(keys, (slice) => thin(steps, ANALYSES, isOneOf(ANALYSES.of, slice)));
}

async function thinDigests(steps: Steps): Promise<number> {
  const digest = eq(topics.kind, "digest");
  const names = await steps.step((db) => db.selectDistinct({ topic: topics.topic }).from(topics).where(digest));
  const topicsOf = (slice: readonly { readonly topic: string }[]) =>
    inArray(
      topics.topic,
      slice.map(({ topic }) => topic),
    );
  // One that was made after the border is not seen at every moment before now, and may hide none that is.
  const made = lt(topics.computedAtMs, steps.cuts.hourlyBeforeMs);
  return inSlices(names, (slice) => thin(steps, DIGESTS, and(digest, made, topicsOf(slice))));
}

function dropTopics({ step }: Steps, kinds: readonly TopicKind[], isOld: SQL): Promise<number> {
  const old = and(inArray(topics.kind, kinds), isOld);
  const row = list([topics.kind, topics.deskId, topics.topic, topics.asOfMs, topics.id]);
  const some = sql`(${row}) in (select ${row} from ${topics} where ${old} limit ${ROWS_AT_ONCE})`;
  return inRounds(() => step((db) => countDeleted(db, topics, and(old, some))));
}

async function boundCandles({ cuts, step }: Steps): Promise<number> {
  const { venueId, symbol, timeframe, openMs } = candles;
  const key = [venueId, symbol, timeframe];
  const tooMany = await step((db) =>
    db
      .select({ venueId, symbol, timeframe })
      .from(candles)
      .groupBy(...key)
      .having(sql`count(*) > ${cuts.candlesPerKey}`),
  );
  const row = list([...key, openMs]);
  return inSlices(tooMany, (slice) =>
    step((db) =>
      countDeleted(
        db,
        candles,
        sql`(${row}) in (select old.venue_id, old.symbol, old.timeframe, old.open_ms from (
          select ${row}, row_number() over (partition by ${list(key)} order by ${openMs} desc) as place
          from ${candles} where ${isOneOf(key, slice)}
        ) old where old.place > ${cuts.candlesPerKey})`,
      ),
    ),
  );
}

/** There are few of them: one for each correction. */
const dropReplaced = ({ cuts, step }: Steps): Promise<number> => {
  const { timeframe, replacedMs } = replacedCandles;
  const old = Object.entries(cuts.replacedBeforeMs).map(([of, ms]) => and(eq(timeframe, of), lt(replacedMs, ms)));
  return step((db) => countDeleted(db, replacedCandles, or(...old)));
};

function dropSnapshots({ cuts, step }: Steps): Promise<number> {
  const { kind, scope, seenAtMs } = snapshots;
  const hasLater = sql`exists (select 1 from ${snapshots} later
    where (later.kind, later.scope) = (${kind}, ${scope}) and later.seen_at_ms > ${seenAtMs})`;
  const old = or(
    and(OF_RANKINGS, lt(seenAtMs, cuts.rankingsBeforeMs), hasLater),
    and(eq(kind, "news"), lt(seenAtMs, cuts.newsBeforeMs)),
  );
  return step((db) => countDeleted(db, snapshots, old));
}

function dropRuns({ cuts, step }: Steps): Promise<number> {
  const { deskId, runId, job, slotMs, status } = runs;
  const old = and(eq(status, "finished"), lt(slotMs, cuts.runsBeforeMs));
  const row = list([deskId, runId, job, slotMs]);
  // Not the newest finished one of its job, whatever its age: the desk goes on from there.
  const some = sql`(${row}) in (
    select old.desk_id, old.run_id, old.job, old.slot_ms from (
      select ${row}, max(${slotMs}) over (partition by ${list([deskId, runId, job])}) as newest_ms
      from ${runs} where ${eq(status, "finished")}
    ) old where old.slot_ms < old.newest_ms and old.slot_ms < ${cuts.runsBeforeMs}::bigint limit ${ROWS_AT_ONCE})`;
  return inRounds(() => step((db) => countDeleted(db, runs, and(old, some))));
}

/** Hours in which a desk has more than one old entry of the same job and phase, merged one at a time. */
async function mergeLedger({ cuts, step }: Steps): Promise<number> {
  const isOld = isDue(ledger.atMs, cuts.done?.ledgerBeforeMs, cuts.ledgerBeforeMs);
  const groups = await step((db) =>
    db
      .select({
        deskId: ledger.deskId,
        hourMs: sql`${ledger.atMs} - ${ledger.atMs} % ${HOUR_MS}::bigint`.mapWith(Number),
      })
      .from(ledger)
      .where(isOld)
      .groupBy(sql`1, 2`)
      .having(sql`count(*) > count(distinct (${ledger.entry}::json ->> 'job', ${ledger.entry}::json ->> 'phase'))`),
  );
  let total = 0;
  for (const { deskId, hourMs } of groups) {
    const inHour = and(isOld, eq(ledger.deskId, deskId), gte(ledger.atMs, hourMs), lt(ledger.atMs, hourMs + HOUR_MS));
    total += await step((db) => mergeHour(db, inHour, cuts.ledgerBeforeMs));
  }
  return total;
}

async function mergeHour(db: Db, inHour: SQL | undefined, beforeMs: number): Promise<number> {
  const read = await db.select().from(ledger).where(inHour).orderBy(asc(ledger.seq)).for("update");
  const rows = read.map((row) => ({ seq: row.seq, entry: decodeLedgerEntry(row.entry, row.seq) }));
  let total = 0;
  for (const { into, entry, gone } of ledgerMerges(rows, (row) => row.entry, beforeMs)) {
    const values = { atMs: entry.atMs, entry: encodeLedgerEntry(entry) };
    await db.update(ledger).set(values).where(eq(ledger.seq, into.seq));
    total += await countDeleted(
      db,
      ledger,
      inArray(
        ledger.seq,
        gone.map(({ seq }) => seq),
      ),
    );
  }
  return total;
}
