// Floor 2. The SnapshotStore port → drizzle queries, one statement a verb, the same for PGlite and PostgreSQL.
import { and, asc, desc, eq, gte, lte, sql } from "drizzle-orm";
import type { SnapshotStore } from "#schemas/ports/memory.ts";
import { decodeSnapshot, encodeSnapshot } from "./codec.ts";
import type { Db } from "./db.ts";
import type { StoreGuard } from "./guard.ts";
import { snapshots } from "./tables.ts";

export function createSqlSnapshots(db: Db, guard: StoreGuard): SnapshotStore {
  const { scope: ofScope, seenAtMs } = snapshots;
  const columns = { scope: ofScope, seenAtMs, body: snapshots.body };
  return guard.verbs<SnapshotStore>({
    async put(kind, added) {
      if (added.length === 0) return;
      // One statement writes one row at most once: of several writes of the same moment the last counts. Rows are locked in key order.
      const rows = new Map(
        added.map((one) => [
          JSON.stringify([one.scope, one.seenAtMs]),
          { scope: one.scope, seen_at_ms: one.seenAtMs, body: encodeSnapshot(one) },
        ]),
      );
      await db.execute(sql`
        insert into ${snapshots} (kind, scope, seen_at_ms, body)
        select ${kind}, i.scope, i.seen_at_ms, i.body
        from json_to_recordset(${JSON.stringify([...rows.values()])}::text::json) as i(scope text, seen_at_ms bigint, body text)
        order by i.scope, i.seen_at_ms
        on conflict (kind, scope, seen_at_ms) do update set body = excluded.body`);
    },

    async newest(kind, scope, nowMs) {
      const [row] = await db
        .select(columns)
        .from(snapshots)
        .where(and(eq(snapshots.kind, kind), eq(ofScope, scope), lte(seenAtMs, nowMs)))
        .orderBy(desc(seenAtMs))
        .limit(1);
      return row === undefined ? undefined : decodeSnapshot(row, kind);
    },

    async list(kind, { scope, fromMs, nowMs, limit }) {
      const rows = await db
        .select(columns)
        .from(snapshots)
        .where(
          and(
            eq(snapshots.kind, kind),
            scope === null ? undefined : eq(ofScope, scope),
            gte(seenAtMs, fromMs),
            lte(seenAtMs, nowMs),
          ),
        )
        .orderBy(desc(seenAtMs), asc(ofScope))
        .limit(limit);
      return rows.map((row) => decodeSnapshot(row, kind));
    },

    stats: async () => ({ snapshots: await db.$count(snapshots) }),
  });
}
