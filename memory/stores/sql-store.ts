// Floor 2. A drizzle database → the Store port. One set of queries for PGlite and PostgreSQL.
import { eq, sql } from "drizzle-orm";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { OpenAccountOptions } from "#schemas/ports/trading.ts";
import type { DeskId } from "#schemas/units.ts";
import type { Db } from "./db.ts";
import { leasesOf } from "./desk-privacy.ts";
import { createGuard } from "./guard.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import { type AccountHold, createSqlWriter, raiseFence } from "./sql-account.ts";
import { createSqlAnalyses } from "./sql-analyses.ts";
import { sqlBindings } from "./sql-bindings.ts";
import { createSqlCandles } from "./sql-candles.ts";
import { consolidateSql, tidy } from "./sql-consolidate.ts";
import { createSqlJournalReader } from "./sql-journal.ts";
import { createSqlLeases } from "./sql-leases.ts";
import { createSqlLedger } from "./sql-ledger.ts";
import { createSqlRunReader } from "./sql-runs.ts";
import { createSqlTopics, prepareTopicReads } from "./sql-topics.ts";
import { accounts, journal, leases, ledger, runs, topics } from "./tables.ts";

async function holdAlone(db: Db, deskId: DeskId, owner: ProcessIdentity): Promise<AccountHold> {
  return { fence: await raiseFence(db, deskId, owner), lost: NEVER_ABORTED.signal, end: async () => {} };
}

export interface SqlStoreParts {
  readonly kind: "pglite" | "postgres";
  /** Names the database in messages, without secrets. */
  readonly what: string;
  readonly db: Db;
  /** Who takes up runs. */
  readonly owner: ProcessIdentity;
  /** Takes an account among several processes; left out: this process has the database to itself. */
  readonly hold?: (deskId: DeskId, options: OpenAccountOptions) => Promise<AccountHold>;
  /** Closes the connection; called once. */
  readonly disconnect: () => Promise<void>;
}

export function createSqlStore({ kind, what, db, owner, hold, disconnect }: SqlStoreParts): Store {
  const guard = createGuard(what);
  const topicReads = prepareTopicReads(db);
  return {
    kind,
    analyses: createSqlAnalyses(db, guard),
    topics: (deskId) => createSqlTopics(db, guard, topicReads, deskId),
    candles: createSqlCandles(db, guard),
    leases: createSqlLeases(db, guard, owner),
    openAccount: (deskId, options) =>
      guard.run(options, async () => {
        const account = hold === undefined ? await holdAlone(db, deskId, owner) : await hold(deskId, options);
        return createSqlWriter({ db, guard, owner }, deskId, account);
      }),
    journal: (deskId, runId) => createSqlJournalReader(db, guard, deskId, runId),
    runs: (deskId, runId) => createSqlRunReader(db, guard, deskId, runId),
    ledger: (deskId) => createSqlLedger(db, guard, deskId),

    bindings: (deskId, options) => guard.run(options, () => sqlBindings(db, deskId)),

    purge: (deskId, options) =>
      guard.run(options, async () => {
        const gone = { one: sql<number>`1`.as("one") };
        const parts = [
          db.$with("events").as(db.delete(journal).where(eq(journal.deskId, deskId)).returning(gone)),
          db.$with("writers").as(db.delete(accounts).where(eq(accounts.deskId, deskId)).returning(gone)),
          db.$with("slots").as(db.delete(runs).where(eq(runs.deskId, deskId)).returning(gone)),
          db.$with("entries").as(db.delete(ledger).where(eq(ledger.deskId, deskId)).returning(gone)),
          db.$with("said").as(db.delete(topics).where(eq(topics.deskId, deskId)).returning(gone)),
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
      }),

    consolidate: (cuts, options) =>
      guard.run(options, async () => {
        const removed = await consolidateSql(db, cuts, options);
        if (kind === "pglite") await tidy(db, options);
        return removed;
      }),

    async close() {
      if (guard.close()) await disconnect();
    },
  };
}
