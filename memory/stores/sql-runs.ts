// Floor 2. A run's slots → drizzle queries, one statement a verb.
import { and, desc, eq, sql } from "drizzle-orm";
import type { RunKey, RunReader, Runs } from "#schemas/ports/work.ts";
import { type DeskId, type RunId, unixMs } from "#schemas/units.ts";
import { decodeResult, encodeResult } from "./codec.ts";
import type { Db } from "./db.ts";
import type { StoreGuard } from "./guard.ts";
import { lostRun, runName } from "./ownership-errors.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import type { Fence } from "./sql-fence.ts";
import { runs } from "./tables.ts";

const ofRun = (deskId: DeskId, runId: RunId) => and(eq(runs.deskId, deskId), eq(runs.runId, runId));

export function createSqlRunReader(db: Db, guard: StoreGuard, deskId: DeskId, runId: RunId): RunReader {
  const newestFinished = async (job: string, columns: { readonly result: boolean }) => {
    const [row] = await db
      .select({
        slotMs: runs.slotMs,
        scope: runs.scope,
        result: columns.result ? runs.result : sql<string | null>`null`,
      })
      .from(runs)
      .where(and(ofRun(deskId, runId), eq(runs.job, job), eq(runs.status, "finished")))
      // Of one slot the scope that was begun last.
      .orderBy(desc(runs.slotMs), desc(runs.beganAtMs))
      .limit(1);
    return row === undefined ? null : { ...row, slotMs: unixMs(row.slotMs) };
  };
  return guard.verbs<RunReader>({
    lastFinished: async (job) => (await newestFinished(job, { result: false }))?.slotMs ?? null,

    async newestResult(job) {
      const row = await newestFinished(job, { result: true });
      return row && { ...row, result: decodeResult(row.result ?? "null", runName({ job, slotMs: row.slotMs })) };
    },
  });
}

export function createSqlRuns(
  { db, guard, owner }: { readonly db: Db; readonly guard: StoreGuard; readonly owner: ProcessIdentity },
  { deskId, runId, fence }: { readonly deskId: DeskId; readonly runId: RunId; readonly fence: Fence },
): Runs {
  const rowOf = ({ job, scope = "", slotMs }: RunKey) =>
    and(ofRun(deskId, runId), eq(runs.job, job), eq(runs.scope, scope), eq(runs.slotMs, slotMs));

  return {
    ...createSqlRunReader(db, guard, deskId, runId),
    ...guard.verbs<Pick<Runs, "begin" | "finish">>({
      // An unfinished run was left by an earlier writer, or by an earlier attempt of this one: it is taken up.
      async begin(run) {
        const { job, scope = "", slotMs, nowMs } = run;
        const begun = db.$with("begun", { runFence: sql<number>`run_fence`.mapWith(Number).as("run_fence") }).as(sql`
          insert into ${runs} (desk_id, run_id, job, scope, slot_ms, status, owner, began_at_ms)
          select ${deskId}, ${runId}, ${job}, ${scope}, ${slotMs}::bigint, 'running', ${JSON.stringify(owner)}, ${nowMs}::bigint
          from held
          on conflict (desk_id, run_id, job, scope, slot_ms) do update
            set owner = excluded.owner, began_at_ms = excluded.began_at_ms, fence = ${runs.fence} + 1
            where ${eq(runs.status, "running")}
          returning fence as run_fence`);
        const [row] = await db
          .with(fence.held, begun)
          .select({ fence: begun.runFence, result: runs.result })
          .from(fence.held)
          .leftJoin(begun, sql`true`)
          .leftJoin(runs, and(rowOf(run), eq(runs.status, "finished")));
        await fence.require(row === undefined ? 0 : 1);
        if (row?.fence == null) return { status: "done", result: decodeResult(row?.result ?? "null", runName(run)) };
        return { status: row.fence === 1 ? "begun" : "taken-up", fence: row.fence };
      },

      async finish(run, result) {
        const finished = db.$with("finished", { one: sql<number>`one`.as("one") }).as(sql`
          update ${runs} set status = 'finished', result = ${encodeResult(result)}
          from held where ${and(rowOf(run), eq(runs.fence, run.fence))}
          returning 1 as one`);
        const [row] = await db
          .with(fence.held, finished)
          .select({ finished: finished.one })
          .from(fence.held)
          .leftJoin(finished, sql`true`);
        await fence.require(row === undefined ? 0 : 1);
        if (row?.finished == null) throw lostRun(run);
      },
    }),
  };
}
