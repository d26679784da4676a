// Floor 2. The rooms private to a desk (journal, runs, ledger) → drizzle queries. One statement a verb, as in
// sql-analyses.ts; every statement names the desk.
import { and, asc, desc, eq, gt, gte, sql } from "drizzle-orm";
import { StoreError } from "#schemas/errors.ts";
import { journalEventId } from "#schemas/journal.ts";
import type { Journal } from "#schemas/ports/trading.ts";
import type { Ledger, RunKey, Runs } from "#schemas/ports/work.ts";
import { type DeskId, type RunId, unixMs } from "#schemas/units.ts";
import { decodeEvent, decodeLedgerEntry, decodeResult, encodeEvent, encodeLedgerEntry, encodeResult } from "./codec.ts";
import type { Db } from "./db.ts";
import type { StoreGuard } from "./guard.ts";
import { lostRun, type RunName, runName } from "./lost-run.ts";
import { isSameProcess, lifeOf, ProcessIdentity } from "./process-identity.ts";
import { journal, ledger, runs } from "./tables.ts";

export function createSqlJournal(db: Db, guard: StoreGuard, deskId: DeskId, runId: RunId): Journal {
  const mine = and(eq(journal.deskId, deskId), eq(journal.runId, runId));
  return {
    append: (events, options) =>
      guard.run(options, async () => {
        if (events.length === 0) return;
        const rows = events.map((event, ord) => ({ ord, id: journalEventId(event), event: encodeEvent(event) }));
        // All events in one parameter: a statement takes 65,535 of them at most. It is all or nothing by itself.
        await db.execute(sql`
          insert into ${journal} (desk_id, run_id, event_id, event)
          select ${deskId}, ${runId}, e.id, e.event
          from json_to_recordset(${JSON.stringify(rows)}::text::json) as e(ord int, id text, event text)
          order by e.ord
          on conflict (desk_id, run_id, event_id) do nothing`);
      }),

    read: ({ limit, sinceSeq }, options) =>
      guard.run(options, async () => {
        const query = db
          .select({ seq: journal.seq, eventId: journal.eventId, event: journal.event })
          .from(journal)
          .where(and(mine, sinceSeq === undefined ? undefined : gt(journal.seq, sinceSeq)))
          .orderBy(desc(journal.seq))
          .$dynamic();
        const rows = await (limit === undefined ? query : query.limit(limit));
        return rows.reverse().map((row) => ({ ...row, event: decodeEvent(row.event, row.eventId) }));
      }),
  };
}

export function createSqlRuns(db: Db, guard: StoreGuard, owner: ProcessIdentity, deskId: DeskId, runId: RunId): Runs {
  const ownerText = JSON.stringify(owner);
  const mine = and(eq(runs.deskId, deskId), eq(runs.runId, runId));
  const rowOf = ({ job, scope = "", slotMs }: RunKey) =>
    and(mine, eq(runs.job, job), eq(runs.scope, scope), eq(runs.slotMs, slotMs));
  const newestFinished = (job: string) => ({
    where: and(mine, eq(runs.job, job), eq(runs.status, "finished")),
    // Of one slot the scope that was begun last.
    orderBy: [desc(runs.slotMs), desc(runs.beganAtMs)],
  });

  return {
    begin: (run, options) =>
      guard.run(options, async () => {
        const { job, scope = "", slotMs, nowMs } = run;
        const begun = await db
          .insert(runs)
          .values({ deskId, runId, job, scope, slotMs, status: "running", owner: ownerText, beganAtMs: nowMs })
          .onConflictDoNothing()
          .returning({ fence: runs.fence });
        if (begun[0] !== undefined) return { status: "begun", fence: begun[0].fence };
        for (;;) {
          const [row] = await db.select().from(runs).where(rowOf(run));
          // Purged in between: whoever purges a desk that works is told so.
          if (row === undefined) throw lostRun(run);
          if (row.status === "finished") {
            return { status: "done", result: decodeResult(row.result ?? "null", runName(run)) };
          }
          const holder = ProcessIdentity.parse(JSON.parse(row.owner));
          if (!isSameProcess(holder, owner) && lifeOf(holder) !== "dead") throw busy(run, holder);
          // Only one of several that find the owner dead may take it up: the row must still be as it was read.
          const [taken] = await db
            .update(runs)
            .set({ owner: ownerText, beganAtMs: nowMs, fence: row.fence + 1 })
            .where(and(rowOf(run), eq(runs.status, "running"), eq(runs.fence, row.fence)))
            .returning({ fence: runs.fence });
          if (taken !== undefined) return { status: "taken-up", fence: taken.fence };
        }
      }),

    finish: (run, result, options) =>
      guard.run(options, async () => {
        const finished = await db
          .update(runs)
          .set({ status: "finished", result: encodeResult(result) })
          .where(and(rowOf(run), eq(runs.fence, run.fence)))
          .returning({ fence: runs.fence });
        if (finished.length === 0) throw lostRun(run);
      }),

    lastFinished: (job, options) =>
      guard.run(options, async () => {
        const { where, orderBy } = newestFinished(job);
        const [row] = await db
          .select({ slotMs: runs.slotMs })
          .from(runs)
          .where(where)
          .orderBy(...orderBy)
          .limit(1);
        return row === undefined ? null : unixMs(row.slotMs);
      }),

    newestResult: (job, options) =>
      guard.run(options, async () => {
        const { where, orderBy } = newestFinished(job);
        const [row] = await db
          .select({ slotMs: runs.slotMs, scope: runs.scope, result: runs.result })
          .from(runs)
          .where(where)
          .orderBy(...orderBy)
          .limit(1);
        if (row === undefined) return null;
        const { slotMs, scope, result } = row;
        return { slotMs: unixMs(slotMs), scope, result: decodeResult(result ?? "null", runName({ job, slotMs })) };
      }),
  };
}

export function createSqlLedger(db: Db, guard: StoreGuard, deskId: DeskId): Ledger {
  return {
    record: (entry, options) =>
      guard.run(options, async () => {
        await db.insert(ledger).values({ deskId, atMs: entry.atMs, entry: encodeLedgerEntry(entry) });
      }),

    entries: ({ sinceMs }, options) =>
      guard.run(options, async () => {
        const rows = await db
          .select({ seq: ledger.seq, entry: ledger.entry })
          .from(ledger)
          .where(and(eq(ledger.deskId, deskId), sinceMs === undefined ? undefined : gte(ledger.atMs, sinceMs)))
          .orderBy(asc(ledger.seq));
        return rows.map((row) => decodeLedgerEntry(row.entry, row.seq));
      }),
  };
}

const busy = (run: RunName, holder: ProcessIdentity) =>
  new StoreError({
    was: `The run of ${runName(run)} is under way in process ${holder.pid} (${holder.label}) on ${holder.host}.`,
    remedy: "Wait for it, stop that process, or use another --desk.",
  });
