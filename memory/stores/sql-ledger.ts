// Floor 2. A desk's ledger → drizzle queries.
import { and, asc, eq, gte } from "drizzle-orm";
import type { Ledger } from "#schemas/ports/work.ts";
import type { DeskId } from "#schemas/units.ts";
import { decodeLedgerEntry, encodeLedgerEntry } from "./codec.ts";
import type { Db } from "./db.ts";
import type { StoreGuard } from "./guard.ts";
import { ledger } from "./tables.ts";

export function createSqlLedger(db: Db, guard: StoreGuard, deskId: DeskId): Ledger {
  return guard.verbs<Ledger>({
    async record(entry) {
      await db.insert(ledger).values({ deskId, atMs: entry.atMs, entry: encodeLedgerEntry(entry) });
    },

    async entries({ sinceMs }) {
      const rows = await db
        .select({ seq: ledger.seq, entry: ledger.entry })
        .from(ledger)
        .where(and(eq(ledger.deskId, deskId), sinceMs === undefined ? undefined : gte(ledger.atMs, sinceMs)))
        .orderBy(asc(ledger.seq));
      return rows.map((row) => decodeLedgerEntry(row.entry, row.seq));
    },
  });
}
