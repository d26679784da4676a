// Floor 2. The TopicStore port → drizzle queries, one statement a verb; every statement names the desk.
import { and, desc, eq, lte, sql } from "drizzle-orm";
import type { TopicStore } from "#schemas/ports/memory.ts";
import type { TopicRecord } from "#schemas/topic.ts";
import type { DeskId } from "#schemas/units.ts";
import { decodeTopic } from "./codec.ts";
import type { Db } from "./db.ts";
import { refuseStrangers } from "./desk-privacy.ts";
import type { StoreGuard } from "./guard.ts";
import { NOTHING, ONE_ROW } from "./put-statement.ts";
import { topics } from "./tables.ts";

/** What is shared belongs to the desk without a name. */
const SHARED = "";

export type TopicQueries = ReturnType<typeof prepareTopics>;

export function createSqlTopics(db: Db, guard: StoreGuard, queries: TopicQueries, deskId: DeskId | null): TopicStore {
  const desk = deskId ?? SHARED;
  return guard.verbs<TopicStore>({
    async put(records) {
      refuseStrangers(records, deskId);
      if (records.length === 0) return;
      // One statement writes one row at most once: of several writes of the same id the last counts.
      const byId = new Map(records.map((record) => [JSON.stringify([record.kind, record.topic, record.id]), record]));
      await queries.put.execute({ desk, records: JSON.stringify([...byId.values()].map(toIncoming)) });
    },

    async newest(kind, asked, nowMs) {
      if (asked.length === 0) return [];
      const rows = await queries.newest.execute({
        topics: JSON.stringify(asked.map((topic, ord) => ({ ord, topic }))),
        kind,
        desk,
        nowMs,
      });
      const byOrd = new Map(rows.map((row) => [row.ord, row]));
      return asked.map((_, ord) => {
        const row = byOrd.get(ord);
        return row === undefined ? undefined : decodeTopic(row);
      });
    },

    async history(kind, { topic, nowMs, limit }) {
      const rows = await db
        .select()
        .from(topics)
        .where(
          and(
            eq(topics.kind, kind),
            eq(topics.deskId, desk),
            topic === null ? undefined : eq(topics.topic, topic),
            lte(topics.asOfMs, nowMs),
            lte(topics.computedAtMs, nowMs),
          ),
        )
        .orderBy(...newestFirst)
        .limit(limit);
      return rows.map(decodeTopic);
    },

    async invalidate(kind, topic, detail) {
      const touched = await db
        .update(topics)
        .set({ invalidated: detail })
        .where(
          and(eq(topics.kind, kind), eq(topics.deskId, desk), topic === null ? undefined : eq(topics.topic, topic)),
        )
        .returning({ revision: topics.revision });
      return touched.length;
    },
  });
}

const newestFirst = [desc(topics.asOfMs), desc(topics.revision), desc(topics.id)];

export function prepareTopics(db: Db) {
  const nowMs = sql.placeholder("nowMs");
  const found = db
    .select()
    .from(topics)
    .where(
      and(
        eq(topics.kind, sql.placeholder("kind")),
        eq(topics.deskId, sql.placeholder("desk")),
        sql`${topics.topic} = asked.topic`,
        lte(topics.asOfMs, nowMs),
        lte(topics.computedAtMs, nowMs),
      ),
    )
    .orderBy(...newestFirst)
    .limit(1)
    .as("found");
  const { kind, deskId, topic, record, revision, invalidated } = found;
  return {
    newest: db
      .select({ ord: sql<number>`asked.ord`, kind, deskId, topic, record, revision, invalidated })
      .from(sql`json_to_recordset(${sql.placeholder("topics")}::text::json) as asked(ord int, topic text)`)
      .innerJoinLateral(found, sql`true`)
      .prepare("khala_topics_newest"),
    put: preparePut(db),
  };
}

const toIncoming = (record: TopicRecord, ord: number) => ({
  ord,
  kind: record.kind,
  topic: record.topic,
  as_of_ms: record.asOfMs,
  id: record.id,
  computed_at_ms: record.computedAtMs,
  valid_until_ms: record.validUntilMs,
  record: JSON.stringify(record),
});

/** The rules of order are those of put-statement.ts; rows are locked in key order. */
function preparePut(db: Db) {
  const desk = sql.placeholder("desk");
  const incoming = db.$with("incoming", {}).as(sql`
    select * from json_to_recordset(${sql.placeholder("records")}::text::json) as i(
      ord int, kind text, topic text, as_of_ms bigint, id text, computed_at_ms bigint, valid_until_ms bigint, record text)`);
  const put = db.$with("put", {}).as(sql`
    insert into ${topics} as held
      (kind, desk_id, topic, as_of_ms, id, revision, computed_at_ms, valid_until_ms, invalidated, record)
    select i.kind, ${desk}, i.topic, i.as_of_ms, i.id,
      case when top.id = i.id then top.revision
        else coalesce(top.revision, 0)
          + row_number() over (partition by i.kind, i.topic, i.as_of_ms order by i.ord) end,
      i.computed_at_ms, i.valid_until_ms, null, i.record
    from incoming i
    left join lateral (
      select t.id, t.revision from ${topics} t
      where (t.kind, t.desk_id, t.topic, t.as_of_ms) = (i.kind, ${desk}, i.topic, i.as_of_ms)
      order by t.revision desc, t.id desc limit 1
    ) top on true
    order by i.kind, i.topic, i.as_of_ms, i.id
    on conflict (kind, desk_id, topic, as_of_ms, id) do update set
      revision = case when excluded.computed_at_ms > held.computed_at_ms
        then greatest(held.revision, excluded.revision) else held.revision end,
      record = case when excluded.computed_at_ms >= held.computed_at_ms then excluded.record else held.record end,
      valid_until_ms = case when excluded.computed_at_ms >= held.computed_at_ms
        then excluded.valid_until_ms else held.valid_until_ms end,
      computed_at_ms = greatest(held.computed_at_ms, excluded.computed_at_ms),
      invalidated = null`);
  return db.with(incoming, put).select(NOTHING).from(ONE_ROW).prepare("khala_topics_put");
}
