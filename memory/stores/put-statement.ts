// Floor 2. Analyses → the one statement that writes them, whether one or five hundred. It is prepared once a connection: orders wait
// for it, and to be parsed and planned it takes as long as to be run.
import { sql } from "drizzle-orm";
import type { Analysis } from "#schemas/analysis.ts";
import type { Db } from "./db.ts";
import { analyses, analysisKeys } from "./tables.ts";

/** What `changed_xid` is set to: the transaction of the statement itself. */
export const THIS_TRANSACTION = sql`pg_current_xact_id()::text::bigint`;

/** What a statement selects whose parts do the work. */
export const ONE_ROW = sql`(values (1)) as one_row`;
export const NOTHING = { one: sql<number>`1` };

const toIncoming = (record: Analysis, ord: number) => ({
  ord,
  venue_id: record.venueId,
  symbol: record.symbol,
  timeframe: record.timeframe,
  as_of_ms: record.asOfMs,
  id: record.id,
  computed_at_ms: record.computedAtMs,
  checked_through_ms: record.checkedThroughMs,
  record: JSON.stringify(record),
});

/**
 * Rules of order, kept by the database so that they hold between processes as well:
 * - other content of the same candle gets the next revision: the correction wins;
 * - the same content written again changes nothing but the key's invalidation, which it clears;
 * - the same content computed again later (a source that went back to it, or a renewed security report) is the newest
 *   word: it takes the next revision where another was newest, and brings its own dates. Computed at the same moment it
 *   changes nothing: id and computedAt name one body, which others may keep under that name.
 * Rows are locked in key order, so that two bulk writes cannot wait for each other.
 */
export function preparePut(db: Db) {
  const incoming = db.$with("incoming", {}).as(sql`
    select * from json_to_recordset(${sql.placeholder("records")}::text::json) as i(
      ord int, venue_id text, symbol text, timeframe text, as_of_ms bigint, id text,
      computed_at_ms bigint, checked_through_ms bigint, record text)`);
  const changedKeys = db.$with("changed_keys", {}).as(sql`
    insert into ${analysisKeys} (venue_id, symbol, timeframe, changed_xid)
    select distinct venue_id, symbol, timeframe, ${THIS_TRANSACTION} from incoming order by 1, 2, 3
    on conflict (venue_id, symbol, timeframe) do update set changed_xid = excluded.changed_xid`);
  const put = db.$with("put", {}).as(sql`
    insert into ${analyses} as held
      (venue_id, symbol, timeframe, as_of_ms, id, revision, epoch, computed_at_ms, checked_through_ms, record)
    select i.venue_id, i.symbol, i.timeframe, i.as_of_ms, i.id,
      case when top.id = i.id then top.revision
        else coalesce(top.revision, 0)
          + row_number() over (partition by i.venue_id, i.symbol, i.timeframe, i.as_of_ms order by i.ord) end,
      coalesce(k.epoch, 0), i.computed_at_ms, i.checked_through_ms, i.record
    from incoming i
    left join ${analysisKeys} k
      on (k.venue_id, k.symbol, k.timeframe) = (i.venue_id, i.symbol, i.timeframe)
    left join lateral (
      select a.id, a.revision from ${analyses} a
      where (a.venue_id, a.symbol, a.timeframe, a.as_of_ms) = (i.venue_id, i.symbol, i.timeframe, i.as_of_ms)
      order by a.revision desc, a.id desc limit 1
    ) top on true
    order by i.venue_id, i.symbol, i.timeframe, i.as_of_ms, i.id
    on conflict (venue_id, symbol, timeframe, as_of_ms, id) do update set
      revision = case when excluded.computed_at_ms > held.computed_at_ms
        then greatest(held.revision, excluded.revision) else held.revision end,
      record = case when excluded.computed_at_ms > held.computed_at_ms then excluded.record else held.record end,
      epoch = greatest(held.epoch, excluded.epoch),
      computed_at_ms = greatest(held.computed_at_ms, excluded.computed_at_ms),
      checked_through_ms = greatest(held.checked_through_ms, excluded.checked_through_ms)`);
  return db.with(incoming, changedKeys, put).select(NOTHING).from(ONE_ROW).prepare("khala_analyses_put");
}

/** The records, as the statement takes them. They must differ in id. */
export const incomingOf = (records: readonly Analysis[]): string => JSON.stringify(records.map(toIncoming));
