// Floor 2. A drizzle database → the Store port. One set of queries for PGlite and PostgreSQL.
import { desc, eq, sql } from "drizzle-orm";
import type { Store } from "#schemas/ports.ts";
import { RunId } from "#schemas/units.ts";
import { createGuard } from "./guard.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import { createSqlAnalyses, type Db } from "./sql-analyses.ts";
import { createSqlJournal, createSqlLedger, createSqlRuns } from "./sql-rooms.ts";
import { journal, ledger, runs } from "./tables.ts";

export interface SqlStoreParts {
  readonly kind: "pglite" | "postgres";
  /** Names the database in messages, without secrets. */
  readonly what: string;
  readonly db: Db;
  /** Who takes up runs. */
  readonly owner: ProcessIdentity;
  /** Closes the connection; called once. */
  readonly disconnect: () => Promise<void>;
}

export function createSqlStore({ kind, what, db, owner, disconnect }: SqlStoreParts): Store {
  const guard = createGuard(what);
  return {
    kind,
    analyses: createSqlAnalyses(db, guard),
    journal: (deskId, runId) => createSqlJournal(db, guard, deskId, runId),
    runs: (deskId, runId) => createSqlRuns(db, guard, owner, deskId, runId),
    ledger: (deskId) => createSqlLedger(db, guard, deskId),

    latestRun: (deskId, options) =>
      guard.run(options, async () => {
        const [row] = await db
          .select({ runId: journal.runId })
          .from(journal)
          .where(eq(journal.deskId, deskId))
          .orderBy(desc(journal.seq))
          .limit(1);
        return row === undefined ? null : RunId.parse(row.runId);
      }),

    purge: (deskId, options) =>
      guard.run(options, () =>
        // Only `tx` in here: the outer connection would wait for this transaction for ever.
        db.transaction(async (tx) => {
          const gone = { one: sql<number>`1` };
          const events = await tx.delete(journal).where(eq(journal.deskId, deskId)).returning(gone);
          const slots = await tx.delete(runs).where(eq(runs.deskId, deskId)).returning(gone);
          const entries = await tx.delete(ledger).where(eq(ledger.deskId, deskId)).returning(gone);
          return events.length + slots.length + entries.length;
        }),
      ),

    async close() {
      if (guard.close()) await disconnect();
    },
  };
}
