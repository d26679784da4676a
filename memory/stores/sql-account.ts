// Floor 2. One desk's account → the right to write it, as a fence that every statement that writes checks itself.
//
// The check locks the row of the fence while the statement runs: a process that takes the account waits for an append that
// is under way, and an append that comes later finds the new fence. There is no moment between check and write.
import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { InvariantError } from "#schemas/errors.ts";
import type { AccountWriter } from "#schemas/ports/trading.ts";
import type { DeskId } from "#schemas/units.ts";
import type { Db } from "./db.ts";
import type { StoreGuard } from "./guard.ts";
import { writerLost } from "./ownership-errors.ts";
import { ProcessIdentity } from "./process-identity.ts";
import { THIS_TRANSACTION } from "./put-statement.ts";
import { atFence, type Fence, heldAt } from "./sql-fence.ts";
import { createSqlJournal } from "./sql-journal.ts";
import { DATABASE_NOW_MS } from "./sql-leases.ts";
import { createSqlRuns } from "./sql-runs.ts";
import { accounts } from "./tables.ts";

/** Who took an account. */
export const AccountOwner = ProcessIdentity.extend({
  /** PostgreSQL's process of the connection that holds the lock. */
  session: z.int().optional(),
});
export type AccountOwner = z.infer<typeof AccountOwner>;

/** An account that was taken. */
export interface AccountHold {
  readonly fence: number;
  /** Fires where the holder is found to have lost it. */
  readonly lost: AbortSignal;
  /** Ends what keeps other processes waiting. */
  end(): Promise<void>;
}

/** Takes the account: what is written under an older fence is refused from now on. */
export async function raiseFence(db: Db, deskId: DeskId, owner: AccountOwner): Promise<number> {
  const [row] = await db
    .insert(accounts)
    // As in sql-leases.ts: the transaction's number grows, so that a purged desk does not begin at an old fence.
    .values({ deskId, fence: THIS_TRANSACTION, ...takenBy(owner) })
    .onConflictDoUpdate({ target: accounts.deskId, set: { fence: HIGHER_FENCE, ...takenBy(owner) } })
    .returning({ fence: accounts.fence });
  if (row !== undefined) return row.fence;
  throw new InvariantError({ was: `The fence of desk ${deskId} was not raised.`, remedy: "This is a bug." });
}

/** The same from a holder that is as it was seen; null where it has given a sign of life since. */
export async function raiseFenceOver(
  db: Db,
  deskId: DeskId,
  owner: AccountOwner,
  seen: { readonly fence: number; readonly renewedAtMs: number },
): Promise<number | null> {
  const [row] = await db
    .update(accounts)
    .set({ fence: HIGHER_FENCE, ...takenBy(owner) })
    .where(and(atFence(deskId, seen.fence), eq(accounts.renewedAtMs, seen.renewedAtMs)))
    .returning({ fence: accounts.fence });
  return row?.fence ?? null;
}

const HIGHER_FENCE = sql`greatest(${accounts.fence} + 1, ${THIS_TRANSACTION})`;

export const takenBy = (owner: AccountOwner) => ({ owner: JSON.stringify(owner), renewedAtMs: DATABASE_NOW_MS });

export function createSqlWriter(
  parts: { readonly db: Db; readonly guard: StoreGuard; readonly owner: ProcessIdentity },
  deskId: DeskId,
  hold: AccountHold,
): AccountWriter {
  const { db, guard } = parts;
  const loss = new AbortController();
  let released = false;
  const lose = async () => {
    const [row] = await db.select({ owner: accounts.owner }).from(accounts).where(eq(accounts.deskId, deskId));
    const taken = row !== undefined && !released;
    const error = writerLost(deskId, taken ? ProcessIdentity.parse(JSON.parse(row.owner)) : null);
    loss.abort(error);
    return error;
  };
  // While the database does not answer nothing can be written either; the next statement finds out.
  hold.lost.addEventListener("abort", () => void lose().catch(() => {}), { once: true });
  const fence: Fence = {
    held: heldAt(db, deskId, hold.fence),
    async require(rowsHeld) {
      if (rowsHeld !== 1) throw await lose();
    },
  };
  return {
    fence: hold.fence,
    lost: loss.signal,
    journal: (runId) => createSqlJournal(db, guard, { deskId, runId, fence }),
    runs: (runId) => createSqlRuns(parts, { deskId, runId, fence }),
    async release() {
      if (released) return;
      released = true;
      // So that what this process still has under way is refused as well. Where it cannot be said, the end of the hold will do.
      await db
        .update(accounts)
        .set({ fence: sql`${accounts.fence} + 1` })
        .where(atFence(deskId, hold.fence))
        .catch(() => {});
      await hold.end();
    },
  };
}
