// Floor 2. One desk's account → the right to write it, as a fence that every statement that writes checks itself.
//
// The check locks the row of the fence while the statement runs: a process that takes the account waits for an append that
// is under way, and an append that comes later finds the new fence. There is no moment between check and write.
import { and, eq, sql } from "drizzle-orm";
import { InvariantError } from "#schemas/errors.ts";
import type { AccountWriter } from "#schemas/ports/trading.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { DeskId } from "#schemas/units.ts";
import { AccountOwner, GIVEN_BACK, type Holder } from "./account-claim.ts";
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

/** An account that was taken. */
export interface AccountHold {
  readonly fence: number;
  /** Fires where the holder is found to have lost it. */
  readonly lost: AbortSignal;
  /** As `AccountWriter.leftMs`. */
  leftMs(): number;
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

/** The same from what was seen; null where it is so no more: of several that wait one takes it, and none from a holder that lives. */
export async function raiseFenceOver(
  db: Db,
  deskId: DeskId,
  owner: AccountOwner,
  seen: Pick<Holder, "fence" | "renewedAtMs"> | null,
): Promise<number | null> {
  const raised = { fence: accounts.fence };
  const taken = takenBy(owner);
  const first = () =>
    db
      .insert(accounts)
      .values({ deskId, fence: THIS_TRANSACTION, ...taken })
      .onConflictDoNothing()
      .returning(raised);
  const next = ({ fence, renewedAtMs }: Pick<Holder, "fence" | "renewedAtMs">) =>
    db
      .update(accounts)
      .set({ fence: HIGHER_FENCE, ...taken })
      .where(and(atFence(deskId, fence), eq(accounts.renewedAtMs, renewedAtMs)))
      .returning(raised);
  const [row] = await (seen === null ? first() : next(seen));
  return row?.fence ?? null;
}

const HIGHER_FENCE = sql`greatest(${accounts.fence} + 1, ${THIS_TRANSACTION})`;

export const takenBy = (owner: AccountOwner) => ({ owner: JSON.stringify(owner), renewedAtMs: DATABASE_NOW_MS });

/**
 * What this process still has under way is refused as well, and one that waits takes it at once. Where it cannot be said it is taken from a
 * process that is silent.
 */
export async function giveBack(db: Db, deskId: DeskId, fence: number): Promise<void> {
  await db
    .update(accounts)
    .set({ fence: sql`${accounts.fence} + 1`, renewedAtMs: GIVEN_BACK })
    .where(atFence(deskId, fence))
    .catch(() => {});
}

/** Null: nobody ever took it. */
export async function holderInSql(db: Db, deskId: DeskId, _options: CallOptions): Promise<Holder | null> {
  const [row] = await db.select().from(accounts).where(eq(accounts.deskId, deskId));
  return row === undefined ? null : { ...row, process: AccountOwner.parse(JSON.parse(row.owner)) };
}

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
    leftMs: () => (loss.signal.aborted || released ? Number.NEGATIVE_INFINITY : hold.leftMs()),
    journal: (runId) => createSqlJournal(db, guard, { deskId, runId, fence }),
    runs: (runId) => createSqlRuns(parts, { deskId, runId, fence }),
    async release() {
      if (released) return;
      released = true;
      await giveBack(db, deskId, hold.fence);
      await hold.end();
    },
  };
}
