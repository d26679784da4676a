// Floor 2. The Store port on plain maps: for backtests and tests. Gone with the process, and the model of what the SQL
// stores must do.
import { StoreError } from "#schemas/errors.ts";
import { type JournalRow, journalEventId } from "#schemas/journal.ts";
import type { Journal, Ledger, Runs, Store } from "#schemas/ports.ts";
import { type DeskId, type RunId, toIso, type UnixMs } from "#schemas/units.ts";
import type { LedgerEntry } from "#schemas/work.ts";
import { deepFreeze } from "../deep-freeze.ts";
import { createGuard, type StoreGuard } from "./guard.ts";
import { createMemoryAnalyses } from "./in-memory-analyses.ts";

interface DeskRooms {
  readonly journals: Map<RunId, { readonly rows: JournalRow[]; readonly ids: Set<string> }>;
  readonly runs: Map<
    string,
    { readonly runId: RunId; readonly job: string; readonly slotMs: UnixMs; result?: unknown }
  >;
  readonly ledger: LedgerEntry[];
  latestRun: RunId | null;
}

export function createMemoryStore(): Store {
  const guard = createGuard("The store in memory");
  const desks = new Map<DeskId, DeskRooms>();
  let seq = 0;

  const roomsOf = (deskId: DeskId): DeskRooms => {
    const rooms = desks.get(deskId) ?? { journals: new Map(), runs: new Map(), ledger: [], latestRun: null };
    desks.set(deskId, rooms);
    return rooms;
  };

  return {
    kind: "memory",
    analyses: createMemoryAnalyses(guard),

    journal: (deskId, runId): Journal => ({
      append: (events, options) =>
        guard.run(options, async () => {
          // Everything that may throw comes first, so that an append is all or nothing.
          const incoming = events.map((event) => ({ eventId: journalEventId(event), event: deepFreeze(event) }));
          const rooms = roomsOf(deskId);
          const held = rooms.journals.get(runId) ?? { rows: [], ids: new Set<string>() };
          rooms.journals.set(runId, held);
          for (const { eventId, event } of incoming) {
            if (held.ids.has(eventId)) continue;
            seq += 1;
            held.ids.add(eventId);
            held.rows.push(Object.freeze({ seq, eventId, event }));
            rooms.latestRun = runId;
          }
        }),
      read: ({ limit }, options) =>
        guard.run(options, async () => {
          const rows = roomsOf(deskId).journals.get(runId)?.rows ?? [];
          return limit === undefined ? [...rows] : rows.slice(Math.max(0, rows.length - limit));
        }),
    }),

    runs: (deskId, runId) => memoryRuns(guard, () => roomsOf(deskId).runs, runId),

    ledger: (deskId): Ledger => ({
      record: (entry, options) =>
        guard.run(options, async () => {
          roomsOf(deskId).ledger.push(deepFreeze(entry));
        }),
      entries: ({ sinceMs = 0 }, options) =>
        guard.run(options, async () => roomsOf(deskId).ledger.filter((entry) => entry.atMs >= sinceMs)),
    }),

    latestRun: (deskId, options) => guard.run(options, async () => desks.get(deskId)?.latestRun ?? null),

    purge: (deskId, options) =>
      guard.run(options, async () => {
        const rooms = roomsOf(deskId);
        desks.delete(deskId);
        const events = [...rooms.journals.values()].reduce((sum, { rows }) => sum + rows.length, 0);
        return events + rooms.runs.size + rooms.ledger.length;
      }),

    async close() {
      guard.close();
    },
  };
}

// Only this process sees the store, so a run that is not finished was left by an earlier attempt of this very process.
function memoryRuns(guard: StoreGuard, runsOf: () => DeskRooms["runs"], runId: RunId): Runs {
  const name = (run: { readonly job: string; readonly slotMs: UnixMs }) => `${runId} ${run.job} ${run.slotMs}`;
  return {
    begin: (run, options) =>
      guard.run(options, async () => {
        const held = runsOf().get(name(run));
        if (held === undefined) {
          runsOf().set(name(run), { runId, job: run.job, slotMs: run.slotMs });
          return { status: "begun" };
        }
        return "result" in held ? { status: "done", result: held.result } : { status: "taken-up" };
      }),
    finish: (run, result, options) =>
      guard.run(options, async () => {
        const held = runsOf().get(name(run));
        if (held === undefined || "result" in held) {
          throw new StoreError({
            was: `The run of ${run.job} at ${toIso(run.slotMs)} is no longer this process's.`,
            expected: "a run that was begun and neither purged nor finished",
            remedy: "Do not purge a desk while it works; then run the slot again.",
          });
        }
        held.result = result ?? null;
      }),
    lastFinished: (job, options) =>
      guard.run(options, async () => {
        let newest: UnixMs | null = null;
        for (const run of runsOf().values()) {
          if (run.runId !== runId || run.job !== job || !("result" in run)) continue;
          if (newest === null || run.slotMs > newest) newest = run.slotMs;
        }
        return newest;
      }),
  };
}
