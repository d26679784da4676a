// Floor 2. The Lease port → one statement a verb. Time is the database's clock, read when the statement runs.
import { and, eq, gt, lte, sql } from "drizzle-orm";
import type { HeldLease, Lease } from "#schemas/ports/work.ts";
import type { Db } from "./db.ts";
import type { StoreGuard } from "./guard.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import { THIS_TRANSACTION } from "./put-statement.ts";
import { leases } from "./tables.ts";

/** clock_timestamp() moves on inside a statement; now() stands still for a transaction. */
export const DATABASE_NOW_MS = sql`floor(extract(epoch from clock_timestamp()) * 1000)::bigint`;
/** Of a lease that was given back. Its row stays, so that its fence goes on growing. */
const FREE = 0;

export function createSqlLeases(db: Db, guard: StoreGuard, owner: ProcessIdentity): Lease {
  const holder = JSON.stringify(owner);

  const held = (name: string, fence: number): HeldLease => {
    const mine = and(eq(leases.name, name), eq(leases.fence, fence));
    return Object.freeze({
      name,
      fence,
      ...guard.verbs<Pick<HeldLease, "renew" | "release">>({
        // One that ran out and was not taken is still this holder's: no other has worked since.
        async renew(ttlMs) {
          const renewed = await db
            .update(leases)
            .set({ expiresAtMs: sql`${DATABASE_NOW_MS} + ${ttlMs}::bigint` })
            .where(and(mine, gt(leases.expiresAtMs, FREE)))
            .returning({ fence: leases.fence });
          return renewed.length > 0;
        },
        async release() {
          await db.update(leases).set({ expiresAtMs: FREE }).where(mine);
        },
      }),
    } satisfies HeldLease);
  };

  return guard.verbs<Lease>({
    async acquire(name, ttlMs) {
      const expiresAtMs = sql`${DATABASE_NOW_MS} + ${ttlMs}::bigint`;
      const [taken] = await db
        .insert(leases)
        // The transaction's own number, which only grows: so a name whose row was deleted does not start at or below its
        // late holders. The time would not do, several may take it within one millisecond.
        .values({ name, fence: THIS_TRANSACTION, holder, expiresAtMs })
        .onConflictDoUpdate({
          target: leases.name,
          set: { fence: sql`greatest(${leases.fence} + 1, ${THIS_TRANSACTION})`, holder, expiresAtMs },
          setWhere: lte(leases.expiresAtMs, DATABASE_NOW_MS),
        })
        .returning({ fence: leases.fence });
      return taken === undefined ? null : held(name, taken.fence);
    },
  });
}
