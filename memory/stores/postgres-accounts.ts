// Floor 2. Several processes on one PostgreSQL → one of them writes a desk's account.
//
// The holder keeps a session lock on a connection of its own and renews its row every two seconds. A process that finds the account taken
// waits until the row is renewed (the holder lives: refused, or stood by for), is given back (taken at once), or has stood still for
// too long (its session is ended, the fence raised). What is written is barred by the fence alone: a frozen process that wakes can
// renew, append and finish nothing any more. What it sends is barred by its own clocks, which run out before anybody may take the account.
import { and, eq, exists, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/postgres-js";
import type { OpenAccountOptions } from "#schemas/ports/trading.ts";
import type { DeskId, RunId } from "#schemas/units.ts";
import {
  AccountOwner,
  type Claim,
  judgeHolder,
  type Look,
  RENEW_EVERY_MS,
  SILENT_FOR_MS,
  shownHolder,
  type Watch,
} from "./account-claim.ts";
import type { Db } from "./db.ts";
import { HeldSince } from "./held-since.ts";
import { accountInUse, processName } from "./ownership-errors.ts";
import { type Answered, connectPostgres } from "./postgres-client.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import { type AccountHold, giveBack, raiseFence, raiseFenceOver, takenBy } from "./sql-account.ts";
import { atFence } from "./sql-fence.ts";
import { DATABASE_NOW_MS } from "./sql-leases.ts";
import { accounts, journal } from "./tables.ts";

const LOOK_EVERY_MS = 300;
const CLOSE_TIMEOUT_S = 1;

/** One number for each desk of this database. */
const lockOf = (deskId: DeskId) => sql`hashtextextended(${`khala account ${deskId}`}::text, 0)`;

const BACKEND_PID = sql<number>`pg_backend_pid()`;
const ONE_ROW = sql`(values (1)) as one_row`;

interface Session {
  readonly db: Db;
  readonly answered: Answered;
  /** As it was taken: what is said of it at each sign of life. */
  owner: AccountOwner;
  readonly held: HeldSince;
  /** Of the writer that holds it now. */
  hold: { readonly fence: number; readonly loss: AbortController };
  end(): Promise<void>;
}

/** One session for each desk that this process writes. */
export function createPostgresAccounts(url: string, owner: ProcessIdentity) {
  const sessions = new Map<DeskId, Promise<Session>>();

  const open = async (deskId: DeskId, options: OpenAccountOptions): Promise<Session> => {
    // The driver would replace the connection, and so lose the lock, after some 45 minutes.
    const { sql: client, answered } = connectPostgres(url, { max: 1, max_lifetime: null });
    const db = drizzle(client);
    const ending = new AbortController();
    const held = new HeldSince(options);
    const end = async () => {
      held.end();
      sessions.delete(deskId);
      ending.abort();
      await client.end({ timeout: CLOSE_TIMEOUT_S });
    };
    try {
      const { fence, self } = await take({ db, answered, held, deskId, owner }, options);
      const session: Session = { db, answered, owner: self, held, hold: { fence, loss: new AbortController() }, end };
      void renew(session, deskId, { signal: ending.signal, sleep: options.sleep });
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
      const opening = before === undefined ? open(deskId, options) : before.answered(passOn(before, deskId));
      sessions.set(deskId, opening);
      const session = await opening;
      const { hold } = session;
      return {
        fence: hold.fence,
        lost: hold.loss.signal,
        leftMs: () => (session.hold === hold ? session.held.leftMs() : Number.NEGATIVE_INFINITY),
        end: async () => {
          if (session.hold === hold) await session.end();
        },
      };
    },
    /** Gives back what nobody has released. */
    async close(): Promise<void> {
      const endOne = async ([deskId, opening]: readonly [DeskId, Promise<Session>]): Promise<void> => {
        const session = await opening;
        await session.answered(giveBack(session.db, deskId, session.hold.fence));
        await session.end();
      };
      await Promise.allSettled([...sessions].map(endOne));
    },
  };
}

/** To a later opener in this process. */
async function passOn(session: Session, deskId: DeskId): Promise<Session> {
  const { db, held } = session;
  const asked = held.moment();
  const [self] = await db.select({ session: BACKEND_PID }).from(ONE_ROW);
  session.owner = { ...session.owner, session: self?.session };
  session.hold = { fence: await raiseFence(db, deskId, session.owner), loss: new AbortController() };
  held.confirm(asked);
  return session;
}

/**
 * The process that writes the account of this desk now, or that of any desk of this database with a run of this name; null: none does.
 * @throws what the driver throws
 */
export async function accountHolder(url: string, deskId: DeskId, runId: RunId): Promise<string | null> {
  const { sql: client, answered } = connectPostgres(url, { max: 1 });
  const asked = async (): Promise<string | null> => {
    const db = drizzle(client);
    for (const desk of new Set([deskId, ...(await desksWith(db, runId))])) {
      // Whoever gets the lock has met no holder; it goes with the connection.
      const { locked, holder } = await look(db, desk, () => 0);
      if (!locked) return `desk ${desk}, ${holder === null ? "another process" : processName(holder.process)}`;
    }
    return null;
  };
  try {
    return await answered(asked());
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

interface Taking {
  readonly db: Db;
  readonly answered: Answered;
  readonly held: HeldSince;
  readonly deskId: DeskId;
  readonly owner: ProcessIdentity;
}

type Step = Taken | { readonly watch: Watch | null };
type Taken = { readonly fence: number; readonly self: AccountOwner };

/** Waits for the holder to go, to give a sign of life, or to be silent for too long. @throws AccountInUseError for a holder that lives and may not be waited for */
async function take(taking: Taking, options: OpenAccountOptions): Promise<Taken> {
  const { signal, sleep, onOwner } = options;
  for (let watch: Watch | null = null; ; await sleep(LOOK_EVERY_MS, { signal })) {
    signal.throwIfAborted();
    try {
      const step: Step = await taking.answered(takeOrWatch(taking, watch, options));
      if ("fence" in step) return step;
      ({ watch } = step);
    } catch (error) {
      if (onOwner === undefined || signal.aborted) throw error;
      // A store that was away has kept the owner from renewing as well: it has its time once more.
      watch = null;
      onOwner(null);
    }
  }
}

/** @param before what has stood still so far; null: it is to be watched anew */
async function takeOrWatch(taking: Taking, before: Watch | null, options: OpenAccountOptions): Promise<Step> {
  const seen = await look(taking.db, taking.deskId, options.monotonicMs);
  const { holder } = seen;
  const claim = judgeHolder(before, seen);
  if (claim.type !== "take")
    return { watch: await waitFor(claim, { ...taking, seen, isFirst: before === null }, options) };
  const taken = await takeAs(claim, { ...taking, seen }, options);
  if (taken === null) return { watch: null };
  if (holder !== null && (before !== null || claim.why === "silent"))
    options.onWait(tookText(claim, processName(holder.process)));
  return taken;
}

async function waitFor(
  { type, watch }: Exclude<Claim, { type: "take" }>,
  { db, deskId, seen, isFirst }: Taking & { readonly seen: Seen; readonly isFirst: boolean },
  { onOwner, onWait }: OpenAccountOptions,
): Promise<Watch> {
  const { holder, locked } = seen;
  if (onOwner === undefined) {
    if (type === "alive") throw accountInUse(deskId, holder?.process ?? null);
    const whose = holder === null ? "another process" : processName(holder.process);
    if (isFirst) onWait(`Waiting for the desk of ${whose}, at most ${seconds(SILENT_FOR_MS)}.`);
  } else if (holder !== null) onOwner(shownHolder(holder));
  // It was free while the holder's connection was broken.
  if (type === "alive" && locked) await db.execute(sql`select pg_advisory_unlock_all()`);
  return watch;
}

const seconds = (ms: number): string => `${Math.ceil(ms / 1000)} s`;

function tookText({ why, silentMs }: Extract<Claim, { type: "take" }>, whose: string): string {
  switch (why) {
    case "silent":
      return `Took the desk from ${whose}: no sign of life for ${seconds(silentMs)}.`;
    case "dead":
      return `Took the desk from ${whose}, which has ended.`;
    default:
      return `Took the desk from ${whose}, which gave it up.`;
  }
}

/** Null: it was no longer so. */
async function takeAs(
  { why }: Extract<Claim, { type: "take" }>,
  { db, held, deskId, owner, seen }: Taking & { readonly seen: Seen },
  { settings }: OpenAccountOptions,
): Promise<Taken | null> {
  const { session, nowMs: sinceMs, locked, holder } = seen;
  const self: AccountOwner = { ...owner, session, sinceMs, ...(settings === undefined ? {} : { settings }) };
  const asked = held.moment();
  const fence = await raiseFenceOver(db, deskId, self, holder);
  if (fence === null) return null;
  held.confirm(asked);
  // The fence alone decides; the lock goes with it where this role may end that session, else once that one ends by itself.
  if (why === "silent" && !locked) await endAndLock(db, deskId, holder?.process.session ?? 0);
  return { fence, self };
}

interface Seen extends Look {
  /** PostgreSQL's process of this connection. */
  readonly session: number;
  /** The database's clock. */
  readonly nowMs: number;
}

async function look(db: Db, deskId: DeskId, monotonicMs: () => number): Promise<Seen> {
  const askedMs = monotonicMs();
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
    askedMs,
    answeredMs: monotonicMs(),
    holder:
      fence === null || renewedAtMs === null || owner === null
        ? null
        : { fence, renewedAtMs, process: AccountOwner.parse(JSON.parse(owner)) },
  };
}

// The session of a holder that hangs is ended, and no other. That the lock is not to be had then changes nothing.
async function endAndLock(db: Db, deskId: DeskId, session: number): Promise<void> {
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
  } catch {
    // It is tried again with each sign of life.
  }
}

/** No rows: its fence was raised by another. */
async function sayAlive({ db, owner }: Session, deskId: DeskId, fence: number) {
  // Taken once more where it is this session's already; anew after the connection was lost.
  const [self] = await db
    .select({ locked: sql`pg_try_advisory_lock(${lockOf(deskId)})`, session: BACKEND_PID })
    .from(ONE_ROW);
  return db
    .update(accounts)
    .set(takenBy({ ...owner, session: self?.session }))
    .where(atFence(deskId, fence))
    .returning({ fence: accounts.fence });
}

/** Says every few seconds that this process lives, until it is released or finds its fence raised by another. */
async function renew(
  session: Session,
  deskId: DeskId,
  { signal, sleep }: Pick<OpenAccountOptions, "signal" | "sleep">,
) {
  while (!signal.aborted) {
    try {
      await sleep(RENEW_EVERY_MS, { signal });
      const { hold, held } = session;
      const asked = held.moment();
      const renewed = await session.answered(sayAlive(session, deskId, hold.fence));
      if (hold !== session.hold) continue;
      if (renewed.length > 0) {
        held.confirm(asked);
        continue;
      }
      hold.loss.abort();
      await session.end();
    } catch {
      // The database does not answer, or the session was ended: asked again after the next sleep, if there is one.
    }
  }
}
