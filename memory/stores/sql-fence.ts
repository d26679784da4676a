// Floor 2. The fence of an account, as the statements under it check it.
import { and, eq } from "drizzle-orm";
import type { DeskId } from "#schemas/units.ts";
import type { Db } from "./db.ts";
import { accounts } from "./tables.ts";

/** The fence under which the rooms of a desk are written. */
export interface Fence {
  /** A common table expression `held`: one row while the fence holds, none after. */
  readonly held: ReturnType<typeof heldAt>;
  /** @throws WriterLostError where a statement found no such row */
  require(rowsHeld: number | undefined): Promise<void>;
}

export const atFence = (deskId: DeskId, fence: number) => and(eq(accounts.deskId, deskId), eq(accounts.fence, fence));

/** Of two statements of one writer at once, one given up by its client perhaps, the second waits: rows become visible in the order of their numbers. */
export const heldAt = (db: Db, deskId: DeskId, fence: number) =>
  db
    .$with("held")
    .as(db.select({ fence: accounts.fence }).from(accounts).where(atFence(deskId, fence)).for("no key update"));
