// Floor 2. A drizzle database → the Store port. One set of queries for PGlite and PostgreSQL.
import { eq, sql } from "drizzle-orm";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { OpenAccountOptions } from "#schemas/ports/trading.ts";
import type { DeskId } from "#schemas/units.ts";
import { shownHolder } from "./account-claim.ts";
import type { Database } from "./db.ts";
import { leasesOf } from "./desk-privacy.ts";
import { createGuard } from "./guard.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import { type AccountHold, createSqlWriter, holderInSql, raiseFence } from "./sql-account.ts";
import { createSqlAnalyses } from "./sql-analyses.ts";
import { createSqlAnswers } from "./sql-answers.ts";
import { sqlBindings } from "./sql-bindings.ts";
import { createSqlCandles } from "./sql-candles.ts";
import { consolidateSql } from "./sql-consolidate.ts";
import { createSqlJournalReader } from "./sql-journal.ts";
import { createSqlLeases } from "./sql-leases.ts";
import { createSqlLedger } from "./sql-ledger.ts";
import { createSqlRunReader } from "./sql-runs.ts";
import { createSqlSnapshots } from "./sql-snapshots.ts";
import { createSqlTopics, prepareTopics } from "./sql-topics.ts";
import { accounts, journal, leases, ledger, runs, topics } from "./tables.ts";

const NEVER_LOST = { lost: NEVER_ABORTED.signal, leftMs: () => Number.POSITIVE_INFINITY, end: async () => {} };

export interface SqlStoreParts extends Database {
  /** Who takes up runs. */
  readonly owner: ProcessIdentity;
  /** Takes an account among several processes; left out: this process has the database to itself. */
  readonly hold?: (deskId: DeskId, options: OpenAccountOptions) => Promise<AccountHold>;
}

export function createSqlStore(parts: SqlStoreParts): Store {
  const { kind, what, db, answered, owner, disconnect } = parts;
  const { hold = async (deskId) => ({ fence: await raiseFence(db, deskId, owner), ...NEVER_LOST }) } = parts;
  const guard = createGuard(what, answered);
  const topicQueries = prepareTopics(db);
  return {
    kind,
    analyses: createSqlAnalyses(db, guard),
    topics: (deskId) => createSqlTopics(db, guard, topicQueries, deskId),
    candles: createSqlCandles(db, guard),
    snapshots: createSqlSnapshots(db, guard),
    leases: createSqlLeases(db, guard, owner),
    answers: createSqlAnswers(db, guard),
    journal: (deskId, runId) => createSqlJournalReader(db, guard, deskId, runId),
    runs: (deskId, runId) => createSqlRunReader(db, guard, deskId, runId),
    ledger: (deskId) => createSqlLedger(db, guard, deskId),
    ...guard.verbs<Pick<Store, "holderOf" | "bindings">>({
      holderOf: async (deskId, options) => {
        const holder = parts.hold === undefined ? null : await holderInSql(db, deskId, options);
        return holder === null ? null : shownHolder(holder);
      },
      bindings: (deskId) => sqlBindings(db, deskId),
    }),
    ...guard.verbs<Pick<Store, "openAccount" | "purge" | "consolidate">>(
      {
        openAccount: async (deskId, options) =>
          createSqlWriter({ db, guard, owner }, deskId, await hold(deskId, options)),

        async purge(deskId) {
          const gone = { one: sql<number>`1`.as("one") };
          const parts = [
            ...[journal, accounts, runs, ledger, topics].map((table, at) =>
              db.$with(`rows_${at}`).as(db.delete(table).where(eq(table.deskId, deskId)).returning(gone)),
            ),
            db.$with("held").as(
              db
                .delete(leases)
                .where(sql`starts_with(${leases.name}, ${leasesOf(deskId)})`)
                .returning(gone),
            ),
          ] as const;
          const counts = parts.map((part) => sql`(select count(*) from ${part})`);
          const [row] = await db
            .with(...parts)
            .select({ rows: sql`(${sql.join(counts, sql` + `)})`.mapWith(Number) })
            .from(sql`(values (1)) as one_row`);
          return row?.rows ?? 0;
        },

        consolidate: (cuts, options) => consolidateSql(parts, cuts, options),
      },
      { isLong: true },
    ),

    async close() {
      if (guard.close()) await disconnect();
    },
  };
}
