// Bench. The TopicStore port on plain maps: the model of what sql-topics.ts must do.

import { deepFreeze } from "#memory/deep-freeze.ts";
import { refuseStrangers } from "#memory/stores/desk-privacy.ts";
import type { StoreGuard } from "#memory/stores/guard.ts";
import type { TopicStore } from "#schemas/ports/memory.ts";
import type { StoredTopic, TopicKind, TopicRecord } from "#schemas/topic.ts";
import type { DeskId, UnixMs } from "#schemas/units.ts";

/** Records of one desk (or of all, for digests), per kind and topic, ascending by (asOfMs, revision). */
export type TopicRows = Map<string, StoredTopic[]>;

const nameOf = (kind: TopicKind, topic: string): string => `${kind} ${topic}`;

export function createMemoryTopics(guard: StoreGuard, rowsOf: () => TopicRows, deskId: DeskId | null): TopicStore {
  return {
    put: (records, options) =>
      guard.run(options, async () => {
        refuseStrangers(records, deskId);
        const held = rowsOf();
        for (const record of records) {
          const name = nameOf(record.kind, record.topic);
          const rows = held.get(name) ?? [];
          held.set(name, rows);
          insert(rows, deepFreeze(record));
        }
      }),

    newest: (kind, topics, nowMs, options) =>
      guard.run(options, async () =>
        topics.map((topic) => rowsOf().get(nameOf(kind, topic))?.findLast(isVisible(nowMs))),
      ),

    history: (kind, { topic, nowMs, limit }, options) =>
      guard.run(options, async () =>
        ofKind(rowsOf(), kind, topic).flat().filter(isVisible(nowMs)).sort(newestFirst).slice(0, limit),
      ),

    invalidate: (kind, topic, detail, options) =>
      guard.run(options, async () => {
        let touched = 0;
        for (const rows of ofKind(rowsOf(), kind, topic)) {
          touched += rows.length;
          rows.splice(0, rows.length, ...rows.map((row) => Object.freeze({ ...row, invalidated: detail })));
        }
        return touched;
      }),
  };
}

function ofKind(held: TopicRows, kind: TopicKind, topic: string | null): readonly StoredTopic[][] {
  if (topic !== null) return [held.get(nameOf(kind, topic)) ?? []];
  return [...held].flatMap(([name, rows]) => (name.startsWith(nameOf(kind, "")) ? [rows] : []));
}

const isVisible =
  (nowMs: UnixMs) =>
  ({ record }: StoredTopic): boolean =>
    record.asOfMs <= nowMs && record.computedAtMs <= nowMs;

const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const newestFirst = (a: StoredTopic, b: StoredTopic): number =>
  b.record.asOfMs - a.record.asOfMs || b.revision - a.revision || byCodeUnits(b.record.id, a.record.id);

/** Puts one record where it belongs; the rules of order are those of analyses: newer asOf, then the later content. */
function insert(rows: StoredTopic[], record: TopicRecord): void {
  const lastOfTime = rows.findLastIndex((row) => row.record.asOfMs <= record.asOfMs);
  const top = rows[lastOfTime]?.record.asOfMs === record.asOfMs ? rows[lastOfTime] : undefined;
  const at = rows.findIndex((row) => row.record.id === record.id);
  const held = rows[at];
  if (held === undefined) {
    rows.splice(lastOfTime + 1, 0, stored(record, (top?.revision ?? 0) + 1));
  } else if (held === top || record.computedAtMs <= held.record.computedAtMs) {
    rows[at] = stored(record.computedAtMs >= held.record.computedAtMs ? record : held.record, held.revision);
  } else {
    rows.splice(at, 1);
    rows.splice(lastOfTime, 0, stored(record, (top?.revision ?? 0) + 1));
  }
}

const stored = (record: TopicRecord, revision: number): StoredTopic =>
  Object.freeze({ record, revision, invalidated: null });
