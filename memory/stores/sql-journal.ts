// Floor 2. A run's journal → drizzle queries.
import { and, asc, count, desc, eq, gt, inArray, sql } from "drizzle-orm";
import { journalEventId } from "#schemas/journal.ts";
import type { Journal, JournalPart, JournalReader } from "#schemas/ports/trading.ts";
import type { DeskId, RunId } from "#schemas/units.ts";
import { decodeEvent, encodeEvent } from "./codec.ts";
import type { Db } from "./db.ts";
import type { StoreGuard } from "./guard.ts";
import type { Fence } from "./sql-fence.ts";
import { journal } from "./tables.ts";

export function createSqlJournalReader(db: Db, guard: StoreGuard, deskId: DeskId, runId: RunId): JournalReader {
  const mine = and(eq(journal.deskId, deskId), eq(journal.runId, runId));
  return guard.verbs<JournalReader>({
    async read({ limit, first, ...part }) {
      const isFromFirst = first !== undefined;
      const most = first ?? limit;
      const query = db
        .select({ seq: journal.seq, eventId: journal.eventId, event: journal.event })
        .from(journal)
        .where(and(mine, isIn(part)))
        .orderBy(isFromFirst ? asc(journal.seq) : desc(journal.seq))
        .$dynamic();
      const rows = await (most === undefined ? query : query.limit(most));
      const inOrder = isFromFirst ? rows : rows.reverse();
      return inOrder.map((row) => ({ ...row, event: decodeEvent(row.event, row.eventId) }));
    },
  });
}

/** An event's id begins with its kind (`journalEventId`), which is shorter to look at than its text. */
const isIn = ({ sinceSeq, types, symbol }: JournalPart) =>
  and(
    sinceSeq === undefined ? undefined : gt(journal.seq, sinceSeq),
    types === undefined ? undefined : inArray(sql`split_part(${journal.eventId}, ':', 1)`, [...types]),
    symbol === undefined ? undefined : sql`strpos(${journal.event}, ${`"symbol":${JSON.stringify(symbol)}`}) > 0`,
  );

export function createSqlJournal(
  db: Db,
  guard: StoreGuard,
  { deskId, runId, fence }: { readonly deskId: DeskId; readonly runId: RunId; readonly fence: Fence },
): Journal {
  // All events in one parameter: a statement takes 65,535 of them at most. It is all or nothing by itself, and prepared, as orders wait for it.
  const added = db.$with("added", {}).as(sql`
    insert into ${journal} (desk_id, run_id, event_id, event)
    select ${deskId}, ${runId}, e.id, e.event
    from held, json_to_recordset(${sql.placeholder("rows")}::text::json) as e(ord int, id text, event text)
    order by e.ord
    on conflict (desk_id, run_id, event_id) do nothing`);
  const append = db.with(fence.held, added).select({ held: count() }).from(fence.held).prepare("khala_journal_append");
  return {
    ...createSqlJournalReader(db, guard, deskId, runId),
    ...guard.verbs<Pick<Journal, "append">>({
      async append(events) {
        if (events.length === 0) return;
        const rows = events.map((event, ord) => ({ ord, id: journalEventId(event), event: encodeEvent(event) }));
        const [row] = await append.execute({ rows: JSON.stringify(rows) });
        await fence.require(row?.held);
      },
    }),
  };
}
