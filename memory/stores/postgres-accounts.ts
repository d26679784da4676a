// Floor 2. Several processes on one PostgreSQL → one of them writes a desk's account.
//
// The holder keeps a session lock on a connection of its own, which the server frees the moment that connection dies, and
// renews its row every few seconds. A process that finds the lock taken waits until the row is renewed (the holder lives:
// refused) or has not been for 15 s (it hangs: its session is ended, the fence raised). What counts is the fence alone: a
// frozen process that wakes can renew, append and finish nothing any more.
import { and, eq, exists, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/postgres-js";
import type { OpenAccountOptions } from "#schemas/ports/trading.ts";
import type { DeskId, RunId } from "#schemas/units.ts";
import type { Db } from "./db.ts";
import { accountInUse, processName } from "./ownership-errors.ts";
import { connectPostgres } from "./postgres-client.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import { type AccountHold, AccountOwner, raiseFence, raiseFenceOver, takenBy } from "./sql-account.ts";
import { atFence } from "./sql-fence.ts";
import { DATABASE_NOW_MS } from "./sql-leases.ts";
import { accounts, journal } from "./tables.ts";

const RENEW_EVERY_MS = 3000;
/** How long a holder may go without renewing, by the database's clock. */
const SILENT_FOR_MS = 15_000;
const LOOK_EVERY_MS = 300;
const CLOSE_TIMEOUT_S = 1;

/** One number for each desk of this database. */
const lockOf = (deskId: DeskId) => sql`hashtextextended(${`khala account ${deskId}`}::text, 0)`;

const BACKEND_PID = sql<number>`pg_backend_pid()`;
const ONE_ROW = sql`(values (1)) as one_row`;

interface Session {
  readonly db: Db;
  /** Of the writer that holds it now. */
  hold: { readonly fence: number; readonly loss: AbortController };
  end(): Promise<void>;
}

/** One session for each desk that this process writes. */
export function createPostgresAccounts(url: string, owner: ProcessIdentity) {
  const sessions = new Map<DeskId, Promise<Session>>();

  const open = async (deskId: DeskId, options: OpenAccountOptions): Promise<Session> => {
    // The driver would replace the connection, and so lose the lock, after some 45 minutes.
    const client = connectPostgres(url, { max: 1, max_lifetime: null });
    const db = drizzle(client);
    const ending = new AbortController();
    const end = async () => {
      sessions.delete(deskId);
      ending.abort();
      await client.end({ timeout: CLOSE_TIMEOUT_S });
    };
    try {
      const fence = await take(db, deskId, owner, options);
      const session: Session = { db, hold: { fence, loss: new AbortController() }, end };
      void renew(session, deskId, owner, { signal: ending.signal, sleep: options.sleep });
      return session;
    } catch (error) {
      await end();
      throw error;
    }
  };

  return {
    /** @throws AccountInUseError */
    async hold(deskId: DeskId, options: OpenAccountOptions): Promise<AccountHold> {
      const before = await sessions.get(deskId);
      const opening = before === undefined ? open(deskId, options) : passOn(before, deskId, owner);
      sessions.set(deskId, opening);
      const session = await opening;
      const { hold } = session;
      return {
        fence: hold.fence,
        lost: hold.loss.signal,
        end: async () => {
          if (session.hold === hold) await session.end();
        },
      };
    },
    async close(): Promise<void> {
      await Promise.allSettled([...sessions.values()].map(async (session) => (await session).end()));
    },
  };
}

/** To a later opener in this process. */
async function passOn(session: Session, deskId: DeskId, owner: ProcessIdentity): Promise<Session> {
  const [self] = await session.db.select({ session: BACKEND_PID }).from(ONE_ROW);
  session.hold = {
    fence: await raiseFence(session.db, deskId, { ...owner, session: self?.session }),
    loss: new AbortController(),
  };
  return session;
}

/**
 * The process that writes the account of this desk now, or that of any desk of this database with a run of this name; null: none does.
 * @throws what the driver throws
 */
export async function accountHolder(url: string, deskId: DeskId, runId: RunId): Promise<string | null> {
  const client = connectPostgres(url, { max: 1 });
  try {
    const db = drizzle(client);
    for (const desk of new Set([deskId, ...(await desksWith(db, runId))])) {
      // Whoever gets the lock has met no holder; it goes with the connection.
      const { locked, holder } = await look(db, desk);
      if (!locked) return `desk ${desk}, ${holder === null ? "another process" : processName(holder.process)}`;
    }
    return null;
  } finally {
    await client.end({ timeout: CLOSE_TIMEOUT_S });
  }
}

async function desksWith(db: Db, runId: RunId): Promise<readonly DeskId[]> {
  const ofRun = db
    .select({ one: sql`1` })
    .from(journal)
    .where(and(eq(journal.deskId, accounts.deskId), eq(journal.runId, runId)));
  const rows = await db.select({ deskId: accounts.deskId }).from(accounts).where(exists(ofRun));
  return rows.map(({ deskId }) => deskId as DeskId);
}

/** Waits for the holder to go, to give a sign of life, or to be silent for too long; returns the fence. */
async function take(db: Db, deskId: DeskId, owner: ProcessIdentity, options: OpenAccountOptions): Promise<number> {
  const { signal, sleep, onWait } = options;
  let first: Seen | null = null;
  for (;;) {
    signal.throwIfAborted();
    const seen = await look(db, deskId);
    const self: AccountOwner = { ...owner, session: seen.session };
    if (seen.locked) return raiseFence(db, deskId, self);
    const { holder } = seen;
    if (first !== null && holder !== null && (holder.fence !== first.holder?.fence || isRenewed(first, seen))) {
      throw accountInUse(deskId, holder.process);
    }
    const silentMs = seen.nowMs - (holder?.renewedAtMs ?? first?.nowMs ?? seen.nowMs);
    if (silentMs >= SILENT_FOR_MS) {
      if (holder === null) throw accountInUse(deskId, null);
      // With the lock, so that of several that wait one takes it; without, where this role may not end that session.
      const fence = (await lockAfterEnding(db, deskId, holder.process.session ?? 0))
        ? await raiseFence(db, deskId, self)
        : await raiseFenceOver(db, deskId, self, holder);
      if (fence !== null) {
        onWait(`Took the desk from ${processName(holder.process)}: no sign of life for ${seconds(silentMs)}.`);
        return fence;
      }
    } else if (first === null) {
      const whose = holder === null ? "another process" : processName(holder.process);
      onWait(`Waiting for the desk of ${whose}, at most ${seconds(SILENT_FOR_MS - silentMs)}.`);
    }
    first ??= seen;
    await sleep(LOOK_EVERY_MS, { signal });
  }
}

const seconds = (ms: number): string => `${Math.ceil(ms / 1000)} s`;

interface Seen {
  /** True: this session has the lock now. */
  readonly locked: boolean;
  /** PostgreSQL's process of this connection. */
  readonly session: number;
  readonly nowMs: number;
  readonly holder: { readonly fence: number; readonly renewedAtMs: number; readonly process: AccountOwner } | null;
}

const isRenewed = (first: Seen, seen: Seen): boolean =>
  (seen.holder?.renewedAtMs ?? 0) > (first.holder?.renewedAtMs ?? 0);

async function look(db: Db, deskId: DeskId): Promise<Seen> {
  const [row] = await db
    .select({
      locked: sql<boolean>`pg_try_advisory_lock(${lockOf(deskId)})`,
      session: BACKEND_PID,
      nowMs: DATABASE_NOW_MS.mapWith(Number),
      fence: accounts.fence,
      renewedAtMs: accounts.renewedAtMs,
      owner: accounts.owner,
    })
    .from(ONE_ROW)
    .leftJoin(accounts, eq(accounts.deskId, deskId));
  const { locked = false, session = 0, nowMs = 0, fence = null, renewedAtMs = null, owner = null } = row ?? {};
  return {
    locked,
    session,
    nowMs,
    holder:
      fence === null || renewedAtMs === null || owner === null
        ? null
        : { fence, renewedAtMs, process: AccountOwner.parse(JSON.parse(owner)) },
  };
}

// The session of a holder that hangs is ended, and no other, which may be the next holder's already; until the fence is raised its process could still write, if it woke. False where the lock
// was not to be had: another waiter has it, or this role may not end that session.
async function lockAfterEnding(db: Db, deskId: DeskId, session: number): Promise<boolean> {
  const key = lockOf(deskId);
  try {
    await db.execute(sql`
      select pg_terminate_backend(pid) from pg_locks
      where locktype = 'advisory' and granted and objsubid = 1 and pid = ${session}
        and database = (select oid from pg_database where datname = current_database())
        and ((classid::bigint << 32) | objid::bigint) = ${key}`);
    await db.transaction(async (tx) => {
      await tx.execute(sql`set local lock_timeout = '2s'`);
      await tx.execute(sql`select pg_advisory_lock(${key})`);
    });
    return true;
  } catch {
    return false;
  }
}

/** Says every few seconds that this process lives, until it is released or finds its fence raised by another. */
async function renew(
  session: Session,
  deskId: DeskId,
  owner: ProcessIdentity,
  { signal, sleep }: Omit<OpenAccountOptions, "onWait">,
) {
  while (!signal.aborted) {
    try {
      await sleep(RENEW_EVERY_MS, { signal });
      const { hold } = session;
      // Taken once more where it is this session's already; anew after the connection was lost.
      const [self] = await session.db
        .select({ locked: sql`pg_try_advisory_lock(${lockOf(deskId)})`, session: BACKEND_PID })
        .from(ONE_ROW);
      const renewed = await session.db
        .update(accounts)
        .set(takenBy({ ...owner, session: self?.session }))
        .where(atFence(deskId, hold.fence))
        .returning({ fence: accounts.fence });
      if (renewed.length > 0 || hold !== session.hold) continue;
      hold.loss.abort();
      await session.end();
    } catch {
      // The database does not answer, or the session was ended: asked again after the next sleep, if there is one.
    }
  }
}
