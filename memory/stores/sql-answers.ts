// Floor 2. The AnswerStore port → one statement a verb. Time is the database's clock.
import { type SQL, sql } from "drizzle-orm";
import type { AnswerStore, VenueAnswer, VenueQuestion } from "#schemas/ports/memory.ts";
import { rowsOf } from "../store-file/rows-of.ts";
import type { Db } from "./db.ts";
import type { StoreGuard } from "./guard.ts";
import { DATABASE_NOW_MS } from "./sql-leases.ts";
import { venueAnswers } from "./tables.ts";

/** Before the name of a reader, where others stand as questions. */
const READER = "reader ";
/** What nobody has touched for so long goes: readers that ended, markets that have left every universe. */
const FORGOTTEN_MS = 3 * 86_400_000;

/** What a reader's name begins with. */
const addressOf = (reader: SQL) => sql`split_part(${reader}, ' ', 1)`;

const asked = (questions: readonly VenueQuestion[]) => sql`
  select * from json_to_recordset(${JSON.stringify(
    questions.map(({ question, seenMs }, ord) => ({ ord, question, seen_ms: seenMs })),
  )}::text::json) as i(ord int, question text, seen_ms bigint)`;

export function createSqlAnswers(db: Db, guard: StoreGuard): AnswerStore {
  return guard.verbs<AnswerStore>({
    async present(venueId, reader, forMs) {
      const mine = READER + reader;
      const result = await db.execute(sql`
        with clock as (select ${DATABASE_NOW_MS} as ms), mine as (
          insert into ${venueAnswers} (venue_id, question, claimed_until_ms)
          select ${venueId}, ${mine}, ms + ${Math.ceil(forMs)}::bigint from clock
          on conflict (venue_id, question) do update set claimed_until_ms = excluded.claimed_until_ms
        ), forgotten as (
          delete from ${venueAnswers} where venue_id = ${venueId} and question <> ${mine}
            and greatest(claimed_until_ms, answered_ms) < (select ms from clock) - ${FORGOTTEN_MS}::bigint
        )
        select count(*)::int as others from ${venueAnswers}
        where venue_id = ${venueId} and starts_with(question, ${READER}) and question <> ${mine}
          and claimed_until_ms > (select ms from clock)`);
      return Number(rowsOf(result)[0]?.["others"] ?? 0);
    },

    async answers(venueId, questions) {
      if (questions.length === 0) return [];
      const result = await db.execute(sql`
        with incoming as (${asked(questions)})
        select held.question, held.body, held.answered_ms::float8 as "answeredMs",
          greatest(0, ${DATABASE_NOW_MS} - held.answered_ms)::float8 as "agoMs"
        from incoming i join ${venueAnswers} as held on held.venue_id = ${venueId} and held.question = i.question
        where held.answered_ms > i.seen_ms`);
      return rowsOf(result) as unknown as readonly VenueAnswer[];
    },

    async claim(venueId, reader, questions, { forMs, most }) {
      if (questions.length === 0) return [];
      const isOpen = sql`claimed_until_ms > (select ms from clock)`;
      // Rows are locked in the order of their names, so that two bulk claims cannot wait for each other.
      const result = await db.execute(sql`
        with incoming as (${asked(questions)}), clock as (select ${DATABASE_NOW_MS} as ms), open as (
          select count(*) filter (where ${addressOf(sql`claimed_by`)} = ${addressOf(sql`${reader}::text`)}) as all_of_them, count(*) filter (where claimed_by = ${reader}) as mine
          from ${venueAnswers} where venue_id = ${venueId} and claimed_by <> '' and ${isOpen}
        ), free as (
          select i.question, i.seen_ms, row_number() over (order by i.ord) as place
          from incoming i left join ${venueAnswers} as held on held.venue_id = ${venueId} and held.question = i.question
          where held.question is null or (not held.${isOpen} and held.answered_ms <= i.seen_ms)
        )
        insert into ${venueAnswers} as held (venue_id, question, claimed_by, claimed_until_ms)
        select ${venueId}, free.question, ${reader}, clock.ms + ${Math.ceil(forMs)}::bigint from free, clock, open
        where free.place <= greatest(1 - open.mine, ${most}::int - open.all_of_them)
        order by free.question
        on conflict (venue_id, question) do update
          set claimed_by = excluded.claimed_by, claimed_until_ms = excluded.claimed_until_ms
          where not held.${isOpen} and held.answered_ms <= (select seen_ms from free where free.question = held.question)
        returning question`);
      return rowsOf(result).map(({ question }) => String(question));
    },

    async put(venueId, answers) {
      if (answers.length === 0) return;
      await db.execute(sql`
        insert into ${venueAnswers} as held (venue_id, question, answered_ms, body)
        select ${venueId}, i.question, ${DATABASE_NOW_MS}, i.body
        from json_to_recordset(${JSON.stringify(answers)}::text::json) as i(question text, body text)
        order by i.question
        on conflict (venue_id, question) do update set claimed_by = '', claimed_until_ms = 0, body = excluded.body,
          answered_ms = greatest(excluded.answered_ms, held.answered_ms + 1)`);
    },

    async giveUp(venueId, reader, questions) {
      if (questions.length === 0) return;
      await db.execute(sql`
        update ${venueAnswers} set claimed_by = '', claimed_until_ms = 0
        where venue_id = ${venueId} and claimed_by = ${reader}
          and question in (select json_array_elements_text(${JSON.stringify(questions)}::text::json))`);
    },
  });
}
