// Bench. The Store port on plain maps: for measurements and tests. Gone with the process, and the model of what the SQL
// stores must do.

import { deepFreeze } from "#memory/deep-freeze.ts";
import { createGuard } from "#memory/stores/guard.ts";
import { writerLost } from "#memory/stores/ownership-errors.ts";
import { bindingOf, decisionsOf } from "#memory/stores/run-bindings.ts";
import { type JournalEvent, type JournalRow, journalEventId } from "#schemas/journal.ts";
import type { Store } from "#schemas/ports/memory.ts";
import type { AccountWriter, JournalReader } from "#schemas/ports/trading.ts";
import type { Ledger } from "#schemas/ports/work.ts";
import type { DeskId, RunId } from "#schemas/units.ts";
import type { LedgerEntry } from "#schemas/work.ts";
import { createMemoryAnalyses } from "./analyses.ts";
import { createMemoryAnswers } from "./answers.ts";
import { createMemoryCandles } from "./candles.ts";
import { consolidateMemory } from "./consolidate.ts";
import { createMemoryLeases } from "./leases.ts";
import { createMemoryRunReader, createMemoryRuns, type RunRows } from "./runs.ts";
import { createMemorySnapshots } from "./snapshots.ts";
import { createMemoryTopics, type TopicRows } from "./topics.ts";

interface DeskRooms {
  readonly journals: Map<RunId, { readonly rows: JournalRow[]; readonly ids: Set<string> }>;
  readonly runs: RunRows;
  readonly ledger: LedgerEntry[];
  readonly topics: TopicRows;
  /** Raised when it is opened and when it is given back; 0: it never was. */
  fence: number;
}

export interface MemoryStoreParts {
  /** What leases run out by; without it a lease lasts until it is given back: its holder is this very process. */
  readonly monotonicMs?: () => number;
}

export function createMemoryStore({ monotonicMs }: MemoryStoreParts = {}): Store {
  const guard = createGuard("The store in memory");
  const analyses = createMemoryAnalyses(guard);
  const candles = createMemoryCandles(guard);
  const snapshots = createMemorySnapshots(guard);
  const leases = createMemoryLeases(guard, monotonicMs);
  const answers = createMemoryAnswers(guard, monotonicMs);
  const sharedTopics: TopicRows = new Map();
  const desks = new Map<DeskId, DeskRooms>();
  let seq = 0;
  let lastFence = 0;

  const roomsOf = (deskId: DeskId): DeskRooms => {
    const rooms = desks.get(deskId) ?? {
      journals: new Map(),
      runs: new Map(),
      ledger: [],
      topics: new Map(),
      fence: 0,
    };
    desks.set(deskId, rooms);
    return rooms;
  };

  const readerOf = (deskId: DeskId, runId: RunId): JournalReader => ({
    read: ({ limit, first, sinceSeq = 0, types, symbol }, options) =>
      guard.run(options, async () => {
        const named = `"symbol":${JSON.stringify(symbol)}`;
        const rows = (roomsOf(deskId).journals.get(runId)?.rows ?? []).filter(
          ({ seq, event }) =>
            seq > sinceSeq &&
            (types === undefined || types.includes(event.type)) &&
            (symbol === undefined || JSON.stringify(event).includes(named)),
        );
        if (first !== undefined) return rows.slice(0, first);
        return limit === undefined ? rows : rows.slice(Math.max(0, rows.length - limit));
      }),
  });

  const append = (deskId: DeskId, runId: RunId, events: readonly JournalEvent[]): void => {
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
    }
  };

  const writerOf = (deskId: DeskId): AccountWriter => {
    // One counter for all desks, so that a purged one does not start again.
    lastFence += 1;
    const fence = lastFence;
    const loss = new AbortController();
    roomsOf(deskId).fence = fence;
    const requireFence = () => {
      if (desks.get(deskId)?.fence === fence) return;
      const error = writerLost(deskId, null);
      loss.abort(error);
      throw error;
    };
    return {
      fence,
      lost: loss.signal,
      leftMs: () => (desks.get(deskId)?.fence === fence ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY),
      journal: (runId) => ({
        ...readerOf(deskId, runId),
        append: (events, options) =>
          guard.run(options, async () => {
            requireFence();
            append(deskId, runId, events);
          }),
      }),
      runs: (runId) => createMemoryRuns(guard, () => roomsOf(deskId).runs, runId, requireFence),
      async release() {
        const rooms = desks.get(deskId);
        if (rooms?.fence !== fence) return;
        lastFence += 1;
        rooms.fence = lastFence;
      },
    };
  };

  return {
    kind: "memory",
    analyses,
    topics: (deskId) =>
      createMemoryTopics(guard, () => (deskId === null ? sharedTopics : roomsOf(deskId).topics), deskId),
    candles,
    snapshots,
    leases,
    answers,

    holderOf: async () => null,
    openAccount: (deskId, options) => guard.run(options, async () => writerOf(deskId)),
    journal: readerOf,
    runs: (deskId, runId) => createMemoryRunReader(guard, () => roomsOf(deskId).runs, runId),

    ledger: (deskId): Ledger => ({
      record: (entry, options) =>
        guard.run(options, async () => {
          roomsOf(deskId).ledger.push(deepFreeze(entry));
        }),
      entries: ({ sinceMs = 0 }, options) =>
        guard.run(options, async () => roomsOf(deskId).ledger.filter((entry) => entry.atMs >= sinceMs)),
    }),

    bindings: (deskId, options) =>
      guard.run(options, async () => {
        const newestSeq = ({ rows }: { readonly rows: readonly JournalRow[] }) => rows.at(-1)?.seq ?? 0;
        const runs = [...roomsOf(deskId).journals]
          .filter(([, { rows }]) => rows.length > 0)
          .toSorted(([, a], [, b]) => newestSeq(b) - newestSeq(a));
        return runs.map(([runId, { rows }]) =>
          bindingOf(
            runId,
            rows.find(({ eventId }) => eventId === "run-started")?.event,
            decisionsOf(rows.map(({ event }) => event)),
            analyses.venuesOf,
          ),
        );
      }),

    purge: (deskId, options) =>
      guard.run(options, async () => {
        const rooms = roomsOf(deskId);
        desks.delete(deskId);
        const events = [...rooms.journals.values()].reduce((sum, { rows }) => sum + rows.length, 0);
        const topics = [...rooms.topics.values()].reduce((sum, { length }) => sum + length, 0);
        return (
          events + (rooms.fence === 0 ? 0 : 1) + rooms.runs.size + rooms.ledger.length + topics + leases.purge(deskId)
        );
      }),

    consolidate: (cuts, options) =>
      guard.run(options, async () =>
        consolidateMemory({ analyses, candles, snapshots, shared: sharedTopics, desks: desks.values() }, cuts),
      ),

    async close() {
      guard.close();
    },
  };
}
